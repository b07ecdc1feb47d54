# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """Lines say when their part has been superseded, and take the new one at a press."""

    _inherit = "sale.order.line"

    superseding_product_id = fields.Many2one(
        "product.product",
        string="Superseded By",
        compute="_compute_superseding_product_id",
        groups="base.group_user",
        help="The newest part of the chain, while the order is a quotation.",
    )

    @api.depends("product_id", "state")
    def _compute_superseding_product_id(self):
        open_lines = self.filtered(
            lambda line: line.state in ("draft", "sent") and line.product_id.part_class
        )
        current = open_lines.product_id._get_current_parts()
        for line in self:
            newest = current.get(line.product_id) if line in open_lines else None
            line.superseding_product_id = newest if newest != line.product_id else False

    def action_replace_superseded(self):
        """Put the newest part in the place of the superseded one, at its own price.

        :raise UserError: when the order is confirmed, or the part is not superseded
        """
        for line in self:
            newest = line.superseding_product_id
            if not newest:
                raise UserError(
                    self.env._(
                        "%(part)s is not superseded, or its order is no quotation any more: there "
                        "is nothing to replace.",
                        part=line.product_id.display_name,
                    )
                )
            old = line.product_id
            unit = line.product_uom_id
            line.product_id = newest
            if unit._has_common_reference(newest.uom_id):
                line.product_uom_id = unit
            line.order_id.message_post(
                body=self.env._(
                    "%(old)s replaced by %(new)s.", old=old.display_name, new=newest.display_name
                )
            )

    def _get_supersession_sentences(self):
        """One sentence a superseded part: what took its place, and whether stock is used up."""
        # sudo: the sentence tells the day and whether pieces are used up, no more; whoever quotes
        # parts need not read supersessions.
        steps = self.env["parts.supersession"].sudo()
        by_product = steps.search([("old_product_id", "in", self.product_id.ids)]).grouped(
            "old_product_id"
        )
        newest = {line.product_id: line.superseding_product_id for line in self}
        return [
            self._get_supersession_sentence(product, current, by_product.get(product, steps))
            for product, current in newest.items()
        ]

    @api.model
    def _get_supersession_sentence(self, product, current, step):
        if step.use_up_stock:
            return self.env._(
                "%(old)s is superseded by %(new)s. Pieces of the old part are used up while there "
                "are any.",
                old=product.display_name,
                new=current.display_name,
            )
        return self.env._(
            "%(old)s is superseded by %(new)s and is not to be sold any more: replace it.",
            old=product.display_name,
            new=current.display_name,
        )
