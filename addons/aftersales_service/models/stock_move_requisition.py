# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class StockMove(models.Model):
    """Moves that bring a part which a job waits for (S26)."""

    _inherit = "stock.move"

    aftersales_requisition_id = fields.Many2one(
        "aftersales.part.requisition",
        string="Part Requisition",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Requisition of a job that this move fulfils.",
    )

    def _prepare_merge_moves_distinct_fields(self):
        """What two jobs wait for stays two moves."""
        return super()._prepare_merge_moves_distinct_fields() + ["aftersales_requisition_id"]

    def _prepare_move_split_vals(self, qty):
        """What is still to come of a requisition stays its own."""
        vals = super()._prepare_move_split_vals(qty)
        if self.aftersales_requisition_id:
            vals["aftersales_requisition_id"] = self.aftersales_requisition_id.id
        return vals

    def _action_done(self, cancel_backorder=False):
        """The part is in the van: its job goes on by itself."""
        # sudo: a storekeeper loads vans without rights on jobs, which only take note.
        requisitions = self.sudo().aftersales_requisition_id
        done = super()._action_done(cancel_backorder=cancel_backorder)
        requisitions._follow_moves()
        return done

    def _action_cancel(self):
        """The part does not come: whoever gave the job away is told."""
        # sudo: as above
        requisitions = self.sudo().aftersales_requisition_id
        result = super()._action_cancel()
        requisitions._follow_moves()
        return result

    def _is_coming_to_van(self):
        """Is there a day on which this transfer to a van can be done?

        What a job asked for and the store does not have comes when something comes in.
        """
        self.ensure_one()
        return bool(
            not self.aftersales_requisition_id
            or self.state == "assigned"
            or self.forecast_expected_date
        )
