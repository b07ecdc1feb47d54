# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month's sheets for 5,000 technicians by eight indicators over a million jobs."""

from unittest.mock import patch

from odoo.tools import SQL

from .common import check, compare, main, measure, say
from .kpi_data import EMPLOYEES, Workshop
from .service_data import VOUCHERS

#: Rows of sheets that Odoo writes with one statement; queries that grow with them are its own.
BATCH = 1000

REWORK = """SELECT FROM aftersales_voucher AS rework
             WHERE rework.rework_of_id = job.id AND rework.state != 'cancelled'"""
# What somebody would write who needs one figure a technician and the ids of its jobs.
HAND_WRITTEN = {
    "speed": (
        "first_callback_at",
        "AVG(EXTRACT(EPOCH FROM first_callback_at - registered_at))",
        "",
    ),
    "bench_done": ("done_at", "AVG(EXTRACT(EPOCH FROM done_at - registered_at))", ""),
    "first_time_fix": (
        "done_at",
        f"""AVG((NOT EXISTS ({REWORK}) AND NOT EXISTS (
               SELECT FROM aftersales_callback AS callback WHERE callback.voucher_id = job.id
                  AND callback.outcome IN ('not_fixed_first', 'not_fixed_repeated')))::integer)""",
        "AND rework_of_id IS NULL",
    ),
    "rework_rate": ("done_at", f"AVG((EXISTS ({REWORK}))::integer)", "AND rework_of_id IS NULL"),
    "visits": ("done_at", "COUNT(*)", ""),
    "bench_maintenance": ("done_at", "COUNT(*)", "AND kind = 'maintenance'"),
    "bench_repair": ("done_at", "COUNT(*)", "AND kind = 'repair'"),
    "units_seen": ("done_at", "COUNT(DISTINCT lot_id)", ""),
}


def bench(env):
    """Indicators beside hand-written SQL; then whole sheets beside plain creation of the rows."""
    shop = Workshop(env)
    say("made up", f"{VOUCHERS:,} jobs, {EMPLOYEES:,} technicians")
    indicators = measuring(env, shop)
    sheets(env, shop, indicators)
    reading(env, shop)


def measuring(env, shop):
    """All figures of all technicians, with the ids of the jobs behind them.

    :return: seconds
    """
    month = (shop.start, shop.end)
    found, expected = {}, {}

    def ours():
        for indicator in shop.indicators:
            found[indicator.code] = indicator._measure(shop.company, *month)

    def by_hand():
        for code, query in HAND_WRITTEN.items():
            expected[code] = _group(env, shop, *query)

    seconds, _reference, queries = compare(
        f"{len(shop.indicators)} indicators of {EMPLOYEES:,} technicians, beside eight GROUP BYs",
        ours,
        by_hand,
        env=env,
        runs=5,
        at_most=2,
    )
    for code, rows in expected.items():
        sources = {subject: set(ids) for subject, _value, ids in rows}
        same = {key: set(one.source_ids) for key, one in found[code].items()} == sources
        check(f"{code} counts the jobs that the hand-written query counts", sources and same)
    say("queries of the indicators", str(queries))
    check("one query an indicator, besides settings", queries <= 4 * len(shop.indicators))
    return seconds


def _group(env, shop, stamp, value, condition):
    start, end = shop.company._get_aftersales_bounds(shop.start, shop.end)
    return env.execute_query(
        SQL(
            f"""SELECT technician_id, {value}, ARRAY_AGG(id)
                  FROM aftersales_voucher AS job
                 WHERE company_id = %s AND state IN ('done', 'closed') AND service_type != 'D'
                   AND solved_by_phone IS NOT TRUE AND technician_id IS NOT NULL
                   AND {stamp} >= %s AND {stamp} < %s {condition}
              GROUP BY technician_id""",  # pylint: disable=sql-injection
            shop.company.id,
            start,
            end,
        )
    )


def sheets(env, shop, indicators):
    """The month's sheets, beside the indicators and plain creation of the same rows."""
    model = env["aftersales.kpi.sheet"]
    rows = {}

    def keep(create):
        def method(self, vals_list):
            rows.setdefault(self._name, []).extend(dict(vals) for vals in vals_list)
            return create(self, vals_list)

        return method

    def whole():
        made = model._generate(shop.company, shop.start, schemes=shop.scheme)
        check("a sheet for each technician", len(made) >= EMPLOYEES)

    names = ("aftersales.kpi.sheet", "aftersales.kpi.sheet.line")
    patches = [patch.object(type(env[n]), "create", keep(type(env[n]).create)) for n in names]
    for one in patches:
        one.start()
    _seconds, queries = measure(whole, env=env)
    for one in patches:
        one.stop()
    say("queries of the sheets", f"{queries:,}")
    plain = _measure_plain(env, model, rows)
    ours = sorted(measure(whole, env=env)[0] for _run in range(3))[1]
    limit = indicators + plain
    say(
        f"sheets of {EMPLOYEES:,} technicians",
        f"{ours:.1f} s, indicators {indicators:.1f} s and plain creation {plain:.1f} s, "
        f"ratio {ours / limit:.2f} (budget: at most 3)",
    )
    check("sheets", ours <= 3 * limit)


def _measure_plain(env, model, rows):
    """Seconds that Odoo takes for the same rows, without anything computed for them."""
    step = model._with_step().with_context(tracking_disable=True, mail_create_nolog=True).sudo()

    def create():
        made = step.create([dict(vals) for vals in rows["aftersales.kpi.sheet"]])
        lines = rows["aftersales.kpi.sheet.line"]
        each = len(lines) // len(made)
        step.env["aftersales.kpi.sheet.line"].create(
            [
                {**vals, "sheet_id": made[min(number // each, len(made) - 1)].id}
                for number, vals in enumerate(lines)
            ]
        )

    return sorted(measure(create, env=env)[0] for _run in range(3))[1]


def reading(env, shop):
    """The nightly readings of a month: the first time, and when nothing changed."""
    readings = env["aftersales.kpi.reading"]

    def night():
        for indicator in shop.indicators:
            readings._take(shop.company, indicator, "employee", shop.start)

    for label in ("first", "nothing new"):
        seconds, queries = measure(night, env=env, keep=True)
        say(
            f"readings of {EMPLOYEES:,} technicians, {label}",
            f"{seconds:.1f} s in {queries:,} queries",
        )
    check("readings are there", readings.search_count([]) >= EMPLOYEES)


if __name__ == "__main__":
    main(bench)
