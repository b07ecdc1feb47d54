# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month's commissions of twenty teams over 100,000 lines of labour, each kept as a source."""

import os
import resource
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .common import check, copy_row, main, measure, say
from .service_data import Department

#: Fewer for a quick look; the budgets are meant for 100,000.
LINES = int(os.environ.get("BENCHMARK_SOURCES", "100000"))
LINES_A_JOB = 5
TEAMS = 20
QUERIES, MEGABYTES = 100, 300


class Month:
    """Teams with one member each, their jobs of last month and a plan of the workshop."""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        today = self.company._get_aftersales_date(fields.Datetime.now())
        self.start = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        people = env["hr.employee"].create([{"name": f"Fitter {n}"} for n in range(TEAMS)])
        self.teams = env["aftersales.team"].create(
            [
                {
                    "name": f"Benchmark team {number}",
                    "code": f"BENCH-{number}",
                    "member_ids": [
                        Command.create({"employee_id": employee.id, "date_from": "2000-01-01"})
                    ],
                }
                for number, employee in enumerate(people)
            ]
        )
        self._multiply_jobs(people)
        env.cr.execute("ANALYZE aftersales_voucher, aftersales_voucher_line")
        env.invalidate_all()

    def _multiply_jobs(self, people):
        env = self.env
        labour = env["product.product"].create(
            {"name": "Labour", "type": "service", "list_price": 10.0, "taxes_id": False}
        )
        line = {"line_type": "labour", "product_id": labour.id, "quantity": 3}
        vals = Department(env).prepare_calls()[0]
        voucher = env["aftersales.voucher"].create(
            vals | {"service_type": "A", "line_ids": [Command.create(line)]}
        )
        env.flush_all()
        made = copy_row(
            env,
            "aftersales_voucher",
            SQL("generate_series(1, %s) AS nth", LINES // LINES_A_JOB),
            voucher.id,
            {
                "reference": SQL("'BC' || nth"),
                "number": SQL("'BC/' || nth"),
                "number_year": 1997,
                "number_index": SQL("nth"),
                "access_token": None,
                "registered_at": SQL("%s::timestamp", self.start),
                "done_at": SQL(
                    "%s::timestamp + interval '1 day' + nth %% 600 * interval '1 h'", self.start
                ),
                "state": "closed",
                "technician_id": SQL("(%s::int[])[1 + nth %% %s]", people.ids, TEAMS),
            },
        )
        copy_row(
            env,
            "aftersales_voucher_line",
            SQL("unnest(%s::int[]) AS made, generate_series(1, %s)", made, LINES_A_JOB),
            voucher.line_ids.id,
            {"voucher_id": SQL("made")},
            returning=False,
        )


def bench(env):
    """Statements with their sources; then the month after."""
    month = Month(env)
    model = env["aftersales.commission.statement"]
    kept = []

    def compute():
        model._generate(month.company, month.start)
        kept.append(_count(env, month))

    before = _get_megabytes()
    runs = sorted(measure(compute, env=env) for _run in range(3))
    grown = _get_megabytes() - before
    seconds, queries = runs[1]
    say(
        f"commissions of {TEAMS} teams over {LINES:,} lines",
        f"{seconds:.1f} s, {queries} queries (budget: at most {QUERIES}), {grown} MB more "
        f"(budget: at most {MEGABYTES})",
    )
    check("every line is a source", kept[0] == LINES)
    check("queries of a month's commissions", queries <= QUERIES)
    check("memory of a month's commissions", grown <= MEGABYTES)
    corrections(env, month, model)


def corrections(env, month, model):
    """The next month looks at this one again."""
    made = model._generate(month.company, month.start)
    made.filtered(lambda statement: statement.state == "computed").action_confirm()
    following = (month.start + timedelta(days=32)).replace(day=1)
    seconds, queries = measure(lambda: model._generate(month.company, following), env=env)
    say("the next month, with what has changed in this one", f"{seconds:.1f} s, {queries} queries")
    check("queries of corrections", queries <= QUERIES)


def _count(env, month):
    rows = env.execute_query(
        SQL(
            """SELECT COUNT(*) FROM aftersales_commission_source AS source
                 JOIN aftersales_commission_figure AS figure ON figure.id = source.figure_id
                WHERE figure.team_id = ANY(%s)""",
            month.teams.ids,
        )
    )
    return rows[0][0]


def _get_megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(bench)
