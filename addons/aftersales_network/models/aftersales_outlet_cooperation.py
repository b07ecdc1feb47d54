# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesOutletCooperation(models.Model):
    """Kind of partnership with an outlet (N1), e.g. own branch, authorised agent, franchise."""

    _name = "aftersales.outlet.cooperation"
    _description = "Kind of Cooperation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    needs_agreement = fields.Boolean(
        default=True, help="An outlet of this kind serves under an agreement that is in force."
    )
    note = fields.Text(help="What either side gives.")

    _name_uniq = models.UniqueIndex("(name)", "There is a kind of cooperation with this name.")
