# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

# Odoo translates these labels when it is asked for them, but exports only what is marked.
_lt = LazyTranslate(__name__)

BOARD_FIELDS = ("technician_id", "outlet_id")


class AftersalesVoucher(models.Model):
    """Columns of the dispatch board (S7): one for everybody who may be given a job.

    Dragging a card writes the technician or outlet, so it asks for the same rights and checks as
    the form.
    """

    _inherit = "aftersales.voucher"

    technician_id = fields.Many2one(
        group_expand="_read_group_technician_id",
        falsy_value_label=_lt("Unassigned"),  # pylint: disable=translation-field
    )
    outlet_id = fields.Many2one(
        group_expand="_read_group_outlet_id",
        falsy_value_label=_lt("No Outlet"),  # pylint: disable=translation-field
    )

    @api.model
    def _read_group_technician_id(self, _technicians, _domain):
        """All who may be given a job, also those with nothing to do."""
        return self._get_board_technicians()

    @api.model
    def _read_group_outlet_id(self, _outlets, _domain):
        """All outlets that serve."""
        return self._get_board_outlets()

    @api.model
    def _get_board_outlets(self):
        """Outlets that serve, of the companies that the user looks at."""
        return self.env["aftersales.outlet"].search_fetch(
            [
                ("phase", "in", ("operation", "extension")),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["code", "name", "technician_ids"],
        )

    @api.model
    def _get_board_technicians(self):
        """Technicians of the outlets that serve."""
        return self._get_board_outlets().technician_ids

    def _open_groups(self, **options):
        """Open the column of what nobody has yet: it is what is dispatched from.

        Core folds the column of an empty relation.
        """
        board = options["groupby"][0] in BOARD_FIELDS
        if board and options["auto_unfold"] and not options["opening_info"]:
            unassigned = {
                "value": False,
                "folded": False,
                "limit": options["unfold_read_default_limit"],
                "offset": 0,
            }
            options["opening_info"] = options["parent_opening_info"] = [unassigned]
        return super()._open_groups(**options)
