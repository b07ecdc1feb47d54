# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """How a company shows and sells its parts on the dealers' portal."""

    _inherit = "res.company"

    parts_portal_order_mode = fields.Selection(
        [
            ("draft", "A quotation for our salesperson"),
            ("sent", "A quotation that the dealer confirms"),
            ("sale", "A confirmed order"),
        ],
        string="Dealers' Carts Become",
        default="draft",
        required=True,
        help="What an order that a dealer places on the portal becomes.",
    )
    parts_stock_green = fields.Float(
        string="Green From",
        digits="Product Unit",
        default=5.0,
        help="Dealers see a green light when at least so many free pieces are in stock.",
    )
    parts_stock_amber = fields.Float(
        string="Amber From",
        digits="Product Unit",
        default=1.0,
        help="Dealers see an amber light when at least so many free pieces are in stock, and a "
        "red one when there are fewer.",
    )
    parts_portal_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Parts Warehouse",
        domain="[('company_id', '=', id)]",
        help="Warehouse that dealers' orders leave from and whose stock the lights show. Empty: "
        "the company's first one.",
    )

    @api.constrains("parts_stock_green", "parts_stock_amber")
    def _check_parts_stock_lights(self):
        """The lights follow one another.

        :raise ValidationError: when amber would begin above green, or at nothing
        """
        for company in self:
            if not 0 < company.parts_stock_amber <= company.parts_stock_green:
                raise ValidationError(
                    self.env._(
                        "%(company)s: the amber light for parts begins above zero and not above "
                        "the green one.",
                        company=company.name,
                    )
                )

    @api.constrains("parts_portal_warehouse_id")
    def _check_parts_portal_warehouse(self):
        """Dealers buy from a warehouse of the company itself.

        :raise ValidationError: for a warehouse of another company
        """
        for company in self:
            warehouse = company.parts_portal_warehouse_id
            if warehouse and warehouse.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s belongs to another company: choose a warehouse of "
                        "%(company)s for its parts.",
                        warehouse=warehouse.name,
                        company=company.name,
                    )
                )

    def _get_parts_warehouse(self):
        """Warehouse that dealers are served from."""
        self.ensure_one()
        return self.parts_portal_warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.id)], limit=1
        )
