# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesOutletFee(models.Model):
    """What an outlet is paid for a job, by kind, service type and distance, from a date (S10).

    Of the fees that fit a job the most particular one holds: one of the outlet before one of all,
    then one of the kind of job, then one of the service type; of these the farthest distance band
    that the job reaches, and the latest date. A band is [from, next).
    """

    _name = "aftersales.outlet.fee"
    _description = "Fee of Outlets"
    _order = "company_id, kind, service_type, distance_from, date_from desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Outlets that are paid in this currency are paid by the fee.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Only for this outlet; empty: for all.",
    )
    kind = fields.Selection(
        lambda self: (
            self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of Job",
        help="Only for this kind of job; empty: for every kind.",
    )
    service_type = fields.Selection(
        lambda self: self.env["aftersales.voucher"]._selection_service_type(),
        help="Only for jobs of this type; empty: for every type. A job that the customer pays to "
        "the outlet itself gets a fee of 0.",
    )
    distance_from = fields.Float(
        string="From (km)",
        digits=(16, 2),
        help="Jobs from this distance on, up to the next band.",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today, help="First day."
    )
    date_to = fields.Date(
        string="Until",
        help="Last day; empty: until the same band begins anew.",
    )
    amount = fields.Monetary(
        string="Fee", required=True, help="Fee of one job, before the coefficient of the grade."
    )

    _once = models.UniqueIndex(
        "(company_id, currency_id, COALESCE(outlet_id, 0), COALESCE(kind, ''), "
        "COALESCE(service_type, ''), distance_from, date_from)",
        "There is a fee of this kind, service type and distance from this day already.",
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND distance_from >= 0)",
        "Fees and distances must not be negative: what an outlet owes is a penalty.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A fee ends before it begins: correct its dates."
    )

    @api.constrains("outlet_id", "currency_id")
    def _check_currency(self):
        for fee in self:
            if fee.outlet_id and fee.outlet_id._get_fee_currency() != fee.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(outlet)s is paid in %(currency)s: enter its fee in that currency.",
                        outlet=fee.outlet_id.display_name,
                        currency=fee.outlet_id._get_fee_currency().name,
                    )
                )

    @api.depends("kind", "service_type", "distance_from", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fee in self:
            kind = dict(self._fields["kind"]._description_selection(self.env)).get(fee.kind)
            fee.display_name = self.env._(
                "%(kind)s, from %(distance)g km",
                kind=" ".join(part for part in (kind, fee.service_type) if part)
                or self.env._("Every job"),
                distance=fee.distance_from,
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: settled jobs of all outlets count, whoever keeps the schedule.
        lines = self.env["aftersales.outlet.settlement.line"].sudo()
        used = lines.search([("fee_id", "in", self.ids), ("is_posted", "=", True)], limit=1)
        if used:
            raise ValidationError(
                self.env._(
                    "Jobs were settled by the fee %(fee)s: enter its last day instead.",
                    fee=used.fee_id.display_name,
                )
            )

    def write(self, vals):
        """What jobs were settled by changes from a later day on only.

        :raises ValidationError: for another change of such a fee
        """
        if set(vals) - {"date_to"}:
            self._unlink_except_used()
        return super().write(vals)
