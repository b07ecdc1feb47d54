# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same thousand calls as tickets of the community's helpdesk, with as many deadlines each.

Its deadlines are working hours of a team's calendar, so both of ours are, too.
"""

from odoo.fields import Command

from .common import check, compare, main, say
from .service_data import BATCH, Department


def bench(env):
    """Creating the batch on both sides, on the database that the other benchmark has filled."""
    department = Department.find(env)
    department.policies.calendar_id = env.company.resource_calendar_id
    calls, tickets = department.prepare_calls(), _prepare_tickets(env, department)
    made = {}

    def create_ours():
        vouchers = env["aftersales.voucher"].create(calls)
        env.flush_all()
        made["ours"] = env["aftersales.sla.deadline"].search_count(
            [("res_model", "=", vouchers._name), ("res_id", "in", vouchers.ids)]
        )

    def create_theirs():
        created = env["helpdesk.ticket"].create([dict(vals) for vals in tickets])
        env.flush_all()
        made["theirs"] = env["helpdesk.ticket.sla"].search_count([("ticket_id", "in", created.ids)])

    compare(
        f"{BATCH:,} jobs with two deadlines each, beside the peer's tickets",
        create_ours,
        create_theirs,
        env=env,
        runs=3,
        faster=8,
    )
    say("deadlines", f"{made['ours']:,}, by the peer {made['theirs']:,}")
    check("both have two deadlines each", made["ours"] == made["theirs"] == 2 * BATCH)


def _prepare_tickets(env, department):
    """Values of as many tickets, for a team with two service levels."""
    stages = env["helpdesk.ticket.stage"].search([])
    begun, closed = stages[1:2], stages.filtered("closed")[:1]
    levels = env["helpdesk.sla"].create(
        [
            {"name": "On site", "hours": 48, "stage_id": begun.id},
            {"name": "Settled", "hours": 80, "stage_id": closed.id},
        ]
    )
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Benchmark",
            "use_sla": True,
            "resource_calendar_id": env.company.resource_calendar_id.id,
        }
    )
    levels.team_ids = [Command.set(team.ids)]
    return [
        {
            "name": "The rear lift does not rise.",
            "description": "The rear lift does not rise.",
            "partner_id": unit.user_partner_id.id,
            "team_id": team.id,
        }
        for unit in department.units
    ]


if __name__ == "__main__":
    main(bench)
