# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tools.sql import column_exists, create_column

# Jobs from before have no policy, insurer or own share: nothing is computed for a large register.
COLUMNS = {
    "policy_id": "int4",
    "insurer_id": "int4",
    "own_share_amount": "numeric",
    "own_share_percent": "numeric",
}


def migrate(cr, version):
    """Columns of accident jobs (S25), empty for all jobs that are there."""
    for name, kind in COLUMNS.items():
        if not column_exists(cr, "aftersales_voucher", name):
            create_column(cr, "aftersales_voucher", name, kind)
