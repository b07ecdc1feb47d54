# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import formatLang

from odoo.addons.aftersales_base import export
from odoo.addons.aftersales_base.periods import format_period


class AftersalesKpiRoleSheet(models.TransientModel):
    """The ratios of a month for one role, on one page: of the company or of an outlet (K9)."""

    _name = "aftersales.kpi.role.sheet"
    _description = "Ratios of the Month"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    role_id = fields.Many2one(
        "aftersales.kpi.role",
        required=True,
        default=lambda self: self.env["aftersales.kpi.role"].search([], limit=1),
        help="Whose ratios: the roles say which.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        check_company=True,
        help="Figures of this outlet; empty: of the whole company.",
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
        help="Any day of the month.",
    )

    # === ACTIONS === #

    def action_print(self):
        """The sheet as PDF."""
        self._check_allowed()
        report = self.env.ref("aftersales_kpi.aftersales_kpi_role_sheet_report")
        return report.report_action(self)

    def action_export(self):
        """The sheet as a workbook."""
        self.ensure_one()
        rows = [
            [
                row["indicator"].name,
                row["measure"] and float(row["measure"].rounded),
                row["unit"],
                row["target"] and float(row["target"]),
                row["before"] and float(row["before"].rounded),
                row["year_before"] and float(row["year_before"].rounded),
                row["note"],
            ]
            for row in self._get_rows()
        ]
        header = [
            self.env._("Indicator"),
            self.env._("Figure"),
            self.env._("Unit"),
            self.env._("Target"),
            self.env._("Month Before"),
            self.env._("Year Before"),
            self.env._("Note"),
        ]
        content = export.as_xlsx({self.role_id.name: (header, rows)})
        return export.make_download(self.browse(), f"{self._get_title()}.xlsx", content)

    # === BUSINESS METHODS === #

    def _get_rows(self):
        """The role's figures of the month, beside their targets and earlier months.

        :return: list of dict with ``indicator``, ``unit``, ``measure``, ``before`` and
            ``year_before`` (:class:`Measure` or None), ``target`` (Decimal or None), ``is_good``
            (None without a target), ``fell`` and ``note``
        """
        self._check_allowed()
        kind = "outlet" if self.outlet_id else "company"
        start = self.month + relativedelta(day=1)
        # sudo: who may see the figures was asked above; measuring reads all their documents.
        indicators = self.role_id.sudo().indicator_ids.sorted()
        indicators = indicators.filtered(lambda one: kind in one._get_kind().subjects)
        targets = (
            self.env["aftersales.kpi.target"]
            .sudo()
            ._get_targets(self.company_id, start, kind, indicators=indicators)
        )
        return [
            self._get_row(
                indicator, kind, start, targets.get((indicator.id, self._get_subject().id))
            )
            for indicator in indicators
        ]

    def _get_row(self, indicator, kind, start, target):
        figures = [
            self._measure(indicator, kind, start - relativedelta(months=months))
            for months in (0, 1, 12)
        ]
        measure, before, year_before = figures
        row = {
            "indicator": indicator,
            "unit": indicator.unit or "",
            "measure": measure,
            "before": before,
            "year_before": year_before,
            "target": target,
            "is_good": None,
            "fell": False,
            "note": "",
        }
        if not measure:
            return row | {"note": self._explain(indicator, kind, start)}
        compared = indicator._compare_figure(measure, target, before and before.rounded)
        if compared["has_target"]:
            row["target"] = target if target is not None else Decimal(str(indicator.target))
            row["is_good"] = compared["is_reached"]
        return row | {"fell": compared["fell"]}

    def _measure(self, indicator, kind, start):
        """Figure of the sheet's subject in the month that begins on a day; None: not measured."""
        end = start + relativedelta(months=1, days=-1)
        subject = self._get_subject()
        found = indicator._measure(self.company_id, start, end, kind, subject.ids)
        return found.get(subject.id)

    def _explain(self, indicator, kind, start):
        """Why there is no figure, as a sentence."""
        subject = self._get_subject()
        if indicator.measure == "formula":
            end = start + relativedelta(months=1, days=-1)
            scope = indicator._get_scope(self.company_id, start, end, kind, subject.ids)
            evaluated = indicator._evaluate(scope).get(subject.id)
            if evaluated:
                return indicator._explain_no_figure(evaluated[1])
        return self.env._("Nothing to measure in this month.")

    def _get_subject(self):
        return self.outlet_id or self.company_id

    def _format(self, value, unit):
        """A figure as it is read: people and numbers without decimals where they are whole."""
        if value is None or value is False:
            return ""
        whole = unit in (self.env._("people"), self.env._("number")) and value == int(value)
        return formatLang(self.env, float(value), digits=0 if whole else 2)

    def _get_title(self):
        """What the sheet and its file are called."""
        self.ensure_one()
        return self.env._(
            "%(role)s, %(subject)s, %(month)s",
            role=self.role_id.name,
            subject=self._get_subject().display_name,
            month=format_period(self.env, self.month),
        )

    @api.model
    def _check_allowed(self):
        """Figures are computed past access rights: who may see them is asked here.

        :raises AccessError: when the user is not a KPI manager, or not in the company
        """
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")):
            raise AccessError(
                self.env._("Ratios of the month are for KPI managers: ask yours for a print.")
            )
        if self.company_id - self.env.companies:
            # sudo: only the name, for the refusal.
            raise AccessError(
                self.env._("%s is not among your companies.", self.company_id.sudo().name)
            )
