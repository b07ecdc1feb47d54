# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running Odoo: its configuration, its commands, the server of the demo."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .common import (
    ADDONS,
    LOGS,
    ROOT,
    STATE,
    Problem,
    drop_stamp,
    last_words,
    run,
    set_stamp,
    stamp,
)
from .python_env import PYTHON, environment

CONF = STATE / "odoo.conf"
DATA = STATE / "data"


class Odoo:
    """One Odoo with one database server."""

    def __init__(self, source, server):
        self.source = source
        self.server = server
        self.env = environment(source)
        self.env.update(server.env)

    def write_configuration(self, port=8069):
        """Write ``.sandbox/odoo.conf``."""
        paths = [*self.source.addons_paths, ADDONS]
        options = {
            "addons_path": ",".join(map(str, paths)),
            "data_dir": DATA,
            "http_interface": "127.0.0.1",
            "http_port": port,
            "list_db": False,
            "max_cron_threads": 1,
            "server_wide_modules": "base,rpc,web",
            **self.server.odoo_options(),
        }
        lines = [f"{key} = {value}" for key, value in options.items()]
        CONF.touch(mode=0o600)
        CONF.write_text("[options]\n" + "\n".join(lines) + "\n")

    def command(self, *words):
        """An Odoo command line, ready to run."""
        return [PYTHON, "-m", "odoo", *words[:1], "-c", CONF, *words[1:]]

    def install(self, database, modules, *, log, demo=False, upgrade=(), folder=ADDONS):
        """Install modules; a warning on the way is a failure, as it is lost otherwise.

        :param upgrade: modules that are there already, and are upgraded
        :param folder: where our add-ons are
        :raise Problem: when Odoo stops, or logs a warning or an error
        """
        what = f"Installing {', '.join(modules)}"
        if upgrade:
            what = f"Upgrading {', '.join(upgrade)}"
        hint = "Odoo's own words are in the log."
        words = ["server", "-d", database, "--stop-after-init"]
        if modules:
            words += ["-i", ",".join(modules)]
        words += ["--no-http", "--max-cron-threads=0", "--log-level=warn"]
        if demo:
            words.append("--with-demo")
        if upgrade:
            words += ["-u", ",".join(upgrade)]
        if folder != ADDONS:
            paths = [*self.source.addons_paths, folder]
            words.append(f"--addons-path={','.join(map(str, paths))}")
        path = run(self.command(*words), log=log, what=what, hint=hint, env=self.env)
        complaints = [line for line in path.read_text().splitlines() if _is_complaint(line)]
        if complaints:
            raise Problem(f"{what} left a warning: {complaints[0][:400]} ({path})")

    def script(self, name, database, *arguments, log, what, show=False):
        """Run one of ``tools/inside`` in a process of its own with an environment of Odoo."""
        return run(
            [PYTHON, "-m", f"tools.inside.{name}", CONF, database, *arguments],
            log=log,
            what=what,
            hint="Nothing was kept of this step; mend it and run this again.",
            env=self.env,
            show=show,
        )


def _is_complaint(line):
    words = line.split(" ", 4)
    return len(words) > 3 and words[3] in ("WARNING", "ERROR", "CRITICAL")


def port_is_free(port):
    """Whether a server can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def check_port(port):
    """Refuse a port that another program holds.

    :raise Problem: naming a way out
    """
    if not port_is_free(port):
        raise Problem(
            f"Port {port} is taken by another program: stop that one, or choose another port "
            f"with ./sandbox demo --port {port + 1}."
        )


def serve(odoo, database, port):
    """Start the demo's server in the background and wait for its first page.

    :raise Problem: when the port is taken or the server does not come up
    """
    stop()
    check_port(port)
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / "server.log"
    words = odoo.command("server", "-d", database, f"--db-filter=^{database}$")
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=odoo.env,
            cwd=ROOT,
            start_new_session=True,
        )
    set_stamp("server", {"pid": process.pid, "port": port, "database": database})
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            drop_stamp("server")
            raise Problem(f"Odoo did not start: {last_words(log)} ({log})")
        if page_answers(port):
            return
        time.sleep(0.3)
    raise Problem(f"Odoo shows no page on port {port} after two minutes: {last_words(log)} ({log})")


def running():
    """What the running demo server was started with; None when it does not run."""
    started = stamp("server")
    if started and _is_ours(started["pid"]):
        return started
    return None


def stop():
    """Stop the demo's server, if it runs."""
    started = running()
    drop_stamp("server")
    if not started:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started["pid"], signal.SIGTERM)
    for _attempt in range(100):
        if not _is_ours(started["pid"]):
            return True
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started["pid"], signal.SIGKILL)
    return True


def page_answers(port):
    """Whether the login page is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _is_ours(pid):
    """A process number may have been given to another program since."""
    try:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return str(CONF).encode() in file.read()
    except OSError:
        return False
