# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load the jobs of an incident event log into a company of their own, with progress."""

import json
import sys
from pathlib import Path

from tools import job_loader

from . import environment
from .progress import Progress

# Who of the demo may look at the jobs.
PEOPLE = ("clerk", "supervisor", "storekeeper")


def load(env, choice):
    """Load as chosen; what there is to tell goes to ``choice["told"]``."""
    report = job_loader.load(
        env,
        choice["path"],
        reject_path=choice["rejects"],
        progress=Progress(),
        commit=env.cr.commit,
    )
    company = env["res.company"].search([("name", "=", job_loader.COMPANY)])
    users = env["res.users"].union(
        *(env.ref(f"aftersales_base.user_{person}") for person in PEOPLE),
        env.ref("base.user_admin"),
    )
    users.company_ids |= company
    Path(choice["told"]).write_text(json.dumps(_tell(company, report)))


def _tell(company, report):
    rows = [
        ("incidents, jobs", f"{report.incidents:,}, {report.jobs:,}"),
        ("incidents that were there already", f"{report.already_loaded:,}"),
        ("reopened incidents", f"{report.reopened_incidents:,}"),
        ("hand-overs", f"{report.handovers:,}"),
        *((f"rows rejected: {reason}", f"{count:,}") for reason, count in report.rejected.items()),
        *(
            (f"{name}: kept, broken, open", ", ".join(f"{count:,}" for count in counts))
            for name, counts in report.kept.items()
        ),
        ("seconds", f"{report.seconds:.0f}"),
    ]
    return [f"Jobs loaded (choose the company {company.name}, as supervisor)", rows]


if __name__ == "__main__":
    try:
        with environment(*sys.argv[1:3]) as environ:
            load(environ, json.loads(sys.argv[3]))
    except job_loader.LoaderError as error:
        sys.exit(f"Error: {error}")
