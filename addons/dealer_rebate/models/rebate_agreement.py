# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import json
from ast import literal_eval
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils, format_date

from .rebate_basis_mixin import Subject, check_filter

PERIODS = [
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("half", "Half-year"),
    ("year", "Year"),
    ("custom", "Calendar of its own"),
]
MONTHS = {"quarter": 3, "half": 6, "year": 12}


class RebateAgreement(models.Model):
    """Terms under which dealers earn a rebate: who, when, on what, by which table.

    Draft terms can be edited; an active agreement's terms are frozen, because what was promised
    to a dealer does not change under them (R12). Amounts are in the agreement's currency.
    """

    _name = "rebate.agreement"
    _description = "Rebate Agreement"
    _inherit = ["aftersales.protected.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="As it stands on the dealer's statement.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of turnover, thresholds and pay-out. Documents in other currencies count "
        "at their own rate.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To Approve"),
            ("active", "Active"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        help="Draft: terms can be edited. To approve: somebody else has to agree. Active: terms "
        "are frozen and periods can be settled. Closed: nothing more is settled.",
    )
    date_start = fields.Date(required=True, tracking=True, help="First day whose invoices count.")
    date_end = fields.Date(
        tracking=True, help="Last day whose invoices count. Empty: until it is closed."
    )
    direction = fields.Selection(
        [("dealer", "To dealers"), ("supplier", "From suppliers")],
        required=True,
        default="dealer",
        help="To dealers: computed on our customer invoices, and paid by us. From suppliers: "
        "computed on our vendor bills, and expected as a credit (R4).",
    )
    period = fields.Selection(
        PERIODS,
        required=True,
        default="quarter",
        help="How often it is settled. Quarters, halves and years follow the company's fiscal "
        "year. A component may have a period of its own.",
    )
    period_ids = fields.One2many(
        "rebate.period",
        "agreement_id",
        string="Periods",
        copy=True,
        help="The periods of a calendar of your own, without gaps between them or with.",
    )
    dealer_scope = fields.Selection(
        [
            ("all", "All dealers"),
            ("selected", "Selected dealers"),
            ("member", "Members, by date"),
            ("tag", "Dealers with tags"),
            ("domain", "Dealers by a filter"),
        ],
        string="Parties",
        required=True,
        default="selected",
        help="All dealers: every partner that is marked as a dealer. Members: each from a day on "
        "and up to a day; only documents of those days count.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Dealers",
        domain="[('parent_id', '=', False)]",
        help="A dealer counts with all its addresses and contacts.",
    )
    member_ids = fields.One2many(
        "rebate.member", "agreement_id", string="Members", copy=True, help="Who, and when."
    )
    tag_ids = fields.Many2many(
        "res.partner.category",
        string="Tags",
        help="Partners with one of these tags count, as they have them when it is computed.",
    )
    partner_domain = fields.Char(
        string="Partner Filter", help="Companies that match count, as they do when it is computed."
    )
    group_mode = fields.Selection(
        [("alone", "Each alone"), ("together", "Together, then split")],
        required=True,
        default="alone",
        help="Together: the tables are read with the turnover of all, and what is earned is split "
        "by each one's turnover (R12).",
    )
    subject = fields.Selection(
        [("dealer", "Dealer"), ("store", "Store")],
        required=True,
        default="dealer",
        help="Who earns: the dealer with all its addresses, or each of its stores, known by the "
        "delivery address or the customer of a document (R2).",
    )
    amount_basis = fields.Selection(
        [
            ("net", "Untaxed, after discount"),
            ("undiscounted", "Untaxed, before discount"),
            ("total", "Tax included"),
        ],
        string="Amounts",
        required=True,
        default="net",
        help="Which amount of an invoice line counts.",
    )
    paid_only = fields.Boolean(
        string="Only What Is Paid",
        help="An invoice counts with the share that is paid until the cut-off; the rest counts "
        "once it is paid (R14).",
    )
    component_ids = fields.One2many(
        "rebate.component", "agreement_id", string="Components", copy=True
    )
    negative_policy = fields.Selection(
        [("carry", "Carried to the next settlement"), ("floor", "Counted as nothing")],
        string="Negative Result",
        required=True,
        default="carry",
        help="What happens when returns exceed purchases in a period. A balance that turns "
        "negative by a restatement is carried in both cases.",
    )
    payout = fields.Selection(
        [
            ("credit_note", "Credit note"),
            ("transfer", "Bank transfer"),
            ("wallet", "Virtual currency"),
            ("bill", "Supplier's credit"),
        ],
        string="Paid by",
        required=True,
        default="credit_note",
        tracking=True,
        help="Credit note: set off against other invoices. Bank transfer: never set off by itself "
        "(R3, R4). Virtual currency: moved into the dealer's wallet (P12). Supplier's credit: what "
        "a supplier owes us.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Sales journal of the credit notes. Empty: the company's rebate journal.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Rebate Product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Product on the credit note's lines, for reports by product.",
    )
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Account that the rebate is booked on. Empty: as the product or journal says.",
    )
    note = fields.Html(string="Terms in Words", help="Printed on the statement.")
    terms_hash = fields.Char(
        copy=False, readonly=True, help="Fingerprint of the terms, so that none is active twice."
    )
    settlement_ids = fields.One2many("rebate.settlement", "agreement_id", string="Settlements")
    settlement_count = fields.Integer(compute="_compute_settlement_count")

    _dates_ordered = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An agreement cannot end before it starts.",
    )
    _terms_once = models.UniqueIndex(
        "(company_id, terms_hash) WHERE state = 'active'",
        "An agreement with exactly these terms is already active: dealers would be paid twice.",
    )

    @api.depends("settlement_ids")
    def _compute_settlement_count(self):
        counts = dict(
            self.env["rebate.settlement"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.settlement_count = counts.get(agreement._origin, 0)

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for agreement in self.filtered("partner_domain"):
            check_filter(agreement, "partner_domain", "res.partner")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            vals.get("state", "draft") != "draft" or self._get_process_fields() & set(vals)
            for vals in vals_list
        ):
            raise AccessError(
                self.env._("An agreement starts as a draft. Create it, then activate it.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if {"state", *self._get_process_fields()} & set(vals) and not self.env.su:
            raise AccessError(
                self.env._("Use the buttons of the agreement to activate or close it.")
            )
        if self._get_term_fields() & set(vals):
            self._check_terms_editable()
        return super().write(vals)

    def copy_data(self, default=None):
        """Mark the copy's name; it starts as a draft with components of its own."""
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for agreement, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", agreement.name)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        for agreement in self:
            if agreement.state != "draft" or agreement.settlement_ids:
                raise UserError(
                    self.env._(
                        "The agreement %(name)s has been in force and cannot be deleted. "
                        "Close it instead.",
                        name=agreement.name,
                    )
                )

    def action_activate(self):
        """Put drafts in force: their terms are frozen from here on.

        :raise UserError: without a component or dealer, or when the same terms are active already
        """
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state in ("draft", "submitted")):
            agreement._check_complete()
            fingerprint = agreement._get_terms_hash()
            agreement._check_not_duplicate(fingerprint)
            # sudo: write access was checked above; the state only changes through this method.
            agreement.sudo().write({"state": "active", "terms_hash": fingerprint})

    def action_close(self):
        """End agreements: nothing more is settled under them."""
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state == "active"):
            agreement._check_nothing_open()
            # sudo: as in action_activate.
            agreement.sudo().write({"state": "closed"})

    def action_draft(self):
        """Take an agreement back to draft, as long as nothing was settled under it."""
        self.check_access("write")
        for agreement in self.filtered(lambda a: a.state != "draft"):
            if agreement.settlement_ids.filtered(lambda s: s.state != "cancel"):
                raise UserError(
                    self.env._(
                        "%(name)s has settlements: its terms stay as they are. Close it and "
                        "duplicate it to agree on new terms.",
                        name=agreement.name,
                    )
                )
            # sudo: as in action_activate.
            agreement.sudo().write({"state": "draft"})

    def action_view_settlements(self):
        """Open the settlements of this agreement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_settlement_action"
        )
        action["domain"] = [("agreement_id", "=", self.id)]
        action["context"] = {"default_agreement_id": self.id}
        return action

    def action_create_settlement(self):
        """Create the next settlement of this agreement and open it."""
        self.ensure_one()
        settlement = self.env["rebate.settlement"].create({"agreement_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "rebate.settlement",
            "view_mode": "form",
            "res_id": settlement.id,
        }

    def _settle_period(self, date, cutoff=None):
        """Settle the period that contains a day, from computing to posting, without a click.

        A settlement of more credit notes than one chunk is left in state *posting* for the
        scheduled action (or call ``_post_next_chunk`` and commit until it returns 0).

        :param date: any day of the period
        :param cutoff: last day that counts, for an interim settlement; default: the period's end
        :return: the ``rebate.settlement``; settling again makes one that pays nothing
        """
        self.ensure_one()
        _start, end = self._get_period_bounds(fields.Date.to_date(date))
        settlement = self.env["rebate.settlement"].create(
            {"agreement_id": self.id, "date_to": cutoff or end}
        )
        settlement.action_compute()
        settlement.action_review()
        settlement.action_post()
        return settlement

    def _get_period_bounds(self, date, period=None):
        """First and last day of the period around a day, inside the agreement's dates.

        :param date: a day
        :param period: another period than the agreement's own, for components that have one
        :raise UserError: when a calendar of its own has no period around that day
        """
        self.ensure_one()
        start, end = self._get_calendar_bounds(date, period or self.period)
        start = max(start, self.date_start)
        return start, min(end, self.date_end) if self.date_end else end

    def _get_calendar_bounds(self, date, period):
        """As ``_get_period_bounds``, without regard to the agreement's dates."""
        if period == "custom":
            return self._get_custom_bounds(date)
        if period == "month":
            return date_utils.start_of(date, "month"), date_utils.end_of(date, "month")
        start = self.company_id.compute_fiscalyear_dates(date)["date_from"]
        step = relativedelta(months=MONTHS[period])
        while start + step <= date:
            start += step
        return start, start + step - timedelta(days=1)

    def _get_custom_bounds(self, date):
        for period in self.period_ids:
            if period.date_from <= date <= period.date_to:
                return period.date_from, period.date_to
        raise UserError(
            self.env._(
                "%(date)s lies in no period of %(name)s. Add the period to its calendar.",
                date=format_date(self.env, date),
                name=self.name,
            )
        )

    def _get_period_label(self, date, period=None):
        """Name of the period around a day, the same in all languages: 2026 Q3, 2026-03, 2026.

        A fiscal year that is not the calendar year shows both: 2025/26 Q2.
        """
        self.ensure_one()
        period = period or self.period
        if period == "month":
            return f"{date.year}-{date.month:02}"
        if period == "custom":
            found = self.period_ids.filtered(lambda p: p.date_from <= date <= p.date_to)
            return found[:1].name or str(date)
        year = self.company_id.compute_fiscalyear_dates(date)
        first, last = year["date_from"], year["date_to"]
        label = str(first.year)
        if last.year != first.year:
            label = f"{first.year}/{last.year % 100:02}"
        if period == "year":
            return label
        months = (date.year - first.year) * 12 + date.month - first.month
        if date.day < first.day:
            months -= 1
        letter = {"quarter": "Q", "half": "H"}[period]
        return f"{label} {letter}{months // MONTHS[period] + 1}"

    def _get_next_cutoff(self):
        """End of the period to settle next: the first closed one that has no settlement.

        When all closed periods are settled it is the last closed one again: such a settlement
        brings in what came late.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        whole = self.settlement_ids.filtered(lambda s: s.state != "cancel" and not s.is_interim)
        settled = set(whole.mapped("date_from"))
        start, end = self._get_period_bounds(self.date_start)
        last_closed = None
        while end < today:
            if start not in settled:
                return end
            last_closed = end
            if end == self.date_end:
                break
            start, end = self._get_period_bounds(end + timedelta(days=1))
        return last_closed or end

    def _get_journal(self):
        """Journal of the credit notes (R15).

        :raise UserError: when neither the agreement nor the company names one
        """
        self.ensure_one()
        # sudo: which journal a rebate goes to is a setting; its entries are not read here.
        journal = self.sudo().journal_id or self.sudo().company_id.rebate_journal_id
        if not journal:
            raise UserError(
                self.env._(
                    "There is no journal for the rebates of %(name)s. Choose one on the agreement, "
                    "or ask an accountant to set the company's rebate journal in Settings.",
                    name=self.name,
                )
            )
        return journal

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", *self._get_process_fields()}

    @api.model
    def _get_process_fields(self):
        """Fields that only the business methods write, besides the state."""
        return {"terms_hash", "version", "root_id", "previous_id", "submitted_by_id"}

    def _get_term_fields(self):
        """Fields that are terms: frozen once the agreement is active. For extension."""
        return {
            "company_id",
            "currency_id",
            "date_start",
            "date_end",
            "direction",
            "period",
            "period_ids",
            "dealer_scope",
            "partner_ids",
            "member_ids",
            "tag_ids",
            "partner_domain",
            "group_mode",
            "subject",
            "amount_basis",
            "paid_only",
            "component_ids",
            "negative_policy",
            "payout",
        }

    def _get_terms(self):
        """Terms as plain data, in an order that does not depend on ids. For extension."""
        self.ensure_one()
        return {
            "currency": self.currency_id.name,
            "dates": [str(self.date_start), str(self.date_end)],
            "direction": self.direction,
            "period": self.period,
            "periods": sorted(
                [str(period.date_from), str(period.date_to)] for period in self.period_ids
            )
            if self.period == "custom"
            else [],
            "dealers": self._get_dealer_terms(),
            "group": self.group_mode,
            "subject": self.subject,
            "amounts": [self.amount_basis, self.paid_only],
            "negative": self.negative_policy,
            "payout": self.payout,
            "components": sorted(json.dumps(c._get_terms()) for c in self.component_ids),
        }

    def _get_dealer_terms(self):
        """Who takes part, as plain data."""
        return {
            "all": lambda: "all",
            "selected": lambda: sorted(self.partner_ids.commercial_partner_id.ids),
            "member": lambda: sorted(
                [member.partner_id.id, str(member.date_from), str(member.date_to)]
                for member in self.member_ids
            ),
            "tag": lambda: ["tags", *sorted(self.tag_ids.ids)],
            "domain": lambda: ["filter", self.partner_domain],
        }[self.dealer_scope]()

    def _get_terms_hash(self):
        self.ensure_one()
        text = json.dumps(self._get_terms(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _check_terms_editable(self):
        for agreement in self:
            if agreement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s is in force: its terms cannot change. Close it and duplicate it "
                        "to agree on new terms.",
                        name=agreement.name,
                    )
                )

    def _check_complete(self):
        self.ensure_one()
        if not self.component_ids:
            raise UserError(
                self.env._("%(name)s grants nothing yet: add a component first.", name=self.name)
            )
        for component in self.component_ids:
            component._check_table_ready()
        parties = {
            "selected": self.partner_ids,
            "member": self.member_ids,
            "tag": self.tag_ids,
            "domain": self.partner_domain,
        }
        if not parties.get(self.dealer_scope, True):
            raise UserError(
                self.env._("%(name)s has no dealers yet: choose them first.", name=self.name)
            )
        if self.direction == "supplier" and self.dealer_scope == "all":
            raise UserError(
                self.env._(
                    "Choose the suppliers of %(name)s: “all dealers” are customers.", name=self.name
                )
            )
        if self.period == "custom" and not self.period_ids:
            raise UserError(
                self.env._("%(name)s has no periods yet: add them to its calendar.", name=self.name)
            )

    def _check_not_duplicate(self, fingerprint):
        self.ensure_one()
        twin = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "active"),
                ("terms_hash", "=", fingerprint),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if twin:
            raise UserError(
                self.env._(
                    "%(twin)s is active with exactly the terms of %(name)s: dealers would be paid "
                    "twice. Change the terms, or close %(twin)s first.",
                    twin=twin.name,
                    name=self.name,
                )
            )

    def _check_nothing_open(self):
        self.ensure_one()
        unfinished = self.settlement_ids.filtered(lambda s: s.state not in ("posted", "cancel"))
        if unfinished:
            raise UserError(
                self.env._(
                    "%(settlement)s is still open. Post or cancel it before closing %(name)s.",
                    settlement=unfinished[0].name,
                    name=self.name,
                )
            )

    # ------------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------------

    def _get_dealer_sql(self, partner_ids=None):
        """Condition on who takes part (``move``): the dealer with all its addresses (T4).

        :param partner_ids: only these dealers, of those who take part
        """
        self.ensure_one()
        condition = self._get_party_sql()
        if partner_ids is None:
            return condition
        return SQL("move.commercial_partner_id IN %s AND %s", tuple(partner_ids) or (0,), condition)

    def _get_party_sql(self):
        if self.dealer_scope == "selected":
            dealers = self.partner_ids.commercial_partner_id.ids
            return SQL("move.commercial_partner_id IN %s", tuple(dealers) or (0,))
        if self.dealer_scope == "member":
            return SQL(
                """EXISTS (SELECT 1 FROM rebate_member member
                            WHERE member.agreement_id = %s
                              AND member.partner_id = move.commercial_partner_id
                              AND move.invoice_date >= COALESCE(member.date_from, '-infinity')
                              AND move.invoice_date <= COALESCE(member.date_to, 'infinity'))""",
                self.id,
            )
        # Who was paid stays in: a dealer that is no longer marked must not be charged back.
        return SQL(
            """move.commercial_partner_id IN (
                   (%s) UNION SELECT line.partner_id FROM rebate_settlement_line line
                           WHERE line.component_key IN %s AND line.state = 'posted')""",
            self._get_marked_sql(),
            tuple(self.component_ids.mapped("component_key")) or ("",),
        )

    def _get_marked_sql(self):
        """Query of the ids of partners that take part by a mark, as they have it now."""
        partners = self.env["res.partner"].with_context(active_test=False)
        if self.dealer_scope == "tag":
            domain = Domain("category_id", "child_of", self.tag_ids.ids)
        elif self.dealer_scope == "domain":
            domain = Domain(literal_eval(self.partner_domain or "[]"))
        else:
            domain = Domain("is_dealer", "=", True)
        # sudo: who takes part does not depend on who computes; only ids are used.
        return partners.sudo()._search(domain).select(SQL("commercial_partner_id"))

    def _takes_part(self, subject, first, last):
        """Whether a subject takes part on any day of a window: membership is dated."""
        self.ensure_one()
        if self.dealer_scope != "member":
            return True
        return any(
            member.partner_id.commercial_partner_id.id == subject.partner_id
            and (not member.date_from or member.date_from <= last)
            and (not member.date_to or member.date_to >= first)
            for member in self.member_ids
        )

    def _get_subjects(self, store_format=None):
        """Everybody who takes part, with the first day: the store's, the membership's, or ours.

        :param store_format: only stores of this kind
        :return: {Subject: date}
        """
        self.ensure_one()
        if self.dealer_scope == "member":
            starts = {}
            for member in self.member_ids:
                day = max(member.date_from or self.date_start, self.date_start)
                partner = member.partner_id.commercial_partner_id.id
                starts[partner] = min(day, starts.get(partner, day))
        elif self.dealer_scope == "selected":
            starts = dict.fromkeys(self.partner_ids.commercial_partner_id.ids, self.date_start)
        else:
            rows = self.env.execute_query(self._get_marked_sql())
            starts = {partner: self.date_start for (partner,) in rows}
        if self.subject != "store":
            return {Subject(partner, 0): day for partner, day in starts.items()}
        # sudo: which stores a dealer has decides what it earns, whoever computes.
        outlets = (
            self.env["aftersales.outlet"]
            .sudo()
            .search(
                [("company_id", "=", self.company_id.id), ("dealer_id", "in", list(starts))]
                + ([("store_format", "=", store_format)] if store_format else [])
            )
        )
        return {
            Subject(outlet.dealer_id.id, outlet.id): outlet.date_start
            or starts[outlet.dealer_id.id]
            for outlet in outlets
        }
