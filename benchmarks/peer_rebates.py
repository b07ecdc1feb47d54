# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same year settled by the community's module for agreements, on the same invoices.

It knows one dealer an agreement, so it gets one for each. Its bands are closed on both sides:
they end a cent below the next row, so that both pay the same, which is checked.
"""

from datetime import date

from odoo.fields import Command

from . import rebate_data
from .common import check, compare, main, say

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
CENT, OPEN_END = 0.01, 1e12


def bench(env):
    """Computing a year for every dealer, then its draft credit notes, one run each."""
    ours = _our_settlement(env)
    wizard = _their_wizard(env)
    paid = {}

    def compute_ours():
        _write_lines(env, ours)
        paid["ours"] = _sum(
            env, "SELECT SUM(amount) FROM rebate_settlement_line WHERE settlement_id = %s", ours.id
        )

    def compute_theirs():
        wizard.action_create_settlement()
        paid["theirs"] = _sum(
            env, "SELECT SUM(amount_rebate)::numeric FROM agreement_rebate_settlement_line"
        )

    compare(
        "a year for every dealer, lines and traces, beside the peer",
        compute_ours,
        compute_theirs,
        env=env,
        faster=10,
        runs=1,
    )
    difference = abs(paid["ours"] - paid["theirs"])
    say("paid", f"{paid['ours']:,.2f}, by the peer {paid['theirs']:,.2f}")
    check("both pay the same, but for roundings", difference <= rebate_data.DEALERS / 100)
    drafts(env, ours, wizard)


def drafts(env, ours, wizard):
    """Draft credit notes from what was computed, in one go, as the button of each makes them."""
    ours.action_compute()
    ours.action_review()
    ours._start_posting()
    wizard.action_create_settlement()
    lines = ours.line_ids.filtered(lambda line: not line.is_carried and line.amount)
    theirs = env["agreement.rebate.settlement"].search([])
    product = env["product.product"].search([("name", "=", "PART 00000")], limit=1)
    env.flush_all()

    def draft_ours():
        shares = env["rebate.allocation"]._read_tax_shares(lines)
        journal = ours.agreement_id._get_journal()
        env["account.move"].create(
            [
                ours._prepare_credit_note_vals(partner, own, journal, shares)
                for partner, own in lines.grouped("partner_id").items()
            ]
        )

    def draft_theirs():
        env["agreement.invoice.create.wiz"].create(
            {
                "date_from": FIRST,
                "date_to": LAST,
                "settlements_ids": [Command.set(theirs.ids)],
                "journal_id": env.company.rebate_journal_id.id,
                "product_id": product.id,
                "invoice_type": "out_refund",
            }
        ).action_create_invoice()

    compare(
        f"{len(theirs):,} draft credit notes, beside the peer",
        draft_ours,
        draft_theirs,
        env=env,
        faster=5,
        runs=1,
    )


def _our_settlement(env):
    agreement = rebate_data.agreement(env, name="Beside the peer", date_start=FIRST)
    return env["rebate.settlement"].create({"agreement_id": agreement.id, "date_to": LAST})


def _write_lines(env, settlement):
    """What the peer does too: earnings and lines; the ledger behind them is ours alone."""
    earnings = settlement.agreement_id._compute_earnings(
        settlement._get_periods(), settlement.date_to
    )
    settlement._create_lines(earnings)
    env.flush_all()


def _their_wizard(env):
    """One agreement for each dealer, with the rows of our table as their sections."""
    kind = env["agreement.type"].create({"name": "Rebate", "domain": "sale", "is_rebate": True})
    bounds = [bound for bound, _rate in rebate_data.ROWS]
    sections = [
        Command.create({"amount_from": bound, "amount_to": above - CENT, "rebate_discount": rate})
        for (bound, rate), above in zip(rebate_data.ROWS, [*bounds[1:], OPEN_END], strict=True)
    ]
    dealers = env["account.move"]._read_group(
        [("move_type", "=", "out_invoice"), ("invoice_date", ">=", FIRST)],
        ["commercial_partner_id"],
    )
    agreements = env["agreement"].create(
        [
            {
                "code": f"B{dealer.id}",
                "name": "Benchmark",
                "partner_id": dealer.id,
                "agreement_type_id": kind.id,
                "start_date": FIRST,
                "end_date": LAST,
                "rebate_type": "section_total",
                "rebate_section_ids": sections,
            }
            for (dealer,) in dealers
        ]
    )
    return env["agreement.settlement.create.wiz"].create(
        {
            "date_from": FIRST,
            "date_to": LAST,
            "domain": "sale",
            "agreement_ids": [Command.set(agreements.ids)],
        }
    )


def _sum(env, query, *parameters):
    env.flush_all()
    env.cr.execute(query, parameters)
    return env.cr.fetchone()[0]


if __name__ == "__main__":
    main(bench)
