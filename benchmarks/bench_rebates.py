# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rebates on a million invoice lines, each step beside the least that could do the same job."""

from odoo.fields import Command
from odoo.tools import SQL

from . import rebate_data
from .common import check, compare, main, measure, say

AGGREGATE = """
    SELECT move.commercial_partner_id,
           SUM(CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * line.price_subtotal),
           COUNT(*)
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
       AND move.company_id = %s AND move.invoice_date BETWEEN %s AND %s
       AND line.display_type = 'product'
  GROUP BY move.commercial_partner_id
"""
OWN_FIELDS = ("rebate_settlement_id", "rebate_settlement_line_id", "rebate_split")
PAGE_SECONDS = 0.1


def bench(env):
    """Basis, settlement, ledger, documents, progress."""
    rebate_data.load(env)
    agreement = rebate_data.agreement(env)
    settlement = env["rebate.settlement"].create(
        {"agreement_id": agreement.id, "date_to": rebate_data.LAST}
    )
    basis(env, settlement)
    computing(env, settlement)
    settlement.action_compute()
    documents(env, settlement)
    progress(env, agreement)
    ledger(env)


def basis(env, settlement):
    """One grouped query against the plain aggregate of the same year."""
    agreement = settlement.agreement_id
    component = agreement.component_ids
    windows = component._get_windows([(settlement.date_from, settlement.date_to)])
    compare(
        "basis of every dealer, a year",
        lambda: component._read_basis(agreement, windows),
        lambda: _aggregate(env, settlement),
        env=env,
        at_most=1.5,
    )


def computing(env, settlement):
    """A year's settlement with lines and traces, without and with the ledger behind them."""
    agreement = settlement.agreement_id
    periods = [(settlement.date_from, settlement.date_to)]

    def lines_and_traces():
        earnings = agreement._compute_earnings(periods, settlement.date_to)
        settlement._create_lines(earnings)

    _ours, _reference, queries = compare(
        "settlement of a year, lines and traces written",
        lines_and_traces,
        lambda: _aggregate(env, settlement),
        env=env,
    )
    seconds, whole = measure(settlement.action_compute, env=env)
    say("the same with the ledger filled", f"{seconds:.1f} s in {whole} queries")
    limit = 40 + rebate_data.DEALERS // 100
    ledger_limit = limit + rebate_data.LINES // 2 // 100
    say("queries", f"{queries} of {limit}, with the ledger {whole} of {ledger_limit} allowed")
    check("queries of a settlement", queries <= limit and whole <= ledger_limit)


def documents(env, settlement):
    """Draft credit notes, and posting, against Odoo's own batch of the same documents."""
    lines = settlement.line_ids.filtered(lambda line: not line.is_carried and line.amount)
    journal = settlement.agreement_id._get_journal()
    settlement.action_review()
    settlement._start_posting()

    def prepare():
        shares = env["rebate.allocation"]._read_tax_shares(lines)
        return [
            settlement._prepare_credit_note_vals(partner, own, journal, shares)
            for partner, own in lines.grouped("partner_id").items()
        ]

    plain = [_without_own_fields(vals) for vals in prepare()]
    moves = env["account.move"]
    compare(
        f"{len(plain):,} draft credit notes",
        lambda: moves.create(prepare()),
        lambda: moves.create([dict(vals) for vals in plain]),
        env=env,
        at_most=1.2,
    )
    size = settlement._get_chunk_size()
    chunks = [plain[start : start + size] for start in range(0, len(plain), size)]

    def post_ours():
        while settlement._post_next_chunk():
            pass

    def post_plain():
        for chunk in chunks:
            moves.create([dict(vals) for vals in chunk]).action_post()

    compare(
        f"{len(plain):,} credit notes posted, in chunks of {size}",
        post_ours,
        post_plain,
        env=env,
        runs=1,
        at_most=1.2,
    )


def progress(env, agreement):
    """What one dealer's page asks, for a big dealer and a small one."""
    env.cr.execute(AGGREGATE, (env.company.id, rebate_data.FIRST, rebate_data.LAST))
    dealers = [row[0] for row in sorted(env.cr.fetchall(), key=lambda row: -row[2])]
    for label, dealer in (("biggest", dealers[0]), ("smallest", dealers[-1])):
        partner = env["res.partner"].browse(dealer)
        agreement._get_progress(partner, rebate_data.LAST)
        runs = [
            measure(lambda: agreement._get_progress(partner, rebate_data.LAST), env=env)  # noqa: B023
            for _run in range(5)
        ]
        seconds, queries = sorted(runs)[2]
        say(
            f"progress of the {label} dealer",
            f"{seconds * 1000:.0f} ms in {queries} queries (budget: 100 ms)",
        )
        check(f"progress of the {label} dealer", seconds <= PAGE_SECONDS)


def ledger(env):
    """A million allocations in one statement, and the check of their sums."""
    agreement = rebate_data.agreement(
        env,
        name="Benchmark, two years",
        period="custom",
        period_ids=[
            Command.create(
                {"name": "Both", "date_from": rebate_data.FIRST, "date_to": rebate_data.LAST}
            )
        ],
    )
    settlement = env["rebate.settlement"].create(
        {"agreement_id": agreement.id, "date_to": rebate_data.LAST}
    )
    component = agreement.component_ids
    periods = [(settlement.date_from, settlement.date_to)]
    earnings = agreement._compute_earnings(periods, settlement.date_to)
    exact = settlement._create_lines(earnings)
    lines = env["rebate.settlement.line"].union(*exact)
    windows = component._get_windows(periods)
    allocations = env["rebate.allocation"]

    def fill():
        allocations._fill(component, windows, exact, cutoff=settlement.date_to)

    measure(fill, env=env, keep=True)
    env.cr.execute(
        "SELECT COUNT(*) FROM rebate_allocation WHERE settlement_line_id = ANY(%s)", [lines.ids]
    )
    count = env.cr.fetchone()[0]
    env.cr.execute(
        "CREATE TEMP TABLE allocated AS SELECT * FROM rebate_allocation "
        "WHERE settlement_line_id = ANY(%s)",
        [lines.ids],
    )
    env.cr.execute("DELETE FROM rebate_allocation WHERE settlement_line_id = ANY(%s)", [lines.ids])
    env.cr.commit()
    columns = SQL(
        "settlement_line_id, currency_id, component_key, move_line_id, metric_value_id, "
        "source_id, document, document_date, product, tax_key, base_delta, amount_delta"
    )
    compare(
        f"{count:,} allocations",
        fill,
        lambda: env.cr.execute(
            SQL("INSERT INTO rebate_allocation (%s) SELECT %s FROM allocated", columns, columns)
        ),
        env=env,
        at_most=3,
    )
    measure(fill, env=env, keep=True)
    compare(
        "check of their sums",
        lambda: allocations._find_changes(lines, component, windows, cutoff=settlement.date_to),
        lambda: env.cr.execute(
            "SELECT source_id, SUM(base_delta) FROM rebate_allocation GROUP BY source_id"
        ),
        env=env,
        at_most=2,
    )


def _aggregate(env, settlement):
    env.cr.execute(AGGREGATE, (env.company.id, settlement.date_from, settlement.date_to))
    return env.cr.fetchall()


def _without_own_fields(vals):
    """The same document as anybody's: without our links."""
    plain = {key: value for key, value in vals.items() if key not in OWN_FIELDS}
    plain["invoice_line_ids"] = [
        Command.create({key: value for key, value in line.items() if key not in OWN_FIELDS})
        for _command, _id, line in vals["invoice_line_ids"]
    ]
    return plain


if __name__ == "__main__":
    main(bench)
