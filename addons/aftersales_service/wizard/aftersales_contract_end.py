# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models


class AftersalesContractEnd(models.TransientModel):
    """Asks for day, reason and notice when a contract ends early (S2 B)."""

    _name = "aftersales.contract.end"
    _description = "End a Service Contract Early"

    contract_id = fields.Many2one("aftersales.contract", required=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    notice_days = fields.Integer(related="contract_id.notice_days")
    noticed_on = fields.Date(
        string="Notice Received",
        default=fields.Date.context_today,
        help="Day on which the written notice was received.",
    )
    agreed = fields.Boolean(
        string="Both Sides Agree", help="The contract ends on the day chosen, without notice."
    )
    day = fields.Date(
        string="Last Day",
        compute="_compute_day",
        store=True,
        readonly=False,
        required=True,
        help="Last day on which the contract covers its units.",
    )
    reason = fields.Char(required=True, help="Why it ends early.")
    amount_credit = fields.Monetary(
        compute="_compute_amount_credit",
        string="Not Earned",
        help="What is not earned from the last day on: it is not invoiced, or comes back as a "
        "draft credit note.",
    )

    @api.depends("noticed_on", "contract_id")
    def _compute_day(self):
        for wizard in self:
            since = wizard.noticed_on or fields.Date.context_today(self)
            wizard.day = since + timedelta(days=wizard.notice_days)

    @api.depends("day", "contract_id")
    def _compute_amount_credit(self):
        for wizard in self:
            wizard.amount_credit = (
                wizard.contract_id._get_not_earned(wizard.day) if wizard.day else 0.0
            )

    def action_end(self):
        """End the contract.

        :raises UserError: when the day is not possible
        """
        self.ensure_one()
        self.contract_id.check_access("write")
        self.contract_id._end(self.day, self.reason, self.noticed_on, self.agreed)
        return {"type": "ir.actions.act_window_close"}
