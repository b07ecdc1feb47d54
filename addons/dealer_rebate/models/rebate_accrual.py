# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class RebateAccrual(models.Model):
    """Ledger of accruals: what was accrued, released or reversed, for whom and for which period.

    Rows are deltas and are never edited. The sum of the open ones is the balance of the accrual
    account, and each row that a settlement reversed names it (R15).
    """

    _name = "rebate.accrual"
    _description = "Rebate Accrual"
    _order = "date desc, agreement_id, partner_id, id"
    _rec_name = "agreement_id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id", store=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date = fields.Date(
        required=True, readonly=True, help="Day up to which it was computed, or of the reversal."
    )
    kind = fields.Selection(
        [("accrual", "Accrual"), ("reversal", "Reversal by settlement")],
        required=True,
        default="accrual",
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("reversed", "Reversed")],
        required=True,
        default="open",
        readonly=True,
        help="Open: part of the accrual account's balance. Reversed: a settlement took its place.",
    )
    component_id = fields.Many2one(
        "rebate.component", required=True, readonly=True, index=True, ondelete="restrict"
    )
    component_key = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        string="Store",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    period_from = fields.Date(required=True, readonly=True, help="First day of the period.")
    method = fields.Selection(
        selection=lambda self: [
            value
            for value in self.env["rebate.agreement"]
            ._fields["accrual_method"]
            ._description_selection(self.env)
            if value[0] != "none"
        ],
        string="Expected Tier",
        readonly=True,
        help="By which tier this row was computed.",
    )
    base = fields.Float(
        string="Basis",
        digits=(16, 4),
        min_display_digits=2,
        readonly=True,
        help="What counts so far, to date.",
    )
    rate = fields.Float(min_display_digits=2, readonly=True, aggregator="avg")
    earned = fields.Monetary(
        string="Expected to Date", readonly=True, help="Earned so far, by the expected tier."
    )
    settled = fields.Monetary(
        string="Settled to Date", readonly=True, help="Settled for the same period before."
    )
    before = fields.Monetary(
        string="Accrued Before", readonly=True, help="Open accruals of the same period before."
    )
    amount = fields.Monetary(
        string="Delta", readonly=True, help="Expected less settled less accrued before."
    )
    balance = fields.Monetary(
        string="Delta in Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="What was booked, at the rate of the entry's date. Debits are positive.",
    )
    account_id = fields.Many2one(
        "account.account", string="Accrual Account", required=True, readonly=True, index=True
    )
    counterpart_account_id = fields.Many2one("account.account", required=True, readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    settlement_id = fields.Many2one(
        "rebate.settlement",
        string="Reversed by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The settlement that took the place of this accrual.",
    )

    _open_idx = models.Index("(agreement_id, component_key, partner_id) WHERE state = 'open'")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("An accrual stays: the next one corrects it, a settlement reverses it.")
        )

    def action_view_move(self):
        """Open the journal entry that booked this row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def _book(self, agreement, date, label):
        """Post one journal entry for rows of one agreement, two lines for each dealer (R15).

        :param agreement: whose rows they are
        :param date: wished date; a locked one moves to the next open day, said in the chatter
        :param label: text of the entry
        :return: the posted ``account.move``, empty where nothing is to be booked
        """
        lines = [
            vals
            for (partner, account, counterpart), rows in self.grouped(
                lambda row: (row.partner_id, row.account_id, row.counterpart_account_id)
            ).items()
            for vals in rows._prepare_move_lines(partner, account, counterpart, label)
        ]
        move = self.env["account.move"]
        if not lines:
            return move
        journal = agreement._get_accrual_journal()
        move = (
            move.with_company(agreement.company_id)
            .sudo()  # who may accrue or settle was checked; the entry follows from the ledger
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "company_id": agreement.company_id.id,
                    "date": agreement._get_open_date(date, journal),
                    "ref": label,
                    "rebate_accrual_agreement_id": agreement.id,
                    "line_ids": [fields.Command.create(vals) for vals in lines],
                }
            )
        )
        move._post(soft=False)
        self.move_id = move
        return move

    def _prepare_move_lines(self, partner, account, counterpart, label):
        """Values of the two journal items of a dealer. For extension (analytic accounts)."""
        balance = sum(self.mapped("balance"))
        sign = 1 if self.agreement_id.direction == "supplier" else -1
        amount = sign * sum(self.mapped("amount"))
        company = self.company_id.currency_id
        if company.is_zero(balance) and self.currency_id.is_zero(amount):
            return []
        common = {"name": label, "partner_id": partner.id, "currency_id": self.currency_id.id}
        return [
            common
            | {
                "account_id": account.id,
                "balance": company.round(balance),
                "amount_currency": self.currency_id.round(amount),
            },
            common
            | {
                "account_id": counterpart.id,
                "balance": -company.round(balance),
                "amount_currency": -self.currency_id.round(amount),
            },
        ]
