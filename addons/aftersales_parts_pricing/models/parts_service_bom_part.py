# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class PartsServiceBomPart(models.Model):
    """Everything a product consists of, level by level: its service BOM exploded (P5).

    The BOMs come in the context (``service_bom_ids``); one recursive query explodes them all.
    """

    _name = "parts.service.bom.part"
    _description = "Exploded Service BOM"
    _auto = False
    _order = "id"
    _rec_name = "product_id"
    _depends = {
        "parts.service.bom": ["active", "product_id", "company_id"],
        "parts.service.bom.line": ["bom_id", "product_id", "quantity", "uom_id", "sequence"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["uom_id"],
        "uom.uom": ["factor"],
    }

    bom_id = fields.Many2one("parts.service.bom", string="Service BOM", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    level = fields.Integer(readonly=True, aggregator=None, help="1: listed on the BOM itself.")
    position = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", string="Part or Assembly", readonly=True)
    part_class = fields.Selection(related="product_id.part_class")
    is_serviceable = fields.Boolean(related="product_id.is_serviceable")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In one piece of the product, in its own unit."
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    is_assembly = fields.Boolean(
        readonly=True, help="Counted by its parts, which follow on the next level."
    )

    @property
    def _table_query(self):
        roots = self.env.context.get("service_bom_ids") or []
        boms = self.env["parts.service.bom"].browse(int(root) for root in roots)
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY tree.root_id, tree.position)::integer AS id,
                   tree.root_id AS bom_id, tree.company_id, tree.level, line.position,
                   tree.product_id, tree.quantity, tree.has_bom AS is_assembly
            FROM (%s) tree JOIN parts_service_bom_line line ON line.id = tree.line_id
            """,
            boms._get_tree_sql(),
        )
