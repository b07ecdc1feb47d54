# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesRegisterPrint(models.TransientModel):
    """Prints the call-in register for a range of dates (S1)."""

    _name = "aftersales.register.print"
    _description = "Print the Call-In Register"
    _inherit = ["aftersales.register.mixin"]

    outlet_id = fields.Many2one(
        "aftersales.outlet",
        check_company=True,
        help="Only calls given to this outlet; empty prints all.",
    )
    only_open = fields.Boolean(help="Leave out entries that are struck off.")

    def _get_entries(self):
        """Entries of the register in the range, oldest first; days are the company's (S1)."""
        self.ensure_one()
        start, end = self.company_id._get_aftersales_bounds(self.date_from, self.date_to)
        domain = fields.Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("registered_at", ">=", start),
                ("registered_at", "<", end),
            ]
        )
        if self.outlet_id:
            domain &= fields.Domain("outlet_id", "=", self.outlet_id.id)
        if self.only_open:
            domain &= fields.Domain("state", "not in", ("done", "closed", "cancelled"))
        return self.env["aftersales.voucher"].search(domain, order="registered_at, id")

    def _get_nothing_message(self):
        return self.env._("No call was registered in this range: choose other dates.")

    def _get_report_name(self):
        return "aftersales_service.action_report_register"
