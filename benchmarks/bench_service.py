# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registering and dispatching a thousand jobs, screens over a million, deadlines by the 100,000."""

import resource
from unittest.mock import patch

from odoo import fields

from .common import check, compare, main, measure, percentile, say
from .service_data import BATCH, UNITS, Department

# What somebody may wait for a screen: seconds, for all but the slowest twentieth.
SCREEN = 0.3
SCREEN_QUERIES, SCREEN_RUNS = 12, 40
QUERIES_EACH = 0.5
CHUNK_QUERIES = 20
SCREENS = (
    ("call-in register", "aftersales_service.aftersales_voucher_action_register", "list"),
    ("dispatch board", "aftersales_service.aftersales_voucher_action_board", "kanban"),
    ("callbacks due", "aftersales_service.aftersales_voucher_action_callback", "list"),
)


def bench(env):
    """Batches first, on an empty register; then the screens and the deadlines of a full one."""
    department = Department(env)
    creating(env, department)
    department.multiply()
    screens(env)
    creating_among_many(env, department)
    recomputing(env, department)
    reminding(env, department)


def creating(env, department):
    """A thousand calls with two deadlines each, against as many plain repair orders."""
    calls, orders = department.prepare_calls(), prepare_orders(department)
    vouchers = env["aftersales.voucher"]
    for plain, label in ((True, ""), (False, ", each with its chatter")):
        context = {"tracking_disable": plain}
        compare(
            f"{BATCH:,} jobs with two deadlines each{label}, beside plain repair orders",
            lambda context=context: vouchers.with_context(**context).create(calls),
            # Copies: Odoo writes into what it is given.
            lambda context=context: (
                env["repair.order"].with_context(**context).create([dict(vals) for vals in orders])
            ),
            env=env,
            runs=5,
            faster=2 if plain else None,
        )
    seconds, queries = measure(lambda: vouchers.create(calls)._dispatch(), env=env)
    made = env["aftersales.sla.deadline"].search_count(
        [("policy_id", "in", department.policies.ids)]
    )
    say(
        "the same, dispatched with their numbers",
        f"{seconds:.1f} s, {queries} queries, {queries / BATCH:.2f} a job (budget: {QUERIES_EACH})",
    )
    check("queries of a job, dispatched", queries <= QUERIES_EACH * BATCH)
    check("what was measured is taken back", not made)


def prepare_orders(department):
    """Values of as many repair orders on the same units."""
    return [
        {
            "product_id": unit.product_id.id,
            "lot_id": unit.id,
            "partner_id": unit.user_partner_id.id,
            "internal_notes": "The rear lift does not rise.",
        }
        for unit in department.units
    ]


def creating_among_many(env, department):
    """The same thousand, where there are a million already."""
    calls = department.prepare_calls()
    vouchers = env["aftersales.voucher"]
    seconds, queries = measure(lambda: vouchers.create(calls)._dispatch(), env=env)
    say(f"{BATCH:,} jobs more, dispatched", f"{seconds:.1f} s, {queries} queries")
    check("queries of a job among many", queries <= QUERIES_EACH * BATCH)


def screens(env):
    """What the web client asks when a screen opens, as the supervisor."""
    # Not at the top: add-ons can be imported once Odoo knows where they are.
    from odoo.addons.aftersales_service.tests.screens import Screen

    supervisor = env.ref("aftersales_base.user_supervisor")
    count = env["aftersales.voucher"].search_count([])
    env = env(user=supervisor, su=False, context={"lang": "en_US"})
    for label, action, view_type in SCREENS:
        screen = Screen(env, action, view_type)
        screen.load()
        seconds, queries = percentile(screen.load, 0.95, env=env, runs=SCREEN_RUNS)
        say(
            f"{label} over {count:,} jobs",
            f"p95 {seconds * 1000:.0f} ms in {queries} queries "
            f"(budget: {SCREEN * 1000:.0f} ms, {SCREEN_QUERIES} queries)",
        )
        check(label, seconds <= SCREEN and queries <= SCREEN_QUERIES)


def recomputing(env, department):
    """All open deadlines by changed terms, a batch a transaction."""
    deadlines = env["aftersales.sla.deadline"]
    open_ones = [("policy_id", "in", department.policies.ids), ("is_open", "=", True)]
    count = deadlines.search_count(open_ones)
    department.policies[0].amount = 72
    env.cr.commit()
    seconds, queries = measure(department.policies.action_recompute, env=env, keep=True)
    say(f"{count:,} deadlines marked", f"{seconds:.1f} s in {queries} queries (budget: 10)")
    check("marking deadlines", queries <= 10)
    waiting = [("to_recompute", "=", True)]
    batches = []

    def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
        env.cr.commit()
        batches.append((processed, remaining))
        # After ten batches, as when the time of the job is up.
        return 0 if len(batches) == 10 else 60

    with patch.object(type(env["ir.cron"]), "_commit_progress", commit_progress):
        first, queries = measure(deadlines._recompute_flagged, env=env, keep=True)
        left = deadlines.search_count(waiting)
        rest, more = measure(deadlines._recompute_flagged, env=env, keep=True)
    done = sum(processed for processed, _remaining in batches)
    say(
        f"{done:,} deadlines computed anew",
        f"{first + rest:.0f} s in {len(batches)} batches, "
        f"{(queries + more) / len(batches):.0f} queries each (budget: 60); "
        f"stopped once with {left:,} left",
    )
    check("queries of a batch of deadlines", queries + more <= 60 * len(batches))
    check("every deadline was computed anew", done == count and not deadlines.search_count(waiting))
    check("a stopped run goes on", 0 < left < count)
    env.cr.execute(
        "SELECT count(*) FROM aftersales_sla_deadline WHERE policy_id = %s AND is_open"
        " AND (amount != 72 OR due_at != started_at + interval '72 hours')",
        [department.policies[0].id],
    )
    check("the new terms hold", not env.cr.fetchone()[0])


def reminding(env, department):
    """The nightly run over a million units: the first night of a rule, and any other night."""
    rules = department.multiply_units()
    department.customers.email = "benchmark@example.com"
    env["aftersales.reminder.rule"].search([("id", "not in", rules.ids)]).active = False
    reminders = env["aftersales.reminder"]
    chunks = []

    def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
        env.cr.commit()
        chunks.append(remaining)
        # After ten chunks, as when the time of the job is up.
        return 0 if len(chunks) == 10 else 60

    def night():
        while any(rule.run_day != today[rule] for rule in rules):
            rules._cron_make_reminders()

    for label in ("first night", "a night after"):
        today = {
            rule: rule.company_id._get_aftersales_date(fields.Datetime.now()) for rule in rules
        }
        chunks.clear()
        before = reminders.search_count([])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with patch.object(type(env["ir.cron"]), "_commit_progress", commit_progress):
            seconds, queries = measure(night, env=env, keep=True)
        made = reminders.search_count([]) - before
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
        say(
            f"{label} over {UNITS:,} units by {len(rules)} rules",
            f"{made:,} reminders in {seconds:.1f} s, {len(chunks)} chunks, "
            f"{queries / len(chunks):.1f} queries each (budget: {CHUNK_QUERIES}); "
            f"memory grew by {grown / 1024:.0f} MB",
        )
        check(f"queries of a chunk, {label}", queries <= CHUNK_QUERIES * len(chunks))
        check(f"every chunk was counted, {label}", chunks[-1] == 0)
        # What a night later falls due is what a day more ahead does.
        for rule in rules:
            rule.write({"run_day": False, "lead_days": rule.lead_days + 1})
    batch = reminders.search([("state", "=", "due")], limit=1000)
    seconds, queries = measure(batch._notify, env=env)
    say(
        f"{len(batch):,} reminders put into the queue of mails",
        f"{seconds:.1f} s, {queries} queries",
    )


if __name__ == "__main__":
    main(bench)
