# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesComplaint(models.Model):
    """Late delivery for reasons within our power: so much per day late, proposed and decided (S11).

    Amounts are in the company's currency. A supervisor decides; the credit note that follows
    stands in ``aftersales_complaint_credit``.
    """

    _inherit = "aftersales.complaint"

    currency_id = fields.Many2one(related="company_id.currency_id")
    delay_cause = fields.Selection(
        [
            ("ours", "Within Our Power"),
            ("customer", "The Customer"),
            ("outside", "Outside Our Power"),
        ],
        copy=False,
        help="Why the delivery is late: only reasons within our power are compensated.",
    )
    agreed_on = fields.Date(
        string="Agreed Delivery",
        compute="_compute_delivery",
        store=True,
        readonly=False,
        copy=False,
        help="Day that was agreed with the customer; from the order or the delivery.",
    )
    delivered_on = fields.Date(
        string="Delivered",
        compute="_compute_delivery",
        store=True,
        readonly=False,
        copy=False,
        help="Day on which it came. While it is empty, every day counts.",
    )
    delay_days = fields.Integer(
        string="Days Late",
        compute="_compute_compensation",
        help="Days from the agreed day to the delivery, or to today while nothing has come.",
    )
    compensation_proposed = fields.Monetary(
        compute="_compute_compensation",
        help="Days late at the company's amount per day, up to its limit.",
    )
    compensation_state = fields.Selection(
        [("approved", "Approved"), ("refused", "Refused")],
        string="Compensation",
        readonly=True,
        copy=False,
        tracking=True,
    )
    compensation_amount = fields.Monetary(
        string="Compensation Decided",
        copy=False,
        readonly=True,
        tracking=True,
        help="What the customer gets, in the company's currency.",
    )
    compensation_days = fields.Integer(
        string="Days Compensated", readonly=True, copy=False, help="Days late when it was decided."
    )
    compensation_reason = fields.Char(readonly=True, copy=False, help="Why it was refused.")
    compensation_by_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False
    )
    compensation_at = fields.Datetime(string="Decided At", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("sale_order_id", "picking_id")
    def _compute_delivery(self):
        for complaint in self:
            # sudo: who handles a complaint reads a day of the order or delivery it is about.
            order, picking = complaint.sudo().sale_order_id, complaint.sudo().picking_id
            agreed = order.commitment_date or picking.date_deadline or picking.scheduled_date
            company = complaint.company_id or self.env.company
            complaint.agreed_on = (
                company._get_aftersales_date(agreed) if agreed else complaint.agreed_on
            )
            complaint.delivered_on = complaint._get_delivered_day() or complaint.delivered_on

    @api.depends(
        "delay_cause",
        "agreed_on",
        "delivered_on",
        "compensation_state",
        "compensation_days",
        "company_id.aftersales_delay_rate",
        "company_id.aftersales_delay_cap",
    )
    def _compute_compensation(self):
        """Days late and what they come to; once decided, the days of the decision."""
        for complaint in self:
            complaint.delay_days = complaint._get_delay_days()
            complaint.compensation_proposed = complaint._get_proposed_compensation()

    # === ACTIONS === #

    def action_approve_compensation(self):
        """The supervisor grants the compensation that is proposed.

        :raises UserError: when none is proposed, or it is decided already
        """
        self._check_compensation()
        for complaint in self:
            complaint._write_step(
                {
                    **complaint._prepare_decision_vals(),
                    "compensation_state": "approved",
                    "compensation_amount": complaint.compensation_proposed,
                }
            )
        return True

    def action_refuse_compensation(self, reason=None):
        """The supervisor refuses it, with a reason.

        :param str reason: why; without it a dialogue asks
        :raises UserError: when none is proposed, or it is decided already
        """
        self._check_compensation()
        if reason is None:
            return self._ask_reason("compensation_refuse")
        reason = self._check_reason(reason)
        for complaint in self:
            complaint._write_step(
                {
                    **complaint._prepare_decision_vals(),
                    "compensation_state": "refused",
                    "compensation_reason": reason,
                }
            )
        return True

    # === BUSINESS METHODS === #

    def _get_delay_days(self):
        """Days late: from the agreed day on, without it."""
        self.ensure_one()
        if self.compensation_state:
            return self.compensation_days
        if not self.agreed_on:
            return 0
        until = self.delivered_on or self._get_delivered_day()
        until = until or self.company_id._get_aftersales_date(fields.Datetime.now())
        return max(0, (until - self.agreed_on).days)

    def _get_delivered_day(self):
        """Day on which the delivery or order that it is about went out, or nothing."""
        self.ensure_one()
        # sudo: who handles a complaint reads a day of the delivery it is about.
        delivered = self.sudo().picking_id.date_done or self.sudo().sale_order_id.effective_date
        company = self.company_id or self.env.company
        return company._get_aftersales_date(delivered) if delivered else False

    def _get_proposed_compensation(self):
        """Days late at the company's amount per day, up to its limit, in its currency."""
        self.ensure_one()
        company = self.company_id
        if self.delay_cause != "ours" or not company:
            return 0.0
        amount = Decimal(str(company.aftersales_delay_rate)) * self.delay_days
        if company.aftersales_delay_cap:
            amount = min(amount, Decimal(str(company.aftersales_delay_cap)))
        rounding = Decimal(str(company.currency_id.rounding or 0.01))
        return float((amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding)

    def _prepare_decision_vals(self):
        """Who decided when, on how many days."""
        self.ensure_one()
        return {
            "compensation_days": self.delay_days,
            "compensation_by_id": self.env.uid,
            "compensation_at": fields.Datetime.now(),
        }

    # === HELPERS === #

    def _check_finding(self):
        """A compensation that is proposed is decided before the complaint is closed."""
        result = super()._check_finding()
        if self.compensation_proposed and not self.compensation_state:
            raise UserError(
                self.env._(
                    "%(complaint)s: a supervisor decides on the compensation of %(amount)s first.",
                    complaint=self.display_name,
                    amount=self.currency_id.format(self.compensation_proposed),
                )
            )
        return result

    def _check_compensation(self):
        self._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor decides on compensation (S11): ask yours."),
        )
        self._check_no_party()
        self._check_state("open", "answered", "settled")
        for complaint in self:
            if complaint.compensation_state:
                raise UserError(
                    self.env._(
                        "The compensation of %(complaint)s is decided already.",
                        complaint=complaint.display_name,
                    )
                )
            if not complaint.compensation_proposed:
                raise UserError(
                    self.env._(
                        "%(complaint)s has no compensation to decide on: enter the agreed day and "
                        "a reason within our power, and set the amount per day in the settings.",
                        complaint=complaint.display_name,
                    )
                )

    def _check_open(self, vals):
        """What was decided stays: the days it was decided on, too."""
        result = super()._check_open(vals)
        decided = self.filtered("compensation_state")
        if decided and {"delay_cause", "agreed_on", "delivered_on"}.intersection(vals):
            raise UserError(
                self.env._(
                    "The compensation of %(complaint)s is decided: its days do not change any "
                    "more.",
                    complaint=decided[0].display_name,
                )
            )
        return result

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "compensation_state",
            "compensation_amount",
            "compensation_days",
            "compensation_reason",
            "compensation_by_id",
            "compensation_at",
        }
