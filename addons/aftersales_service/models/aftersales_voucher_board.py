# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.tools import SQL, unique


class Board:
    """How the cards of one request are read; only code can put one into a context."""

    def __init__(self, specification):
        self.specification = specification


class AftersalesVoucher(models.Model):
    """Lists and boards over very many jobs: what they ask for finds an index.

    The conditions of the partial indexes are those of the filters: a job that is over, as nearly
    all are after a year, stands in none of them. They include what is counted, and whose it is.
    """

    _inherit = "aftersales.voucher"

    _register_idx = models.Index("(priority DESC, registered_at DESC, id DESC)")
    _state_idx = models.Index("(state, priority DESC, registered_at DESC, id DESC)")
    _open_register_idx = models.Index(
        "(priority DESC, registered_at DESC, id DESC) INCLUDE (company_id, state)"
        " WHERE state NOT IN ('done', 'closed', 'cancelled')"
    )
    _open_technician_idx = models.Index(
        "(technician_id, planned_start, priority DESC, id)"
        " INCLUDE (company_id, state, outlet_id, outlet_refused_at)"
        " WHERE state NOT IN ('done', 'closed', 'cancelled')"
    )

    @api.model
    @api.readonly
    def web_read_group(self, *args, unfold_read_specification=None, **kwargs):
        """As Odoo's own; the cards of all columns are found by one query, not by one a column."""
        board = Board(unfold_read_specification)
        return super(AftersalesVoucher, self.with_context(aftersales_board=board)).web_read_group(
            *args, unfold_read_specification=unfold_read_specification, **kwargs
        )

    def _open_groups(self, *, records_opening_info, groupby, dict_order, domain, **kwargs):
        result = super()._open_groups(
            records_opening_info=records_opening_info,
            groupby=groupby,
            dict_order=dict_order,
            domain=domain,
            **kwargs,
        )
        board = self.env.context.get("aftersales_board")
        if isinstance(board, Board) and records_opening_info:
            order = self._get_board_order(groupby, dict_order)
            self._read_columns(records_opening_info, domain, order, board.specification)
            # Nothing is left for Odoo's own loop over the columns.
            records_opening_info.clear()
        return result

    def _get_board_order(self, groupby, dict_order):
        """Order inside a column: what was asked for, then the model's own, as Odoo has it."""
        given = {name: way for name, way in dict_order.items() if name != "__count"}
        order = [f"{name} {way}" for name, way in given.items() if name not in groupby]
        for part in self._order.split(","):
            name = part.strip().split(" ", 1)[0]
            if name not in given and name not in groupby:
                order.append(part.strip())
        return ", ".join(order)

    def _read_columns(self, openings, domain, order, specification):
        """Read the records of columns into their groups.

        :param openings: list of dict with the domain, limit, offset and group of a column
        """
        queries = {}
        for place, opening in enumerate(openings):
            opening["group"]["__records"] = []
            if opening["group"]["__count"]:
                query = self._search(
                    domain & opening["domain"],
                    order=order,
                    limit=opening["limit"],
                    offset=opening["offset"],
                )
                if not query.is_empty():
                    queries[place] = SQL("ARRAY(%s)", query.select())
        if not queries:
            return
        (found,) = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(queries.values())))
        records = self.browse(unique(record_id for ids in found for record_id in ids))
        values = dict(zip(records.ids, records.web_read(specification or {}), strict=True))
        for place, ids in zip(queries, found, strict=True):
            openings[place]["group"]["__records"] = [values[record_id] for record_id in ids]
