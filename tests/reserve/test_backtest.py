# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The reserve plan on real demand that it had not seen (P10)."""

import pytest

from odoo.addons.aftersales_parts_pricing import demand

from benchmarks import reserve_backtest as backtest


def test_P10_play_of_one_part_by_hand():
    """Minimum 2, maximum 3: two are ordered after the first month and there in the third."""
    served, stock = backtest._play([2, 2, 1, 0], 2, 3)
    assert served == 2 + 1 + 1
    assert stock == (1 + 0 + 1 + 1) / 4


def test_P10_fill_rate_is_of_pieces():
    months = [1.0] * backtest.FITTED + [2.0, *[0.0] * (backtest.JUDGED - 1)]
    assert backtest.judge([months], lambda history: (1, 1)).fill_rate == 0.5
    assert backtest.judge([months], lambda history: (2, 2)).fill_rate == 1


def test_P10_plan_does_not_see_what_it_is_judged_on():
    seen = []
    months = [float(number) for number in range(backtest.FITTED + backtest.JUDGED)]
    backtest.judge([months], lambda history: seen.append(history) or (0, 0))
    assert seen == [months[: backtest.FITTED]]


@pytest.mark.shared
def test_P10_less_stock_at_the_same_fill_rate_than_a_moving_average():
    histories = backtest.read_histories()
    assert len(histories) == 2509
    plain = backtest.judge(histories, backtest.plan_plainly(0.95))
    _level, ours = backtest.find_equal(
        histories,
        lambda level: backtest.plan_by(demand, demand.AUTO, level),
        plain.fill_rate,
    )
    assert ours.fill_rate >= plain.fill_rate
    assert ours.stock < 0.95 * plain.stock


@pytest.mark.shared
def test_P10_more_service_costs_more_stock():
    histories = backtest.read_histories()
    results = [
        backtest.judge(histories, backtest.plan_by(demand, demand.AUTO, level))
        for level in (0.8, 0.9, 0.95, 0.98)
    ]
    assert [result.fill_rate for result in results] == sorted(r.fill_rate for r in results)
    assert [result.stock for result in results] == sorted(r.stock for r in results)
