# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox generate``: icons, READMEs, dashboards, translation templates, words of the guide."""

from .common import ADDONS, run, step
from .database import LADDER, PREFIX, Databases, addons
from .odoo import CONF
from .python_env import PYTHON


def generate(odoo):
    """Make every generated file anew; what is current stays as it is."""
    with step("Icons"):
        _module("icons", odoo)
    with step("README.rst and store pages"):
        _module("readmes", odoo)
    with step("Dashboards"):
        _module("dashboards", odoo)
    databases = Databases(odoo)
    database = PREFIX + "generate"
    with step("Translation templates"):
        # Without demo data: its texts are not part of the product.
        databases.copy(databases.template(LADDER[-1][0], demo=False), database)
        odoo.install(database, addons(), log="generate-install")
        for name in addons():
            (ADDONS / name / "i18n").mkdir(exist_ok=True)
        words = [PYTHON, "-m", "odoo", "i18n", "export", "-c", CONF, "-d", database, "-l", "pot"]
        run(
            [*words, "--", *addons()], log="i18n", what="Exporting the terms", hint="", env=odoo.env
        )
        databases.drop(database)
    with step("Translations"):
        _module("translations", odoo)
    with step("Tables and words of the guide"):
        _module("guides", odoo)


def _module(name, odoo):
    run(
        [PYTHON, "-m", f"tools.generate.{name}"],
        log=f"generate-{name}",
        what=f"Making the {name}",
        hint="",
        env=odoo.env,
    )
