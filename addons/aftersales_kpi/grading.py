# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Turns figures into points by terms that a sheet keeps; nothing of Odoo's database.

What graded a figure and what the sheet shows years later are the same dict: a line can be graded
again (a figure that was corrected, a rework confirmed late) by the terms that were agreed.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.rate_table.calculators import ROW_METHODS, Row, to_decimal

POINTS_STEP = Decimal("0.01")
SCORE_STEP = Decimal("0.01")
KPI_STEP = Decimal("0.0001")

COMPARE = {
    ">=": lambda value, threshold: value >= threshold,
    ">": lambda value, threshold: value > threshold,
    "<=": lambda value, threshold: value <= threshold,
    "<": lambda value, threshold: value < threshold,
}


@dataclass(frozen=True)
class Grade:
    """What a figure is worth.

    :ivar points: rounded half up to what is shown
    :ivar trace: how it came about, JSON can hold it
    """

    points: Decimal
    trace: dict


def grade(terms, values, targets=None):
    """Grade figures by the terms of a line.

    :param dict terms: see ``aftersales.kpi.scheme.line._prepare_terms``
    :param values: list of Decimal
    :param targets: list of Decimal, one for each figure, where points are proportional to them
    :return: list of :class:`Grade`
    """
    if terms.get("grading") == "proportional":
        found = [_get_share(terms, *pair) for pair in zip(values, targets, strict=True)]
    else:
        rows = [Row(to_decimal(start), to_decimal(value)) for start, value in terms["rows"]]
        bands = ROW_METHODS["band"](
            rows, unit="amount", bound=terms["bound"], open_below=terms["open_below"]
        )
        found = [(result.amount, result.trace) for result in bands.evaluate(values)]
    return [Grade(_limit(terms, points), trace) for points, trace in found]


def _limit(terms, points):
    """Points between the least and the most that the line gives."""
    if "most" in terms:
        points = max(min(points, to_decimal(terms["most"])), to_decimal(terms["least"]))
    return points.quantize(POINTS_STEP, ROUND_HALF_UP)


def _get_share(terms, value, target):
    """Most points × figure ÷ target; where lower is better, × target ÷ figure."""
    over, under = (value, target) if terms["better"] == "higher" else (target, value)
    full = to_decimal(terms["points"])
    if under > 0:
        share = over / under
    elif over > under:
        # No complaint where some are allowed: better it cannot be.
        share = to_decimal(terms["most"]) / full
    else:
        # A target of 0 complaints is met by 0 of them.
        share = Decimal(over == under)
    trace = {
        "method": "proportional",
        "input": str(value),
        "target": str(target),
        "better": terms["better"],
        "points": str(full),
        "result": str((full * share).quantize(POINTS_STEP, ROUND_HALF_UP)),
    }
    return full * share, trace


def get_score(parts, extra=()):
    """Weighted mean of (points, out of, weight), in percent; rounded to what is shown.

    :param extra: points on top (of earlier months), whose weight does not count again
    """
    total = sum((weight for _points, _most, weight in parts), Decimal(0))
    if not total:
        return Decimal(0)
    added = [*parts, *extra]
    score = sum((weight * points / most for points, most, weight in added), Decimal(0))
    return (100 * score / total).quantize(SCORE_STEP, ROUND_HALF_UP)


def get_kpi_value(score, par):
    """The KPI value of K1: 1 at par."""
    return (score / par).quantize(KPI_STEP, ROUND_HALF_UP) if par else Decimal(0)


def is_at_fault(values, share):
    """Whether a scheme is at fault: so many of its people come out below 1 (K1).

    :param values: KPI values, Decimal
    :param share: percent of the people from which on the scheme, not they, is at fault
    """
    below = sum(value < 1 for value in values)
    return bool(values) and Decimal(100) * below / len(values) >= share
