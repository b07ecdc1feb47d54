# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a reserve plan would have done on demand that it had not seen.

Each part is planned on its first months; then the rest is played month by month: what arrives is
put away, what is asked for is served as far as it is there (what is not is lost), and in the
evening of the month so much is ordered as the minimum and maximum say. An order is there a month
later. All parts cost the same: the data know no prices, so stock is counted in pieces.
"""

import csv
import lzma
import math
from dataclasses import dataclass
from statistics import NormalDist, fmean

from tools.common import SHARED

DATA = SHARED / "data" / "spare-parts" / "carparts.csv.xz"
FITTED, JUDGED = 39, 12
LEAD = 1
#: An order protects the month it is under way and the month until the next one.
PROTECTED, INTERVAL = LEAD + 1, 1
AVERAGE_MONTHS = 12


@dataclass(frozen=True)
class Result:
    """How a way of planning did.

    :ivar fill_rate: share of the pieces asked for that were there
    :ivar stock: pieces in stock at a month's end, all parts together, on average
    """

    fill_rate: float
    stock: float


def read_histories(path=DATA):
    """Monthly demand of the parts that have no gap."""
    with lzma.open(path, "rt", newline="") as file:
        rows = list(csv.reader(file))[1:]
    histories = [[float(cell) for cell in row[1:]] for row in rows if "" not in row[1:]]
    if any(len(history) != FITTED + JUDGED for history in histories):
        raise ValueError(f"{path.name} does not hold {FITTED + JUDGED} months of each part.")
    return histories


def plan_by(demand, method, service_level):
    """A way of planning: ours.

    :param demand: the module of the calculators
    :return: function from a history to (minimum, maximum)
    """

    def plan(history):
        expected = demand.forecast(history, method, periods=AVERAGE_MONTHS)
        return demand.get_min_max(expected, service_level, PROTECTED, INTERVAL)

    return plan


def plan_plainly(service_level):
    """A way of planning: the moving average of the last year, and the text book's safety stock."""
    deviations = NormalDist().inv_cdf(service_level)

    def plan(history):
        last = history[-AVERAGE_MONTHS:]
        mean = fmean(last)
        if not mean:
            return 0, 0
        spread = math.sqrt(PROTECTED * fmean((pieces - mean) ** 2 for pieces in last))
        minimum = math.ceil(PROTECTED * mean + deviations * spread)
        return minimum, math.ceil(minimum + INTERVAL * mean)

    return plan


def judge(histories, plan):
    """Play the months that the plan has not seen: :class:`Result`."""
    asked = served = stock = 0.0
    for history in histories:
        minimum, maximum = plan(history[:FITTED])
        part_served, part_stock = _play(history[FITTED:], minimum, maximum)
        asked += sum(history[FITTED:])
        served += part_served
        stock += part_stock
    return Result(served / asked, stock)


def _play(months, minimum, maximum):
    """One part: pieces served, and its average stock."""
    there, under_way = maximum, {}
    served = held = 0.0
    for number, asked in enumerate(months):
        there += under_way.pop(number, 0)
        given = min(there, asked)
        served += given
        there -= given
        held += there
        position = there + sum(under_way.values())
        if position < minimum:
            under_way[number + 1 + LEAD] = maximum - position
    return served, held / len(months)


def find_equal(histories, make_plan, fill_rate):
    """The service level, to a thousandth, from which a way of planning serves as well, and how.

    :param make_plan: function from a service level to a way of planning
    """
    low, high = 500, 999
    while low < high:
        middle = (low + high) // 2
        if judge(histories, make_plan(middle / 1000)).fill_rate >= fill_rate:
            high = middle
        else:
            low = middle + 1
    return low / 1000, judge(histories, make_plan(low / 1000))
