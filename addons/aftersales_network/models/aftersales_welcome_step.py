# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesWelcomeStep(models.Model):
    """What every new agent gets (N1): the template of the welcome pack's items."""

    _name = "aftersales.welcome.step"
    _description = "Step of the Welcome Pack"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    is_shipment = fields.Boolean(
        string="First Shipment", help="Done by itself when the first delivery to the agent leaves."
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", help="Empty: who answers for the pack."
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: holds in every company.")
    note = fields.Text(translate=True, help="What belongs to it.")
