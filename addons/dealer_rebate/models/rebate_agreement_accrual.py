# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, date_utils, format_date

from ..earnings import ZERO
from .rebate_basis_mixin import Subject


class RebateAgreementAccrual(models.Model):
    """Monthly accruals of what is earned and not settled, as deltas (R15).

    For each component, dealer and period: expected to date − settled to date − open accruals.
    So a settlement, a cancelled settlement and a late document all come out right with the next
    accrual, and nothing is accrued twice.
    """

    _inherit = "rebate.agreement"

    accrual_method = fields.Selection(
        [
            ("none", "No accruals"),
            ("reached", "Tier reached so far"),
            ("linear", "Tier if it goes on like this"),
            ("agreed", "Agreed rates"),
            ("last_year", "Tier of the previous year"),
        ],
        string="Accruals",
        required=True,
        default="none",
        tracking=True,
        help="Which tier is expected at the end of a period that is not over. Periods that are "
        "over accrue with the tier they reached. Each accrual keeps by which one it was computed.",
    )
    accrual_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Empty: the company's accrual journal.",
    )
    accrual_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Liability (from suppliers: asset) for what is earned and not settled. Empty: the "
        "company's.",
    )
    accrual_expense_account_id = fields.Many2one(
        "account.account",
        string="Accrued on",
        check_company=True,
        help="Expense or revenue reduction (from suppliers: income). Empty: the company's.",
    )
    accrued_until = fields.Date(
        readonly=True, copy=False, help="Last day up to which accruals were computed."
    )
    accrual_error = fields.Text(
        readonly=True, copy=False, help="Why the scheduled accrual stopped."
    )
    accrual_run = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts accruals and their reversals. Written first in each: of two at once the "
        "second one starts again and sees what the first one booked.",
    )
    accrual_ids = fields.One2many("rebate.accrual", "agreement_id", string="Accrual Rows")
    accrual_open = fields.Monetary(
        string="Open Accruals", compute="_compute_accrual_open", help="Accrued and not settled."
    )

    @api.depends("accrual_ids.amount", "accrual_ids.state")
    def _compute_accrual_open(self):
        totals = dict(
            self.env["rebate.accrual"]._read_group(
                [("agreement_id", "in", self.ids), ("state", "=", "open")],
                ["agreement_id"],
                ["amount:sum"],
            )
        )
        for agreement in self:
            agreement.accrual_open = totals.get(agreement._origin, 0.0)

    def action_accrue(self):
        """Ask for the day, then accrue. For accountants."""
        self._check_may_accrue()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accrue Rebates"),
            "res_model": "rebate.accrual.run",
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_ids": self.ids},
        }

    def action_view_accruals(self):
        """Open the accruals of this agreement."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_accrual_action"
        )
        action["domain"] = [("agreement_id", "in", self.ids)]
        action["context"] = {}
        return action

    @api.model
    def _cron_accrue(self):
        """Accrue up to the last month's end, agreement by agreement, with a commit after each.

        What an agreement is refused for (a missing account or rate) is written on it, and tried
        again the next day.
        """
        end = date_utils.start_of(fields.Date.context_today(self), "month") - timedelta(days=1)
        agreements = self.search(
            [
                ("date_start", "<=", end),
                "|",
                ("accrued_until", "=", False),
                ("accrued_until", "<", end),
                "|",
                ("accrual_ids.state", "=", "open"),
                "&",
                ("state", "=", "active"),
                ("accrual_method", "!=", "none"),
            ]
        )
        self.env["ir.cron"]._commit_progress(remaining=len(agreements))
        for agreement in agreements:
            agreement._accrue_or_note(end)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _accrue_or_note(self, date):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._accrue(date)
        except UserError as error:
            self.env.invalidate_all()
            if self.accrual_error != str(error):
                self.accrual_error = str(error)
                self.message_post(body=str(error))

    def _accrue(self, date):
        """Book what is to be accrued up to a day, in one journal entry (R15).

        :param date: last day that counts; not in the future
        :return: the new ``rebate.accrual`` rows
        :raise UserError: for a day in the future, a missing journal, account or exchange rate
        """
        self.ensure_one()
        if date > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(date)s lies in the future: choose the last day of a month that is over.",
                    date=format_date(self.env, date),
                )
            )
        # sudo: who may accrue was checked; the ledger has no write access for anyone.
        agreement = self.sudo()
        agreement._claim_accruals()
        rows = agreement.env["rebate.accrual"].create(agreement._prepare_accruals(date))
        rows._book(
            agreement,
            date,
            self.env._(
                "%(agreement)s, accrued to %(date)s",
                agreement=self.name,
                date=format_date(self.env, date),
            ),
        )
        agreement.write(
            {
                "accrued_until": max(date, agreement.accrued_until or date),
                "accrual_error": False,
            }
        )
        return rows

    def _claim_accruals(self):
        """Take the accruals for this transaction by writing their counter (see DEVELOP)."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE rebate_agreement SET accrual_run = COALESCE(accrual_run, 0) + 1 "
                "WHERE id = %s",
                self.id,
            )
        )
        self.invalidate_recordset(["accrual_run"])

    def _prepare_accruals(self, date):
        """Values of the rows that lead from what is accrued to what should be."""
        earned, settled = self._compute_expected(date)
        before = self._read_open_accruals()
        values = []
        for key in sorted(earned.keys() | before.keys()):
            earning = earned.get(key)
            expected = self._round(earning.amount) if earning else ZERO
            paid = settled.get(key, ZERO)
            if not earning:
                paid = ZERO
            accrued = before.get(key, ZERO)
            delta = expected - paid - accrued
            if delta:
                values.append(
                    self._prepare_accrual_vals(date, key, earning, expected, paid, accrued)
                )
        return values

    def _compute_expected(self, date, force=False):
        """What everybody earned up to a day by the expected tier, and what was settled of it.

        :param force: also for agreements without accruals, by the tier reached so far
        :return: ({key: Earning}, {key: Decimal}); a key is (component key, subject, period start)
        """
        if not force and (self.state == "closed" or self.accrual_method == "none"):
            # Nothing more will be settled, or nothing is to be accrued: what is open is released.
            return {}, {}
        method = "reached" if self.accrual_method == "none" else self.accrual_method
        agreement = self.with_context(rebate_to_date=date, rebate_expected=method)
        periods = self._get_periods_until(date)
        earned = {
            (earning.component.component_key, earning.subject, earning.start): earning
            for earning in agreement._compute_earnings(periods, date)
        }
        settled = {}
        for component in agreement.component_ids:
            paid = component._read_settled(component._get_windows(periods))
            for (subject, start), (amount, _base) in paid.items():
                settled[component.component_key, subject, start] = amount
        return earned, settled

    def _get_periods_until(self, date):
        """(first day, last day) of each period that began by a day, the last one up to it."""
        self.ensure_one()
        date = min(date, self.date_end or date)
        if self.period == "custom":
            return [
                (max(period.date_from, self.date_start), min(period.date_to, date))
                for period in self.period_ids.sorted("date_from")
                if period.date_from <= date and period.date_to >= self.date_start
            ]
        periods = []
        day = self.date_start
        while day <= date:
            start, end = self._get_period_bounds(day)
            periods.append((start, min(end, date)))
            day = end + timedelta(days=1)
        return periods

    def _read_open_accruals(self, date=None):
        """{(component key, subject, period start): Decimal} of what is accrued and not settled.

        :param date: only what was accrued up to a day
        """
        self.env["rebate.accrual"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT component_key, partner_id, COALESCE(outlet_id, 0), period_from,
                       SUM(amount)::text
                  FROM rebate_accrual
                 WHERE agreement_id = %s AND state = 'open' AND date <= %s
              GROUP BY component_key, partner_id, COALESCE(outlet_id, 0), period_from
                """,
                self.id,
                date or fields.Date.to_date("9999-12-31"),
            )
        )
        return {
            (key, Subject(partner, outlet), start): Decimal(amount)
            for key, partner, outlet, start, amount in rows
        }

    def _prepare_accrual_vals(self, date, key, earning, expected, paid, accrued):
        component_key, subject, start = key
        component = self.component_ids.filtered(lambda c: c.component_key == component_key)
        delta = float(expected - paid - accrued)
        company = self.company_id
        balance = self.currency_id._convert(delta, company.currency_id, company, date)
        log = earning.trace.get("expected", {}) if earning else {}
        return {
            "agreement_id": self.id,
            "date": date,
            "component_id": component.id,
            "component_key": component_key,
            "partner_id": subject[0],
            "outlet_id": subject[1] or False,
            "period_from": start,
            "method": log.get("method", "reached"),
            "base": float(earning.base) if earning else 0.0,
            "rate": float(earning.rate) if earning else 0.0,
            "earned": float(expected),
            "settled": float(paid),
            "before": float(accrued),
            "amount": delta,
            "balance": balance if self.direction == "supplier" else -balance,
            "account_id": self._get_accrual_account().id,
            "counterpart_account_id": self._get_accrual_expense_account().id,
        }

    # ------------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------------

    def _get_accrual_journal(self):
        journal = self.accrual_journal_id or self.company_id.rebate_accrual_journal_id
        return journal or self._raise_no_setting(self.env._("journal"))

    def _get_accrual_account(self):
        name = "accrual" if self.direction == "dealer" else "supplier_accrual"
        account = self.accrual_account_id or self.company_id[f"rebate_{name}_account_id"]
        return account or self._raise_no_setting(self.env._("accrual account"))

    def _get_accrual_expense_account(self):
        name = "accrual_expense" if self.direction == "dealer" else "supplier_income"
        account = self.accrual_expense_account_id or self.company_id[f"rebate_{name}_account_id"]
        return account or self._raise_no_setting(self.env._("account to accrue on"))

    def _raise_no_setting(self, what):
        raise UserError(
            self.env._(
                "There is no %(what)s for the accruals of %(name)s. Choose one on the agreement, "
                "or ask an accountant to set the company's in Rebates, Settings.",
                what=what,
                name=self.name,
            )
        )

    def _get_open_date(self, date, journal):
        """A day, or the first open one after it where it is locked; then said in the chatter."""
        self.ensure_one()
        wished = date
        while locks := self.company_id._get_violated_lock_dates(date, False, journal):
            date = locks[-1][0] + timedelta(days=1)
        if date != wished:
            self.message_post(
                body=self.env._(
                    "%(wished)s is locked: the accrual entry is dated %(date)s.",
                    wished=format_date(self.env, wished),
                    date=format_date(self.env, date),
                )
            )
        return date

    def _check_may_accrue(self):
        """Accruals are for rebate users who are accountants too."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._(
                    "Only accountants can accrue rebates. Ask somebody with the right “Invoicing”."
                )
            )
