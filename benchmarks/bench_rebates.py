# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settling a quarter for all dealers against the hand-written SQL aggregate.

Real invoices where they lie beside the project (the last quarter of 2010), else the sample.
"""

from tools import invoice_loader
from tools.demo import OWN_SAMPLE, PUBLIC_SET

from .common import compare, main

FIRST, LAST = "2010-10-01", "2010-12-31"
AGGREGATE = """
    SELECT move.commercial_partner_id,
           SUM(CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * line.price_subtotal)
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_refund')
       AND move.invoice_date BETWEEN %s AND %s AND line.display_type = 'product'
  GROUP BY move.commercial_partner_id
"""


def bench(env):
    """Basis query and whole computation, each against the plain aggregate."""
    path = PUBLIC_SET if PUBLIC_SET.is_file() else OWN_SAMPLE
    report = invoice_loader.load(env, path, bulk=True, date_from=FIRST, date_to=LAST)
    print(
        f"  {report.invoices + report.credit_notes:,} invoices, {report.rows_used:,} lines, "
        f"{report.dealers:,} dealers, loaded in {report.seconds:.1f} s"
    )
    settlement = _settlement(env)
    component = settlement.agreement_id.component_ids
    periods = [(settlement.date_from, settlement.date_to)]

    def aggregate():
        env.cr.execute(AGGREGATE, (FIRST, LAST))
        return env.cr.fetchall()

    compare(
        "basis of every dealer",
        lambda: component._read_basis(periods),
        aggregate,
        env=env,
        limit=1.5,
    )
    compare(
        "whole computation, lines and traces written", settlement.action_compute, aggregate, env=env
    )


def _settlement(env):
    table = env["rate.table"].create(
        {
            "name": "Benchmark",
            "method": "whole",
            "line_ids": [
                (0, 0, {"from_value": 500, "value": 2}),
                (0, 0, {"from_value": 5000, "value": 5}),
            ],
        }
    )
    agreement = env["rebate.agreement"].create(
        {
            "name": "Benchmark",
            "date_start": FIRST,
            "dealer_scope": "all",
            "component_ids": [(0, 0, {"name": "Purchases", "rate_table_id": table.id})],
        }
    )
    agreement.action_activate()
    return env["rebate.settlement"].create({"agreement_id": agreement.id, "date_to": LAST})


if __name__ == "__main__":
    main(bench)
