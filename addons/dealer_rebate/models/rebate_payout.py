# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.export import as_csv, as_xlsx, make_download


class RebatePayout(models.Model):
    """A pay-out run: the transfers that are due, paid together, as one list for the bank (R3, R4).

    A run is of one currency. Dealers without a bank account are listed and left out.
    """

    _name = "rebate.payout"
    _description = "Rebate Pay-Out Run"
    _inherit = ["aftersales.guarded.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date = fields.Date(
        string="Payment Date", required=True, default=fields.Date.context_today, tracking=True
    )
    due_until = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Credit notes that are due up to this day are listed.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Bank",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash'))]",
        tracking=True,
        help="Where it is paid from.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("paid", "Paid"), ("cancel", "Cancelled")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    line_ids = fields.One2many("rebate.payout.line", "payout_id", string="Transfers")
    payment_count = fields.Integer(compute="_compute_figures")
    problem_count = fields.Integer(
        compute="_compute_figures", help="Transfers that cannot be paid yet."
    )
    amount_total = fields.Monetary(
        string="To Pay", compute="_compute_figures", help="Sum of what can be paid."
    )

    @api.depends("date", "currency_id.name")
    def _compute_name(self):
        for payout in self:
            payout.name = self.env._(
                "Pay-out %(date)s %(currency)s",
                date=payout.date or "",
                currency=payout.currency_id.name or "",
            )

    @api.depends("line_ids.amount", "line_ids.problem", "line_ids.payment_id")
    def _compute_figures(self):
        for payout in self:
            payable = payout.line_ids.filtered(lambda line: not line.problem or line.payment_id)
            payout.payment_count = len(payout.line_ids.payment_id)
            payout.problem_count = len(payout.line_ids - payable)
            payout.amount_total = sum(payable.mapped("amount"))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid(self):
        self._check_draft()

    def action_collect(self):
        """List the credit notes that are due, replacing the list there was."""
        self.check_access("write")
        self._check_draft()
        for payout in self:
            payout.line_ids.unlink()
            # sudo: write access was checked; what is on the list is written here only.
            payout.line_ids.sudo().create(
                [
                    {"payout_id": payout.id, "move_id": note.id, "amount": note.amount_residual}
                    for note in payout._find_due()
                ]
            )

    def action_pay(self):
        """Create and post one outgoing payment for each transfer that has a bank account.

        :raise UserError: without a bank, or when nothing can be paid
        """
        self.check_access("write")
        for payout in self:
            payout._check_draft()
            payout._check_payable()
            payout._pay()
            # sudo: write access was checked; the state only changes through these methods.
            payout.sudo().state = "paid"
            payout.message_post(
                body=self.env._("%s payments created.", len(payout.line_ids.payment_id))
            )

    def action_cancel(self):
        """Give the run up: its transfers are free for another one."""
        self.check_access("write")
        self._check_draft()
        # sudo: as in action_pay.
        self.sudo().state = "cancel"

    def action_view_payments(self):
        """Open the payments of this run."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "account.payment",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.payment_id.ids)],
        }

    def action_export_csv(self):
        """Download the list as CSV."""
        self.ensure_one()
        content = as_csv(*self._get_table())
        return make_download(self, f"{self.name}.csv", content)

    def action_export_xlsx(self):
        """Download the list as a spreadsheet."""
        self.ensure_one()
        content = as_xlsx({self.env._("Transfers"): self._get_table()})
        return make_download(self, f"{self.name}.xlsx", content)

    def _get_table(self):
        """(header, rows) of the list for the bank. For extension."""
        header = [
            self.env._("Dealer"), self.env._("Account holder"), self.env._("Account number"),
            self.env._("Bank"), self.env._("BIC"), self.env._("Amount"), self.env._("Currency"),
            self.env._("Due"), self.env._("Reference"), self.env._("Credit note"),
            self.env._("Problem"),
        ]  # fmt: skip
        labels = dict(self.line_ids._fields["problem"]._description_selection(self.env))
        rows = []
        for line in self.line_ids:
            bank = line.partner_bank_id
            rows.append(
                [
                    line.partner_id.display_name,
                    bank.acc_holder_name or bank.partner_id.name or "",
                    bank.acc_number or "",
                    bank.bank_id.name or "",
                    bank.bank_id.bic or "",
                    line.amount,
                    line.currency_id.name,
                    line.date_due,
                    line.reference or "",
                    line.move_id.name,
                    labels.get(line.problem, ""),
                ]
            )
        return header, rows

    def _find_due(self):
        """Posted credit notes by transfer that are due, open, and in no other open run."""
        self.ensure_one()
        # sudo: an accountant pays what is due, whether or not they may read agreements.
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("currency_id", "=", self.currency_id.id),
                    ("state", "=", "posted"),
                    ("move_type", "=", "out_refund"),
                    ("rebate_settlement_id.agreement_id.payout", "=", "transfer"),
                    ("payment_state", "in", ("not_paid", "partial")),
                    ("invoice_date_due", "<=", self.due_until),
                    ("rebate_payout_line_ids", "not any", [("payout_id.state", "=", "draft")]),
                ],
                order="invoice_date_due, partner_id, id",
            )
            .sudo(False)
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("use the buttons of the pay-out run.")

    def _check_draft(self):
        for payout in self:
            if payout.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is done. Make another run for what is due since.",
                        name=payout.name,
                    )
                )

    def _check_payable(self):
        self.ensure_one()
        if not self.journal_id:
            raise UserError(
                self.env._("Choose the bank that %(name)s is paid from.", name=self.name)
            )
        if not self.line_ids.filtered(lambda line: not line.problem):
            raise UserError(
                self.env._(
                    "Nothing in %(name)s can be paid. List what is due, and enter the missing bank "
                    "accounts on the dealers.",
                    name=self.name,
                )
            )

    def _pay(self):
        """Odoo's own *Pay*, one payment for each credit note."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.problem)
        for line in lines.filtered(
            lambda line: line.move_id.partner_bank_id != line.partner_bank_id
        ):
            line.move_id.partner_bank_id = line.partner_bank_id
        register = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=lines.move_id.ids)
            .create(
                {
                    "journal_id": self.journal_id.id,
                    "payment_date": self.date,
                    "group_payment": False,
                }
            )
        )
        payments = register._create_payments()
        for line in lines:
            # sudo: as in action_pay.
            line.sudo().payment_id = (line.move_id.matched_payment_ids & payments)[:1]
