# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Load a language into the demo: Odoo's words, and those of our catalogues as they stand now."""

import sys

from tools.database import addons

from . import environment


def load(env, code):
    """Activate a language and take over every translation, those that were loaded before too."""
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    if code in dict(env["res.lang"].get_installed()):
        modules = modules.filtered(lambda module: module.name in addons())
    env["res.lang"]._activate_lang(code)
    modules._update_translations([code], overwrite=True)


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        load(environ, sys.argv[3])
