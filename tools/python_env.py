# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The virtual environment with what Odoo and the tests need, pinned."""

import os
import shutil
import sys

from .common import (
    ROOT,
    STATE,
    Problem,
    digest,
    drop_stamp,
    interpreter,
    run,
    set_stamp,
    stamp,
    step,
)

VENV = STATE / "venv"
PYTHON = VENV / "bin" / "python"


def ensure(kind="demo"):
    """Make or bring up to date the environment.

    :param kind: ``demo`` installs requirements.txt, ``test`` requirements-test.txt too
    """
    files = [ROOT / "requirements.txt"]
    if kind == "test":
        files.append(ROOT / "requirements-test.txt")
    wanted = digest(interpreter(), *files)
    if stamp(f"python-{kind}") == wanted and PYTHON.exists():
        return
    if sys.version_info >= (3, 14):
        raise Problem(
            f"Odoo 19 runs on Python 3.10 to 3.13; this is {interpreter()}. "
            "Run it with an older one: python3.13 ./sandbox …"
        )
    drop_stamp(f"python-{kind}")
    with step(f"Python packages ({files[-1].name})"):
        if stamp("python-interpreter") != interpreter() or not PYTHON.exists():
            shutil.rmtree(VENV, ignore_errors=True)
            run(
                [sys.executable, "-m", "venv", VENV],
                log="venv",
                what="Making a virtual environment",
                hint="On Debian and Ubuntu the package python3-venv must be there.",
            )
            set_stamp("python-interpreter", interpreter())
        run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--requirement", files[-1]],
            log="pip",
            what="Installing the Python packages",
            hint="Is the network there, and the package index reachable?",
        )
    set_stamp(f"python-{kind}", wanted)


def environment(source):
    """Environment of a process that runs Odoo from ``source``."""
    env = dict(os.environ)
    env["PYTHONPATH"] = str(source.home)
    env["PYTHONUNBUFFERED"] = "1"
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    return env
