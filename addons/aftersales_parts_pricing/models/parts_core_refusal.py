# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class PartsCoreRefusal(models.Model):
    """A refused attempt to move a restricted core part: who, what, where to, why not (P2)."""

    _name = "parts.core.refusal"
    _description = "Refused Movement of a Restricted Part"
    _order = "date desc, id desc"
    _rec_name = "product_name"

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", readonly=True, index=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    product_id = fields.Many2one(
        "product.product", string="Part", readonly=True, index=True, ondelete="set null"
    )
    product_name = fields.Char(
        string="Part Name", readonly=True, help="Name at the time of the attempt."
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    location_id = fields.Many2one(
        "stock.location",
        string="From",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty when the net under the stock itself refused.",
    )
    location_dest_id = fields.Many2one(
        "stock.location",
        string="To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    job = fields.Selection(
        [
            ("outgoing", "Delivery"),
            ("incoming", "Receipt or return"),
            ("internal", "Transfer"),
            ("production", "Production or repair"),
            ("scrap", "Scrap"),
            ("inventory", "Inventory adjustment"),
            ("stock", "Stock itself"),
            ("other", "Other"),
        ],
        string="Way",
        readonly=True,
        help="The way on which the part was to leave.",
    )
    reason = fields.Char(readonly=True, help="Why it was refused.")

    def action_ask_release(self):
        """Open a release for what was refused."""
        self.ensure_one()
        return self.env["parts.guard"]._get_release_action() | {
            "context": {
                "default_product_id": self.product_id.id,
                "default_quantity": self.quantity or 1.0,
                "default_partner_id": self.partner_id.id,
                "default_picking_id": self.picking_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    @api.model
    def _create_after_rollback(self, vals):
        """Create the record; what the rollback took with it is left empty.

        :param dict vals: values taken before the rollback
        """
        vals = dict(vals)
        for name, value in vals.items():
            field = self._fields[name]
            if field.type == "many2one" and value:
                vals[name] = self.env[field.comodel_name].browse(value).exists().id
        vals["company_id"] = vals["company_id"] or self.env.user.company_id.id
        return self.create(vals)
