# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Balances of restricted parts are kept from now on: open those that nobody kept (P2)."""
    api.Environment(cr, SUPERUSER_ID, {})["parts.guard"]._open_missing_balances()
