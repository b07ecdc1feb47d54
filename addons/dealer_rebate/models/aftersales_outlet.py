# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesOutlet(models.Model):
    """A store's kind decides which one-time grants it gets (R2)."""

    _inherit = "aftersales.outlet"

    store_format = fields.Selection(
        [
            ("sales", "Single sales"),
            ("sales_service", "Sales and service (2S)"),
            ("service", "Single service"),
            ("full", "Full service"),
        ],
        string="Kind of Store",
        help="What the store does; grants of R2 depend on it.",
    )
