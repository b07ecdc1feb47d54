# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class PartsServiceBom(models.Model):
    """What a product consists of as the workshop sees it: modules, assemblies, parts (P5).

    A simplification of the engineering BOM: an assembly has a service BOM of its own and is
    listed by one line in the products that contain it.
    """

    _name = "parts.service.bom"
    _description = "Service BOM"
    _inherit = ["mail.thread"]
    _order = "product_id, id"
    _rec_name = "product_id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    product_id = fields.Many2one(
        "product.product",
        string="Product or Assembly",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="A finished product, or an assembly that others contain.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    reference = fields.Char(
        string="Revision", tracking=True, help="Number of the drawing or revision it follows."
    )
    line_ids = fields.One2many("parts.service.bom.line", "bom_id", string="Parts", copy=True)
    line_count = fields.Integer(compute="_compute_line_count", string="Lines")
    used_in_count = fields.Integer(
        compute="_compute_used_in_count",
        string="Used In",
        help="How many service BOMs list this assembly directly.",
    )
    note = fields.Html(help="What the workshop should know.")

    _product_company_uniq = models.UniqueIndex(
        "(product_id, company_id) WHERE active",
        "A product has one service BOM in a company: archive the other one first.",
    )

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["parts.service.bom.line"]._read_group(
                [("bom_id", "in", self.ids)], ["bom_id"], ["__count"]
            )
        )
        for bom in self:
            bom.line_count = counts.get(bom._origin, 0)

    @api.depends("product_id", "company_id")
    def _compute_used_in_count(self):
        counts = {
            (product.id, company.id): count
            for product, company, count in self.env["parts.service.bom.line"]._read_group(
                [("product_id", "in", self.product_id.ids), ("bom_id.active", "=", True)],
                ["product_id", "company_id"],
                ["bom_id:count_distinct"],
            )
        }
        for bom in self:
            bom.used_in_count = counts.get((bom.product_id.id, bom.company_id.id), 0)

    @api.constrains("product_id", "company_id", "active", "line_ids")
    def _check_cycle(self):
        """Nothing contains itself, at any depth (P5).

        :raises ValidationError: naming the chain that comes back to its start
        """
        if not self:
            return
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE tree AS (
                    SELECT company_id, product_id AS start, product_id, ARRAY[product_id] AS path
                    FROM parts_service_bom WHERE id IN %(boms)s AND active
                    UNION ALL
                    SELECT tree.company_id, tree.start, line.product_id,
                           tree.path || line.product_id
                    FROM tree
                    JOIN parts_service_bom bom
                      ON bom.product_id = tree.product_id AND bom.company_id = tree.company_id
                     AND bom.active
                    JOIN parts_service_bom_line line ON line.bom_id = bom.id
                    WHERE NOT tree.product_id = ANY(tree.path[:cardinality(tree.path) - 1])
                )
                SELECT path FROM tree
                WHERE product_id = start AND cardinality(path) > 1 LIMIT 1
                """,
                boms=self._ids,
            )
        )
        if found:
            products = self.env["product.product"]
            names = [products.browse(product_id).display_name for product_id in found[0][0]]
            raise ValidationError(
                self.env._(
                    "“%(product)s” would contain itself: %(chain)s. Take one of these lines out.",
                    product=names[0],
                    chain=" → ".join(names),
                )
            )

    def copy_data(self, default=None):
        """A product has one active service BOM: its copy starts archived."""
        vals_list = super().copy_data(default=default)
        if "product_id" not in (default or {}):
            for vals in vals_list:
                vals["active"] = False
        return vals_list

    def action_view_explosion(self):
        """Open everything that the product consists of, at any depth."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_service_bom_part_action"
        )
        return action | {"context": {"service_bom_ids": self.ids}}

    def action_view_used_in(self):
        """Open the service BOMs that list this assembly directly."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_service_bom_action"
        )
        return action | {
            "domain": [
                ("line_ids.product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {},
        }

    def _get_tree_sql(self):
        """The recursive query of these BOMs: each line of each level below, with its quantity.

        Columns: root_id, company_id, line_id, product_id, level (1 for direct lines), quantity
        (numeric, in the unit of the product, for one piece of the root), position (array to sort
        by) and has_bom. Two people who close a circle at the same time do not make it endless:
        no path goes through a product twice.

        :rtype: odoo.tools.SQL
        """
        return SQL(
            """
            WITH RECURSIVE tree AS (
                SELECT bom.id AS root_id, bom.company_id, NULL::integer AS line_id,
                       bom.product_id, 0 AS level, 1::numeric AS quantity,
                       ARRAY[]::integer[] AS position, ARRAY[bom.product_id] AS path
                FROM parts_service_bom bom
                WHERE bom.id = ANY(%(roots)s)
                UNION ALL
                SELECT tree.root_id, tree.company_id, line.id, line.product_id, tree.level + 1,
                       tree.quantity * line.quantity * unit.factor::numeric / own.factor::numeric,
                       tree.position || ARRAY[COALESCE(line.sequence, 0), line.id],
                       tree.path || line.product_id
                FROM tree
                JOIN parts_service_bom bom
                  ON bom.product_id = tree.product_id AND bom.company_id = tree.company_id
                 AND CASE WHEN tree.level = 0 THEN bom.id = tree.root_id ELSE bom.active END
                JOIN parts_service_bom_line line ON line.bom_id = bom.id
                JOIN product_product product ON product.id = line.product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                JOIN uom_uom unit ON unit.id = line.uom_id
                JOIN uom_uom own ON own.id = template.uom_id
                WHERE NOT line.product_id = ANY(tree.path)
            )
            SELECT tree.root_id, tree.company_id, tree.line_id, tree.product_id, tree.level,
                   tree.quantity, tree.position, EXISTS (
                       SELECT 1 FROM parts_service_bom below
                       JOIN parts_service_bom_line line ON line.bom_id = below.id
                       WHERE below.product_id = tree.product_id AND below.active
                         AND below.company_id = tree.company_id
                   ) AS has_bom
            FROM tree WHERE tree.level > 0
            """,
            roots=list(self._ids),
        )

    def _get_part_quantities(self):
        """The parts that make up one piece of each product, in one query (P4, P5).

        Assemblies are counted by their parts, never besides them.

        :return: {bom: {part: Decimal quantity in the part's unit}}
        """
        self.env["parts.service.bom"].flush_model()
        self.env["parts.service.bom.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT root_id, product_id, sum(quantity)::text FROM (%s) part WHERE NOT has_bom"
                " GROUP BY root_id, product_id ORDER BY root_id, product_id",
                self._get_tree_sql(),
            )
        )
        parts = self.env["product.product"].browse({row[1] for row in rows})
        by_id = {part.id: part for part in parts}
        found = {bom: {} for bom in self}
        for root_id, product_id, quantity in rows:
            found[self.browse(root_id)][by_id[product_id]] = Decimal(quantity)
        return found
