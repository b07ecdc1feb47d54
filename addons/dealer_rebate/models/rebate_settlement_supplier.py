# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RebateSettlementSupplier(models.Model):
    """Settling with suppliers: no credit note of ours, but one that we expect from them (R4)."""

    _inherit = "rebate.settlement"

    direction = fields.Selection(related="agreement_id.direction")
    expected_ids = fields.One2many(
        "rebate.expected.credit", "settlement_id", string="Expected Credits"
    )
    expected_count = fields.Integer(compute="_compute_expected_count")

    @api.depends("expected_ids")
    def _compute_expected_count(self):
        counts = dict(
            self.env["rebate.expected.credit"]._read_group(
                [("settlement_id", "in", self.ids)], ["settlement_id"], ["__count"]
            )
        )
        for settlement in self:
            settlement.expected_count = counts.get(settlement._origin, 0)

    def action_view_expected(self):
        """Open the credits that this settlement expects."""
        return self._action_of("dealer_rebate.rebate_expected_credit_action", "settlement_id")

    def action_view_credit_notes(self):
        action = super().action_view_credit_notes()
        if self.agreement_id.direction == "supplier":
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Documents"),
                "res_model": "account.move",
                "view_mode": "list,form",
                "domain": action["domain"],
            }
        return action

    def _create_credit_notes(self, lines):
        if self.agreement_id.direction == "dealer":
            return super()._create_credit_notes(lines)
        self._expect_credits(lines)
        return self.env["rebate.settlement.line"]

    def _expect_credits(self, lines):
        """Book what each supplier owes, as the agreement says, and keep it as expected."""
        agreement = self.agreement_id
        by_supplier = {
            supplier: own
            for supplier, own in lines.grouped("partner_id").items()
            if self.currency_id.compare_amounts(sum(own.mapped("amount")), 0) > 0
        }
        if not by_supplier:
            return
        if agreement.supplier_document == "refund":
            moves = self._create_draft_refunds(by_supplier)
        else:
            moves = self._create_expected_entries(by_supplier)
        # sudo: settlement lines and expected credits have no write access for anyone.
        for move, own in zip(moves, by_supplier.values(), strict=True):
            own.sudo().write({"credit_note_id": move.id})
        self.env["rebate.expected.credit"].sudo().create(
            [
                {
                    "settlement_id": self.id,
                    "partner_id": supplier.id,
                    "move_id": move.id,
                    "amount": sum(own.mapped("amount")),
                }
                for move, (supplier, own) in zip(moves, by_supplier.items(), strict=True)
            ]
        )

    def _create_draft_refunds(self, by_supplier):
        """Vendor credit notes that wait as drafts for the supplier's document."""
        lines = self.env["rebate.settlement.line"].union(*by_supplier.values())
        shares = self.env["rebate.allocation"]._read_tax_shares(lines)
        journal = self.agreement_id._get_journal()
        return (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                [
                    self._prepare_credit_note_vals(supplier, own, journal, shares)
                    | {"move_type": "in_refund", "invoice_date": False}
                    for supplier, own in by_supplier.items()
                ]
            )
        )

    def _create_expected_entries(self, by_supplier):
        """Posted entries: receivable from the supplier against income, without tax."""
        # sudo: which journal and day a rebate is booked with are settings.
        agreement = self.agreement_id.sudo()
        date = agreement._get_open_date(self.posting_date, agreement._get_journal())
        moves = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                [
                    self._prepare_expected_entry_vals(supplier, own, date)
                    for supplier, own in by_supplier.items()
                ]
            )
        )
        moves._post(soft=False)
        return moves

    def _prepare_expected_entry_vals(self, supplier, lines, date):
        """Values of the entry that books what a supplier owes. For extension."""
        # sudo: which journal and accounts a rebate goes to are settings.
        agreement = self.agreement_id.sudo()
        total = sum(lines.mapped("amount"))
        return {
            "move_type": "entry",
            "journal_id": agreement._get_journal().id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": supplier.id,
            "date": date,
            "ref": self.name,
            "rebate_settlement_id": self.id,
            "line_ids": [
                Command.create(
                    self._prepare_entry_line_vals(
                        supplier, agreement._get_claim_account(), total, date, self.name
                    )
                )
            ]
            + [
                Command.create(
                    self._prepare_entry_line_vals(
                        supplier,
                        agreement._get_income_account(),
                        -line.amount,
                        date,
                        f"{line.component_id.name}, {line._get_label()}",
                    )
                    | {"rebate_settlement_line_id": line.id, "rebate_split": 0}
                )
                for line in lines
                if line.amount
            ],
        }

    def _prepare_entry_line_vals(self, partner, account, amount, date, label):
        """Values of a journal item in the agreement's currency; debits are positive."""
        company = self.company_id
        return {
            "name": label,
            "partner_id": partner.id,
            "account_id": account.id,
            "currency_id": self.currency_id.id,
            "amount_currency": self.currency_id.round(amount),
            "balance": self.currency_id._convert(amount, company.currency_id, company, date),
        }

    def _reverse_documents(self, documents):
        """Expected credits that were matched must be released before they are taken back."""
        expected = self.expected_ids.filtered(lambda credit: credit.move_id in documents)
        for credit in expected:
            if credit.match_ids or credit.amount_written_off or credit._is_document_posted():
                raise UserError(
                    self.env._(
                        "%(credit)s is matched with the supplier's credit note or written off. "
                        "Undo that first, then cancel %(settlement)s.",
                        credit=credit.display_name,
                        settlement=self.name,
                    )
                )
        drafts = documents.filtered(lambda move: move.state == "draft")
        # What Odoo's own Cancel does with a draft; the ledger's guard stops everybody else.
        drafts.write({"state": "cancel", "auto_post": "no"})
        # sudo: expected credits are written by settlements only.
        expected.sudo().write({"is_cancelled": True})
        return super()._reverse_documents(documents - drafts)
