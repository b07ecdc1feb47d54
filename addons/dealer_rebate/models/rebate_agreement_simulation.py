# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

# Only this very object lets an agreement be computed outside its dates: no request can send it.
SIMULATION = object()


class RebateAgreementSimulation(models.Model):
    """An agreement can be tried on the past before it is signed."""

    _inherit = "rebate.agreement"

    def action_simulate(self):
        """Open a simulation of these terms on the last closed year."""
        self.ensure_one()
        simulation = self.env["rebate.simulation"].create({"agreement_id": self.id})
        simulation.action_run()
        return {
            "type": "ir.actions.act_window",
            "res_model": "rebate.simulation",
            "view_mode": "form",
            "res_id": simulation.id,
        }

    def _get_period_bounds(self, date, period=None):
        if self.env.context.get("rebate_simulation") is SIMULATION:
            return self._get_calendar_bounds(date, period or self.period)
        return super()._get_period_bounds(date, period)
