# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox demo``: the demo story on real invoices, on a running server."""

import dataclasses
import datetime
import json
from pathlib import Path

from . import odoo as odoo_server
from . import printing
from .common import OUT, ROOT, SHARED, Problem, digest, drop_stamp, say, set_stamp, stamp, step
from .csv_file import InputProblem
from .database import PREFIX, Databases
from .invoice_loader.reader import read_rows as invoice_rows
from .job_loader.reader import read_rows as job_rows

DATABASE = PREFIX + "demo"
PUBLIC_SET = SHARED / "data" / "online-retail-ii" / "online_retail_II.csv.xz"
OWN_SAMPLE = ROOT / "tools" / "invoice_loader" / "sample.csv"
# The default: what a server can be shown with in minutes.
QUARTER = (datetime.date(2010, 10, 1), datetime.date(2010, 12, 31))
FIRST_INVOICES = 300

LOGINS = (
    ("Hotline clerk", "clerk"),
    ("Supervisor", "supervisor"),
    ("Technician", "technician"),
    ("Storekeeper", "storekeeper"),
    ("Pricing clerk", "pricing"),
    ("Accountant", "accountant"),
    ("Quality engineer", "quality"),
    ("HR officer", "hr"),
    ("Dealer (portal)", "dealer"),
    ("User (portal)", "farm"),
    ("Outlet (portal)", "lakeside"),
    ("Administrator", "admin"),
)


@dataclasses.dataclass(frozen=True)
class Choice:
    """What to load, and how."""

    path: Path
    bulk: bool
    date_from: datetime.date
    date_to: datetime.date
    jobs: Path | None = None

    @classmethod
    def of(cls, options):
        """The choice that the command line makes.

        :raise Problem: when it contradicts itself or names no file
        """
        path = PUBLIC_SET if PUBLIC_SET.is_file() else OWN_SAMPLE
        if options.invoices:
            path = _find(options.invoices)
        _check_columns(path, invoice_rows)
        jobs = _find(options.jobs) if options.jobs else None
        if jobs:
            _check_columns(jobs, job_rows)
        if (options.date_from or options.date_to) and not options.bulk:
            raise Problem("--from and --to choose what --bulk loads: add --bulk, or drop them.")
        date_from = options.date_from or QUARTER[0]
        date_to = options.date_to or QUARTER[1]
        if date_from > date_to:
            raise Problem(f"--from {date_from} lies after --to {date_to}.")
        return cls(path, options.bulk, date_from, date_to, jobs)

    def arguments(self):
        """The choice as the script inside Odoo reads it."""
        return json.dumps(
            {
                "path": str(self.path),
                "bulk": self.bulk,
                "date_from": self.date_from.isoformat(),
                "date_to": self.date_to.isoformat(),
                "limit": None if self.bulk else FIRST_INVOICES,
                "rejects": str(OUT / "rejected-rows.csv"),
                "summary": str(OUT / "summary.json"),
            }
        )

    def job_arguments(self):
        """The choice of jobs as the script inside Odoo reads it."""
        return json.dumps(
            {
                "path": str(self.jobs),
                "rejects": str(OUT / "rejected-job-rows.csv"),
                "told": str(OUT / "jobs.json"),
            }
        )

    def job_fingerprint(self):
        """Changes when there are jobs to load."""
        state = self.jobs.stat()
        return digest(self.job_arguments(), state.st_size, state.st_mtime_ns, *_job_loader())

    def fingerprint(self):
        """Changes when the demo has to be made anew."""
        state = self.path.stat()
        return digest(self.arguments(), state.st_size, state.st_mtime_ns)


def run(odoo, choice, port, *, fresh=False):
    """Make the demo where it is not there yet, serve it, print what is in it."""
    databases = Databases(odoo)
    wanted = [databases.content(), _tools(), choice.fingerprint(), databases._ground()]
    whole = databases.exists(DATABASE) and _is_told()
    if fresh or stamp("demo") != wanted or not whole:
        drop_stamp("demo")
        drop_stamp("jobs")
        (OUT / "jobs.json").unlink(missing_ok=True)
        _make(odoo, databases, choice)
        with step("Odoo: starting the server"):
            odoo_server.serve(odoo, DATABASE, port)
        with step("Printing the documents, signing a contract"):
            printing.print_documents(port, summary()["documents"])
            printing.send_requests(port, summary()["requests"])
        set_stamp("demo", wanted)
    if choice.jobs and stamp("jobs") != choice.job_fingerprint():
        # Stopped: a running server keeps in memory which promises there are.
        odoo_server.stop()
        _load_jobs(odoo, choice)
        set_stamp("jobs", choice.job_fingerprint())
    if (odoo_server.running() or {}).get("port") != port or not odoo_server.page_answers(port):
        with step("Odoo: starting the server"):
            odoo_server.serve(odoo, DATABASE, port)
    _show(port)


def _make(odoo, databases, choice):
    odoo_server.stop()
    template = databases.complete()
    with step("Demo database"):
        databases.copy(template, DATABASE)
    OUT.mkdir(parents=True, exist_ok=True)
    say(f"Invoices: {choice.path}")
    odoo.script(
        *("load_invoices", DATABASE, choice.arguments()),
        log="load-invoices",
        what="Loading the invoices",
        show=True,
    )
    with step("The story: rebates of half a year, job done and signed, refusal, KPI sheet"):
        odoo.script("story", DATABASE, choice.arguments(), log="story", what="The story")


def _load_jobs(odoo, choice):
    """Load what is not there yet: broken off, it goes on where it was."""
    say(f"Jobs: {choice.jobs}")
    odoo.script(
        *("load_jobs", DATABASE, choice.job_arguments()),
        log="load-jobs",
        what="Loading the jobs",
        show=True,
    )


def _is_told():
    """Whether the summary and its documents are still there."""
    if not (OUT / "summary.json").is_file():
        return False
    printed = (OUT / document["file"] for document in summary()["documents"])
    return not printing.can_print() or all(path.is_file() for path in printed)


def summary():
    """What the story left to tell."""
    return json.loads((OUT / "summary.json").read_text())


def _find(name):
    """Path of a file of the command line.

    :raise Problem: when it is not there
    """
    path = Path(name).expanduser().resolve()
    if not path.is_file():
        raise Problem(f"There is no file {name}.")
    return path


def _check_columns(path, read_rows):
    """Refuse a file that is none of ours before minutes are spent on the rest."""
    try:
        next(read_rows(path), None)
    except InputProblem as problem:
        raise Problem(str(problem)) from problem


def _job_loader():
    return sorted((ROOT / "tools" / "job_loader").glob("*.py"))


def _tools():
    folder = ROOT / "tools"
    files = [path for path in sorted(folder.rglob("*.py")) if "inside" in path.parts]
    files += sorted((folder / "invoice_loader").glob("*.py"))
    return digest(*files)


def _show(port):
    told = summary()
    jobs = OUT / "jobs.json"
    tables = [*told["tables"], *([json.loads(jobs.read_text())] if jobs.is_file() else [])]
    for title, rows in tables:
        say(f"\n{title}")
        width = max(len(label) for label, _value in rows)
        for label, value in rows:
            say(f"  {label:<{width}}  {value}")
    say("\nDocuments")
    for document in told["documents"]:
        path = OUT / document["file"]
        lost = "" if path.is_file() else "  (not printed: wkhtmltopdf is missing)"
        say(f"  {path.relative_to(ROOT)}{lost}")
    say(f"\nhttp://127.0.0.1:{port}   (password = login)")
    for role, login in LOGINS:
        say(f"  {role:<16}  {login}")
