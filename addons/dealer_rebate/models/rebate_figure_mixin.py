# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

#: Figures from here on are slips of the keyboard; below, a double is exact to the cent.
LIMIT = 1e15


class RebateFigureMixin(models.AbstractModel):
    """A number for a dealer and a span of days: a reported value, a target.

    A shorter span may lie inside a longer one (months inside a quarter): what is read for a window
    are the longest spans inside it, so nothing counts twice. Spans that merely overlap, and a
    figure of the whole dealer beside figures of its stores, have no such reading and are refused.
    """

    _name = "rebate.figure.mixin"
    _inherit = ["rebate.fact.mixin"]
    _description = "Figure of a Dealer and a Period"

    date_from = fields.Date(string="From", required=True, help="First day of the period.")
    date_to = fields.Date(string="To", required=True, help="Last day of the period.")
    value = fields.Float(
        required=True, min_display_digits=2, help="The figure, in the unit of its metric."
    )
    slot_key = fields.Char(
        compute="_compute_slot_key",
        store=True,
        precompute=True,
        help="What, who and when, as text: the database's guard against the same figure entered "
        "by two people at once.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # What was rejected or moved in this transaction has made its room before the INSERT.
        self.flush_model()
        return super().create(vals_list)

    @api.depends("partner_id", "outlet_id", "date_from", "date_to")
    def _compute_slot_key(self):
        for figure in self:
            parts = (
                *figure._get_slot(),
                figure.partner_id.id,
                figure.outlet_id.id or 0,
                figure.date_from,
                figure.date_to,
            )
            figure.slot_key = ":".join(str(part) for part in parts)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for figure in self:
            if figure.date_to < figure.date_from:
                raise ValidationError(
                    self.env._(
                        "The period of %(dealer)s ends on %(last)s, before it starts on %(first)s.",
                        dealer=figure.partner_id.display_name,
                        first=format_date(self.env, figure.date_from),
                        last=format_date(self.env, figure.date_to),
                    )
                )

    @api.constrains("value")
    def _check_value(self):
        for figure in self:
            if not math.isfinite(figure.value) or abs(figure.value) >= LIMIT:
                raise ValidationError(
                    self.env._(
                        "%(value)s is no figure of %(dealer)s: it is too large.",
                        value=figure.value,
                        dealer=figure.partner_id.display_name,
                    )
                )

    def _check_conflicts(self):
        """Refuse what would count twice.

        :raise ValidationError: naming both figures
        """
        for figure_id, other_id in self._find_conflicts():
            figure, other = self.browse(figure_id), self.browse(other_id)
            # sudo: only its name; it may be of a store that the user cannot see.
            raise ValidationError(
                self.env._(
                    "%(figure)s cannot stand beside %(other)s: days or stores would count twice. "
                    "Change one of the two.",
                    figure=figure.display_name,
                    other=other.sudo().display_name,
                )
            )

    def _find_conflicts(self):
        """Pairs of ids of figures that exclude each other, in one query."""
        if not self:
            return []
        self.flush_model()
        table = SQL.identifier(self._table)
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (one.id) one.id, other.id
                  FROM %(table)s one
                  JOIN %(table)s other ON other.id <> one.id
                   AND other.partner_id = one.partner_id
                   AND %(same)s
                   AND other.date_from <= one.date_to AND other.date_to >= one.date_from
                   AND ((one.outlet_id IS NULL) <> (other.outlet_id IS NULL)
                     OR one.outlet_id IS NOT DISTINCT FROM other.outlet_id
                    AND (one.date_from, one.date_to) = (other.date_from, other.date_to)
                     OR one.outlet_id IS NOT DISTINCT FROM other.outlet_id
                    AND NOT (one.date_from <= other.date_from AND one.date_to >= other.date_to)
                    AND NOT (other.date_from <= one.date_from AND other.date_to >= one.date_to))
                 WHERE one.id IN %(ids)s
              ORDER BY one.id, other.id
                """,
                table=table,
                same=self._get_same_sql(),
                ids=tuple(self.ids),
            )
        )

    def _get_slot(self):
        """What the figure is of, as a tuple of plain values. To be given by each model."""
        raise NotImplementedError

    def _get_same_sql(self):
        """Condition that ``one`` and ``other`` are figures of the same thing."""
        raise NotImplementedError

    @api.model
    def _get_outermost_query(self, columns):
        """Query of the rows of ``counted`` that no longer span of the same holds.

        One sort instead of a join: in the order of their first days, longest first, a span lies in
        an earlier one when one of them reaches its last day. Equal spans (of merged dealers) stay.

        :param columns: names of the columns that make "the same in the same window"
        """
        return SQL(
            """(SELECT * FROM (
                    SELECT *, MAX(date_to) OVER (
                                  PARTITION BY %s ORDER BY date_from, date_to DESC
                                  GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
                      FROM counted) AS spans
                 WHERE reached IS NULL OR reached < date_to)""",
            SQL(", ").join(SQL.identifier(column) for column in columns),
        )


def excludes(one, other):
    """Whether two figures of the same thing and dealer would count twice; as the query above.

    :param one: (outlet id or 0, first day, last day)
    """
    outlet, first, last = one
    other_outlet, other_first, other_last = other
    if other_first > last or other_last < first:
        return False
    if bool(outlet) != bool(other_outlet):
        return True
    if outlet != other_outlet:
        return False
    if (first, last) == (other_first, other_last):
        return True
    holds = first <= other_first and last >= other_last
    lies_in = other_first <= first and other_last >= last
    return not holds and not lies_in
