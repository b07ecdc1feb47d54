# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox guide``: take the pictures of the user guide from the demo, in a browser."""

import json

from . import demo, system
from . import odoo as odoo_server
from .common import ADDONS, LANGUAGES, ROOT, Problem, digest, drop_stamp, set_stamp, stamp, step
from .database import Databases

GUIDE = ROOT / "docs" / "guide"
IMAGES = GUIDE / "images"


def run(odoo, port, names=(), languages=tuple(LANGUAGES)):
    """Serve the demo where it does not run, and take the pictures anew.

    :param names: only pictures whose names begin so; default all
    :param languages: keys of ``LANGUAGES``

    :raise Problem: without demo or browser, or when a page is empty, has an error, or a word that
        was not translated
    """
    browser = system.browser()
    if not browser:
        raise Problem("There is no Chromium to take pictures with: install the package chromium.")
    if not Databases(odoo).exists(demo.DATABASE):
        raise Problem("There is no demo yet: run ./sandbox demo first.")
    for language in languages:
        _load(odoo, LANGUAGES[language])
    served = odoo_server.running()
    if not served or not odoo_server.page_answers(served["port"]):
        with step("Odoo: starting the server"):
            odoo_server.serve(odoo, demo.DATABASE, port)
        served = odoo_server.running()
    choice = {"port": served["port"], "browser": browser, "images": str(IMAGES)}
    choice |= {"names": list(names), "languages": list(languages)}
    odoo.script(
        *("pictures", demo.DATABASE, json.dumps(choice)),
        log="guide",
        what="Taking the pictures",
        show=True,
    )


def _load(odoo, code):
    """Load a language where the demo does not have it, or has it as it was before."""
    catalogues = sorted(ADDONS.glob(f"*/i18n/{code}.po"))
    if code == "en_US" or not catalogues:
        return
    wanted = [digest(*catalogues), stamp("demo")]
    if stamp(f"language-{code}") == wanted:
        return
    drop_stamp(f"language-{code}")
    # Stopped: a running server keeps translations in memory.
    odoo_server.stop()
    with step(f"Loading the language {code}"):
        what = "Loading the language"
        odoo.script("language", demo.DATABASE, code, log="language", what=what)
    set_stamp(f"language-{code}", wanted)
