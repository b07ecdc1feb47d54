# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesUnitForeign(models.TransientModel):
    """Opens the file of a unit that is on no product of ours (S14).

    Another brand, goods that were sold without serials, or a plate that nobody can read: the file
    stands on a product of its own, and gets a number of ours where there is no serial.
    """

    _name = "aftersales.unit.foreign"
    _description = "Open a File for a Foreign Unit"

    brand = fields.Char(help="Maker of the unit; empty for goods of ours without serials.")
    model = fields.Char(required=True, help="As it stands on the plate, or was told.")
    serial = fields.Char(help="Empty where there is none: the unit gets a number of ours.")
    sold_by_us = fields.Boolean(
        string="Sold by Us", help="Goods of ours, which were sold without serials."
    )
    user_partner_id = fields.Many2one(
        "res.partner", string="User", ondelete="cascade", help="Who has the unit."
    )
    meter = fields.Float(help="What the meter shows.")
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        ondelete="cascade",
        help="Job that gets the unit.",
    )

    def action_open(self):
        """Open the file, or the one that is there already; a job gets it as its unit.

        :raises UserError: without a model
        """
        self.ensure_one()
        lot = self.env["stock.lot"]._open_foreign_unit(
            self.brand,
            self.model,
            self.serial,
            sold_by_us=self.sold_by_us,
            **({"user_partner_id": self.user_partner_id.id} if self.user_partner_id else {}),
            **({"meter": self.meter} if self.meter else {}),
        )
        if self.voucher_id:
            self.voucher_id.write({"lot_id": lot.id, "product_id": lot.product_id.id})
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        form = self.env.ref("aftersales_service.stock_lot_view_form_unit")
        return lot._get_records_action(views=[(form.id, "form")])
