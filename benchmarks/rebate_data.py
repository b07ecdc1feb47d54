# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A million made-up invoice lines, the same each time, and an agreement that counts them.

Nothing here is anybody's data: sizes are drawn so that few dealers buy most, as in life. The
lines go through the invoice loader, so they look as if Odoo had posted them.
"""

import csv
import os
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path

from odoo.fields import Command

from tools import invoice_loader

FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)
DEALERS, PRODUCTS, LINES_EACH = 2_000, 20_000, 10
#: Fewer for a quick look; the budgets are meant for a million.
LINES = int(os.environ.get("BENCHMARK_LINES", "1000000"))
ROWS = ((0, 1), (5_000, 2), (20_000, 3), (100_000, 5), (400_000, 7))
SEED = 19


def load(env):
    """Load the invoices, unless they are there, and bring the planner's statistics up to date."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.csv"
        _write(path)
        report = invoice_loader.load(
            env,
            path,
            currency=env.company.currency_id.name,
            bulk=True,
            date_from=FIRST,
            date_to=LAST,
        )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    print(
        f"  {report.invoices + report.credit_notes:,} invoices, {report.rows_used:,} lines, "
        f"{report.dealers:,} dealers, {report.products:,} products, "
        f"loaded in {report.seconds:.0f} s",
        flush=True,
    )


def agreement(env, **vals):
    """An active yearly agreement over all dealers with one component.

    :param vals: values of the agreement that differ
    """
    if not env.company.rebate_journal_id:
        account = env["account.account"].create(
            {"name": "Rebates granted", "code": "999019", "account_type": "expense_direct_cost"}
        )
        env.company.rebate_journal_id = env["account.journal"].create(
            {
                "name": "Rebates",
                "code": "RBT",
                "type": "sale",
                "default_account_id": account.id,
            }
        )
    table = env["rate.table"].create(
        {
            "name": "Benchmark",
            "method": "whole",
            "line_ids": [
                Command.create({"from_value": bound, "value": rate}) for bound, rate in ROWS
            ],
        }
    )
    record = env["rebate.agreement"].create(
        {
            "name": "Benchmark",
            "date_start": FIRST,
            "period": "year",
            "dealer_scope": "all",
            "component_ids": [Command.create({"name": "Purchases", "rate_table_id": table.id})],
            **vals,
        }
    )
    record.action_activate()
    return record


def _write(path):
    """Write the file of invoices: each day the same number, dealers by a long-tailed draw."""
    draw = random.Random(SEED)
    products = [
        (f"P{number:05d}", f"PART {number:05d}", round(draw.uniform(1, 400), 2))
        for number in range(PRODUCTS)
    ]
    dealers = list(range(10_001, 10_001 + DEALERS))
    weights = [1 / (rank + 20) for rank in range(DEALERS)]
    days = (LAST - FIRST).days + 1
    count = LINES // LINES_EACH
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price")
            + ("Customer ID", "Country")
        )
        # Everybody buys once, then by weight.
        buyers = dealers[:count] + draw.choices(dealers, weights, k=max(count - DEALERS, 0))
        for number, dealer in enumerate(buyers):
            day = FIRST + timedelta(days=number * days // count)
            for code, name, price in draw.sample(products, LINES_EACH):
                quantity = draw.randint(1, 12)
                writer.writerow(
                    (600_000 + number, code, name, quantity, f"{day} 10:00:00", price)
                    + (dealer, "United Kingdom")
                )
