# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Turn an incident event log into jobs of the service desk, with their steps and deadlines.

``load(env, path)`` runs inside ``odoo shell``; it needs the add-on *aftersales_service*. See
``README.md`` beside this file for what each state of the log means to a job.
"""

from pathlib import Path
from time import monotonic
from types import MappingProxyType

from ..csv_file import InputProblem, LoaderError
from .desk import COMPANY, Desk
from .intake import Intake
from .outcome import LoadReport
from .steps import Steps, get_reference

SAMPLE = Path(__file__).with_name("sample.csv")
# Incidents of one transaction: enough for the batches, little enough to lose.
CHUNK = 500

__all__ = ["COMPANY", "SAMPLE", "InputProblem", "LoadReport", "LoaderError", "load"]


def load(
    env,
    path,
    *,
    company=None,
    limit=None,
    chunk=CHUNK,
    reject_path=None,
    progress=None,
    commit=None,
) -> LoadReport:
    """Load the incidents that are not in the register yet, oldest first.

    :param env: Odoo environment of the superuser
    :param path: ``.csv`` or ``.csv.xz`` file with the columns of ``reader.COLUMNS``
    :param company: ``res.company`` record; default a company of its own, *Incident Desk*
    :param limit: at most so many incidents, in the order of the file
    :param chunk: so many incidents a transaction
    :param reject_path: file for the rows that were not used, with the reason
    :param progress: called with (stage, done, total); stages ``read``, ``people`` and ``jobs``
    :param commit: called after each chunk, so that a load that is broken off goes on where it
        was; without it the caller commits all or nothing
    :raises InputProblem: the file can't be used
    """
    started = monotonic()
    progress = progress or (lambda stage, done, total: None)
    commit = commit or (lambda: None)
    intake = Intake(path, limit=limit, reject_path=reject_path)
    incidents = intake.read(progress)
    desk = Desk(env, company)
    known = desk.known_references(incident.number for incident in incidents)
    todo = [incident for incident in incidents if incident.number not in known]
    todo.sort(key=lambda incident: (incident.jobs[0].registered_at, incident.number))
    progress("people", 0, None)
    desk.prepare(todo)
    commit()
    handovers = 0
    for start in range(0, len(todo), chunk):
        progress("jobs", start, len(todo))
        steps = Steps(desk, todo[start : start + chunk])
        steps.take()
        handovers += steps.handovers
        desk.env.flush_all()
        commit()
        desk.env.invalidate_all()
    progress("jobs", len(todo), len(todo))
    return LoadReport(
        path=Path(path),
        rows_read=intake.rows_read,
        rows_used=intake.rows_used,
        incidents=len(todo),
        already_loaded=len(known),
        jobs=sum(len(incident.jobs) for incident in todo),
        reopened_incidents=sum(len(incident.jobs) > 1 for incident in todo),
        handovers=handovers,
        rejected=MappingProxyType(dict(intake.rejected.most_common())),
        reject_path=Path(reject_path) if reject_path else None,
        kept=MappingProxyType(_count_kept(desk)),
        seconds=monotonic() - started,
    )


def _count_kept(desk):
    """{promise: (kept, broken, open)}, from the deadlines of the desk."""
    deadlines = desk.env["aftersales.sla.deadline"]
    counts = {}
    for promise, policy in desk.policies.items():
        states = dict(
            deadlines._read_group([("policy_id", "=", policy.id)], ["state"], ["__count"])
        )
        kept, broken = states.pop("met", 0), states.pop("missed", 0)
        counts[promise.name] = (kept, broken, sum(states.values()))
    return counts
