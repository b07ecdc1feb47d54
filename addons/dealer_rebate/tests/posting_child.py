# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

"""A worker of its own that posts settlements until it is killed; see ``test_crash``.

It reads configuration and database from its input. With the credit notes of the second chunk
posted and its transaction still open it writes a line, and waits for whoever kills it.
"""

import json
import signal
import sys
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.module import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config


def wait_in_second_chunk(method):
    """The method, which says so when it was called twice and waits for ever."""
    calls = []

    def wrapped(settlement, lines):
        result = method(settlement, lines)
        calls.append(lines)
        if len(calls) == 2:
            settlement.env.flush_all()
            sys.stdout.write("waiting\n")
            sys.stdout.flush()
            signal.pause()
        return result

    return wrapped


def main():
    """Post what is in state *posting*, as the scheduled action does."""
    task = json.load(sys.stdin)
    config.parse_config([])
    for name, value in task["config"].items():
        config[name] = value
    initialize_sys_path()
    registry = Registry(task["database"])
    model, name = registry["rebate.settlement"], "_create_credit_notes"
    with (
        patch.object(model, name, wait_in_second_chunk(getattr(model, name))),
        registry.cursor() as cr,
    ):
        api.Environment(cr, SUPERUSER_ID, {})["rebate.settlement"]._cron_post_settlements()


if __name__ == "__main__":
    main()
