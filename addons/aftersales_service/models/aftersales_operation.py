# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesOperation(models.Model):
    """A labour operation of the fee schedule, e.g. *change the hydraulic pump* (S15).

    What it takes and costs stands in its fees: by model family and from a date.
    """

    _name = "aftersales.operation"
    _description = "Labour Operation"
    _inherit = ["aftersales.code.mixin"]
    _order = "code, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="What is done, as customers read it.")
    code = fields.Char(required=True, copy=False, help="Short code, e.g. HYD-100.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Charged as",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'service')]",
        help="Service product of the order line; gives taxes, account and, where a fee says so, "
        "the price of an hour.",
    )
    fee_ids = fields.One2many("aftersales.operation.fee", "operation_id", copy=True, string="Fees")

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "This code of a labour operation is taken in the company."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for operation in self:
            code = f"[{operation.code}] " if operation.code else ""
            operation.display_name = f"{code}{operation.name or ''}"

    @api.constrains("product_id")
    def _check_product_id(self):
        for operation in self:
            if operation.product_id.type != "service":
                raise ValidationError(
                    self.env._(
                        "%(operation)s is labour and %(product)s is not a service: choose a "
                        "service product.",
                        operation=operation.display_name,
                        product=operation.product_id.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_fees(self, asked):
        """Fee of each asked operation: the nearest model family wins, then the latest date.

        :param asked: iterable of (operation, product.category or empty, date)
        :return: dict {(operation, category, date): aftersales.operation.fee}, without those that
            have no fee; one query for all
        """
        asked = {key for key in asked if key[0] and key[2]}
        if not asked:
            return {}
        operations = self.browse({operation.id for operation, _categ, _day in asked})
        # sudo: whoever enters a line that is his to enter gets the fee of his company's schedule.
        fees = self.env["aftersales.operation.fee"].sudo()
        found = fees.search(
            Domain("operation_id", "in", operations.ids)
            & Domain("date_from", "<=", max(day for _operation, _categ, day in asked))
        ).grouped(lambda fee: (fee.operation_id.id, fee.categ_id.id))
        result = {}
        for operation, category, day in asked:
            for family in [*category._get_families(), False]:
                dated = found.get((operation.id, family), fees).filtered(
                    lambda fee, day=day: fee.date_from <= day
                )
                if dated:
                    result[operation, category, day] = max(dated, key=lambda fee: fee.date_from)
                    break
        return result

    def _get_current_fees(self):
        """Fees that hold today, for the printed schedule: latest of each operation and family."""
        fees = self.env["aftersales.operation.fee"]
        for operation in self:
            today = operation.company_id._get_aftersales_date(fields.Datetime.now())
            dated = operation.fee_ids.filtered(lambda fee, today=today: fee.date_from <= today)
            for same in dated.grouped("categ_id").values():
                fees |= max(same, key=lambda fee: fee.date_from)
        return fees.sorted(
            lambda fee: (fee.categ_id.complete_name or "", fee.operation_id.code, fee.id)
        )
