# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Up to here a float column holds cents exactly; no table of the trade comes near it.
LIMIT = 1e15


class RateTableLine(models.Model):
    """A row of a rate table: holds from its bound up to the next row's, the top row is open."""

    _name = "rate.table.line"
    _description = "Rate Table Row"
    _order = "from_value, from_value_2, id"

    table_id = fields.Many2one("rate.table", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="table_id.company_id", store=True, index="btree_not_null")
    from_value = fields.Float(
        string="From",
        required=True,
        default=0.0,
        min_display_digits=2,
        help="Lower bound of the row; may be negative. The next row's bound ends it.",
    )
    from_value_2 = fields.Float(
        string="Second From",
        required=True,
        default=0.0,
        min_display_digits=2,
        help="Lower bound for the second figure; only in tables of two figures.",
    )
    value = fields.Float(
        required=True,
        default=0.0,
        min_display_digits=2,
        help="The rate, amount or points of the row, in the unit that the table names.",
    )

    # Checked at the end of a statement, so that all bounds can be moved up in one save.
    _bounds_unique = models.Constraint(
        "UNIQUE (table_id, from_value, from_value_2) DEFERRABLE INITIALLY IMMEDIATE",
        "A rate table has two rows with the same bound: remove one of them or change its bound.",
    )

    @api.depends("table_id.name", "from_value")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.table_id.name} ({line.from_value:g})"

    @api.constrains("from_value", "from_value_2", "value")
    def _check_numbers(self):
        for line in self:
            numbers = (line.from_value, line.from_value_2, line.value)
            if not all(map(math.isfinite, numbers)):
                raise ValidationError(
                    self.env._(
                        "Rate table “%s”: bounds and values must be ordinary numbers.",
                        line.table_id.name,
                    )
                )
            if max(map(abs, numbers)) >= LIMIT:
                raise ValidationError(
                    self.env._(
                        "Rate table “%(table)s”: %(number)s is too large for a bound or value. "
                        "Leave the top row open instead.",
                        table=line.table_id.name,
                        number=f"{max(numbers, key=abs):g}",
                    )
                )

    @api.constrains("from_value_2")
    def _check_second_bound(self):
        for line in self:
            if line.table_id.inputs == "one" and line.from_value_2:
                raise ValidationError(
                    self.env._(
                        "Rate table “%s” looks up one figure: its rows cannot have a second bound. "
                        "Clear the second bounds, or set the table to two figures.",
                        line.table_id.name,
                    )
                )
