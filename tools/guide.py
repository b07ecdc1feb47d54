# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./sandbox guide``: take the pictures of the user guide from the demo, in a browser."""

import json

from . import demo, system
from . import odoo as odoo_server
from .common import ROOT, Problem, step
from .database import Databases

IMAGES = ROOT / "docs" / "guide" / "images"


def run(odoo, port, names=()):
    """Serve the demo where it does not run, and take the pictures anew.

    :param names: only pictures whose names begin so; default all

    :raise Problem: without demo or browser, or when a page is empty or has an error
    """
    browser = system.browser()
    if not browser:
        raise Problem("There is no Chromium to take pictures with: install the package chromium.")
    if not Databases(odoo).exists(demo.DATABASE):
        raise Problem("There is no demo yet: run ./sandbox demo first.")
    served = odoo_server.running()
    if not served or not odoo_server.page_answers(served["port"]):
        with step("Odoo: starting the server"):
            odoo_server.serve(odoo, demo.DATABASE, port)
        served = odoo_server.running()
    IMAGES.mkdir(parents=True, exist_ok=True)
    choice = {"port": served["port"], "browser": browser, "images": str(IMAGES)}
    choice["names"] = list(names)
    odoo.script(
        *("pictures", demo.DATABASE, json.dumps(choice)),
        log="guide",
        what="Taking the pictures",
        show=True,
    )
