# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measure side by side: interleaved runs, medians, one ratio."""

import statistics
import sys
import time

from tools.inside import environment

RUNS = 5


def main(bench):
    """Run a benchmark on the database of the command line; nothing is kept."""
    with environment(*sys.argv[1:3]) as env:
        bench(env)
        env.cr.rollback()


def compare(name, ours, reference, *, env, runs=RUNS, limit=None):
    """Time two functions in turn, from a cold cache of records; print medians and ratio.

    :param ours: function without arguments, what we are judged by
    :param reference: the limit or the rival, same job
    :param limit: the ratio that must not be exceeded, shown beside it
    :return: ratio of the medians
    """
    times = {"ours": [], "reference": []}
    queries = 0
    for _run in range(runs):
        for label, function in (("ours", ours), ("reference", reference)):
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            start = time.perf_counter()
            function()
            env.flush_all()
            times[label].append(time.perf_counter() - start)
            if label == "ours":
                queries = env.cr.sql_log_count - before
    ours_time, reference_time = (statistics.median(times[label]) for label in times)
    ratio = ours_time / reference_time
    aim = f"   (aim: at most {limit:g})" if limit else ""
    print(
        f"  {name}: {ours_time * 1000:.0f} ms in {queries} queries, reference "
        f"{reference_time * 1000:.0f} ms, ratio {ratio:.2f}{aim}",
        flush=True,
    )
    return ratio
