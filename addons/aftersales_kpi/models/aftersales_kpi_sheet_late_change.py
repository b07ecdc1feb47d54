# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal

from ..grading import grade
from .aftersales_kpi_scheme import MONTHS


class AftersalesKpiSheet(models.Model):
    """Late changes: what happened to earlier, agreed months is a difference on the open one."""

    _inherit = "aftersales.kpi.sheet"

    late_ids = fields.One2many(
        "aftersales.kpi.sheet.late",
        "sheet_id",
        readonly=True,
        string="Late Changes",
        help="What changed in earlier months after their sheets were agreed.",
    )
    late_points = fields.Float(
        compute="_compute_points",
        store=True,
        digits=(16, 2),
        aggregator="sum",
        help="Points given or taken back for earlier months.",
    )

    def _compute_points(self):
        result = super()._compute_points()
        for sheet in self:
            sheet.late_points = sum(sheet.late_ids.mapped("points"))
            sheet.points += sheet.late_points
        return result

    def _get_points_fields(self):
        return super()._get_points_fields() + ["late_ids.points", "late_ids.weight"]

    def _get_late_parts(self):
        """Differences of earlier months, as parts of the score."""
        return super()._get_late_parts() + [
            (to_decimal(late.points), to_decimal(late.max_points), to_decimal(late.weight))
            for late in self.late_ids
        ]

    @api.model
    def _get_part_fields(self):
        return super()._get_part_fields() + ["late_ids"]

    @api.model
    def _grade(self, run):
        graded = super()._grade(run)
        for subject_id, vals in self._find_late_changes(run):
            graded[subject_id]["late_ids"].append(vals)
        return graded

    @api.model
    def _find_late_changes(self, run):
        """Measure agreed figures of earlier periods anew: one query an indicator and period.

        A figure that was corrected by hand, or whose terms have changed since, is left alone.

        :return: yields (subject id, values of a late change)
        """
        origins = self._search_late_origins(run)
        said = self._get_last_said(run, origins)
        groups = origins.grouped(lambda line: (line.indicator_id, line.period_start))
        for (indicator, start), lines in groups.items():
            terms = indicator._get_terms()
            end = start + relativedelta(months=MONTHS[run.period], days=-1)
            ids = [line.sheet_id._get_subject().id for line in lines]
            found = indicator._measure(run.company, start, end, run.kind, ids)
            for subject_id, line in zip(ids, lines, strict=True):
                measure = found.get(subject_id)
                if measure and line.terms.get("indicator") == terms:
                    vals = self._prepare_late_vals(run, subject_id, line, measure, said.get(line))
                    if vals:
                        yield subject_id, vals

    @api.model
    def _search_late_origins(self, run):
        """Lines of agreed sheets of the periods that the schemes look back to."""
        back = max((scheme.look_back for scheme in run.schemes.values()), default=0)
        if not back:
            return self.env["aftersales.kpi.sheet.line"]
        first = run.start - relativedelta(months=MONTHS[run.period] * back)
        sheets = self.search(
            [
                ("company_id", "=", run.company.id),
                ("subject_kind", "=", run.kind),
                ("period", "=", run.period),
                ("period_start", ">=", first),
                ("period_start", "<", run.start),
                ("state", "in", ("agreed", "locked")),
                ("superseded_by_id", "=", False),
            ]
        )
        return sheets.line_ids.filtered(
            lambda line: (
                line.is_measured
                and line.dispute != "corrected"
                and self._looks_back(run, line.sheet_id)
            )
        )

    @api.model
    def _looks_back(self, run, sheet):
        scheme = run.schemes.get(sheet._get_subject().id)
        if not scheme:
            return False
        months = MONTHS[run.period] * scheme.look_back
        return sheet.period_start >= run.start - relativedelta(months=months)

    @api.model
    def _get_last_said(self, run, origins):
        """The last that another sheet said about each of the lines.

        :return: dict {line: ``aftersales.kpi.sheet.late``}
        """
        lates = self.env["aftersales.kpi.sheet.late"].search(
            [
                ("origin_id", "in", origins.ids),
                ("sheet_id.period_start", "<", run.start),
                ("sheet_id.superseded_by_id", "=", False),
            ],
            order="id",
        )
        return {late.origin_id: late for late in lates}

    @api.model
    def _prepare_late_vals(self, run, subject_id, line, measure, said=None):
        """Values of a late change; empty where nothing changed.

        :param line: the agreed line
        :param measure: its figure of today
        :param said: the last late change that was said about it
        """
        before = to_decimal(said.value_after if said else line.value)
        if measure.rounded == before:
            return {}
        [found] = grade(line.terms, [measure.rounded], [to_decimal(line.target)])
        return {
            "origin_id": line.id,
            "value_before": float(before),
            "value_after": float(measure.rounded),
            "points_before": said.points_after if said else line.points,
            "points_after": float(found.points),
            "counts": run.schemes[subject_id].late_effect == "count",
            "weight": line.weight,
            "max_points": line.max_points,
        }
