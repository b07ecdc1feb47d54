# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox bench``: every ``benchmarks/bench_*.py`` on a copy of the complete database.

Where a ``peer_*.txt`` of the same name lists packages of add-ons, they are then installed beside
ours on that copy, and ``peer_*.py`` measures the same job done by both. A ``plain_*.py`` of the
same name counts on a database without our add-ons, for ``bench_*.py`` to compare with.
"""

import shutil
import subprocess
import zipfile

from .common import ROOT, STATE, Problem, run, say, step
from .database import LADDER, PREFIX, Databases
from .odoo import CONF
from .python_env import PYTHON

BENCHMARKS = ROOT / "benchmarks"
PEERS = STATE / "peers"
PEERS_CONF = STATE / "odoo-peers.conf"
PLAIN = STATE / "bench-plain.json"


def run_all(odoo):
    """Run the benchmarks one after another; the exit code of the worst."""
    databases = Databases(odoo)
    template = databases.complete()
    worst = 0
    for path in sorted(BENCHMARKS.glob("bench_*.py")):
        name = PREFIX + "bench"
        plain = path.stem.replace("bench_", "plain_")
        if (BENCHMARKS / f"{plain}.py").is_file():
            PLAIN.unlink(missing_ok=True)
            databases.copy(databases.template(LADDER[-1][0], demo=False), name)
            worst = max(worst, _measure(odoo, plain, CONF, name))
        with step(f"{path.name}: database"):
            databases.copy(template, name)
        worst = max(worst, _measure(odoo, path.stem, CONF, name))
        peer = path.stem.replace("bench_", "peer_")
        if (BENCHMARKS / f"{peer}.txt").is_file():
            worst = max(worst, _measure_peer(odoo, peer, name))
        databases.drop(name)
    return worst


def _measure_peer(odoo, peer, database):
    try:
        _install_peer(odoo, peer, database)
    except Problem as problem:
        say(f"— {peer} was NOT measured: {problem}")
        return 1
    return _measure(odoo, peer, PEERS_CONF, database)


def _measure(odoo, module, conf, database):
    say(f"— {module}")
    command = [PYTHON, "-m", f"benchmarks.{module}", conf, database]
    env = odoo.env | {"BENCHMARK_PLAIN": str(PLAIN)}
    result = subprocess.run([str(word) for word in command], cwd=ROOT, env=env, check=False)
    return abs(result.returncode)


def _install_peer(odoo, peer, database):
    """Fetch the add-ons that a list names, unpack them aside and install them.

    :raise Problem: when one cannot be had or does not install
    """
    shutil.rmtree(PEERS, ignore_errors=True)
    PEERS.mkdir(parents=True)
    command = [PYTHON, "-m", "pip", "download", "--quiet", "--no-deps", "--pre"]
    command += ["--dest", PEERS, "--requirement", BENCHMARKS / f"{peer}.txt"]
    with step(f"{peer}: packages"):
        run(
            command,
            log="peers",
            what=f"Fetching the packages of {peer}.txt",
            hint="Is the network there, and the package index reachable?",
        )
        for wheel in PEERS.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(PEERS)
    addons = PEERS / "odoo" / "addons"
    lines = CONF.read_text().splitlines()
    PEERS_CONF.touch(mode=0o600)
    PEERS_CONF.write_text(
        "\n".join(f"{line},{addons}" if line.startswith("addons_path") else line for line in lines)
    )
    modules = sorted(path.parent.name for path in addons.glob("*/__manifest__.py"))
    with step(f"{peer}: installing {', '.join(modules)}"):
        run(
            [PYTHON, "-m", "odoo", "server", "-c", PEERS_CONF, "-d", database]
            + ["-i", ",".join(modules), "--stop-after-init", "--no-http", "--log-level=error"],
            log="peers-install",
            what=f"Installing {', '.join(modules)}",
            hint="Odoo's own words are in the log.",
            env=odoo.env,
        )
