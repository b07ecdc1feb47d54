# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox bench``: every ``benchmarks/bench_*.py`` on a copy of the complete database."""

import subprocess

from .common import ROOT, say, step
from .database import PREFIX, Databases
from .odoo import CONF
from .python_env import PYTHON


def run(odoo):
    """Run the benchmarks one after another; the exit code of the worst."""
    databases = Databases(odoo)
    template = databases.complete()
    worst = 0
    for path in sorted((ROOT / "benchmarks").glob("bench_*.py")):
        name = PREFIX + "bench"
        with step(f"{path.name}: database"):
            databases.copy(template, name)
        say(f"— {path.stem}")
        command = [PYTHON, "-m", f"benchmarks.{path.stem}", CONF, name]
        result = subprocess.run(
            [str(word) for word in command], cwd=ROOT, env=odoo.env, check=False
        )
        worst = max(worst, abs(result.returncode))
        databases.drop(name)
    return worst
