# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tools import SQL

# New computed columns of the register, as they are on jobs from before: nobody had an estimate,
# was rated, or was received at a counter. The ORM would compute them job by job, for a million.
COLUMNS = {
    "callback_due_at": SQL("timestamp"),
    "estimate_state": SQL("varchar DEFAULT 'none'"),
    "hand_over_delay": SQL("double precision DEFAULT 0"),
    "hours_in_workshop": SQL("double precision DEFAULT 0"),
    "is_on_time": SQL("boolean DEFAULT FALSE"),
    "on_time_rate": SQL("double precision DEFAULT 0"),
    "rating_last_value": SQL("double precision DEFAULT 0"),
}


def migrate(cr, version):
    """Add the columns at once; only open callbacks are computed afterwards."""
    _add_columns(cr)
    _add_phone_keys(cr)


def _add_columns(cr):
    for name, definition in COLUMNS.items():
        column = SQL.identifier(name)
        cr.execute(
            SQL("ALTER TABLE aftersales_voucher ADD COLUMN IF NOT EXISTS %s %s", column, definition)
        )
        cr.execute(SQL("ALTER TABLE aftersales_voucher ALTER COLUMN %s DROP DEFAULT", column))


def _add_phone_keys(cr):
    """Last digits by which callers are found, as ``phone.get_key`` reads them."""
    cr.execute("ALTER TABLE aftersales_voucher ADD COLUMN IF NOT EXISTS phone_key varchar")
    cr.execute(
        r"""
        UPDATE aftersales_voucher voucher
           SET phone_key = right(known.digits, 7)
          FROM (SELECT id, ltrim(regexp_replace(phone, '\D', '', 'g'), '0') AS digits
                  FROM aftersales_voucher WHERE phone IS NOT NULL) known
         WHERE known.id = voucher.id AND length(known.digits) >= 4
        """
    )
