# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class PartsLabelPrint(models.TransientModel):
    """Labels of parts: number, barcode, name and pieces, for shelf, box and outlet (P11)."""

    _name = "parts.label.print"
    _description = "Part Labels"

    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    product_ids = fields.Many2many("product.product", string="Parts")
    line_ids = fields.One2many(
        "parts.label.print.line",
        "print_id",
        string="Labels",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("picking_id", "product_ids")
    def _compute_line_ids(self):
        """A label for each piece of a transfer, else one for each part."""
        for wizard in self:
            rows = [(product, False, 1) for product in wizard.product_ids]
            for line in wizard.picking_id.move_line_ids.filtered("quantity"):
                rows.append((line.product_id, line.lot_id, line.quantity_product_uom))
            if wizard.picking_id and not wizard.picking_id.move_line_ids:
                rows += [
                    (move.product_id, False, move.product_qty)
                    for move in wizard.picking_id.move_ids
                ]
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "product_id": product.id,
                            "lot_id": lot and lot.id,
                            "labels": max(1, round(quantity)),
                        }
                    )
                    for product, lot, quantity in rows
                ),
            ]

    @api.model
    def default_get(self, fields):
        """From the action menu of products: those chosen there."""
        vals = super().default_get(fields)
        context = self.env.context
        ids = context.get("active_ids", [])
        if context.get("active_model") == "product.template":
            vals["product_ids"] = [
                Command.set(self.env["product.template"].browse(ids).product_variant_ids.ids)
            ]
        elif context.get("active_model") == "product.product":
            vals["product_ids"] = [Command.set(ids)]
        return vals

    def action_print(self):
        """Print the labels.

        :raise UserError: when there is nothing to print
        """
        self.ensure_one()
        if not any(line.labels > 0 for line in self.line_ids):
            raise UserError(self.env._("Say how many labels to print of at least one part."))
        return self.env.ref("aftersales_parts_pricing.action_report_part_label").report_action(self)

    def _get_labels(self):
        """The lines, each as often as it is printed."""
        return [line for line in self.line_ids for __ in range(line.labels)]
