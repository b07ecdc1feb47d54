# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forecasts for parts that are asked for now and then, and the stock that they call for (P10).

Pure functions on histories: one number of pieces a period, the oldest first. Sources:

* Croston, J. (1972), Forecasting and stock control for intermittent demands, Operational Research
  Quarterly 23, 289-303: sizes and intervals are smoothed apart.
* Syntetos, A. and Boylan, J. (2005), The accuracy of intermittent demand estimates, International
  Journal of Forecasting 21, 303-314: Croston's ratio is biased upwards by about 1 / (1 - α / 2).
* Syntetos, A., Boylan, J. and Croston, J. (2005), On the categorization of demand patterns,
  Journal of the Operational Research Society 56, 495-503: the four kinds and their limits.
* Teunter, R., Syntetos, A. and Babai, M. (2011), Intermittent demand: linking forecasting to
  inventory obsolescence, European Journal of Operational Research 214, 606-615: the chance of a
  demand is smoothed each period, so that the forecast of a dying part sinks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

#: Limits between the four kinds of demand (Syntetos, Boylan and Croston 2005).
ADI_LIMIT = 1.32
CV2_LIMIT = 0.49
#: The last so many periods are held against those before, to see whether demand still is the same.
RECENT_PERIODS = 12
#: It is not when the share of periods with demand has moved by more than so many standard errors.
DRIFT_LIMIT = 1.0
#: A part is dying when it has been quiet for so many times its usual interval, and so long.
DYING_FACTOR = 2.0
DYING_PERIODS = 6
#: Above this mean the normal distribution is as good, and quicker than counting pieces.
COUNTED_MEAN = 200.0

AUTO, SBA, TSB, MOVING_AVERAGE = "auto", "sba", "tsb", "average"


@dataclass(frozen=True)
class Pattern:
    """How a part is asked for.

    :ivar kind: none, smooth, intermittent, erratic or lumpy
    :ivar adi: average interval between demands, in periods; 0 without demand
    :ivar cv2: squared coefficient of variation of the demands' sizes
    :ivar hits: periods with demand
    :ivar quiet: periods since the last demand
    :ivar drifts: asked for clearly more or less often of late than before
    """

    kind: str
    adi: float
    cv2: float
    hits: int
    quiet: int
    drifts: bool = False

    @property
    def is_dying(self) -> bool:
        """Whether it has been quiet for much longer than is usual for it."""
        return self.hits > 0 and self.quiet >= max(DYING_PERIODS, DYING_FACTOR * self.adi)


@dataclass(frozen=True)
class Forecast:
    """What is expected of a period, and how far demand strays from it.

    :ivar method: the method that was used
    :ivar level: pieces a period
    :ivar variance: of a period's pieces around the level
    :ivar pattern: what the history looks like
    """

    method: str
    level: float
    variance: float
    pattern: Pattern


def classify(history: Sequence[float]) -> Pattern:
    """Tell the kind of demand by the interval between demands and the variation of their sizes.

    >>> classify([0, 0, 4, 0, 0, 4]).kind
    'intermittent'
    """
    sizes = [size for size in history if size > 0]
    if not sizes:
        return Pattern("none", 0.0, 0.0, 0, len(history))
    quiet = next(back for back, size in enumerate(reversed(history)) if size > 0)
    adi = len(history) / len(sizes)
    mean = fmean(sizes)
    cv2 = fmean((size - mean) ** 2 for size in sizes) / mean**2
    kinds = {
        (False, False): "smooth",
        (True, False): "intermittent",
        (False, True): "erratic",
        (True, True): "lumpy",
    }
    kind = kinds[adi >= ADI_LIMIT, cv2 >= CV2_LIMIT]
    return Pattern(kind, adi, cv2, len(sizes), quiet, _drifts(history))


def croston(history: Sequence[float], alpha: float = 0.1, start: str = "mean") -> float:
    """Croston's forecast of a period: smoothed size over smoothed interval.

    :param alpha: how much the newest demand weighs, above 0 up to 1
    :param start: what smoothing starts from: ``first`` demand and interval, as Croston has it, or
        their ``mean``, which serves short histories better
    """
    _check_share(alpha)
    sizes, intervals = _split(history)
    if not sizes:
        return 0.0
    return _smooth(sizes, alpha, start) / _smooth(intervals, alpha, start)


def sba(history: Sequence[float], alpha: float = 0.1, start: str = "mean") -> float:
    """Croston's forecast with the Syntetos-Boylan correction; parameters as :func:`croston`."""
    return (1 - alpha / 2) * croston(history, alpha, start)


def tsb(
    history: Sequence[float], alpha: float = 0.1, beta: float = 0.1, start: str = "mean"
) -> float:
    """Forecast by Teunter, Syntetos and Babai: it sinks with each period without demand.

    :param alpha: weight of the newest size, above 0 up to 1
    :param beta: weight of the newest period in the chance of a demand, above 0 up to 1
    :param start: as :func:`croston`; ``first`` takes the chance from the first interval
    """
    _check_share(alpha)
    _check_share(beta)
    chance, size = _get_chance_and_size(history, alpha, beta, start)
    return chance * size


def _get_chance_and_size(history, alpha, beta, start="mean"):
    sizes, intervals = _split(history)
    if not sizes:
        return 0.0, 0.0
    if start == "first":
        size, chance, rest = sizes[0], 1 / intervals[0], history[intervals[0] :]
    else:
        size, chance, rest = fmean(sizes), 1 / fmean(intervals), history
    for asked in rest:
        if asked > 0:
            size += alpha * (asked - size)
        chance += beta * ((asked > 0) - chance)
    return chance, size


def moving_average(history: Sequence[float], periods: int = 12) -> float:
    """Mean of the last periods."""
    last = history[-periods:]
    return fmean(last) if last else 0.0


def forecast(
    history: Sequence[float],
    method: str = AUTO,
    alpha: float = 0.1,
    beta: float = 0.1,
    periods: int = 12,
) -> Forecast:
    """Forecast a period of a part.

    ``auto`` takes TSB where demand is dying, reviving or otherwise not what it was, the moving
    average where it is smooth, SBA for the rest.

    :param method: auto, sba, tsb or average
    :param periods: of the moving average
    :raise ValueError: when the method is none of these
    """
    pattern = classify(history)
    if method == AUTO:
        method = _choose(pattern)
    if method == MOVING_AVERAGE:
        level = moving_average(history, periods)
        last = history[-periods:]
        variance = fmean((size - level) ** 2 for size in last) if last else 0.0
        return Forecast(method, level, variance, pattern)
    if method == TSB:
        chance, size = _get_chance_and_size(history, alpha, beta)
    elif method == SBA:
        size = _smooth(_split(history)[0], alpha, "mean") if pattern.hits else 0.0
        chance = sba(history, alpha) / size if size else 0.0
    else:
        raise ValueError(f"There is no method {method}.")
    level = chance * size
    # A demand comes with a chance, its size varies: variance of a product of the two.
    variance = max(chance * size**2 * (1 + pattern.cv2) - level**2, 0.0)
    return Forecast(method, level, variance, pattern)


def get_min_max(
    expected: Forecast, service_level: float, protected: float, interval: float
) -> tuple[int, int]:
    """Pieces to keep: order below the first number, up to the second.

    Odoo orders when fewer than the minimum are left. At that moment there must be enough for all
    that may be asked until new pieces are there, with the chance that is wanted; so the minimum is
    one more than the demand that is not exceeded with this chance.

    :param service_level: chance, above 0 and below 1, that nothing is missing while pieces are on
        their way
    :param protected: periods until pieces that are ordered are there, the wait for the next
        order's day included
    :param interval: periods that one order shall last
    """
    if expected.level <= 0:
        return 0, 0
    covered = quantile(service_level, expected.level * protected, expected.variance * protected)
    minimum = covered + 1
    return minimum, max(minimum, covered + math.ceil(expected.level * interval))


def quantile(chance: float, mean: float, variance: float) -> int:
    """Smallest number of pieces that demand does not exceed with this chance.

    Demand is counted in pieces: negative binomial, Poisson where it varies no more than that, and
    normal where it is large.

    :raise ValueError: when the chance is not above 0 and below 1
    """
    if not 0 < chance < 1:
        raise ValueError(f"A chance lies above 0 and below 1, not at {chance}.")
    if mean <= 0:
        return 0
    if mean > COUNTED_MEAN:
        deviation = math.sqrt(max(variance, mean))
        return max(0, math.ceil(NormalDist(mean, deviation).inv_cdf(chance)))
    if variance <= mean * (1 + 1e-9):
        return _count(chance, math.exp(-mean), lambda pieces: mean / pieces)
    success = mean / variance
    size = mean * success / (1 - success)
    return _count(
        chance,
        success**size,
        lambda pieces: (size + pieces - 1) / pieces * (1 - success),
    )


def _count(chance, nothing, ratio):
    """Add up the chances of 0, 1, 2… pieces, each by its ratio to the one before."""
    pieces, current = 0, nothing
    reached = current
    while reached < chance:
        pieces += 1
        current *= ratio(pieces)
        # What is left of the sum is smaller than a float can tell.
        if current < 1e-15 and reached > 0.5:
            break
        reached += current
    return pieces


def _choose(pattern):
    if pattern.drifts or pattern.is_dying:
        return TSB
    return MOVING_AVERAGE if pattern.kind == "smooth" else SBA


def _drifts(history):
    """Whether the last periods have clearly more or fewer demands than those before."""
    asked = [size > 0 for size in history]
    recent, before = asked[-RECENT_PERIODS:], asked[:-RECENT_PERIODS]
    if not before:
        return False
    share = fmean(asked)
    error = math.sqrt(share * (1 - share) * (1 / len(recent) + 1 / len(before)))
    return error > 0 and abs(fmean(recent) - fmean(before)) > DRIFT_LIMIT * error


def _split(history):
    """Sizes of the demands, and periods from one to the next (from the start to the first)."""
    sizes, intervals, since = [], [], 0
    for size in history:
        since += 1
        if size > 0:
            sizes.append(size)
            intervals.append(since)
            since = 0
    return sizes, intervals


def _smooth(values, alpha, start):
    """Simple exponential smoothing."""
    if start == "first":
        level, rest = values[0], values[1:]
    else:
        level, rest = fmean(values), values
    for value in rest:
        level += alpha * (value - level)
    return level


def _check_share(share):
    if not 0 < share <= 1:
        raise ValueError(f"A smoothing constant lies above 0 and up to 1, not at {share}.")
