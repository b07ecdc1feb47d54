# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesKpiFigures(models.TransientModel):
    """Shows what an indicator says about everybody in a month, computed on the spot."""

    _name = "aftersales.kpi.figures"
    _description = "Show Figures"

    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator", required=True, help="What is measured."
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
        help="Any day of the month.",
    )
    subject_kind = fields.Selection(
        [
            ("employee", "Employees"),
            ("team", "Teams"),
            ("outlet", "Outlets"),
            ("dealer", "Dealers"),
            ("company", "Company"),
        ],
        string="Of",
        required=True,
        default="employee",
        help="Whose figures.",
    )
    line_ids = fields.One2many("aftersales.kpi.figures.line", "figures_id", readonly=True)

    def action_show(self):
        """Compute the figures and list them.

        :raises AccessError: when the user is not a KPI manager, or not in the company
        :raises UserError: when there is nothing to show
        """
        self.ensure_one()
        self._check_allowed()
        self.line_ids.unlink()
        self._fill(self.indicator_id)
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(indicator)s found nothing to measure in that month. Choose another month, "
                    "or others to measure.",
                    indicator=self.indicator_id.name,
                )
            )
        return self._open_lines(self.indicator_id.name)

    @api.model
    def _open_parts(self, indicator, company, month, kind, subject):
        """List the parts of a formula for one subject.

        :param indicator: one with a formula
        :param date month: any day of the month
        :param str kind: key of ``SUBJECT_MODELS``
        :param subject: the record that is measured
        :return: action
        """
        show = self.create(
            {
                "indicator_id": indicator.id,
                "company_id": company.id,
                "month": month,
                "subject_kind": kind,
            }
        )
        for part in indicator.part_ids:
            show._fill(part, subject.ids)
        return show._open_lines(f"{indicator.name}, {subject.display_name}")

    def _fill(self, indicator, subject_ids=None):
        """Add lines: one a subject, also where a formula has no figure, with the reason."""
        start = self.month + relativedelta(day=1)
        end = start + relativedelta(months=1, days=-1)
        measures = indicator._measure(
            self.company_id, start, end, self.subject_kind, subject_ids, with_sources=False
        )
        notes = {}
        if indicator.measure == "formula":
            scope = indicator._get_scope(
                self.company_id, start, end, self.subject_kind, subject_ids
            )
            notes = {
                subject_id: indicator._explain_no_figure(parts)
                for subject_id, (value, parts) in indicator._evaluate(scope).items()
                if value is None
            }
        targets = self.env["aftersales.kpi.target"]._get_targets(
            self.company_id, start, self.subject_kind, indicators=indicator
        )
        model = self.env["aftersales.kpi.figures.line"]
        shared = {
            "figures_id": self.id,
            "indicator_id": indicator.id,
            "company_id": self.company_id.id,
            "period_start": start,
        }
        lines = [
            {
                **shared,
                **model._prepare_subject_vals(self.subject_kind, subject_id),
                **model._prepare_line_vals(
                    indicator, measure, targets.get((indicator.id, subject_id))
                ),
            }
            for subject_id, measure in measures.items()
        ]
        lines += [
            {
                **shared,
                **model._prepare_subject_vals(self.subject_kind, subject_id),
                "note": note,
            }
            for subject_id, note in notes.items()
        ]
        if subject_ids is not None and not lines:
            lines = [
                {
                    **shared,
                    **model._prepare_subject_vals(self.subject_kind, subject_id),
                    "note": self.env._("Nothing to measure."),
                }
                for subject_id in subject_ids
            ]
        model.create(lines)

    def _open_lines(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_figures_line_action"
        )
        return action | {
            "display_name": name,
            "name": name,
            "domain": [("figures_id", "=", self.id)],
        }

    def _check_allowed(self):
        """Figures are computed past access rights: who may see them is asked here."""
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")):
            raise AccessError(
                self.env._("Only a KPI manager sees the figures of everybody: ask yours.")
            )
        self._check_company_allowed(self.company_id)

    @api.model
    def _check_company_allowed(self, company):
        """Record rules of companies do not hold for what is computed.

        :raises AccessError: when the user does not work in the company
        """
        if company not in self.env.companies:
            raise AccessError(
                self.env._(
                    "You are not working in this company now: choose it among your companies first."
                )
            )
