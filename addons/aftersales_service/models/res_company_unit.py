# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class ResCompany(models.Model):
    """Settings of unit files and retail registrations (S14)."""

    _inherit = "res.company"

    aftersales_warranty_grace = fields.Integer(
        string="Grace after Shipment (days)",
        default=90,
        help="The warranty of a unit that no dealer registers begins so many days after its "
        "shipment (S14).",
    )
    aftersales_registration_days = fields.Integer(
        string="Registration in Time (days)",
        default=30,
        help="A sale that is registered later than so many days waits for a clerk (S14).",
    )
    aftersales_foreign_category_id = fields.Many2one(
        "product.category",
        string="Category of Foreign Units",
        default=lambda self: self.env.ref(
            "aftersales_service.product_category_foreign", raise_if_not_found=False
        ),
        help="Category of the products that stand for machines of other brands (S14).",
    )

    _aftersales_registration_positive = models.Constraint(
        "CHECK(aftersales_warranty_grace >= 0 AND aftersales_registration_days >= 0)",
        "Days of grace and of registration cannot be negative.",
    )

    @api.model
    def _set_aftersales_foreign_category(self):
        """Companies that were there before the module get the category of foreign units."""
        category = self.env.ref("aftersales_service.product_category_foreign")
        companies = self.search([("aftersales_foreign_category_id", "=", False)])
        companies.aftersales_foreign_category_id = category

    def _get_aftersales_today(self):
        """Today in this company's time zone."""
        self.ensure_one()
        return self._get_aftersales_date(fields.Datetime.now())
