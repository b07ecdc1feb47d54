# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class ProductTemplate(models.Model):
    """What warranties ask of a part: does it wear out (S16), is it genuine (S26)?"""

    _inherit = "product.template"

    aftersales_is_wearing = fields.Boolean(
        string="Wearing Part",
        help="Wears out by use: warranties whose clauses exclude wearing parts do not cover it.",
    )
    aftersales_is_genuine = fields.Boolean(
        string="Genuine Part",
        default=True,
        help="Made or approved by the maker of the goods. Fitting another part needs the "
        "customer's signed notice (S26).",
    )
