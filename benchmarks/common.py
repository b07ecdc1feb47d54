# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measure side by side: interleaved runs, medians, one ratio."""

import contextlib
import statistics
import sys
import time

from odoo.tools import SQL

from tools.inside import environment

#: What missed its budget, told at the end and by the exit code.
MISSED = []


def main(bench):
    """Run a benchmark on the database of the command line, which is thrown away afterwards."""
    with environment(*sys.argv[1:3]) as env:
        bench(env)
    for name in MISSED:
        print(f"  BUDGET MISSED: {name}", flush=True)
    sys.exit(bool(MISSED))


def compare(name, ours, reference, *, env, runs=3, at_most=None, faster=None):
    """Time two functions in turn, from a cold cache of records; print medians and ratio.

    What they write is taken back after each run, so that each starts from the same database.

    :param ours: function without arguments, what we are judged by
    :param reference: the limit or the rival, same job
    :param at_most: ours may take so many times as long as the reference
    :param faster: ours must be so many times as fast as the reference
    :return: (seconds of ours, seconds of the reference, queries of ours)
    """
    times = {"ours": [], "reference": []}
    for _run in range(runs):
        seconds, queries = measure(ours, env=env)
        times["ours"].append(seconds)
        times["reference"].append(measure(reference, env=env)[0])
    ours_time, reference_time = (statistics.median(times[label]) for label in times)
    ratio = ours_time / reference_time
    if faster:
        aim, kept = f"   (budget: {faster:g} × as fast)", reference_time / ours_time >= faster
        said = f"{reference_time / ours_time:.1f} × as fast"
    else:
        aim = f"   (budget: at most {at_most:g})" if at_most else ""
        kept = not at_most or ratio <= at_most
        said = f"ratio {ratio:.2f}"
    print(
        f"  {name}: {_seconds(ours_time)} in {queries} queries, reference "
        f"{_seconds(reference_time)}, {said}{aim}",
        flush=True,
    )
    check(name, kept)
    return ours_time, reference_time, queries


def measure(function, *, env, keep=False):
    """Seconds and queries of one run from a cold cache of records.

    :param keep: what it writes stays
    """
    env.flush_all()
    env.invalidate_all()
    with contextlib.nullcontext() if keep else env.cr.savepoint() as savepoint:
        before = env.cr.sql_log_count
        start = time.perf_counter()
        function()
        env.flush_all()
        seconds = time.perf_counter() - start
        queries = env.cr.sql_log_count - before
        if savepoint:
            savepoint.rollback()
    env.invalidate_all()
    return seconds, queries


def check(name, kept):
    """Remember a budget that was not kept."""
    if not kept:
        MISSED.append(name)


def say(name, text):
    """One measured line that has nothing beside it."""
    print(f"  {name}: {text}", flush=True)


def percentile(function, share, *, env, runs):
    """Seconds that so large a share of the runs takes at most, and the queries of one run.

    :param share: 0.95 for what all but the slowest twentieth take
    """
    results = [measure(function, env=env) for _run in range(runs)]
    seconds = sorted(result[0] for result in results)
    return seconds[min(int(share * runs), runs - 1)], max(result[1] for result in results)


def copy_row(env, table, source, record_id, replaced, *, returning=True):
    """Copy one row of a table for each row of a source, in one statement.

    :param source: SQL of what stands beside ``origin`` in FROM, such as a generate_series
    :param dict replaced: {column: SQL or value} that differ from the origin
    :return: ids of the copies, unless there are too many to ask for
    """
    rows = env.execute_query(
        SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
    )
    names = [name for (name,) in rows if name != "id"]
    values = [
        SQL("%s", replaced[name]) if name in replaced else SQL.identifier("origin", name)
        for name in names
    ]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s origin, %s WHERE origin.id = %s %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(table),
            source,
            record_id,
            SQL("RETURNING id" if returning else ""),
        )
    )
    return [row[0] for row in env.cr.fetchall()] if returning else None


def _seconds(value):
    return f"{value * 1000:.0f} ms" if value < 10 else f"{value:.1f} s"
