# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox test``: lint, installation of every add-on alone, then every test."""

import collections
import concurrent.futures
import dataclasses
import re
import shutil
import subprocess
import sys

from . import system, upgrading
from .common import ADDONS, LOGS, ROOT, SHARED, STATE, Problem, say, step
from .common import run as run_command
from .database import BESIDE, LADDER, PREFIX, Databases, addons, ground_of, rung_of, size_of
from .odoo import CONF
from .python_env import PYTHON, VENV

# Our own Python outside the add-ons.
OTHER_CODE = ("sandbox", "conftest.py", "tools", "tests", "benchmarks")
# Files of tests that run beside all those modules of Odoo, and what tells them so.
BESIDE_FILES = ("test_leak_matrix.py",)
EVERY_MODULE = "AFTERSALES_EVERY_MODULE"
# Where each process of tests writes which files it has taken.
CLAIMS = STATE / "claims"
# What makes a file of tests long: (what it says, as many ordinary tests).
WEIGHTS = (
    (re.compile(r"^    def test_|^def test_", re.M), 1),
    (re.compile(r"^class Test", re.M), 4),
    (re.compile(r"start_tour\(|browser_js\("), 15),
    (re.compile(r"subprocess\.Popen|RebateStory\("), 30),
    (re.compile(r"\bREAL_FILE\b"), 40),
)
COUNT = re.compile(r"(\d+) ((?:subtests )?\w+)")


def check_names(names):
    """Refuse an add-on that is not ours.

    :raise Problem: naming those there are
    """
    for name in names:
        if name not in addons():
            raise Problem(f"There is no add-on {name}. There are: {', '.join(addons())}.")


def run(odoo, names):
    """Check and test; the exit code.

    Two processors are what everybody has: one makes the databases and then tests, the other lints
    and installs meanwhile, and then helps with the tests that are left.

    :param names: only these add-ons; all of them, and the sandbox itself, when empty
    """
    chosen = names or addons()
    for name in chosen:
        if not list((ADDONS / name / "tests").glob("test_*.py")):
            raise Problem(f"The add-on {name} has no tests: write some.")
    _check_browser()
    files = test_files(names)
    beside = [path for path in files if path.name in BESIDE_FILES]
    ordinary = [path for path in files if path not in beside]
    databases = Databases(odoo)
    helper = concurrent.futures.ThreadPoolExecutor(1)
    try:
        linted = helper.submit(_check_code, odoo, chosen, everything=not names)
        installed = [
            helper.submit(_install, odoo, databases, job)
            for job in installations(databases, chosen, together=not names)
        ]
        if linted.done():
            linted.result()
        template = databases.tested()
        linted.result()
        _forget_claims()
        helped = []
        upgraded = None if names else helper.submit(upgrading.check, odoo, databases)
        if beside:
            # Before the files that both divide: after them it would run alone.
            helped.append(helper.submit(_pytest_beside, odoo, databases, template, beside))
        helped.append(helper.submit(_pytest_copy, odoo, databases, template, 2, ordinary))
        first = _pytest_copy(odoo, databases, template, 1, ordinary, show=True)
        code = _report([first, *(run_.result() for run_ in helped)])
        for installation in installed:
            installation.result()
        if upgraded:
            upgraded.result()
        say(f"Each add-on installs alone, and all together: {len(installed)} installations")
        return code or _check_claims(files)
    finally:
        helper.shutdown(cancel_futures=True)
        for name in databases.all():
            if name.startswith(f"{PREFIX}install_"):
                databases.drop(name)


def test_files(names):
    """Files of tests, the longest first: of these add-ons, or of all of them and of the sandbox."""
    folders = [ADDONS / name / "tests" for name in names or addons()]
    if not names:
        folders.append(ROOT / "tests")
    files = sorted(path for folder in folders for path in folder.rglob("test_*.py"))
    return sorted(files, key=_weight, reverse=True)


def _weight(path):
    """About the work of a file of tests: a long one, begun last, would run alone at the end."""
    text = path.read_text()
    return sum(weight * len(pattern.findall(text)) for pattern, weight in WEIGHTS)


def _forget_claims():
    shutil.rmtree(CLAIMS, ignore_errors=True)
    CLAIMS.mkdir(parents=True)


def _check_claims(files):
    """Each file was run by one process or the other; the exit code."""
    left = {str(path.relative_to(ROOT)).replace("/", "+") for path in files}
    left -= {path.name for path in CLAIMS.iterdir()}
    if left:
        say(f"Nobody ran these files of tests: {', '.join(sorted(left))}")
    return int(bool(left))


def _check_code(odoo, names, *, everything):
    lint(names, everything=everything)
    upgrade_code(odoo)


def lint(names, *, everything):
    """ruff (rules and format) and pylint-odoo's mandatory list."""
    folders = [ADDONS / name for name in names]
    code = [*folders, *(ROOT / name for name in OTHER_CODE)] if everything else folders
    with step("Lint: ruff"):
        for words in (("check",), ("format", "--check")):
            run_command(
                [VENV / "bin" / "ruff", *words, *code],
                log=f"ruff-{words[0]}",
                what=f"ruff {' '.join(words)}",
                hint="Mend what it lists.",
            )
    with step("Lint: pylint-odoo"):
        run_command(
            [PYTHON, "-m", "pylint", f"--rcfile={ROOT / '.pylintrc'}", *folders],
            log="pylint",
            what="pylint-odoo",
            hint="Mend what it lists.",
        )


def upgrade_code(odoo):
    """Odoo's own detector of old patterns must have nothing to say."""
    with step("Lint: odoo upgrade_code"):
        run_command(
            [PYTHON, "-m", "tools.inside.upgrade_code", ADDONS],
            log="upgrade-code",
            what="odoo upgrade_code",
            hint="It would change the files that it lists: mend them.",
            env=odoo.env,
        )


@dataclasses.dataclass(frozen=True)
class Installation:
    """Add-ons that have to install together, with demo data or without."""

    label: str
    modules: tuple
    rung: str
    demo: bool
    #: Installation that this one goes on from; None: it begins with the template of its rung.
    ground: str | None = None
    #: Whether others go on from it.
    is_ground: bool = False

    @property
    def suffix(self):
        """What its logs are named by."""
        return f"{self.label}{'-demo' if self.demo else ''}"

    @property
    def database(self):
        """Name of the database it is made in."""
        return _install_database(self.label, self.demo)


def installations(databases, names, *, together):
    """What has to install, each on a copy of the smallest template that serves.

    Every add-on with its closure and nothing else of ours, without and with demo data: where one
    of these add-ons is in the closure, on a copy of what its installation left. All of them
    together in one go without (with demo data is the database of the tests).

    :return: generator of :class:`Installation`, each as soon as its template is there
    """
    grounds = {name: ground_of(name, names) for name in names}
    jobs = [
        Installation(name, (name,), rung_of(name), demo, ground, name in grounds.values())
        for name, ground in sorted(grounds.items(), key=lambda item: size_of(item[0]))
        for demo in (False, True)
    ]
    if together:
        jobs.append(Installation("together", tuple(addons()), LADDER[-1][0], False))
    rungs = [rung for rung, _modules in LADDER]
    for job in sorted(jobs, key=lambda job: rungs.index(job.rung)):
        databases.template(job.rung, demo=job.demo)
        yield job


def _install(odoo, databases, job):
    ground = job.ground and _install_database(job.ground, job.demo)
    databases.copy(ground or databases.template(job.rung, demo=job.demo), job.database)
    try:
        odoo.install(job.database, job.modules, log=f"install-{job.suffix}", demo=job.demo)
        if job.demo:
            what = f"The demo data of {job.label}"
            odoo.script("check_demo", job.database, log=f"check-{job.suffix}", what=what)
    finally:
        if not job.is_ground:
            databases.drop(job.database)


def _install_database(label, demo):
    return f"{PREFIX}install_{label}{'_demo' if demo else ''}"


def _pytest_beside(odoo, databases, template, files):
    """Run these files where other modules of Odoo stand beside our add-ons; as :func:`_pytest`."""
    database = f"{PREFIX}test_beside"
    databases.copy(template, database)
    try:
        # Their demo data stands on core's, which is not there: ways are tried without any.
        databases.want_no_demo(database)
        odoo.install(database, BESIDE, log="install-beside")
        return _pytest(odoo, database, files, show=False, variables={EVERY_MODULE: "1"})
    finally:
        databases.drop(database)


def _pytest_copy(odoo, databases, template, number, files, *, show=False):
    """Run these files on a copy of a template; as :func:`_pytest`."""
    database = f"{PREFIX}test_{number}"
    databases.copy(template, database)
    try:
        return _pytest(odoo, database, files, show=show)
    finally:
        databases.drop(database)


def _pytest(odoo, database, files, *, show, variables=None):
    """Run what no other process has claimed of these files, with browser tours.

    What needs the shared data is counted apart.

    :param show: print while it runs; else the output waits in its log
    :param variables: further ones of the environment
    :return: (exit code, log)
    """
    command = [
        *(PYTHON, "-m", "pytest", "--odoo-http", f"--odoo-database={database}"),
        *(f"--odoo-config={CONF}", "--odoo-log-level=error"),
        *("-q", "--durations=20", f"--claims={CLAIMS}", *files),
    ]
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"tests-{database.removeprefix(PREFIX)}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=odoo.env | (variables or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in process.stdout:
            output.write(line)
            output.flush()
            if show:
                sys.stdout.write(line)
                sys.stdout.flush()
    return process.wait(), log


def _report(results):
    """Print what was not shown yet, and the sum; the exit code of all."""
    total = collections.Counter()
    for number, (_code, log) in enumerate(results):
        text = log.read_text()
        if number:
            say(text)
        summary = text.rstrip().rsplit("\n", 1)[-1]
        total.update({what: int(count) for count, what in COUNT.findall(summary)})
    say("All tests: " + ", ".join(f"{count} {what}" for what, count in total.items()))
    return int(any(code for code, _log in results))


def _check_browser():
    if not system.browser():
        raise Problem(
            "There is no Chromium, so the tours cannot run: install the package chromium."
        )
    if not SHARED.is_dir():
        say(f"{SHARED} is not there: the tests that need its data are left out.")
