# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tools.sql import column_exists, table_exists


def migrate(cr, version):
    """What was fitted before the flag was there counts as genuine (S26).

    A column with its value, so that the upgrade does not compute it line by line.
    """
    table = "aftersales_voucher_line"
    if table_exists(cr, table) and not column_exists(cr, table, "is_genuine"):
        cr.execute(
            """
            ALTER TABLE aftersales_voucher_line ADD COLUMN is_genuine boolean DEFAULT true;
            ALTER TABLE aftersales_voucher_line ALTER COLUMN is_genuine DROP DEFAULT
            """
        )
