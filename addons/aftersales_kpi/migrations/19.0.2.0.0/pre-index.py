# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tools import SQL

# Indexes that leave out rows without a value now: Odoo makes an index that is not there.
INDEXES = (
    "aftersales_kpi_scheme_line__table_id_index",
    "aftersales_kpi_sheet__employee_id_index",
    "aftersales_kpi_sheet_line__table_id_index",
)


def migrate(cr, version):
    """Drop the indexes of the kind that they had before."""
    for name in INDEXES:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
