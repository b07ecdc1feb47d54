# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

from odoo import Command, fields

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

GOLDEN = Path(__file__).parent / "golden" / "rebate.json"


@cache
def _golden_cases():
    return {case["id"]: case for case in json.loads(GOLDEN.read_text())}


def golden(case_id):
    """``(given, expect)`` of a golden case."""
    case = _golden_cases()[case_id]
    return case["given"], case["expect"]


class RebateCommon(AccountTestInvoicingCommon):
    """A company in CNY with its own chart, two dealers, a rebate journal, and short helpers."""

    @classmethod
    def setup_independent_company(cls, **kwargs):
        ready = cls.env.ref("__test__.rebate_company", raise_if_not_found=False)
        if ready:
            # Made once for all classes, as a chart of accounts takes seconds.
            ready.active = True
            cls.env.user.company_ids += ready
            return ready
        currency = cls.env.ref("base.CNY")
        currency.active = True
        return super().setup_independent_company(currency_id=currency.id, **kwargs)

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("dealer_rebate.group_rebate_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.journal = cls.company_data["default_journal_sale"]
        cls.rebate_journal = cls._create_rebate_journal(cls.company, cls.company_data)
        cls.company.rebate_transfer_account_id = cls.company_data[
            "default_account_receivable"
        ].copy({"name": "Rebates by Transfer"})
        cls.dealer = cls._create_dealer("Dealer One")
        cls.dealer_2 = cls._create_dealer("Dealer Two")

    @classmethod
    def _create_rebate_journal(cls, company, data):
        journal = cls.env["account.journal"].create(
            {
                "name": "Rebates",
                "code": "REB",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": data["default_account_revenue"].id,
            }
        )
        company.rebate_journal_id = journal
        return journal

    @classmethod
    def _create_dealer(cls, name, **vals):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "is_dealer": True} | vals
        )

    @classmethod
    def _create_tax(cls, percent, **vals):
        return cls.env["account.tax"].create(
            {"name": f"VAT {percent}%", "amount": percent, "type_tax_use": "sale"} | vals
        )

    @classmethod
    def _create_table(cls, tiers, method="whole", **vals):
        """A table of rows ``(from, value)``."""
        return cls.env["rate.table"].create(
            {
                "name": "Tiers",
                "method": method,
                "line_ids": [
                    Command.create({"from_value": bound, "value": value}) for bound, value in tiers
                ],
            }
            | vals
        )

    @classmethod
    def _create_agreement(cls, *tables, activate=True, component_vals=None, **vals):
        """An agreement of one component for each table, with both dealers, from 2026 on."""
        dealers = cls.dealer | cls.dealer_2
        agreement = cls.env["rebate.agreement"].create(
            {
                "name": "Parts purchases",
                "date_start": "2026-01-01",
                "partner_ids": [Command.set(dealers.ids)],
                "currency_id": cls.company.currency_id.id,
                "component_ids": [
                    Command.create(
                        {"name": f"Component {n}", "rate_table_id": table.id}
                        | (component_vals or {})
                    )
                    for n, table in enumerate(tables, 1)
                ],
            }
            | vals
        )
        if activate:
            agreement.action_activate()
        return agreement

    @classmethod
    def _scheme(cls, components, **vals):
        """An agreement with these components (values of each), in force."""
        agreement = cls._create_agreement(activate=False, **vals)
        cls.env["rebate.component"].create(
            [
                {"name": f"Component {n}", "agreement_id": agreement.id} | component
                for n, component in enumerate(components, 1)
            ]
        )
        agreement.action_activate()
        return agreement

    @classmethod
    def _percent(cls, rate, **vals):
        """A table of one rate from 0 on."""
        return cls._create_table([(0, rate)], **vals)

    @classmethod
    def _prepare_invoice(cls, partner, date, amounts, taxes=None, **vals):
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": date,
            "date": date,
            "journal_id": cls.journal.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": f"Part {n}",
                        "product_id": cls.product_a.id,
                        "quantity": 1,
                        "price_unit": amount,
                        "tax_ids": [Command.set((taxes or cls.env["account.tax"]).ids)],
                    }
                )
                for n, amount in enumerate(amounts, 1)
            ],
        } | vals

    @classmethod
    def _post_invoices(cls, *vals_list):
        moves = cls.env["account.move"].create(list(vals_list))
        moves.action_post()
        return moves

    @classmethod
    def _invoice(cls, partner, date, *amounts, **vals):
        """A posted invoice; a credit note when the first amount is negative."""
        if amounts[0] < 0:
            amounts = [-amount for amount in amounts]
            vals["move_type"] = "out_refund"
        return cls._post_invoices(cls._prepare_invoice(partner, date, amounts, **vals))

    def _settle(self, agreement, date, cutoff=None):
        return agreement._settle_period(
            fields.Date.to_date(date), cutoff and fields.Date.to_date(cutoff)
        )

    def _compute(self, agreement, date):
        settlement = self.env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": date}
        )
        settlement.action_compute()
        return settlement

    def _paid(self, settlement, partner=None):
        """Untaxed amount of the credit notes of a settlement."""
        notes = settlement.line_ids.credit_note_id
        if partner:
            notes = notes.filtered(lambda note: note.partner_id == partner)
        return sum(notes.mapped("amount_untaxed"))

    def _assert_ledger(self, agreement):
        """The two invariants of the ledger, over all that is posted (R15).

        For each component key and invoice line the allocated base is the base counted now, and
        each settlement line's allocations add up to its amount. A carried balance is no booking:
        what the last settlement carries stands in its own lines until it is paid.
        """
        self.env.flush_all()
        posted = agreement.settlement_ids.filtered(lambda s: s.state == "posted")
        last = posted.sorted(lambda s: (s.date_to, s.run))[-1:]
        lines = posted.line_ids.filtered(
            lambda line: (
                line.state == "posted" or (line.state == "carried" and line.settlement_id == last)
            )
        )
        for line in lines:
            allocated = sum(Decimal(str(a.amount_delta)) for a in line.allocation_ids)
            self.assertEqual(allocated, Decimal(str(line.amount)), line.display_name)
        ends = {}
        for settlement in posted:
            ends[settlement.date_from] = max(
                settlement.date_to, ends.get(settlement.date_from, settlement.date_to)
            )
        for component in agreement.component_ids:
            self._assert_component_ledger(component, lines, sorted(ends.items()), last.date_to)

    def _assert_component_ledger(self, component, lines, periods, cutoff):
        own = lines.filtered(lambda line: line.component_id == component)
        allocated = {}
        for row in own.allocation_ids:
            key = (row.settlement_line_id.partner_id.id, row.source_id)
            allocated[key] = allocated.get(key, Decimal(0)) + Decimal(str(row.base_delta))
        component._flush_basis()
        counted = {
            (row["partner_id"], row["source_id"]): Decimal(str(row["base"]))
            for row in self.env.execute_query_dict(
                component._get_basis_query(
                    component.agreement_id, component._get_windows(periods), cutoff=cutoff
                )
            )
            if row["partner_id"] in own.partner_id.ids
        }
        self.assertEqual({k: v for k, v in allocated.items() if v}, counted)
