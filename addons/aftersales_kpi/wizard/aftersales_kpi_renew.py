# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiRenew(models.TransientModel):
    """From when on a new version of a scheme holds, and why."""

    _name = "aftersales.kpi.renew"
    _description = "New Version of a KPI Scheme"

    scheme_id = fields.Many2one(
        "aftersales.kpi.scheme", required=True, readonly=True, ondelete="cascade"
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.add(
            fields.Date.start_of(fields.Date.context_today(self), "month"), months=1
        ),
        help="First day of the new version: it holds for periods that begin from here on.",
    )
    note = fields.Text(required=True, string="What Changes", help="Said to those it is for.")

    def action_renew(self):
        """Start the version and open it."""
        self.ensure_one()
        version = self.scheme_id._renew(self.date_from, self.note)
        return {
            "type": "ir.actions.act_window",
            "res_model": version._name,
            "res_id": version.id,
            "view_mode": "form",
        }
