# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL

# Rows of one statement.
BATCH = 5000


class AftersalesBulkMixin(models.AbstractModel):
    """Rows that only code writes, thousands at once: one statement instead of Odoo's hundreds.

    For plain registers (columns only, no attachments, no translations) whose constraints are
    PostgreSQL's.
    """

    _name = "aftersales.bulk.mixin"
    _description = "Rows Written at Once"

    def _insert(self, vals_list):
        """Insert rows, and let what depends on them be computed anew as after ``create``.

        :param list vals_list: dicts with the same keys, each a stored column, as read from cache;
            computed columns have to be among them
        :return: the new records, in the order of the values
        """
        self.check_access("create")
        records = self.browse()
        for start in range(0, len(vals_list), BATCH):
            records += self._insert_batch(vals_list[start : start + BATCH])
        return records

    def _insert_batch(self, vals_list):
        now = self.env.cr.now()
        stamps = {
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }
        names = [*vals_list[0], *stamps]
        columns, arrays = [], []
        for name in names:
            field = self._fields[name]
            values = [
                field.convert_to_column_insert(vals[name] if name in vals else stamps[name], self)
                for vals in vals_list
            ]
            columns.append(SQL.identifier(name))
            arrays.append(SQL("%s::%s[]", values, SQL(field.column_type[1])))
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM unnest(%s) WITH ORDINALITY AS given (%s, place)"
                " ORDER BY place RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(columns),
                SQL(", ").join(columns),
                SQL(", ").join(arrays),
                SQL(", ").join(columns),
            )
        )
        records = self.browse([record_id for (record_id,) in rows])
        self._forget_lists(vals_list)
        records.modified(names, create=True)
        for name in names:
            if self._fields[name].compute:
                # Given with the row.
                self.env.remove_to_compute(self._fields[name], records)
        return records

    def _forget_lists(self, vals_list):
        """Lists of other records that the new ones belong to are read anew."""
        for name in vals_list[0]:
            field = self._fields[name]
            for inverse in self.pool.field_inverses[field]:
                targets = self.env[inverse.model_name]
                ids = {vals[name] for vals in vals_list if vals[name]}
                targets.browse(ids).invalidate_recordset([inverse.name], flush=False)
