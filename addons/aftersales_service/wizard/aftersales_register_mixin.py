# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesRegisterMixin(models.AbstractModel):
    """Dialogue that prints a register for a range of days of the company (S1, S5)."""

    _name = "aftersales.register.mixin"
    _description = "Print a Register"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        required=True,
        default=lambda self: self._default_date() + relativedelta(day=1),
        help="First day, in the company's time.",
    )
    date_to = fields.Date(
        required=True,
        default=lambda self: self._default_date(),
        help="Last day, in the company's time.",
    )

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

        :raises UserError: when there is nothing in the range
        """
        self.ensure_one()
        if not self._get_entries():
            raise UserError(self._get_nothing_message())
        return self.env.ref(self._get_report_name()).report_action(self)

    def _get_entries(self):
        """Hook: records of the range, oldest first."""
        raise NotImplementedError

    def _get_nothing_message(self):
        """Hook: what to say when there are none."""
        raise NotImplementedError

    def _get_report_name(self):
        """Hook: external id of the report."""
        raise NotImplementedError
