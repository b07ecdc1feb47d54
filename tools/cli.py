# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command line of ``./sandbox``."""

import argparse
import datetime
import os
import shutil
import sys
import time
import types

from . import (
    bench,
    database,
    demo,
    generating,
    guide,
    odoo,
    odoo_source,
    postgres,
    python_env,
    system,
    testing,
)
from .common import CACHE, LANGUAGES, STATE, Problem, check_space, only_one, say, step


def main(arguments):
    """Run one command; the exit code. Every foreseeable trouble is one sentence."""
    options = _parser().parse_args(arguments)
    start = time.monotonic()
    try:
        with only_one():
            code = options.run(options)
    except Problem as problem:
        say(f"sandbox: {problem}")
        return 1
    except KeyboardInterrupt:
        say("\nsandbox: stopped. Run it again: it goes on where it was.")
        return 130
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        place = error.filename or "The system"
        say(f"sandbox: {place}: {error.strerror or error}. Mend that and run it again.")
        return 1
    if options.command not in ("shell",):
        say(f"Done in {time.monotonic() - start:.0f} s.")
    return code or 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="./sandbox", description="After-sales on Odoo 19: try it, prove it, measure it."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_demo(commands)
    test = commands.add_parser("test", help="lint, install every add-on alone, run all tests")
    test.add_argument("addons", nargs="*", metavar="ADD-ON", help="only these (default: all)")
    test.set_defaults(run=_test)
    pictures = commands.add_parser("guide", help="take the pictures of the user guide")
    pictures.add_argument("names", nargs="*", metavar="PICTURE", help="only those that begin so")
    pictures.add_argument(
        "--lang", choices=tuple(LANGUAGES), help="only in this language (default: all)"
    )
    pictures.set_defaults(run=_guide)
    for name, text, function in (
        ("bench", "run the benchmarks", _bench),
        ("generate", "make icons, READMEs and translation templates anew", _generate),
        ("shell", "a Python shell on the demo database", _shell),
        ("stop", "stop the demo's server and its PostgreSQL", _stop),
        ("clean", "remove everything that the sandbox made, downloads too", _clean),
    ):
        commands.add_parser(name, help=text).set_defaults(run=function)
    return parser


def _add_demo(commands):
    parser = commands.add_parser("demo", help="a running server with the demo story")
    parser.add_argument("--port", type=_port, default=8069, help="port of the server (8069)")
    parser.add_argument("--invoices", metavar="FILE", help="CSV (.csv, .csv.xz) of invoices")
    parser.add_argument("--jobs", metavar="FILE", help="CSV (.csv, .csv.xz) of an incident log")
    parser.add_argument("--bulk", action="store_true", help="load by set-based inserts")
    parser.add_argument(
        "--from", dest="date_from", type=_date, metavar="DATE", help="first day (with --bulk)"
    )
    parser.add_argument(
        "--to", dest="date_to", type=_date, metavar="DATE", help="last day (with --bulk)"
    )
    parser.add_argument("--fresh", action="store_true", help="make the demo anew")
    parser.set_defaults(run=_demo)


def _port(text):
    port = int(text)
    if not 1024 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port lies between 1024 and 65535")
    return port


def _date(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no date: write 2010-10-01") from None


def _bring_up(kind="demo", *, browser=False, port=8069):
    """Everything below our add-ons: Odoo, Python packages, programs, database server."""
    check_space()
    source = odoo_source.find()
    python_env.ensure("demo")
    if kind == "test":
        python_env.ensure("test")
    system.ensure(browser=browser)
    server = postgres.start()
    say(f"Odoo {source.version} · PostgreSQL {server.sql('SHOW server_version')[0][0]}")
    runner = odoo.Odoo(source, server)
    runner.write_configuration(port)
    return runner


def _demo(options):
    choice = demo.Choice.of(options)
    if (odoo.running() or {}).get("port") != options.port:
        odoo.check_port(options.port)
    return demo.run(_bring_up(port=options.port), choice, options.port, fresh=options.fresh)


def _test(options):
    testing.check_names(options.addons)
    return testing.run(_bring_up("test", browser=True), options.addons)


def _bench(_options):
    return bench.run_all(_bring_up("test"))


def _generate(_options):
    generating.generate(_bring_up("test"))


def _guide(options):
    port = (odoo.running() or {}).get("port", 8069)
    languages = [options.lang] if options.lang else list(LANGUAGES)
    runner = _bring_up("test", browser=True, port=port)
    return guide.run(runner, port, options.names, languages)


def _shell(_options):
    runner = _bring_up()
    databases = database.Databases(runner)
    if not databases.exists(demo.DATABASE):
        raise Problem("There is no demo yet: run ./sandbox demo first.")
    words = runner.command("shell", "-d", demo.DATABASE, "--no-http", "--log-level=warn")
    os.chdir(STATE.parent)
    os.execvpe(str(words[0]), [str(word) for word in words], runner.env)


def _stop(_options):
    if odoo.stop():
        say("The demo's server is stopped.")
    postgres.stop()


def _clean(_options):
    odoo.stop()
    if postgres.is_given() and python_env.PYTHON.exists():
        with step("Dropping the databases of this folder"):
            databases = database.Databases(types.SimpleNamespace(server=postgres.start()))
            for name in databases.all():
                databases.drop(name)
    if (STATE / "venv").exists() and (STATE / "postgres" / "PG_VERSION").exists():
        postgres.stop()
    with step(f"Removing {STATE} and {CACHE}"):
        for path in (*STATE.iterdir(), CACHE):
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
