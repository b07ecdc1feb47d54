# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .aftersales_voucher import OPEN_STATES, SIGNED_FIELDS

# An estimate that was not sent, or no longer says what the job says.
NO_ESTIMATE = {
    "estimate_sent_at": False,
    "estimate_accepted_at": False,
    "estimate_accepted_by": False,
    "estimate_refused_at": False,
    "estimate_refuse_reason": False,
    "estimate_user_id": False,
    "estimate_amount": 0.0,
}


class AftersalesVoucher(models.Model):
    """The customer sees what the work will cost before it begins, and says yes or no (S15).

    What was agreed holds for what was shown: a line that changes takes the agreement back, and
    the estimate is sent anew.
    """

    _inherit = "aftersales.voucher"

    estimate_state = fields.Selection(
        [("none", "None"), ("sent", "Sent"), ("accepted", "Accepted"), ("refused", "Refused")],
        compute="_compute_estimate_state",
        store=True,
        precompute=True,
        string="Estimate",
        help="Whether the customer has seen the breakdown of the job, and agreed to it.",
    )
    estimate_sent_at = fields.Datetime(
        string="Estimate Sent",
        readonly=True,
        copy=False,
        help="When the breakdown was sent or shown to the customer.",
    )
    estimate_accepted_at = fields.Datetime(
        string="Estimate Accepted",
        readonly=True,
        copy=False,
        help="When the customer agreed to the breakdown.",
    )
    estimate_accepted_by = fields.Char(
        readonly=True, copy=False, help="Name of the person who agreed."
    )
    estimate_refused_at = fields.Datetime(
        string="Estimate Refused", readonly=True, copy=False, help="When the customer said no."
    )
    estimate_refuse_reason = fields.Char(
        readonly=True, copy=False, help="Why the customer said no."
    )
    estimate_user_id = fields.Many2one(
        "res.users",
        string="Answer Logged By",
        readonly=True,
        copy=False,
        help="Login that recorded the customer's answer; the public user for an answer by link.",
    )
    estimate_amount = fields.Monetary(
        string="Agreed Amount",
        readonly=True,
        copy=False,
        help="Total with tax that the customer was shown.",
    )
    amount_customer_tax = fields.Monetary(
        compute="_compute_customer_totals",
        string="Tax",
        help="Tax on what the customer pays.",
    )
    amount_customer_total = fields.Monetary(
        compute="_compute_customer_totals",
        string="Customer Pays, with Tax",
        help="What the customer pays in the end.",
    )

    # === COMPUTE METHODS === #

    @api.depends("estimate_sent_at", "estimate_accepted_at", "estimate_refused_at")
    def _compute_estimate_state(self):
        for voucher in self:
            if voucher.estimate_accepted_at:
                voucher.estimate_state = "accepted"
            elif voucher.estimate_refused_at:
                voucher.estimate_state = "refused"
            else:
                voucher.estimate_state = "sent" if voucher.estimate_sent_at else "none"

    @api.depends("line_ids.price_unit", "line_ids.quantity", "line_ids.amount_customer")
    def _compute_customer_totals(self):
        for voucher in self:
            totals = voucher._get_tax_totals()
            voucher.amount_customer_tax = totals["tax_amount_currency"]
            voucher.amount_customer_total = totals["total_amount_currency"]

    # === CRUD METHODS === #

    def write(self, vals):
        """What the customer agreed to is no longer what the job says: the agreement ends."""
        result = super().write(vals)
        # Lines take it back themselves, when they really change.
        if SIGNED_FIELDS.difference({"line_ids"}).intersection(vals):
            self._take_back_estimate()
        return result

    # === ACTIONS === #

    def action_send_estimate(self):
        """Send the breakdown to the customer before work begins (S15).

        :raises UserError: when nothing is charged, or the job is done
        """
        self.check_access("write")
        self._send_estimate()
        return True

    def action_accept_estimate(self, name):
        """Record that the customer agreed: on the technician's phone, or by telephone.

        :param str name: who agreed
        :raises UserError: when no estimate is open
        """
        self.check_access("write")
        self._accept_estimate(name)
        return True

    def action_refuse_estimate(self, reason):
        """Record that the customer said no.

        :param str reason: why
        :raises UserError: when no estimate is open
        """
        self.check_access("write")
        self._refuse_estimate(reason)
        return True

    # === STEPS === #

    def _send_estimate(self, by_mail=True):
        """Stamp that the customer sees the breakdown, and mail it where there is an address.

        :param bool by_mail: False where it is shown on the technician's screen
        :raises UserError: when nothing is charged, or the job is done or struck off
        """
        self._check_state(*OPEN_STATES)
        for voucher in self:
            if not voucher._get_charged_lines():
                raise UserError(
                    self.env._(
                        "%(voucher)s has nothing that the customer pays: enter labour and parts "
                        "first.",
                        voucher=voucher.display_name,
                    )
                )
        for voucher in self:
            voucher._write_step(
                {
                    **NO_ESTIMATE,
                    "estimate_sent_at": fields.Datetime.now(),
                    "estimate_amount": voucher.amount_customer_total,
                }
            )
            if by_mail and voucher.partner_id.email:
                template = self.env.ref("aftersales_service.mail_template_estimate")
                # sudo: the template's report is printed for the customer, whoever sends it; the
                # right to this very job was checked by write.
                template.sudo().send_mail(
                    voucher.id, email_layout_xmlid="mail.mail_notification_layout"
                )

    def _accept_estimate(self, name):
        """The customer agrees to what was shown; for the portal, the phone and the hotline.

        :param str name: who agreed
        :raises UserError: without a name, when nothing was sent, or it has been answered already
        """
        name = self._check_estimate_answer(
            name, self.env._("Enter the name of the person who agrees to the estimate.")
        )
        self._write_step(
            {
                "estimate_accepted_at": fields.Datetime.now(),
                "estimate_accepted_by": name,
                "estimate_user_id": self.env.uid,
            }
        )
        for voucher in self:
            voucher._log_estimate(
                self.env._(
                    "%(name)s agreed to the estimate of %(amount)s.",
                    name=name,
                    amount=voucher._format_customer_amount(voucher.estimate_amount),
                )
            )

    def _refuse_estimate(self, reason):
        """The customer says no; the hotline decides what becomes of the job.

        :param str reason: why
        :raises UserError: without a reason, when nothing was sent, or it has been answered already
        """
        reason = self._check_estimate_answer(
            reason, self.env._("Write why the customer refuses the estimate.")
        )
        self._write_step(
            {
                "estimate_refused_at": fields.Datetime.now(),
                "estimate_refuse_reason": reason,
                "estimate_user_id": self.env.uid,
            }
        )
        for voucher in self:
            voucher._log_estimate(
                self.env._("The customer refused the estimate: %(reason)s", reason=reason)
            )

    def _take_back_estimate(self):
        """What was shown no longer holds: the customer is asked anew."""
        shown = self.filtered("estimate_sent_at")
        for voucher in shown.filtered("estimate_accepted_at"):
            voucher._log_estimate(
                self.env._("The job changed: the customer's agreement to the estimate ends.")
            )
        if shown:
            shown._write_step(NO_ESTIMATE)

    # === BUSINESS METHODS === #

    def _get_tax_totals(self):
        """What the customer pays with its taxes, as the order that charges the job will say.

        :return: Odoo's summary of tax totals, in the job's currency
        """
        self.ensure_one()
        # sudo: taxes and fiscal positions are accounting's; only what they make is shown.
        taxes = self.env["account.tax"].sudo().with_company(self.company_id)
        currency = self.currency_id or self.company_id.currency_id
        fiscal_position = self._get_fiscal_position()
        lines = [
            base_line
            for line in self._get_charged_lines()
            for base_line in line._prepare_base_lines(fiscal_position)
        ]
        taxes._add_tax_details_in_base_lines(lines, self.company_id)
        taxes._round_base_lines_tax_details(lines, self.company_id)
        return taxes._get_tax_totals_summary(
            base_lines=lines, currency=currency, company=self.company_id
        )

    def _get_breakdown(self):
        """What the customer pays by kind of line, for papers and screens.

        :return: list of dict(line_type, label, lines, amount before tax), kinds without lines
            left out
        """
        self.ensure_one()
        lines = self._get_charged_lines()
        labels = {
            "part": self.env._("Parts"),
            "labour": self.env._("Labour"),
            "travel": self.env._("Travel"),
            "fee": self.env._("Fees"),
        }
        groups = lines.grouped("line_type")
        return [
            {
                "line_type": line_type,
                "label": label,
                "lines": groups[line_type],
                "amount": sum(groups[line_type].mapped("amount_customer")),
            }
            for line_type, label in labels.items()
            if line_type in groups
        ]

    def _get_fiscal_position(self):
        """Fiscal position that the customer's order will have."""
        self.ensure_one()
        # sudo: as for the taxes.
        positions = self.env["account.fiscal.position"].sudo().with_company(self.company_id)
        if not self.partner_id:
            return positions
        partner = self.partner_id.sudo()
        delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        return positions._get_fiscal_position(partner, delivery)

    def _format_customer_amount(self, amount):
        """An amount in the job's currency, as text."""
        self.ensure_one()
        return format_amount(self.env, amount, self.currency_id or self.company_id.currency_id)

    def _check_estimate_answer(self, text, advice):
        """An answer belongs to an estimate that was shown and has none yet.

        :return: the text, trimmed
        """
        text = (text or "").strip()
        if not text:
            raise UserError(advice)
        self._check_state(*OPEN_STATES)
        for voucher in self:
            if voucher.estimate_state != "sent":
                states = dict(voucher._fields["estimate_state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "No answer to the estimate of %(voucher)s is expected (estimate: "
                        "%(state)s). Where the work has changed, it is sent to the customer anew.",
                        voucher=voucher.display_name,
                        state=states[voucher.estimate_state].lower(),
                    )
                )
        return text

    def _log_estimate(self, body):
        self.ensure_one()
        self.message_post(body=body, subtype_xmlid="mail.mt_note")

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | NO_ESTIMATE.keys() | {"estimate_state"}
