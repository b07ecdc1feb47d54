# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many2one fields of tables that are written by the hundred thousand rows."""

from odoo import fields


class UncheckedMany2one(fields.Many2one):
    """A many2one without a foreign key.

    PostgreSQL looks each row's key up for itself, which takes longer than writing the row. Where
    one statement writes the rows from keys that it has just read, and nobody else writes any, the
    other side remains: what is pointed at must refuse to be deleted, or take its rows with it.
    Whoever uses this field sees to that.
    """

    def update_db_foreign_key(self, model, column):
        """None: see above."""
