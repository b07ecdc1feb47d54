# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesRegisterPrint(models.TransientModel):
    """Prints the call-in register for a range of dates (S1)."""

    _name = "aftersales.register.print"
    _description = "Print the Call-In Register"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: self._default_date() + relativedelta(day=1),
        help="First day of registration, in the company's time.",
    )
    date_to = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        help="Last day of registration, in the company's time.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        check_company=True,
        help="Only calls given to this outlet; empty prints all.",
    )
    only_open = fields.Boolean(help="Leave out entries that are struck off.")

    @api.model
    def _default_date(self):
        """Today, for who prints."""
        return fields.Date.context_today(self)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for wizard in self:
            if wizard.date_to < wizard.date_from:
                raise ValidationError(
                    self.env._("The register's last day lies before its first: swap the dates.")
                )

    def action_print(self):
        """Print the register.

        :raises UserError: when no call was registered in the range
        """
        self.ensure_one()
        if not self._get_vouchers():
            raise UserError(self.env._("No call was registered in this range: choose other dates."))
        return self.env.ref("aftersales_service.action_report_register").report_action(self)

    def _get_vouchers(self):
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
