# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The reserve plan: on real demand that it had not seen, and on 20,000 parts."""

import os
import random

from dateutil.relativedelta import relativedelta

from . import reserve_backtest as backtest
from .common import check, compare, main, measure, say

#: Fewer for a quick look; the budget is meant for 20,000.
PARTS = int(os.environ.get("BENCHMARK_PARTS", "20000"))
PROPOSAL_SECONDS = 20
SEED = 1972
LEVELS = (0.9, 0.95, 0.98)
METHODS = ("auto", "sba", "tsb", "average")


def bench(env):
    """Back-test, then speed."""
    real_demand()
    speed(env)


def real_demand():
    """Fill rate and stock against a plain moving average, on the last twelve months."""
    if not backtest.DATA.is_file():
        say("back-test", f"NOT done: {backtest.DATA.name} is not there")
        return
    # Where add-ons are is known only once Odoo's configuration is read.
    from odoo.addons.aftersales_parts_pricing import demand

    histories = backtest.read_histories()
    say("back-test", f"{len(histories):,} parts, planned on 39 months, judged on the 12 after")
    for level in LEVELS:
        plain = backtest.judge(histories, backtest.plan_plainly(level))
        say(f"service level {level:.0%}, plain moving average", _describe(plain))
        for method in METHODS:
            found = backtest.judge(histories, backtest.plan_by(demand, method, level))
            say(f"service level {level:.0%}, our {method}", _describe(found))
    plain = backtest.judge(histories, backtest.plan_plainly(0.95))
    for method in METHODS:
        level, found = backtest.find_equal(
            histories,
            lambda level, method=method: backtest.plan_by(demand, method, level),
            plain.fill_rate,
        )
        say(
            f"as good as the plain moving average at 95 %, our {method}",
            f"{_describe(found)} at {level:.1%}, {found.stock / plain.stock - 1:+.1%} stock",
        )
        if method == "auto":
            check("less stock at the same fill rate", found.stock < plain.stock)


def speed(env):
    """A proposal for 20,000 parts, beside the grouped query that reads their demand."""
    _load(env)
    plan = env["parts.reserve.plan"].create({"minimum_hits": 1})
    seconds, queries = measure(plan.action_propose, env=env, keep=True)
    say(
        f"proposal of {plan.line_count:,} parts",
        f"{seconds:.1f} s in {queries} queries (budget: {PROPOSAL_SECONDS} s)",
    )
    check("seconds of a proposal", seconds <= PROPOSAL_SECONDS)
    parts = env["product.product"].search(plan._get_part_domain())
    source = env["parts.demand"]
    places = source._get_places(plan.location_ids)
    window = (*plan._get_window(), plan.company_id)
    compare(
        "demand of two years",
        lambda: source._read_history(parts, places, *window),
        lambda: (
            env.cr.execute(
                "SELECT product_id, date_trunc('month', date), SUM(quantity_product_uom) "
                "FROM stock_move_line WHERE state = 'done' GROUP BY 1, 2"
            )
            or env.cr.fetchall()
        ),
        env=env,
    )
    seconds, queries = measure(lambda: plan._do_chunk() if _start(plan) else None, env=env)
    say("200 replenishment rules written", f"{seconds:.1f} s in {queries} queries")
    seconds, queries = measure(
        lambda: env["parts.stock.age"]._read_group([], ["age"], ["value:sum"]), env=env
    )
    say("stock age of all parts", f"{seconds:.1f} s in {queries} queries")


def _start(plan):
    plan._step({"state": "applying"})
    return True


def _load(env):
    """Parts with two years of intermittent demand, straight into the tables."""
    draw = random.Random(SEED)
    stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    stock = stock.lot_stock_id
    customers = env.ref("stock.stock_location_customers")
    unit = env.ref("uom.product_uom_unit")
    parts = env["product.product"].create(
        [
            {
                "name": f"PART {number:05d}",
                "type": "consu",
                "is_storable": True,
                "part_class": "general",
                "is_serviceable": True,
                "uom_id": unit.id,
            }
            for number in range(PARTS)
        ]
    )
    env.flush_all()
    first = env["parts.price"]._get_price_day().replace(day=10)
    rows = []
    for part in parts.ids:
        share = draw.choice((0.05, 0.1, 0.3, 0.8))
        for back in range(1, 25):
            if draw.random() < share:
                rows.append((part, draw.randint(1, 6), first - relativedelta(months=back)))
    products, pieces, days = (list(column) for column in zip(*rows, strict=True))
    values = {
        "products": products,
        "pieces": pieces,
        "days": days,
        "company": env.company.id,
        "unit": unit.id,
        "stock": stock.id,
        "customers": customers.id,
    }
    env.cr.execute(
        """
        INSERT INTO stock_move_line (company_id, product_id, product_uom_id, quantity,
               quantity_product_uom, location_id, location_dest_id, state, date)
        SELECT %(company)s, product_id, %(unit)s, pieces, pieces, %(stock)s, %(customers)s,
               'done', day
          FROM unnest(%(products)s, %(pieces)s, %(days)s::timestamp[])
            AS sold (product_id, pieces, day)
        """,
        values,
    )
    env.cr.execute(
        """
        INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity,
               in_date)
        SELECT id, %(stock)s, %(company)s, 3, 0, now() FROM unnest(%(parts)s) AS part (id)
        """,
        values | {"parts": parts.ids},
    )
    env.cr.commit()
    env.cr.execute("ANALYZE stock_move_line, stock_quant, product_product")
    env.invalidate_all()
    say("data", f"{len(parts):,} parts, {len(rows):,} deliveries")


def _describe(result):
    return f"fill rate {result.fill_rate:.1%}, {result.stock:,.0f} pieces in stock"


if __name__ == "__main__":
    main(bench)
