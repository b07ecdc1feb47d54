# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

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

    def _simulate(self, date_from, date_to, partner_ids=None):
        """What would have been earned on a past time, whatever the agreement's own dates.

        :param partner_ids: only these dealers; the others are not read
        :return: list of earnings, see ``_compute_earnings``
        """
        self.ensure_one()
        tried = self.with_context(rebate_simulation=SIMULATION)
        periods = self._get_simulated_periods(date_from, date_to)
        return tried._compute_earnings(periods, date_to, partner_ids)

    def _get_simulated_periods(self, date_from, date_to):
        """Periods of the agreement's calendar on a past time: list of (first day, last day)."""
        tried = self.with_context(rebate_simulation=SIMULATION)
        periods = []
        day = date_from
        while day <= date_to:
            first, last = tried._get_period_bounds(day)
            periods.append((max(first, date_from), min(last, date_to)))
            day = last + timedelta(days=1)
        return periods

    def _get_period_bounds(self, date, period=None):
        if self.env.context.get("rebate_simulation") is SIMULATION:
            return self._get_calendar_bounds(date, period or self.period)
        return super()._get_period_bounds(date, period)
