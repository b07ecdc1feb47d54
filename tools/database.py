# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Template databases: one per dependency closure without our add-ons, and copies of them.

A copy takes a second where an installation takes minutes. The file store goes with it, else the
asset bundles would be missing.
"""

import ast
import os
import re
import shutil

from .common import ADDONS, ROOT, Problem, digest, drop_stamp, set_stamp, stamp, step
from .odoo import DATA

# Of this folder alone: a server of the user's own may hold others, or those of another clone.
PREFIX = f"aftersales_{digest(str(ROOT))[:6]}_"
# What Odoo's own modules our add-ons stand on, from small to large: each template grows out of
# the one before it.
LADDER = (
    ("base", ()),
    ("core", ("sale_stock", "hr", "portal")),
    ("service", ("repair", "rating")),
    ("promotion", ("sale_loyalty",)),
    ("counter", ("point_of_sale",)),
    ("office", ("crm", "hr_maintenance")),
)
# What none of our add-ons asks for, and what may stand beside them all the same: each brings ways
# of its own on which a restricted part might leave.
BESIDE = (
    "mrp_subcontracting_dropshipping",
    "point_of_sale",
    "product_expiry",
    "sale_management",
    "sale_mrp",
    "stock_delivery",
    "stock_picking_batch",
)
# The company of the demo, before any of our add-ons: British pounds, the currency of the
# public data set that the main job is shown on.
NOT_CONTENT = re.compile(r"/(tests|readme|__pycache__)/|README\.rst$|index\.html$|\.po$|\.pot$")


class Databases:
    """Makes and copies databases of one Odoo."""

    def __init__(self, odoo):
        self.odoo = odoo

    def template(self, rung, *, demo):
        """Name of the template of a rung of the ladder; made if it is not there.

        :param demo: the modules are flagged as having demo data, so that ours load theirs. Odoo's
            own demo data is left out: it would bury the story.
        """
        names = [name for name, _modules in LADDER]
        index = names.index(rung)
        key = f"template_{rung}{'_demo' if demo else ''}"
        wanted = digest(self._ground(), LADDER[: index + 1], demo)
        name = PREFIX + key
        if stamp(key) == wanted and self.exists(name):
            return name
        drop_stamp(key)
        below = self.template(names[index - 1], demo=False) if index and not demo else None
        if demo:
            self._copy_and_flag(rung, name)
        else:
            with step(f"Template database: {rung}"):
                self._grow(below, name, LADDER[index][1], key)
        set_stamp(key, wanted)
        return name

    def complete(self):
        """Name of the template with all our add-ons and their demo data."""
        wanted = digest(self._ground(), self.content())
        name = PREFIX + "template_all"
        if stamp("template_all") == wanted and self.exists(name):
            return name
        drop_stamp("template_all")
        core = self.template(LADDER[-1][0], demo=True)
        modules = addons()
        with step(f"Installing {len(modules)} add-ons with their demo data"):
            self.copy(core, name)
            self.odoo.script(
                "company", name, log="company", what="Preparing the company of the demo"
            )
            self.odoo.install(name, modules, log="install-all", demo=True)
            self.odoo.script("check_demo", name, log="check-demo", what="Loading the demo data")
        set_stamp("template_all", wanted)
        return name

    def tested(self):
        """Name of the template of the tests: all that is complete, and what the tests share."""
        script = ROOT / "tools" / "inside" / "prepare_tests.py"
        complete = self.complete()
        wanted = digest(stamp("template_all"), script)
        name = PREFIX + "template_tests"
        if stamp("template_tests") == wanted and self.exists(name):
            return name
        drop_stamp("template_tests")
        with step("Preparing the database of the tests"):
            self.copy(complete, name)
            what = "Preparing the database of the tests"
            self.odoo.script("prepare_tests", name, log="prepare-tests", what=what)
        set_stamp("template_tests", wanted)
        return name

    def copy(self, template, name):
        """(Re)make a database as a copy of a template, file store included."""
        self.drop(name)
        server = self.odoo.server
        self._end_connections(template)
        server.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        store = DATA / "filestore" / template
        if store.is_dir():
            shutil.copytree(store, DATA / "filestore" / name, copy_function=_link)

    def drop(self, name):
        """Remove a database and its file store."""
        if not name.startswith(PREFIX):
            raise Problem(f"The database {name} was not made by the sandbox: it is left alone.")
        self._end_connections(name)
        self.odoo.server.sql(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(DATA / "filestore" / name, ignore_errors=True)

    def want_no_demo(self, name):
        """What is installed from now on brings no demo data: Odoo asks what it stands on."""
        self.odoo.server.sql("UPDATE ir_module_module SET demo = false", name)

    def exists(self, name):
        """Whether the server has such a database."""
        return bool(self.odoo.server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def all(self):
        """Every database that the sandbox made."""
        found = self.odoo.server.sql(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'"
        )
        return [row[0] for row in found]

    @staticmethod
    def content():
        """Fingerprint of our add-ons as they are installed: tests and texts apart."""
        files = [
            path
            for path in sorted(ADDONS.rglob("*"))
            if path.is_file() and not NOT_CONTENT.search(path.relative_to(ADDONS).as_posix())
        ]
        return digest(*(part for path in files for part in (str(path.relative_to(ADDONS)), path)))

    def _end_connections(self, name):
        # Only those of our own: an autovacuum worker makes way by itself, and may not be ended by
        # anybody but the server's owner. So WITH (FORCE) is no way to remove a database either.
        self.odoo.server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND usename = current_user"
        )

    def _ground(self):
        """What every template stands on: another Odoo or server means another template."""
        return f"{self.odoo.source.version} on {self.odoo.server.described}"

    def _grow(self, below, name, modules, key):
        self.drop(name)
        if below:
            self.copy(below, name)
        self.odoo.install(name, modules or ("base", "web"), log=key)

    def _copy_and_flag(self, rung, name):
        self.copy(self.template(rung, demo=False), name)
        self.odoo.server.sql(
            "UPDATE ir_module_module SET demo = true WHERE state = 'installed'", name
        )


def _link(source, target):
    """Share a file of the file store: named by its content, it never changes."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def addons():
    """Our add-ons, in alphabetical order."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


def manifest(name):
    """The manifest of one of our add-ons."""
    return ast.literal_eval((ADDONS / name / "__manifest__.py").read_text())


def rung_of(name):
    """The smallest template that holds what an add-on and those below it ask of Odoo."""
    asked = closure(name)
    names = [rung for rung, _modules in LADDER]
    needed = [index for index, (_rung, modules) in enumerate(LADDER) if asked & set(modules)]
    return names[max(needed, default=0)]


def size_of(name):
    """How many of our add-ons one installs, itself among them."""
    return len(closure(name) & set(addons())) + 1


def ground_of(name, among):
    """The largest add-on below another that stands on the same rung, so that it saves the most.

    :param among: names of the add-ons to choose from
    :return: its name; None where there is none
    """
    below = sorted(closure(name).intersection(among))
    return max(
        (other for other in below if rung_of(other) == rung_of(name)), key=size_of, default=None
    )


def closure(name):
    """What an add-on stands on: names of modules, ours with what they stand on in turn."""
    ours = set(addons())
    seen, waiting = set(), [name]
    while waiting:
        for dependency in manifest(waiting.pop())["depends"]:
            if dependency not in seen:
                seen.add(dependency)
                if dependency in ours:
                    waiting.append(dependency)
    return seen
