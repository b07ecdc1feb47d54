# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import fields, models
from odoo.tools import date_utils


class RebateAccrualRun(models.TransientModel):
    """Accrues agreements up to a day (R15)."""

    _name = "rebate.accrual.run"
    _description = "Accrue Rebates"

    date = fields.Date(
        required=True,
        default=lambda self: (
            date_utils.start_of(fields.Date.context_today(self), "month") - timedelta(days=1)
        ),
        help="Last day that counts, and date of the entry. If locked, the next open day is taken.",
    )
    agreement_ids = fields.Many2many(
        "rebate.agreement",
        string="Agreements",
        required=True,
        domain="[('accrual_method', '!=', 'none'), ('state', '!=', 'draft')]",
        default=lambda self: self.env["rebate.agreement"].search(
            [("accrual_method", "!=", "none"), ("state", "=", "active")]
        ),
    )

    def action_accrue(self):
        """Book the accruals, one entry an agreement, and show them."""
        self.ensure_one()
        self.agreement_ids._check_may_accrue()
        rows = self.env["rebate.accrual"]
        for agreement in self.agreement_ids:
            rows |= agreement._accrue(self.date)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_accrual_action"
        )
        action["domain"] = [("id", "in", rows.ids)]
        action["context"] = {}
        return action
