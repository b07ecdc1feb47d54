# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What indicators, sheets, pay and commissions say to each other about a measured figure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

# Figures are looked up as they are shown: what the employee reads is what was graded (K4).
VALUE_STEP = Decimal("0.0001")

# Whom an indicator may measure, and the model of each.
SUBJECT_MODELS = {
    "employee": "hr.employee",
    "team": "aftersales.team",
    "outlet": "aftersales.outlet",
    "dealer": "res.partner",
    "company": "res.company",
}


@dataclass(frozen=True)
class Measure:
    """What an indicator found for one subject in one period.

    :ivar value: the figure in the indicator's unit, not rounded
    :ivar source_ids: the very records behind it
    :ivar amount: what was added up: the numerator of a ratio
    :ivar weight: what it was divided by; of a sum, how many records were added
    """

    value: Decimal
    source_ids: tuple[int, ...] = ()
    amount: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)

    @property
    def rounded(self):
        """The figure as it is shown and graded."""
        # Plus zero: nothing ÷ a negative sum is 0, not −0.
        return self.value.quantize(VALUE_STEP, ROUND_HALF_UP) + 0


@dataclass(frozen=True)
class MeasureKind:
    """What stands behind a key of ``aftersales.kpi.indicator.measure``.

    :ivar unit: key of the unit, see ``_get_units``
    :ivar formula: how the figure comes about, in the reader's language (K4)
    :ivar model: model of the records behind the figure; empty where there are none
    :ivar better: ``higher`` or ``lower``
    :ivar is_ratio: Σ amount ÷ Σ weight of the rows; otherwise Σ amount
    :ivar scale: multiplies the figure: 100 for percent
    :ivar divisor: divides it: seconds a day
    :ivar subjects: whom it may measure
    :ivar empty_is_zero: whether a formula takes 0 where there is no row; default: of sums
    """

    unit: str
    formula: str
    model: str = ""
    better: str = "higher"
    is_ratio: bool = True
    scale: int = 1
    divisor: int = 1
    subjects: tuple[str, ...] = tuple(SUBJECT_MODELS)
    empty_is_zero: bool | None = None

    @property
    def nothing(self):
        """What a formula reckons with where a subject has no row: 0 of a sum, else no figure."""
        known = not self.is_ratio if self.empty_is_zero is None else self.empty_is_zero
        return Decimal(0) if known else None

    def get_value(self, amount, weight):
        """Figure of added-up rows; ``None`` for a ratio on nothing.

        :param Decimal amount: Σ amount
        :param Decimal weight: Σ weight
        """
        if not self.is_ratio:
            return amount * self.scale / self.divisor
        return amount * self.scale / (weight * self.divisor) if weight else None


@dataclass(frozen=True)
class Scope:
    """Whose figures of which days are asked for.

    :ivar company: ``res.company`` whose records count
    :ivar start: first day, in the company's calendar
    :ivar end: last day, included
    :ivar start_at: the first moment, naive UTC
    :ivar end_at: the first moment after, naive UTC
    :ivar subject: key of :data:`SUBJECT_MODELS`
    :ivar subject_ids: only these; ``None``: all
    """

    company: object
    start: date
    end: date
    start_at: datetime
    end_at: datetime
    subject: str
    subject_ids: tuple[int, ...] | None

    @property
    def zone(self):
        """Name of the time zone in which the company's days run."""
        return self.company._get_aftersales_timezone().zone
