# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo upgrade_code --from 17.5 --dry-run`` on our add-ons alone.

The command itself would go over all of Odoo's add-ons as well, which takes a minute and finds
what is none of ours.
"""

import sys

from odoo.cli.upgrade_code import migrate
from odoo.release import version
from odoo.tools import parse_version

if __name__ == "__main__":
    sys.exit(
        migrate(
            sys.argv[1:],
            "**/*",
            from_version=parse_version("17.5"),
            to_version=parse_version(version),
            dry_run=True,
        )
    )
