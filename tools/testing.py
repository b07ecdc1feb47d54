# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox test``: lint, installation of every add-on alone, then every test."""

import concurrent.futures
import subprocess
import sys

from . import system
from .common import ADDONS, LOGS, ROOT, SHARED, Problem, say, step
from .common import run as run_command
from .database import LADDER, PREFIX, Databases, addons, rung_of
from .odoo import CONF
from .python_env import PYTHON, VENV

# Our own Python outside the add-ons.
OTHER_CODE = ("sandbox", "conftest.py", "tools", "tests", "benchmarks")


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
    databases = Databases(odoo)
    upgrade_code(odoo)
    installations = prepare_installations(databases, chosen, together=not names)
    template = databases.complete()
    database = PREFIX + "test"
    with step("Test database"):
        databases.copy(template, database)
    # The tests keep one processor busy, the installations the other.
    pool = concurrent.futures.ThreadPoolExecutor(1)
    try:
        runs = [pool.submit(_install, odoo, databases, *job) for job in installations]
        code = _pytest(odoo, database, names)
        with step(f"Each add-on installs alone, and all together ({len(runs)} installations)"):
            for run_ in runs:
                run_.result()
        return code
    finally:
        pool.shutdown(cancel_futures=True)
        databases.drop(database)


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


def _pytest(odoo, database, names):
    """All tests with browser tours; what needs the shared data is counted apart."""
    if not system.browser():
        raise Problem(
            "There is no Chromium, so the tours cannot run: install the package chromium."
        )
    targets = [ADDONS / name for name in names] if names else [ADDONS, ROOT / "tests"]
    if not SHARED.is_dir():
        say(f"{SHARED} is not there: the tests that need its data are left out.")
    command = [
        *(PYTHON, "-m", "pytest", "--odoo-http", f"--odoo-database={database}"),
        *(f"--odoo-config={CONF}", "--odoo-log-level=error"),
        *("-q", "--durations=10", *targets),
    ]
    LOGS.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=odoo.env, check=False
    ).returncode
