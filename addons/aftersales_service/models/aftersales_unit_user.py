# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesUnitUser(models.Model):
    """Who had a unit from when to when, and how we learnt it (S14).

    Rows are written with the user on the unit's file: by a registration, a job, a transfer. Only
    supervisors correct days and notes.
    """

    _name = "aftersales.unit.user"
    _description = "User of a Unit"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="lot_id.product_id", string="Model")
    partner_id = fields.Many2one(
        "res.partner",
        string="User",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        help="Who had the unit.",
    )
    date_from = fields.Date(
        string="From", required=True, help="Day on which the user got the unit, as far as known."
    )
    date_to = fields.Date(
        string="Until", help="Day on which somebody else got it; empty for the user of today."
    )
    source = fields.Selection(
        [
            ("registration", "Retail Registration"),
            ("service", "Service"),
            ("transfer", "Transfer"),
            ("claim", "Claim"),
            ("manual", "Unit File"),
            ("import", "Taken Over"),
        ],
        required=True,
        readonly=True,
        default="manual",
        help="How we learnt it.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Job that met this user at this unit first.",
    )
    told_by = fields.Char(readonly=True, help="Who told us.")
    reason = fields.Char(help="Why the unit changed hands.")

    _lot_open = models.UniqueIndex(
        "(lot_id) WHERE date_to IS NULL", "A unit has one user at a time."
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for row in self:
            if row.date_to and row.date_to < row.date_from:
                raise ValidationError(
                    self.env._(
                        "%(user)s has unit %(unit)s since %(day)s: choose a later day for the "
                        "change of user.",
                        user=row.partner_id.display_name,
                        unit=row.lot_id.display_name,
                        day=row.date_from,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "lot_id",
            "partner_id",
            "source",
            "voucher_id",
            "told_by",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written with the user on the unit's file. Use Change User there.")
