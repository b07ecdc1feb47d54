# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesGoodsRegisterPrint(models.TransientModel):
    """Prints the customer goods in/out register for a range of dates (S5)."""

    _name = "aftersales.goods.register.print"
    _description = "Print the Goods Register"
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
    warehouse_id = fields.Many2one(
        "stock.warehouse", check_company=True, help="Only goods of this house; empty prints all."
    )
    only_in_house = fields.Boolean(help="Only goods that are here now, since whenever.")

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

        :raises UserError: when no goods came in or went out in the range
        """
        self.ensure_one()
        if not self._get_receipts():
            raise UserError(
                self.env._("No goods came in or went out in this range: choose other dates.")
            )
        return self.env.ref("aftersales_service.action_report_goods_register").report_action(self)

    def _get_receipts(self):
        """Receipts whose goods came in or went out in the range, oldest first."""
        self.ensure_one()
        domain = fields.Domain("company_id", "=", self.company_id.id)
        domain &= fields.Domain("state", "!=", "draft")
        if self.warehouse_id:
            domain &= fields.Domain("warehouse_id", "=", self.warehouse_id.id)
        if self.only_in_house:
            domain &= fields.Domain("state", "=", "in_house")
        else:
            start, end = self.company_id._get_aftersales_bounds(self.date_from, self.date_to)
            domain &= fields.Domain.OR(
                fields.Domain(name, ">=", start) & fields.Domain(name, "<", end)
                for name in ("received_at", "returned_at")
            )
        return self.env["aftersales.goods.receipt"].search(domain, order="received_at, id")
