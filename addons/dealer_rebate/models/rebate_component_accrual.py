# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..earnings import ZERO
from .rebate_component import EVERYBODY


class RebateComponentAccrual(models.Model):
    """What a component earned so far, by the tier that is expected at the period's end (R15).

    The context says what is asked: ``rebate_to_date``, a day up to which windows that are not
    over count, and ``rebate_expected``, which tier they are computed with.
    """

    _inherit = "rebate.component"

    accrual_rate = fields.Float(
        string="Expected Rate",
        digits=(16, 4),
        min_display_digits=2,
        help="Percentage that accruals of an open period are computed with, where the agreement "
        "accrues at agreed rates. Pays nothing by itself, and can change at any time.",
    )

    _accrual_rate_positive = models.Constraint(
        "CHECK (accrual_rate >= 0)", "An expected rate cannot be negative."
    )

    @api.model
    def _get_free_fields(self):
        return super()._get_free_fields() | {"accrual_rate"}

    def _get_windows(self, periods):
        """With ``rebate_to_date`` in the context also windows that are not over (R15)."""
        date = self.env.context.get("rebate_to_date")
        if not date or not self.period:
            return super()._get_windows(periods)
        windows = {}
        for start, cutoff in periods:
            day = start
            while day <= cutoff:
                first, last = self.agreement_id._get_period_bounds(day, self.period)
                windows[first] = min(last, date)
                day = last + timedelta(days=1)
        return [(first, first, last) for first, last in sorted(windows.items())]

    def _apply_table(self, earnings, windows, cutoff):
        super()._apply_table(earnings, windows, cutoff)
        method = self.env.context.get("rebate_expected", "reached")
        if method == "reached":
            return
        ends = {
            key: self.agreement_id._get_period_bounds(key, self.period)[1]
            for key, _first, _last in windows
        }
        unfinished = [earning for earning in earnings if earning.end < ends[earning.start]]
        getattr(self, f"_expect_{method}")(unfinished, ends)

    def _expect_agreed(self, earnings, _ends):
        """The agreed rate on what was bought so far; without one, the tier reached so far."""
        if not self.accrual_rate:
            return
        rate = to_decimal(self.accrual_rate)
        for earning in earnings:
            earning.rate = rate
            earning.amount = earning.base * rate / 100
            earning.trace["expected"] = {"method": "agreed", "rate": as_text(rate)}

    def _expect_linear(self, earnings, ends):
        """The tier of the whole period if it goes on like this, on what was bought so far."""
        values = []
        for earning in earnings:
            whole = (ends[earning.start] - earning.start).days + 1
            values.append(earning.base * whole / ((earning.end - earning.start).days + 1))
        self._expect_tier("linear", earnings, values)

    def _expect_last_year(self, earnings, ends):
        """The tier of the same period of the previous year, on what was bought so far."""
        year = relativedelta(years=1)
        starts = {earning.start for earning in earnings}
        before = self._read_basis(
            self.agreement_id,
            [(start, start - year, ends[start] - year) for start in sorted(starts)],
        )
        totals = {}
        for (subject, start), (base, _count) in before.items():
            for key in ((subject, start), (EVERYBODY, start)):
                totals[key] = totals.get(key, ZERO) + base
        self._expect_tier(
            "last_year",
            earnings,
            [totals.get((earning.subject, earning.start), ZERO) for earning in earnings],
        )

    def _expect_tier(self, method, earnings, values):
        """Apply the average rate that the table gives for other values than those so far.

        Where the rate hangs on something else than the basis, or is read document by document,
        what was reached so far is the best expectation, and stays.
        """
        if self.rate_by != "basis" or self.per_document:
            return
        found = [at for at, value in enumerate(values) if value > 0]
        figures = [values[at] for at in found]
        for at, result in zip(found, self._evaluate(figures, figures), strict=True):
            earning = earnings[at]
            earning.rate = result.rate
            earning.amount = result.amount * earning.base / values[at]
            earning.trace["expected"] = {
                "method": method,
                "value": as_text(round(values[at], 2)),
                "rate": as_text(Decimal(result.rate)),
            }
