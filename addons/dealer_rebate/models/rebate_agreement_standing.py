# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateAgreementStanding(models.Model):
    """Where everybody stands in the running windows, for the office (R4)."""

    _inherit = "rebate.agreement"

    def action_view_standings(self):
        """Open the board of these agreements."""
        return self.env["rebate.standing"]._open(self)

    def _get_standings(self, day=None):
        """What every party earned so far, and what is missing to its next row.

        The basis of all dealers is read with one query a component, as for one dealer's page.

        :param day: default: today
        :return: list of values of ``rebate.standing``
        :raise UserError: when a document has no exchange rate
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        if not self._is_running(day):
            return []
        periods = self._get_running_periods(day)
        earnings = self._compute_earnings(periods, day)
        parties = {subject.partner_id for subject in self._get_subjects()}
        partners = self.env["res.partner"].browse(parties)
        standings = []
        for component in self.component_ids:
            own = [earning for earning in earnings if earning.component == component]
            windows = component._get_windows(periods)
            own += component._get_empty_earnings(own, windows, day, partners)
            standings += [
                self._prepare_standing(*running)
                for running in component._get_running(own, windows, day)
            ]
        return standings

    def _prepare_standing(self, earning, paid, _counted, goal):
        """Values of one row of the board. For extension.

        :param earning: what is earned to date in the running window
        :param paid: what was settled of it, in the agreement's currency
        :param goal: (basis, amount) of the next row, or None
        """
        vals = {
            "agreement_id": self.id,
            "component_id": earning.component.id,
            "partner_id": earning.subject[0],
            "outlet_id": earning.subject[1] or False,
            "date_from": earning.start,
            "date_to": earning.end,
            "base": float(earning.base),
            "rate": float(earning.rate),
            "earned": float(self._round(earning.amount)),
            "settled": float(paid),
            "forgone": float(self._round(earning.forgone)),
            "percent": self._get_percent(earning, goal),
            "has_next": bool(goal),
        }
        if goal:
            basis, amount = goal
            vals["missing"] = float(basis - earning.base)
            vals["gain"] = float(self._round(amount) - self._round(earning.amount))
        return vals
