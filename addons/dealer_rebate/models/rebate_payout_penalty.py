# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class RebatePayoutPenalty(models.Model):
    """A pay-out run shows and pays the penalties for what is paid late (R12)."""

    _inherit = "rebate.payout"

    penalty_ids = fields.One2many(
        "rebate.penalty",
        "payout_id",
        string="Penalties",
        help="Penalties of late payments: those of this run once it is paid, and those of credit "
        "notes that were paid elsewhere.",
    )
    elsewhere_ids = fields.One2many(
        "rebate.penalty",
        "payout_id",
        string="Paid Late Elsewhere",
        domain=[("payout_line_id", "=", False)],
        help="Credit notes that were paid late outside of a run: this run pays their penalties.",
    )
    penalty_total = fields.Monetary(
        string="Of Which Penalties",
        compute="_compute_figures",
        help="Penalties for late payment in what is paid.",
    )

    @api.depends("date", "penalty_ids.amount", "penalty_ids.state", "line_ids.penalty")
    def _compute_figures(self):
        result = super()._compute_figures()
        for payout in self:
            payable = payout.line_ids.filtered(lambda line: not line.problem or line.payment_id)
            elsewhere = payout.elsewhere_ids.filtered(lambda one: one.state != "reversed")
            payout.penalty_total = sum(payable.mapped("penalty")) + sum(elsewhere.mapped("amount"))
            payout.amount_total += payout.penalty_total
        return result

    def action_collect(self):
        """List what is due, and the penalties of what was paid late elsewhere."""
        self._release_penalties()
        result = super().action_collect()
        for payout in self:
            payout._collect_penalties()
        return result

    def action_cancel(self):
        """Give the run up: its transfers and penalties are free for another one."""
        result = super().action_cancel()
        self._release_penalties()
        return result

    def action_view_payments(self):
        """Open the payments of this run, those of penalties too."""
        payments = self.line_ids.payment_id | self.penalty_ids.payment_id
        return super().action_view_payments() | {"domain": [("id", "in", payments.ids)]}

    def _collect_penalties(self):
        self.ensure_one()
        penalties = self.env["rebate.penalty"]
        values = [penalties._prepare_vals(*late) for late in penalties._find_paid_elsewhere(self)]
        # sudo: rows of penalties are written by runs only.
        penalties.sudo().create([vals | {"payout_id": self.id} for vals in values if vals])

    def _release_penalties(self):
        # sudo: as in _collect_penalties; what is not booked yet is only a proposal.
        self.sudo().penalty_ids.filtered(lambda penalty: penalty.state == "draft").unlink()

    def _check_payable(self):
        self.ensure_one()
        if self.journal_id and self._get_payable_penalties():
            return None
        return super()._check_payable()

    def _get_payable_penalties(self):
        """Penalties of payments made elsewhere whose dealers have a confirmed bank account."""
        return self.elsewhere_ids.filtered(
            lambda penalty: (
                penalty.state == "draft"
                and any(penalty.partner_id.bank_ids.mapped("allow_out_payment"))
            )
        )

    def _pay(self):
        """Book the penalties of what is late today, then pay them with the transfers."""
        self.ensure_one()
        self._take_back_repeated()
        penalties = self.env["rebate.penalty"]
        values = []
        for line in self.line_ids.filtered(lambda line: not line.problem):
            vals = penalties._prepare_vals(
                line.move_id, to_decimal(line.amount), self.date, f"line:{line.id}"
            )
            if vals:
                values.append(vals | {"payout_id": self.id, "payout_line_id": line.id})
        # sudo: rows of penalties are written by runs only.
        own = penalties.sudo().create(values).sudo(self.env.su)
        own |= self._get_payable_penalties()
        own._post_entries()
        payable = self.line_ids.filtered(lambda line: not line.problem)
        result = super()._pay() if payable else None
        self._pay_penalties(own)
        self._release_penalties()
        return result

    def _take_back_repeated(self):
        """What this run pays again was not paid before: nor is its penalty owed from then."""
        # sudo: rows of penalties are written by runs only.
        self.env["rebate.penalty"].sudo().search(
            [
                ("move_id", "in", self.line_ids.move_id.ids),
                ("state", "=", "posted"),
                ("payout_line_id", "!=", False),
                "|",
                ("payout_line_id.payment_id", "=", False),
                ("payout_line_id.payment_id.state", "in", ("draft", "canceled", "rejected")),
            ]
        ).with_env(self.env)._take_back()

    def _pay_penalties(self, penalties):
        """Odoo's own *Pay*, one payment for each penalty."""
        items = penalties.entry_id.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        penalties._net_paid_before()
        items = items.filtered(lambda item: not item.reconciled)
        if not items:
            return
        register = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(active_model="account.move.line", active_ids=items.ids)
            .create(
                {
                    "journal_id": self.journal_id.id,
                    "payment_date": self.date,
                    "group_payment": False,
                }
            )
        )
        payments = register._create_payments()
        for penalty in penalties:
            payment = (penalty.entry_id.matched_payment_ids & payments)[:1]
            bank = penalty.payout_line_id.partner_bank_id
            if payment and bank and payment.partner_bank_id != bank:
                payment.partner_bank_id = bank
            # sudo: as above.
            penalty.sudo().payment_id = payment

    def _get_table(self):
        """The list for the bank, with a row for each penalty."""
        header, rows = super()._get_table()
        table = []
        for line, row in zip(self.line_ids, rows, strict=True):
            table.append(row)
            if line.penalty:
                table.append(line._get_penalty_row(row))
        for penalty in self.elsewhere_ids.filtered(lambda one: one.state != "reversed"):
            table.append(penalty._get_bank_row())
        return header, table
