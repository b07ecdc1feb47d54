# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PartsBookingError(models.Model):
    """A booking of parts that was wrong, and who made it: he bears it, with a fine (K21)."""

    _name = "parts.booking.error"
    _description = "Booking Error"
    _inherit = ["aftersales.confirmed.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Description", required=True, help="What was booked wrongly, as it is printed."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        index=True,
        default=fields.Date.context_today,
        help="Day on which it was made: decides the month in which it is borne.",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="At Fault",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who made the error.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        index="btree_not_null",
        check_company=True,
        help="Document that was booked wrongly, where there is one.",
    )
    amount = fields.Monetary(required=True, tracking=True, help="What the error comes to.")
    note = fields.Text(string="Remarks")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a booking error must be above zero."
    )

    @api.model
    def _get_confirmed_fields(self):
        return super()._get_confirmed_fields() | {"date", "amount", "name"}
