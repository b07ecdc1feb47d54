# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fail when demo data did not load: Odoo itself only logs a warning."""

import sys

from . import environment


def failures(env):
    """One sentence per add-on whose demo data failed."""
    return [
        f"{failure.module_id.name}: {(failure.error or '').strip().splitlines()[-1:]}"
        for failure in env["ir.demo_failure"].search([])
    ]


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        found = failures(environ)
    if found:
        sys.exit("Error: demo data failed to load: " + "; ".join(found))
