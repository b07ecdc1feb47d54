# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import operator
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import as_text, to_decimal

COMPARISONS = {
    "ge": ("≥", operator.ge),
    "gt": (">", operator.gt),
    "le": ("≤", operator.le),
    "lt": ("<", operator.lt),
}
WINDOWS = [
    ("period", "The period"),
    ("ytd", "The year to date"),
    ("year", "The whole year"),
]


def widen(agreement, windows, span):
    """Windows as another span of time: the same keys, other first and last days.

    :param windows: list of (key, first day, last day)
    :param span: ``period``, ``ytd`` (from the start of the fiscal year to the window's last day)
        or ``year`` (the whole fiscal year)
    """
    if span == "period":
        return list(windows)
    wide = []
    for key, _first, last in windows:
        start = agreement.company_id.compute_fiscalyear_dates(last)["date_from"]
        end = last if span == "ytd" else start + relativedelta(years=1) - timedelta(days=1)
        wide.append((key, start, end))
    return wide


class RebateConditionMixin(models.AbstractModel):
    """A metric held against a threshold, for each subject and window.

    A value that is missing never holds: who reports nothing proves nothing (R7).
    """

    _name = "rebate.condition.mixin"
    _description = "Condition of a Rebate Component"

    component_id = fields.Many2one(
        "rebate.component", required=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="component_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="component_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    metric_id = fields.Many2one(
        "rebate.metric",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="The figure that is judged.",
    )
    span = fields.Selection(
        WINDOWS,
        string="Judged on",
        required=True,
        default="period",
        help="The component's period, or its fiscal year up to the period's end (R6: the quarter "
        "and the year to date are two conditions).",
    )
    comparison = fields.Selection(
        [(key, sign) for key, (sign, _function) in COMPARISONS.items()],
        required=True,
        default="ge",
        help="≥ holds at the threshold itself, > does not.",
    )
    threshold = fields.Float(digits=(16, 4), min_display_digits=2, help="The figure to reach.")
    threshold_metric_id = fields.Many2one(
        "rebate.metric",
        string="Threshold from",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Another metric that is the threshold, e.g. a formula (R8). Empty: the number.",
    )

    @api.depends("metric_id", "comparison", "threshold", "threshold_metric_id", "span")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for condition in self:
            condition.display_name = condition._describe()

    def _describe(self):
        """The condition in words."""
        self.ensure_one()
        limit = self.threshold_metric_id.name or f"{self.threshold:g}"
        text = f"{self.metric_id.name or ''} {COMPARISONS[self.comparison][0]} {limit}"
        if self.span != "period":
            span = dict(self._fields["span"]._description_selection(self.env))[self.span]
            text += f" ({span})"
        return text

    def _get_condition_terms(self):
        """This condition as plain data, see ``rebate.component._get_terms``."""
        self.ensure_one()
        return [
            self.metric_id.code or "",
            self.span,
            self.comparison,
            str(self.threshold),
            self.threshold_metric_id.code or "",
        ]

    def _read_verdicts(self, earnings, windows, cutoff):
        """Value, threshold and verdict of each condition for each earning, set-based.

        :param earnings: list of Earning of one component
        :param windows: windows of that component
        :param cutoff: day up to which payments count
        :return: {(condition, subject, key): {"name", "value", "limit", "holds"}}, values as text
        """
        values = {}
        subjects = self.component_id._get_asked_subjects(earnings)
        for span, conditions in self.grouped("span").items():
            metrics = conditions.metric_id | conditions.threshold_metric_id
            values[span] = metrics._read_values(
                self.agreement_id, widen(self.agreement_id, windows, span), subjects, cutoff
            )
        verdicts = {}
        for condition in self:
            found = values[condition.span]
            for earning in earnings:
                place = (*earning.subject, earning.start)
                value = found.get((condition.metric_id.id, *place))
                limit = to_decimal(condition.threshold)
                if condition.threshold_metric_id:
                    limit = found.get((condition.threshold_metric_id.id, *place))
                verdicts[condition, earning.subject, earning.start] = {
                    "name": condition._describe(),
                    "value": as_text(value) if value is not None else None,
                    "limit": as_text(limit) if limit is not None else None,
                    "holds": condition._holds(value, limit),
                }
        return verdicts

    def _holds(self, value, limit):
        self.ensure_one()
        if value is None or limit is None:
            return False
        return COMPARISONS[self.comparison][1](value, limit)
