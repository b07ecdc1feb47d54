# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same order and picking as in ``bench_parts.py``, without our add-ons: how many queries."""

import json
import os
from pathlib import Path

from . import parts_data
from .common import main, measure, say


def bench(env):
    """Write the queries of each job where ``bench_parts.py`` finds them."""
    queries = count_queries(env)
    for name, number in queries.items():
        say(f"without our add-ons, {name}", f"{number} queries")
    Path(os.environ["BENCHMARK_PLAIN"]).write_text(json.dumps(queries))


def count_queries(env, **vals):
    """Queries of an order and of a picking.

    :param vals: values of the products that differ
    """
    product = env["product.product"].create(
        {"name": "Benchmark", "type": "consu", "is_storable": True, "taxes_id": False, **vals}
    )
    many = parts_data.multiply(product, parts_data.MOVES)
    few = many[: parts_data.LINES]
    queries = {}
    made = []
    label = f"order of {len(few)} lines"
    # The first one fills what is kept between requests: views, rules, rights.
    parts_data.create_order(env, few[:2]).action_confirm()
    _seconds, queries[f"{label} created"] = measure(
        lambda: made.append(parts_data.create_order(env, few)), env=env, keep=True
    )
    _seconds, queries[f"{label} repriced"] = measure(
        made[0].action_update_prices, env=env, keep=True
    )
    _seconds, queries[f"{label} confirmed"] = measure(made[0].action_confirm, env=env, keep=True)
    parts_data.create_picking(env, many[:2])._action_done()
    picking = parts_data.create_picking(env, many)
    _seconds, queries[f"picking of {len(many)} moves done"] = measure(
        picking._action_done, env=env, keep=True
    )
    env.cr.rollback()
    env.invalidate_all()
    return queries


if __name__ == "__main__":
    main(bench)
