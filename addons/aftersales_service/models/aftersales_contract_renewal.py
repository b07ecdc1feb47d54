# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date


class AftersalesContract(models.Model):
    """A contract's end is seen in time, and another one follows it (S2 B, S13)."""

    _inherit = "aftersales.contract"

    previous_id = fields.Many2one(
        "aftersales.contract",
        string="Renewal of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Contract that this one follows.",
    )
    # At most one: a unique index says so.
    renewal_ids = fields.One2many("aftersales.contract", "previous_id", readonly=True)
    renewal_id = fields.Many2one(
        "aftersales.contract", compute="_compute_renewal_id", string="Renewed by"
    )
    reminded_on = fields.Date(
        readonly=True,
        copy=False,
        help="Day on which the person responsible was reminded of the end.",
    )
    is_ending = fields.Boolean(
        compute="_compute_is_ending",
        search="_search_is_ending",
        string="Ends Soon",
        help="In force, ends within the months of the settings, and is not renewed yet.",
    )

    _renewed_once = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL", "A contract is renewed once."
    )
    _to_remind_idx = models.Index("(date_stop) WHERE state = 'active' AND reminded_on IS NULL")

    # === COMPUTE METHODS === #

    @api.depends("renewal_ids")
    def _compute_renewal_id(self):
        for contract in self:
            contract.renewal_id = contract.renewal_ids[:1]

    @api.depends("state", "date_stop", "renewal_ids")
    def _compute_is_ending(self):
        today = fields.Date.context_today(self)
        for contract in self:
            months = contract.company_id.aftersales_contract_reminder_months
            contract.is_ending = bool(
                contract.state == "active"
                and not contract.renewal_ids
                and contract.date_stop <= today + relativedelta(months=months)
            )

    def _search_is_ending(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_ending_domain() & Domain("renewal_ids", "=", False)

    # === ACTIONS === #

    def action_renew(self):
        """Ask for the terms of the contract that follows this one."""
        self.ensure_one()
        self._check_renewable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_contract_renew_action"
        )
        action["context"] = {"default_contract_id": self.id}
        return action

    def action_view_renewal(self):
        """Open the contract that follows."""
        self.ensure_one()
        return self.renewal_id._get_records_action()

    def action_view_previous(self):
        """Open the contract before."""
        self.ensure_one()
        return self.previous_id._get_records_action()

    # === CRON === #

    @api.model
    def _cron_follow_terms(self, limit=500):
        """Close contracts whose term is over, and remind of those that end soon."""
        today = fields.Date.today()
        over = Domain("state", "=", "active") & Domain("date_stop", "<", today + timedelta(days=1))
        self.search(over)._close_past()
        domain = self._get_ending_domain() & Domain("reminded_on", "=", False)
        remaining = self.search_count(domain)
        while contracts := self.search(domain, limit=limit):
            contracts._remind()
            remaining = max(remaining - len(contracts), 0)
            if not self.env["ir.cron"]._commit_progress(len(contracts), remaining=remaining):
                break

    # === BUSINESS METHODS === #

    def _remind(self):
        """Give who is responsible for them an activity; a contract is announced once."""
        for responsible, contracts in self.grouped("user_id").items():
            for contract in contracts if responsible.active else ():
                contract.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=contract.date_stop,
                    summary=self.env._(
                        "Contract ends on %s: renew it?", format_date(self.env, contract.date_stop)
                    ),
                    user_id=responsible.id,
                )
        self._write_step({"reminded_on": fields.Date.today()})

    def _renew(self, date_from, months, price):
        """Make the contract that follows this one: the same units, services and terms.

        :param date date_from: first day
        :param int months: length
        :param float price: price of the whole term, in the contract's currency
        :return: draft contract
        """
        self.ensure_one()
        self._check_renewable()
        renewal = self.create([self._prepare_renewal_vals(date_from, months, price)])
        renewal._write_step({"previous_id": self.id})
        self.activity_feedback(["mail.mail_activity_data_todo"])
        renewal.message_post(
            body=self.env._("Renewal of %s", self._get_html_link()),
            subtype_xmlid="mail.mt_note",
        )
        return renewal

    def _get_indexed_price(self, months, percent):
        """Price so far for another length and with an indexation, rounded half up.

        :param int months: length of the new term
        :param float percent: by how much it rises
        :return: amount in the contract's currency
        """
        self.ensure_one()
        exact = (
            self._to_decimal(self.price)
            * (100 + self._to_decimal(percent))
            / 100
            * months
            / (self.months or 1)
        )
        quantum = self._get_quantum()
        return float((exact / quantum).quantize(Decimal(1), ROUND_HALF_UP) * quantum)

    def _prepare_renewal_vals(self, date_from, months, price):
        """Values of the contract that follows; units that have left do not come along."""
        self.ensure_one()
        units = self.unit_ids.filtered(lambda unit: unit.date_stop >= self.date_stop)
        return {
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "kind_id": self.kind_id.id,
            "date_from": date_from,
            "months": months,
            "date_to": date_from + relativedelta(months=months) - timedelta(days=1),
            "price": price,
            "billing_period": self.billing_period,
            "billing_timing": self.billing_timing,
            "notice_days": self.notice_days,
            "terms": self.terms,
            "unit_ids": [Command.create({"lot_id": lot.id}) for lot in units.lot_id],
            "service_ids": [
                Command.create(service._prepare_service_vals()) for service in self.service_ids
            ],
        }

    @api.model
    def _get_ending_domain(self):
        """Contracts in force that end within the months that their company sets."""
        domain = Domain.FALSE
        today = fields.Date.context_today(self)
        for (company,) in self._read_group([("state", "=", "active")], ["company_id"]):
            months = company.aftersales_contract_reminder_months
            domain |= Domain("company_id", "=", company.id) & Domain(
                "date_stop", "<=", today + relativedelta(months=months)
            )
        return Domain("state", "=", "active") & domain

    def _check_renewable(self):
        self.ensure_one()
        if self.state == "draft":
            raise UserError(
                self.env._(
                    "%(contract)s is a draft: bring it into force first.",
                    contract=self.display_name,
                )
            )
        if self.renewal_ids:
            raise UserError(
                self.env._(
                    "%(contract)s is renewed by %(renewal)s already.",
                    contract=self.display_name,
                    renewal=self.renewal_id.display_name,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"previous_id", "renewal_ids", "reminded_on"}
