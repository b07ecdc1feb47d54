# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesWarrantyTermMixin(models.AbstractModel):
    """Clauses whose payer wants to see the old part (S17)."""

    _inherit = "aftersales.warranty.term.mixin"

    old_part_returns = fields.Boolean(
        string="Old Part Comes Back",
        default=True,
        help="Whoever pays keeps the right to see the old part: it must come back, and waits in "
        "claim custody until he answers (S17).",
    )

    @api.model
    def _get_term_fields(self):
        return [*super()._get_term_fields(), "old_part_returns"]
