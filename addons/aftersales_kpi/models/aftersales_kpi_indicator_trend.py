# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..measures import Measure, MeasureKind

# Measures of another indicator over time: they need to know which.
TRENDS = ("months_mean", "year_to_date", "change")


class AftersalesKpiIndicator(models.Model):
    """What another indicator did over time: the months so far (K9), its change (K4)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("months_mean", "Mean of the months so far"),
            ("year_to_date", "The year so far"),
            ("change", "Change against an earlier period"),
        ],
        ondelete={key: "cascade" for key in TRENDS},
    )
    base_indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        string="Of Indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="The indicator whose figures are taken.",
    )
    mean_digits = fields.Integer(
        string="Decimals of the Mean",
        help="The mean is rounded half up to so many decimals: 0 for people (K9).",
    )
    compare_to = fields.Selection(
        [("previous", "The Period Before"), ("year", "The Same Period Last Year")],
        required=True,
        default="previous",
        help="With what the period is compared.",
    )

    _mean_digits_in_range = models.Constraint(
        "CHECK (mean_digits BETWEEN 0 AND 4)",
        "A mean has 0 to 4 decimals: figures are kept with four.",
    )

    def _get_based_measures(self):
        """Keys of measures that take another indicator's figures. Hook for new ones."""
        return TRENDS

    @api.constrains("measure", "base_indicator_id", "expression")
    def _check_base_indicator(self):
        """A base is named, and no chain of bases and formulas comes back to its beginning."""
        based = self._get_based_measures()
        for indicator in self:
            if indicator.measure in based and not indicator.base_indicator_id:
                raise ValidationError(
                    self.env._(
                        "Indicator %s needs the figures of another one: choose which.",
                        indicator.display_name,
                    )
                )
            if indicator in indicator._get_all_bases():
                raise ValidationError(
                    self.env._(
                        "Indicator %s would be computed from itself: choose another base.",
                        indicator.display_name,
                    )
                )

    def _get_direct_bases(self):
        """Indicators whose figures these ones take: as a base, or by a formula."""
        based = self.filtered(lambda one: one.measure in self._get_based_measures())
        return based.base_indicator_id | self.filtered(lambda o: o.measure == "formula").part_ids

    def _get_all_bases(self):
        """The indicators that these ones are computed from, over however many steps."""
        seen = used = self._get_direct_bases()
        while used:
            used = used._get_direct_bases() - seen
            seen |= used
        return seen

    def _measure_months_mean(self, scope):
        """Mean of the year's months up to the end of the period, half up. K9.

        Months without a figure are left out; the number of queries is that of the months.
        """
        found = {}
        for first, last in self._get_months_so_far(scope.end):
            for subject_id, measure in self._measure_base(scope, first, last).items():
                found.setdefault(subject_id, []).append(measure.value)
        step = Decimal(1).scaleb(-self.mean_digits)
        return {
            subject_id: Measure(
                (sum(values) / len(values)).quantize(step, ROUND_HALF_UP),
                amount=sum(values),
                weight=Decimal(len(values)),
            )
            for subject_id, values in found.items()
        }

    def _measure_year_to_date(self, scope):
        """The base indicator from the first of January to the end of the period. K9."""
        return self._measure_base(scope, scope.end.replace(month=1, day=1), scope.end)

    def _measure_change(self, scope):
        """Change in per cent of the earlier figure: below 0 it fell. K4.

        Nothing both times is no change; from nothing to something there is no percentage.
        """
        now = self._measure_base(scope, scope.start, scope.end)
        before = self._measure_base(scope, *self._get_earlier_period(scope.start, scope.end))
        nothing = Measure(Decimal(0))
        found = {}
        for subject_id in before.keys() | now.keys():
            figure = now.get(subject_id, nothing)
            earlier = before.get(subject_id, nothing).value
            delta = figure.value - earlier
            if earlier:
                found[subject_id] = Measure(
                    100 * delta / abs(earlier), figure.source_ids, delta, abs(earlier)
                )
            elif not delta:
                found[subject_id] = Measure(Decimal(0), figure.source_ids)
        return found

    def _measure_base(self, scope, start, end):
        """Figures of the base indicator, of the same subjects, in other days."""
        return self.base_indicator_id._measure(
            scope.company, start, end, scope.subject, scope.subject_ids
        )

    def _get_earlier_period(self, start, end):
        """First and last day of what a period is compared with: whole months stay whole."""
        if self.compare_to == "year":
            last = end + relativedelta(years=-1)
            return start + relativedelta(years=-1), self._keep_month_end(end, last)
        after = end + timedelta(days=1)
        if start.day == 1 and after.day == 1:
            months = (after.year - start.year) * 12 + after.month - start.month
            return start - relativedelta(months=months), start - timedelta(days=1)
        return start - (after - start), start - timedelta(days=1)

    @api.model
    def _keep_month_end(self, end, moved):
        """The last of a month stays the last of its month: 28 February 2027 → 29 February 2028."""
        if (end + timedelta(days=1)).day == 1:
            return moved + relativedelta(day=31)
        return moved

    @api.model
    def _get_months_so_far(self, end):
        """First and last day of each month of the year, up to and with a day.

        :return: list of pairs of dates; the last one ends on ``end``
        """
        first, months = end.replace(month=1, day=1), []
        while first <= end:
            last = min(first + relativedelta(day=31), end)
            months.append((first, last))
            first = last + timedelta(days=1)
        return months

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["base_indicator_id", "mean_digits", "compare_to"]

    def _get_measure_kinds(self):
        base = self.base_indicator_id
        name = base.name or self.env._("the other indicator")
        kind = base._get_kind() if base and base != self else None
        compared = {
            "previous": self.env._("the period before"),
            "year": self.env._("the same period of last year"),
        }[self.compare_to or "previous"]
        terms = {"subjects": kind.subjects} if kind else {}
        return super()._get_measure_kinds() | {
            "months_mean": MeasureKind(
                unit=kind.unit if kind else "number",
                formula=self.env._(
                    "Mean of the months of the year so far, up to the end of the period, of: "
                    "%(base)s. Rounded half up to %(digits)s decimals; months without a figure "
                    "are left out.",
                    base=name,
                    digits=self.mean_digits,
                ),
                better=kind.better if kind else "higher",
                **terms,
            ),
            "year_to_date": MeasureKind(
                unit=kind.unit if kind else "number",
                formula=self.env._("From the first of January to the end of the period: %s.", name),
                model=kind.model if kind else "",
                better=kind.better if kind else "higher",
                **terms,
            ),
            "change": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Change in % against %(earlier)s, below 0 it fell: %(base)s. From nothing to "
                    "something there is no figure.",
                    base=name,
                    earlier=compared,
                ),
                model=kind.model if kind else "",
                better=base.better or "lower",
                **terms,
            ),
        }
