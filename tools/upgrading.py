# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who has the last release and upgrades gets what a new installation has, and loses nothing.

``tools/releases.csv`` names the commits that were released, the last one at the end. Its add-ons
are installed with their demo data, upgraded to those of the working tree, and compared with a
database into which these were installed anew.
"""

import ast
import csv
import shutil
import subprocess
from xml.etree import ElementTree

from .common import (
    ADDONS,
    ROOT,
    STATE,
    Problem,
    capture,
    digest,
    drop_stamp,
    say,
    set_stamp,
    stamp,
    step,
)
from .database import LADDER, PREFIX, addons, manifest

RELEASES = ROOT / "tools" / "releases.csv"
SOURCES = STATE / "releases"
# What holds no data of a company: what Odoo writes anew, or empties by itself.
NOT_COUNTED = (
    "ir\\_%",
    "bus\\_%",
    "report\\_%",
    "res\\_groups%",
    "rel\\_modules\\_%",
    "mail\\_message\\_subtype%",
)
SHOWN = 12

COLUMNS = """
    SELECT table_name || '.' || column_name,
           data_type || coalesce(' ' || numeric_precision || ',' || numeric_scale, '') ||
           CASE is_nullable WHEN 'NO' THEN ', required' ELSE '' END
      FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = """
    SELECT tablename || ' ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
FIELDS = """
    SELECT model || '.' || name,
           concat_ws(' ', ttype, relation, relation_field, CASE WHEN store THEN 'stored' END,
                     CASE WHEN required THEN 'required' END, CASE WHEN readonly THEN 'readonly' END)
      FROM ir_model_fields
"""
# Records of the add-ons' files, each by its external id, with what makes it work.
RECORDS = """
    SELECT data.module || '.' || data.name, data.model
      FROM ir_model_data AS data
      JOIN ir_module_module AS module ON module.name = data.module AND module.state = 'installed'
"""
NAMED = (
    "(SELECT module || '.' || name FROM ir_model_data WHERE model = '%s' AND res_id = %s LIMIT 1)"
)
OF = """
    SELECT data.module || '.' || data.name, {what}
      FROM ir_model_data AS data JOIN {table} AS one ON one.id = data.res_id
     WHERE data.model = '{model}' AND data.module = ANY(ARRAY[{modules}])
"""
VIEW = (
    "concat_ws(' ', one.type, one.model, one.active, one.priority, one.mode, "
    # An action in a button is a number, another one in each database.
    "md5(regexp_replace(one.arch_db->>'en_US', '(name|action)=\"[0-9]+\"', '', 'g')))"
)
ACCESS = (
    "concat_ws(' ', one.active, one.perm_read, one.perm_write, one.perm_create, one.perm_unlink, "
    + NAMED % ("res.groups", "one.group_id")
    + ")"
)
RULE = (
    "concat_ws(' ', one.active, one.perm_read, one.perm_write, one.perm_create, one.perm_unlink, "
    "one.global, one.domain_force)"
)
ACTION = "concat_ws(' ', one.res_model, one.view_mode, one.domain, one.context, one.path)"
MENU = "concat_ws(' ', one.active, one.sequence, one.name->>'en_US', %s)" % (
    NAMED % ("ir.ui.menu", "one.parent_id")
)
CRON = "concat_ws(' ', one.active, one.interval_number, one.interval_type)"
CONTENTS = {
    "view": ("ir.ui.view", "ir_ui_view", VIEW),
    "access": ("ir.model.access", "ir_model_access", ACCESS),
    "record rule": ("ir.rule", "ir_rule", RULE),
    "action": ("ir.actions.act_window", "ir_act_window", ACTION),
    "menu": ("ir.ui.menu", "ir_ui_menu", MENU),
    "scheduled action": ("ir.cron", "ir_cron", CRON),
}
TABLES = """
    SELECT relname FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace {apart}
"""


def last_release():
    """Commit of the last release; None where this folder does not have its history.

    :raise Problem: when the history is whole, and the commit is not in it
    """
    with RELEASES.open() as file:
        commit = list(csv.DictReader(file))[-1]["commit"]
    inside = capture(["git", "-C", ROOT, "rev-parse", "--is-shallow-repository"]).strip()
    known = capture(["git", "-C", ROOT, "cat-file", "-t", f"{commit}^{{commit}}"]).strip()
    if known:
        return commit
    if inside == "false" and capture(["git", "-C", ROOT, "rev-parse", "HEAD"]):
        raise Problem(f"{RELEASES.name} names the commit {commit}, which is not in the history.")
    return None


def check(odoo, databases):
    """Upgrade the last release, and compare.

    :param Databases databases: the complete database of the working tree is made where it is not
    :raise Problem: naming what differs or is lost
    """
    commit = last_release()
    if not commit:
        say("The history is not here: the upgrade of the last release is left out.")
        return
    released = _release(odoo, databases, commit)
    fresh = databases.complete()
    database = f"{PREFIX}upgrade"
    databases.copy(released, database)
    try:
        with step(f"Upgrade of the release {commit[:7]}"):
            known = _installed(odoo, released)
            names = [name for name in addons() if name in known]
            new = [name for name in addons() if name not in known]
            odoo.install(database, new, log="upgrade", demo=True, upgrade=names)
        troubles = [
            *same_versions(commit),
            *differences(odoo.server, database, fresh),
            *losses(odoo.server, released, database),
        ]
    finally:
        databases.drop(database)
    if troubles:
        more = f" … and {len(troubles) - SHOWN} more" if len(troubles) > SHOWN else ""
        raise Problem(
            f"Who upgrades the release {commit[:7]} loses something, or does not get what a new "
            f"installation has: {'; '.join(troubles[:SHOWN])}{more}. Write a migration script."
        )


def differences(server, upgraded, fresh):
    """What an upgraded database has otherwise than a fresh one; sentences."""
    optional = {("record", name) for name in _optional_records()}
    for kind, query in _queries():
        ours, theirs = (dict(server.sql(query, database)) for database in (upgraded, fresh))
        for name in sorted({*ours, *theirs}):
            has, wants = ours.get(name, "not there"), theirs.get(name, "not there")
            if has != wants and (kind, name) not in optional:
                yield f"{kind} {name}: {has}, where a new one has: {wants}"


def losses(server, before, after):
    """Tables that have fewer rows than before; sentences."""
    apart = " ".join(f"AND relname NOT LIKE '{pattern}'" for pattern in NOT_COUNTED)
    tables = [
        {row[0] for row in server.sql(TABLES.format(apart=apart), name)} for name in (before, after)
    ]
    kept = sorted(tables[0] & tables[1])
    had, has = (_counts(server, name, kept) for name in (before, after))
    for table in kept:
        if has[table] < had[table]:
            yield f"table {table}: {has[table]} rows of {had[table]}"


def _optional_records():
    """External ids that an upgrade leaves out: demo data that is taken on by steps of its own."""
    for path in ADDONS.glob("*/demo/*.xml"):
        for node in ElementTree.parse(path).iter("record"):
            if node.get("forcecreate", "").lower() in ("0", "false"):
                name = node.get("id")
                yield name if "." in name else f"{path.parent.parent.name}.{name}"


def same_versions(commit):
    """Add-ons that changed since a release and have its version; an upgrade would pass them by."""
    apart = ("tests", "readme", "i18n", "README.rst", "static/description")
    for name in addons():
        folder = f"{ADDONS.name}/{name}"
        before = capture(["git", "-C", ROOT, "show", f"{commit}:{folder}/__manifest__.py"])
        if before and ast.literal_eval(before)["version"] == manifest(name)["version"]:
            paths = [folder, *(f":(exclude){folder}/{path}" for path in apart)]
            if capture(["git", "-C", ROOT, "diff", "--name-only", commit, "--", *paths]).strip():
                yield f"{name} changed and has the version of that release"


def _queries():
    yield from (
        ("column", COLUMNS),
        ("constraint", CONSTRAINTS),
        ("index", INDEXES),
        ("field", FIELDS),
        ("record", RECORDS),
    )
    modules = ", ".join(f"'{name}'" for name in addons())
    for kind, (model, table, what) in CONTENTS.items():
        yield kind, OF.format(model=model, table=table, what=what, modules=modules)


def _counts(server, database, tables):
    query = " UNION ALL ".join(f"SELECT '{one}', count(*) FROM \"{one}\"" for one in tables)
    return {name: int(count) for name, count in server.sql(query, database)}


def _installed(odoo, database):
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return {row[0] for row in odoo.server.sql(query, database)}


def _release(odoo, databases, commit):
    """Name of a template with the add-ons of a release and their demo data."""
    core = databases.template(LADDER[-1][0], demo=True)
    key = f"template_release_{commit[:7]}"
    wanted = digest(stamp(core.removeprefix(PREFIX)), commit)
    name = PREFIX + key
    if stamp(key) == wanted and databases.exists(name):
        return name
    drop_stamp(key)
    with step(f"Installing the release {commit[:7]}"):
        folder = _unpack(commit)
        names = sorted(path.parent.name for path in folder.glob("*/__manifest__.py"))
        databases.copy(core, name)
        _forget(odoo.server, name, [other for other in addons() if other not in names])
        odoo.script("company", name, log="company-release", what="Preparing the company")
        odoo.install(name, names, log="install-release", demo=True, folder=folder)
    set_stamp(key, wanted)
    return name


def _forget(server, database, names):
    """The template lists the add-ons of the working tree: a release warns of what it has not."""
    for name in names:
        server.sql(f"DELETE FROM ir_module_module WHERE name = '{name}'", database)
        server.sql(
            f"DELETE FROM ir_model_data WHERE module = 'base' AND name = 'module_{name}'", database
        )


def _unpack(commit):
    """Folder of the add-ons of a commit."""
    folder = SOURCES / commit[:7]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = folder / "addons.tar"
    subprocess.run(["git", "-C", ROOT, "archive", "-o", archive, commit, ADDONS.name], check=True)
    shutil.unpack_archive(archive, folder)
    archive.unlink()
    return folder / ADDONS.name
