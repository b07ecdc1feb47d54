# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox test``: lint, installation of every add-on alone, then every test."""

import collections
import concurrent.futures
import re
import subprocess
import sys

from . import system
from .common import ADDONS, LOGS, ROOT, SHARED, Problem, say, step
from .common import run as run_command
from .database import BESIDE, LADDER, PREFIX, Databases, addons, rung_of
from .odoo import CONF
from .python_env import PYTHON, VENV

# Our own Python outside the add-ons.
OTHER_CODE = ("sandbox", "conftest.py", "tools", "tests", "benchmarks")
# Of tests and installations at the same time: two processors are what everybody has.
PROCESSES = 2
# Files of tests that run beside all those modules of Odoo, and what tells them so.
BESIDE_FILES = ("test_leak_matrix.py",)
EVERY_MODULE = "AFTERSALES_EVERY_MODULE"
TEST = re.compile(r"^    def test_", re.M)
CLASS = re.compile(r"^class Test", re.M)
SET_UP = 4
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

    :param names: only these add-ons; all of them, and the sandbox itself, when empty
    """
    chosen = names or addons()
    for name in chosen:
        if not list((ADDONS / name / "tests").glob("test_*.py")):
            raise Problem(f"The add-on {name} has no tests: write some.")
    lint(chosen, everything=not names)
    _check_browser()
    databases = Databases(odoo)
    upgrade_code(odoo)
    installations = prepare_installations(databases, chosen, together=not names)
    template = databases.complete()
    files = test_files(names)
    beside = [path for path in files if path.name in BESIDE_FILES]
    shards = split([path for path in files if path not in beside], PROCESSES)
    names_of = [f"{PREFIX}test_{number}" for number, _files in enumerate(shards, 1)]
    with step("Test databases"):
        for database in names_of:
            databases.copy(template, database)
    # One process keeps one processor busy: the tests first, then the installations.
    pool = concurrent.futures.ThreadPoolExecutor(PROCESSES)
    try:
        tests = [
            pool.submit(_pytest, odoo, database, files, show=number == 1)
            for number, (database, files) in enumerate(zip(names_of, shards, strict=True), 1)
        ]
        if beside:
            tests.append(pool.submit(_pytest_beside, odoo, databases, template, beside))
        runs = [pool.submit(_install, odoo, databases, *job) for job in installations]
        code = _report([test.result() for test in tests])
        with step(f"Each add-on installs alone, and all together ({len(runs)} installations)"):
            for run_ in runs:
                run_.result()
        return code
    finally:
        pool.shutdown(cancel_futures=True)
        for database in names_of:
            databases.drop(database)


def test_files(names):
    """Files of tests: of these add-ons, or of all of them and of the sandbox."""
    folders = [ADDONS / name / "tests" for name in names or addons()]
    if not names:
        folders.append(ROOT / "tests")
    return sorted(path for folder in folders for path in folder.rglob("test_*.py"))


def split(files, count):
    """Files in so many lists of about the same work, each in the order of the files."""
    weights = {path: _weight(path) for path in files}
    shards = [[] for _number in range(min(count, len(files)))]
    for path in sorted(files, key=lambda path: (-weights[path], path)):
        min(shards, key=lambda shard: sum(weights[other] for other in shard)).append(path)
    return [sorted(shard) for shard in shards]


def _weight(path):
    """Work of a file of tests: what a class sets up takes as long as some of its tests."""
    text = path.read_text()
    return len(TEST.findall(text)) + SET_UP * len(CLASS.findall(text))


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


def prepare_installations(databases, names, *, together):
    """What has to install, each on a copy of the smallest template that serves.

    Every add-on with its closure and nothing else of ours, without and with demo data; all of
    them together without (with demo data is the database of the tests).

    :return: list of (label, add-ons, rung of the ladder, with demo data)
    """
    jobs = [(name, [name], rung_of(name), demo) for name in names for demo in (False, True)]
    if together:
        jobs.append(("together", addons(), LADDER[-1][0], False))
    for _label, _names, rung, demo in jobs:
        databases.template(rung, demo=demo)
    return jobs


def _install(odoo, databases, label, names, rung, demo):
    suffix = f"{label}{'-demo' if demo else ''}"
    database = f"{PREFIX}install_{suffix.replace('-', '_')}"
    databases.copy(databases.template(rung, demo=demo), database)
    try:
        odoo.install(database, names, log=f"install-{suffix}", demo=demo)
        if demo:
            log = f"check-{suffix}"
            odoo.script("check_demo", database, log=log, what=f"The demo data of {label}")
    finally:
        databases.drop(database)


def _pytest_beside(odoo, databases, template, files):
    """Run these files where other modules of Odoo stand beside our add-ons; as :func:`_pytest`."""
    database = f"{PREFIX}test_beside"
    databases.copy(template, database)
    try:
        odoo.install(database, BESIDE, log="install-beside")
        return _pytest(odoo, database, files, show=False, variables={EVERY_MODULE: "1"})
    finally:
        databases.drop(database)


def _pytest(odoo, database, files, *, show, variables=None):
    """Run these files with browser tours; what needs the shared data is counted apart.

    :param show: print while it runs; else the output waits in its log
    :param variables: further ones of the environment
    :return: (exit code, log)
    """
    command = [
        *(PYTHON, "-m", "pytest", "--odoo-http", f"--odoo-database={database}"),
        *(f"--odoo-config={CONF}", "--odoo-log-level=error"),
        *("-q", "--durations=10", *files),
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
