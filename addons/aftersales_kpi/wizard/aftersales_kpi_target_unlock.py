# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesKpiTargetUnlock(models.TransientModel):
    """Asks why a target, filled once, has to change (K9)."""

    _name = "aftersales.kpi.target.unlock"
    _description = "Unlock KPI Targets"

    target_ids = fields.Many2many("aftersales.kpi.target", string="Targets", readonly=True)
    reason = fields.Char(required=True, help="Stays in the history of the target.")

    def action_unlock(self):
        """Unlock the targets; the target itself checks the right to do so."""
        self.ensure_one()
        self.target_ids._unlock(self.reason)
        return {"type": "ir.actions.act_window_close"}
