# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.aftersales_base.periods import format_period


class PartsSettlement(models.Model):
    """One period's settlement of parts: deliveries invoiced, statements made and sent (P12).

    Every step writes this row first: of two people who press a button at once, the second fails
    to serialise, is tried again and finds nothing left to do.
    """

    _name = "parts.settlement"
    _description = "Settlement of Parts"
    _inherit = ["mail.thread", "aftersales.guarded.mixin"]
    _order = "date_to desc, period, id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter")],
        required=True,
        default="month",
        help="Monthly also takes in the dealers whose orders are invoiced at once.",
    )
    date_from = fields.Date(string="From", compute="_compute_date_from", store=True)
    date_to = fields.Date(
        string="Up to",
        required=True,
        default=lambda self: (
            self.env["parts.price"]._get_price_day().replace(day=1) - timedelta(days=1)
        ),
        help="Any day of the period; it becomes the last one. Quarters follow the fiscal year.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index="btree_not_null",
        help="Gets the dealers' objections to answer.",
    )
    last_run = fields.Datetime(readonly=True, copy=False)
    statement_ids = fields.One2many("parts.statement", "settlement_id")
    invoice_ids = fields.One2many("account.move", "parts_settlement_id", string="Invoices")
    invoice_count = fields.Integer(compute="_compute_invoice_count")
    statement_count = fields.Integer(compute="_compute_counts", string="Statements")
    draft_count = fields.Integer(compute="_compute_counts", string="To Send")
    waiting_count = fields.Integer(compute="_compute_counts", string="Waiting for an Answer")
    objected_count = fields.Integer(compute="_compute_counts", string="Objected")

    _period_unique = models.UniqueIndex(
        "(company_id, period, date_to)", "This period is being settled already: open it."
    )

    @api.depends("date_to", "period", "company_id")
    def _compute_date_from(self):
        for settlement in self:
            settlement.date_from = (
                settlement.date_to
                and settlement.company_id._get_settlement_bounds(
                    settlement.period, settlement.date_to
                )[0]
            )

    @api.depends("date_from", "date_to", "period")
    @api.depends_context("lang")
    def _compute_name(self):
        for settlement in self:
            if not settlement.date_to:
                settlement.name = False
            elif settlement.period == "month":
                settlement.name = format_period(self.env, settlement.date_to)
            else:
                settlement.name = self.env._(
                    "%(first)s to %(last)s",
                    first=format_period(self.env, settlement.date_from, "short_month"),
                    last=format_period(self.env, settlement.date_to, "short_month"),
                )

    @api.depends("statement_ids.state")
    def _compute_counts(self):
        rows = self.env["parts.statement"]._read_group(
            [("settlement_id", "in", self.ids)], ["settlement_id", "state"], ["__count"]
        )
        counts = {(settlement.id, state): count for settlement, state, count in rows}
        for settlement in self:
            mine = {key[1]: value for key, value in counts.items() if key[0] == settlement.id}
            settlement.statement_count = sum(mine.values())
            settlement.draft_count = mine.get("draft", 0)
            settlement.waiting_count = mine.get("sent", 0)
            settlement.objected_count = mine.get("objected", 0)

    @api.depends("invoice_ids")
    def _compute_invoice_count(self):
        # sudo: how many there are is told; opening them takes the accountant's right.
        rows = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [("parts_settlement_id", "in", self.ids)], ["parts_settlement_id"], ["__count"]
            )
        )
        counts = {settlement.id: count for settlement, count in rows}
        for settlement in self:
            settlement.invoice_count = counts.get(settlement.id, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"last_run"}

    @api.model_create_multi
    def create(self, vals_list):
        """Any day of the period will do."""
        for vals in vals_list:
            if vals.get("date_to"):
                company = self.env["res.company"].browse(
                    vals.get("company_id") or self.env.company.id
                )
                day = fields.Date.to_date(vals["date_to"])
                vals["date_to"] = company._get_settlement_bounds(vals.get("period", "month"), day)[
                    1
                ]
        return super().create(vals_list)

    def write(self, vals):
        """The period of a settlement that has run does not change.

        :raise UserError: when it would
        """
        if {"company_id", "period", "date_to"} & vals.keys():
            for settlement in self:
                if settlement.last_run:
                    raise UserError(
                        self.env._(
                            "%s has run already: its period stays. Make a new settlement.",
                            settlement.name,
                        )
                    )
        result = super().write(vals)
        if {"period", "date_to"} & vals.keys():
            for settlement in self:
                bounds = settlement.company_id._get_settlement_bounds(
                    settlement.period, settlement.date_to
                )
                if settlement.date_to != bounds[1]:
                    settlement.date_to = bounds[1]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_run(self):
        for settlement in self:
            if settlement.statement_ids.filtered(lambda statement: statement.state != "draft"):
                raise UserError(
                    self.env._(
                        "Dealers have statements of %s: it cannot be deleted.", settlement.name
                    )
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_invoice(self):
        """Invoice what was delivered to the end of the period and not invoiced yet.

        :return: action that shows the invoices
        :raise AccessError: for users who may not post invoices
        """
        self.ensure_one()
        self._check_may_run()
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._(
                    "Deliveries are invoiced by accountants. Ask somebody with the right "
                    "“Invoicing”."
                )
            )
        self._claim()
        invoices = self._invoice_deliveries(self._get_dealers())
        if not invoices:
            raise UserError(
                self.env._(
                    "Nothing to invoice for %s: all deliveries of parts to the end of the period "
                    "are invoiced.",
                    self.name,
                )
            )
        return self.action_view_invoices()

    def action_make_statements(self):
        """Make the statements that are not there yet, as drafts."""
        self.ensure_one()
        self._check_may_run()
        self._claim()
        if not self._make_statements():
            raise UserError(
                self.env._(
                    "No statement to make for %s: each dealer with a balance or business in the "
                    "period has one, or still has an earlier one that was not sent.",
                    self.name,
                )
            )
        return self.action_view_statements()

    def action_send(self):
        """Send all drafts of the period to the dealers."""
        self._check_may_run()
        drafts = self.statement_ids.filtered(lambda statement: statement.state == "draft")
        if not drafts:
            raise UserError(self.env._("There is no draft to send: make the statements first."))
        drafts.action_send()

    def action_view_statements(self):
        """Open the statements of the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_statement_action"
        )
        return action | {"domain": [("settlement_id", "=", self.id)], "context": {}}

    def action_view_invoices(self):
        """Open the invoices that this settlement made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices of %s", self.name),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("parts_settlement_id", "=", self.id)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _check_may_run(self):
        """Settlement people only, and only when the period is over."""
        self.check_access("write")
        for settlement in self:
            today = self.env["parts.price"]._get_price_day(company=settlement.company_id)
            if settlement.date_to >= today:
                raise UserError(
                    self.env._(
                        "%(period)s is not over: it can be settled from %(date)s on.",
                        period=settlement.name,
                        date=format_date(self.env, settlement.date_to + timedelta(days=1)),
                    )
                )

    def _claim(self):
        """Write this row first: see the class."""
        # sudo: the right was checked; the row's own stamp is the system's.
        self.sudo().last_run = fields.Datetime.now()
        self.flush_recordset()

    def _get_dealers(self):
        """Dealers who are settled in such periods."""
        self.ensure_one()
        periods = ("month", "order") if self.period == "month" else ("quarter",)
        return self.env["res.partner"]._get_settled_dealers(self.company_id, periods)

    def _invoice_deliveries(self, dealers):
        """Invoice the dealers' deliveries to the end of the period: one invoice a dealer.

        :return: posted ``account.move``
        """
        self.ensure_one()
        orders = self.env["sale.order"]
        at_once = dealers & self.env["res.partner"]._get_settled_dealers(
            self.company_id, ("order",)
        )
        invoices = orders._settle_parts(self.company_id, dealers - at_once, self.date_to)
        invoices |= orders._settle_parts(self.company_id, at_once, self.date_to, each=True)
        # sudo: who settles may not write invoices by hand; this only says where they come from.
        invoices.sudo().write({"parts_settlement_id": self.id})
        return invoices

    def _make_statements(self):
        """Make a draft for each dealer and currency that has none in this period.

        :return: the new ``parts.statement``
        """
        self.ensure_one()
        # sudo: the right was checked; documents behind a statement are read as a whole.
        return self.env["parts.statement"].sudo()._make(self, self._get_dealers()).sudo(False)

    # ------------------------------------------------------------------
    # Scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_settle(self):
        """Invoice orders that are settled at once, and settle the periods that are over.

        One company's step a transaction; what was done is not done again by the next run.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("parts_settlement_auto", "=", True)])
        steps = [
            (company, step)
            for company in companies
            for step in (self._settle_orders_at_once, self._settle_month, self._settle_quarter)
        ]
        cron._commit_progress(remaining=len(steps))
        for company, step in steps:
            step(company)
            if not cron._commit_progress(1):
                break

    def _settle_orders_at_once(self, company):
        dealers = self.env["res.partner"]._get_settled_dealers(company, ("order",))
        today = self.env["parts.price"]._get_price_day(company=company)
        self.env["sale.order"]._settle_parts(company, dealers, today, each=True)

    def _settle_month(self, company):
        self._settle_last_period(company, "month")

    def _settle_quarter(self, company):
        self._settle_last_period(company, "quarter")

    def _settle_last_period(self, company, period):
        """Settle the last period that is over, once."""
        today = self.env["parts.price"]._get_price_day(company=company)
        last = company._get_settlement_bounds(period, today)[0] - timedelta(days=1)
        settlement = self.search(
            [("company_id", "=", company.id), ("period", "=", period), ("date_to", "=", last)]
        )
        if settlement.last_run:
            return
        if not settlement:
            settlement = self.create(
                {
                    "company_id": company.id,
                    "period": period,
                    "date_to": last,
                    "user_id": False,
                }
            )
        settlement = settlement.with_company(company)
        settlement._claim()
        dealers = settlement._get_dealers()
        settlement._invoice_deliveries(dealers)
        settlement._make_statements()
