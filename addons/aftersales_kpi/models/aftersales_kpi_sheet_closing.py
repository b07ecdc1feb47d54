# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AftersalesKpiSheet(models.Model):
    """What the closing of a scheme's period means to its sheets (K1)."""

    _inherit = "aftersales.kpi.sheet"

    def action_lock(self):
        """Lock agreed sheets, unless their scheme is at fault (K1).

        :raises UserError: naming the scheme, when most of its people come out below 1
        """
        self._check_manager()
        self._check_state("agreed")
        Closing = self.env["aftersales.kpi.closing"]
        for start, sheets in self.grouped("period_start").items():
            Closing._get_closings(sheets.scheme_id, start)._check_fault()
        return super().action_lock()

    @api.model
    def _get_due(self, run):
        """Who should have a sheet of a period.

        :param run: ``Run``
        :return: dict {subject id: scheme}
        :raises UserError: when two schemes are for the same subject
        """
        Scheme = self.env["aftersales.kpi.scheme"]
        in_force = Scheme._search_in_force(run.company, run.end, run.kind)
        in_force = in_force.filtered(lambda scheme: scheme.period == run.period)
        if run.kind == "employee":
            run.persons = self.env["hr.version"]._get_kpi_persons(run.company, run.start, run.end)
        matched = in_force._match(run.company, run.kind, run.end, persons=run.persons)
        return {key: scheme for key, scheme in matched.items() if self._was_there(run, key)}

    @api.model
    def _is_due(self, run, subject_id, parts):
        """Nobody gets a new sheet in a period that is closed."""
        if run.closed is None:
            closings = self.env["aftersales.kpi.closing"].search(
                [
                    ("company_id", "=", run.company.id),
                    ("period_start", "=", run.start),
                    ("state", "=", "closed"),
                ]
            )
            run.closed = closings.scheme_id
        if run.schemes[subject_id] in run.closed:
            return False
        return super()._is_due(run, subject_id, parts)
