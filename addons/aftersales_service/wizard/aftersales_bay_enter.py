# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesBayEnter(models.TransientModel):
    """Asks which bay a job goes to (S23)."""

    _name = "aftersales.bay.enter"
    _description = "Put a Job into a Bay"

    voucher_id = fields.Many2one("aftersales.voucher", required=True, readonly=True)
    outlet_id = fields.Many2one(related="voucher_id.outlet_id")
    bay_id = fields.Many2one(
        "aftersales.bay",
        required=True,
        domain="[('outlet_id', '=', outlet_id), ('is_free', '=', True)]",
        help="Free bays of the job's outlet.",
    )

    def action_confirm(self):
        """Put the job there.

        :raises UserError: when somebody else was faster
        """
        self.ensure_one()
        self.voucher_id._enter_bay(self.bay_id)
        return {"type": "ir.actions.act_window_close"}
