# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import models


class AftersalesKpiAttendancePropose(models.TransientModel):
    """List the attendance of a month for everybody who belongs to a team."""

    _name = "aftersales.kpi.attendance.propose"
    _description = "List the Attendance of a Month"
    _inherit = ["aftersales.kpi.month.mixin"]

    def action_propose(self):
        """Add who is missing in the list, and show the month."""
        self.ensure_one()
        start = self.month.replace(day=1)
        self.env["aftersales.kpi.attendance"]._propose(
            self.company_id, start, start + relativedelta(months=1, days=-1)
        )
        return self._show(
            "aftersales_kpi.aftersales_kpi_attendance_action",
            [
                ("period_start", "=", start),
                ("company_id", "=", self.company_id.id),
            ],
        )
