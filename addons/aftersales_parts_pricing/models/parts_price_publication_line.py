# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..unchecked import UncheckedMany2one
from .product_template import PART_CLASSES


class PartsPricePublicationLine(models.Model):
    """One proposed price: what it costs, what is published, what would be (P6).

    Lines are written by the proposal; people tick and give reasons.
    """

    _name = "parts.price.publication.line"
    _description = "Parts Price Publication: Line"
    _order = "publication_id, needs_approval desc, product_id, pricelist_id"
    _rec_name = "product_id"
    # A proposal writes hundreds of thousands of lines: each foreign key and index is checked and
    # filled for each of them. Who and when is on the publication; what is deleted takes its lines
    # with it by itself (``_forget``).
    _log_access = False

    publication_id = UncheckedMany2one(
        "parts.price.publication", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="publication_id.state")
    company_id = fields.Many2one(related="publication_id.company_id")
    currency_id = fields.Many2one(related="publication_id.currency_id")
    product_id = UncheckedMany2one(
        "product.product",
        string="Part",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    categ_id = fields.Many2one(related="product_id.categ_id")
    part_class = fields.Selection(PART_CLASSES, required=True, readonly=True)
    kind = fields.Selection(
        [("settlement", "Dealer settlement"), ("guide", "Market guide"), ("tier", "Dealer tier")],
        required=True,
        readonly=True,
    )
    pricelist_id = UncheckedMany2one(
        "product.pricelist", string="List", required=True, readonly=True, ondelete="cascade"
    )
    uom_id = UncheckedMany2one(
        "uom.uom", string="Unit", required=True, readonly=True, ondelete="restrict"
    )
    cost = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Cost of one unit on the day of the proposal, in the currency of the lists.",
    )
    old_price = fields.Monetary(
        string="Published Price",
        readonly=True,
        aggregator="avg",
        help="Price in force on the first day of the publication; 0 when there is none yet.",
    )
    new_price = fields.Monetary(readonly=True, aggregator="avg")
    change_percent = fields.Float(
        string="Change (%)", readonly=True, digits=(16, 2), aggregator="avg"
    )
    needs_approval = fields.Boolean(
        readonly=True,
        help="A first price, or a change beyond the limit of the policy (P6).",
    )
    approval_level_id = fields.Many2one(
        "parts.price.approval.level",
        readonly=True,
        ondelete="restrict",
        help="Who has to approve a change of this size; empty: the pricing manager, if anybody.",
    )
    units_sold = fields.Float(
        string="Sold in 365 Days",
        readonly=True,
        digits="Product Unit",
        help="Units that were ordered on this list in the 365 days before the proposal.",
    )
    turnover_effect = fields.Monetary(
        readonly=True,
        help="Units sold × change of the price: what it would have changed in that year.",
    )
    include = fields.Boolean(string="Publish", default=True, help="Untick to leave it out.")
    reason = fields.Char(help="Why this price is left out, or why it moves.")

    @api.constrains("include")
    def _check_include(self):
        """A part without a price cannot be ticked."""
        for line in self:
            if line.include and line.new_price <= 0:
                raise UserError(
                    self.env._(
                        "“%(part)s” has no cost and so no price: enter its cost and propose again.",
                        part=line.product_id.display_name,
                    )
                )

    def write(self, vals):
        """Ticks and reasons only, and only until the approval.

        :raise UserError: naming the publication
        """
        if vals.keys() - {"include", "reason"}:
            raise UserError(
                self.env._("Proposed prices follow from the policy: change its terms or the cost.")
            )
        for publication in self.publication_id:
            if publication.state != "proposed":
                raise UserError(
                    self.env._(
                        "%(publication)s is no longer a proposal: set it back to draft first.",
                        publication=publication.name,
                    )
                )
        result = super().write(vals)
        if vals.get("include"):
            self._drop_approvals_of_ticked()
        return result

    @api.model
    def _forget(self, name, records):
        """Delete the lines of records that are deleted, as a foreign key would.

        :param name: field of the line that points at them
        """
        if not records.ids:
            return
        self.env.flush_all()
        column = SQL.identifier(name)
        self.env.cr.execute(
            SQL("DELETE FROM parts_price_publication_line WHERE %s = ANY(%s)", column, records.ids)
        )
        self.invalidate_model()
        self.env["parts.price.publication"].invalidate_model(["line_ids"])

    def _drop_approvals_of_ticked(self):
        """What was ticked after an approval was not looked at."""
        large = self.filtered("needs_approval")
        for publication, lines in large.grouped("publication_id").items():
            publication._drop_approvals({line.approval_level_id.id for line in lines})
