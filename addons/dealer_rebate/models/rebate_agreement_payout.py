# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class RebateAgreementPayout(models.Model):
    """When a period may be settled, when it is paid, and on which account transfers wait.

    R3, R4: a transfer is never set off against other invoices by itself. Its credit notes have a
    receivable account of their own, and Odoo offers credits by account.
    """

    _inherit = "rebate.agreement"

    transfer_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('account_type', '=', 'asset_receivable')]",
        help="Receivable account of credit notes that are paid by transfer; used for nothing else, "
        "so that they are never offered on other invoices. Empty: the company's.",
    )
    grace_days = fields.Integer(
        help="Days after a period's end during which its documents are still awaited: until then "
        "only interim settlements are posted. What comes later is restated (R14)."
    )
    due_rule = fields.Selection(
        [
            ("period_end", "Days after the period's end"),
            ("working", "Working days after the period's end"),
            ("posting", "Days after the credit note"),
        ],
        string="Due",
        required=True,
        default="period_end",
        help="How the day is counted on which the rebate is paid (R3, R4, R12). Working days are "
        "those of the company's working hours.",
    )
    due_days = fields.Integer(string="Days until Due", default=30)
    next_cutoff = fields.Date(
        compute="_compute_next",
        store=True,
        help="End of the first period that has no settlement of the whole period.",
    )
    next_settle_from = fields.Date(
        string="Settle from",
        compute="_compute_next",
        store=True,
        help="First day on which that period may be settled: after its end and its grace days.",
    )
    next_due = fields.Date(
        string="Pay-Out Due", compute="_compute_next", store=True, help="Day it has to be paid on."
    )

    _days_positive = models.Constraint(
        "CHECK (grace_days >= 0 AND due_days >= 0)", "Days cannot be negative."
    )

    @api.depends(
        "state", "date_start", "date_end", "period", "period_ids.date_from", "period_ids.date_to",
        "settlement_ids.state", "settlement_ids.is_interim", "settlement_ids.date_from",
        "grace_days", "due_rule", "due_days",
    )  # fmt: skip
    def _compute_next(self):
        for agreement in self:
            cutoff = agreement.state == "active" and agreement._get_first_unsettled()
            agreement.next_cutoff = cutoff
            agreement.next_settle_from = cutoff and agreement._get_earliest_day(cutoff)
            agreement.next_due = cutoff and agreement._get_due_date(cutoff, None)

    @api.constrains("transfer_account_id")
    def _check_transfer_account(self):
        for agreement in self.filtered("transfer_account_id"):
            if agreement.transfer_account_id.account_type != "asset_receivable":
                raise ValidationError(
                    self.env._(
                        "%(account)s is no receivable account. Choose one for the transfers of "
                        "%(agreement)s.",
                        account=agreement.transfer_account_id.display_name,
                        agreement=agreement.name,
                    )
                )

    def _get_term_fields(self):
        return super()._get_term_fields() | {"grace_days", "due_rule", "due_days"}

    def _get_first_unsettled(self):
        """End of the first period that was not settled as a whole; False after the last one."""
        self.ensure_one()
        whole = self.settlement_ids.filtered(lambda s: s.state != "cancel" and not s.is_interim)
        settled = set(whole.mapped("date_from"))
        if self.period == "custom":
            for period in self.period_ids.sorted("date_from"):
                if self.date_end and period.date_from > self.date_end:
                    break
                if max(period.date_from, self.date_start) not in settled:
                    return min(period.date_to, self.date_end or period.date_to)
            return False
        start, end = self._get_period_bounds(self.date_start)
        while start in settled:
            if end == self.date_end:
                return False
            start, end = self._get_period_bounds(end + timedelta(days=1))
        return end

    def _get_earliest_day(self, period_end):
        """First day on which a period may be settled as a whole (R12, R14)."""
        self.ensure_one()
        return period_end + timedelta(days=self.grace_days + 1)

    def _get_due_date(self, period_end, posting_date):
        """Day on which what a period earned has to be paid (R3, R4, R12).

        :param posting_date: date of the credit note, None while there is none
        """
        self.ensure_one()
        if self.due_rule == "posting":
            day = posting_date or self._get_earliest_day(period_end)
            return day + timedelta(days=self.due_days)
        if self.due_rule == "working" and self.due_days:
            # sudo: which days are working days is no secret.
            calendar = self.sudo().company_id.resource_calendar_id
            start = datetime.combine(period_end + timedelta(days=1), time.min)
            planned = calendar and calendar.plan_days(self.due_days, start, compute_leaves=True)
            if planned:
                return planned.date()
        return period_end + timedelta(days=self.due_days)

    def _get_transfer_account(self):
        """Receivable account of transfers.

        :raise UserError: when neither the agreement nor the company names one
        """
        self.ensure_one()
        # sudo: which account a rebate goes to is a setting; its entries are not read here.
        agreement = self.sudo()
        account = agreement.transfer_account_id or agreement.company_id.rebate_transfer_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%(name)s is paid by transfer: choose a receivable account for it, or ask an "
                    "accountant to set the company's in Rebates, Settings.",
                    name=self.name,
                )
            )
        return account

    def _check_settle_day(self, settlement):
        """Refuse to post a whole period while documents of it are still awaited (R14)."""
        self.ensure_one()
        earliest = self._get_earliest_day(settlement.period_end)
        if (
            self.grace_days
            and not settlement.is_interim
            and fields.Date.context_today(self) < earliest
        ):
            raise UserError(
                self.env._(
                    "Documents of %(name)s are awaited until %(date)s. Post it from the day after, "
                    "or settle up to an earlier cut-off now.",
                    name=settlement.name,
                    date=format_date(self.env, earliest - timedelta(days=1)),
                )
            )
