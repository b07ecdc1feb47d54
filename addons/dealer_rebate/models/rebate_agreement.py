# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils


class RebateAgreement(models.Model):
    """Terms under which dealers earn a rebate: who, when, on what, by which table.

    Draft terms can be edited; an active agreement's terms are frozen, because what was promised
    to a dealer does not change under them (R12). Amounts are in the agreement's currency.
    """

    _name = "rebate.agreement"
    _description = "Rebate Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
        [("draft", "Draft"), ("active", "Active"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        help="Draft: terms can be edited. Active: terms are frozen and periods can be settled. "
        "Closed: nothing more is settled.",
    )
    date_start = fields.Date(required=True, tracking=True, help="First day whose invoices count.")
    date_end = fields.Date(
        tracking=True, help="Last day whose invoices count. Empty: until it is closed."
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="quarter",
        help="Calendar period on whose turnover the tables are read.",
    )
    dealer_scope = fields.Selection(
        [("all", "All dealers"), ("selected", "Selected dealers")],
        required=True,
        default="selected",
        help="All dealers: every partner that is marked as a dealer.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Dealers",
        domain="[('parent_id', '=', False)]",
        help="A dealer counts with all its addresses and contacts.",
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

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise AccessError(
                self.env._("An agreement starts as a draft. Create it, then activate it.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not self.env.su:
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
        for agreement in self.filtered(lambda a: a.state == "draft"):
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

    def _get_period_bounds(self, date):
        """First and last day of the calendar period around a day, inside the agreement's dates."""
        self.ensure_one()
        start = max(date_utils.start_of(date, self.period), self.date_start)
        end = date_utils.end_of(date, self.period)
        return start, min(end, self.date_end) if self.date_end else end

    def _get_period_label(self, date):
        """Name of the period around a day, the same in all languages: 2026 Q3, 2026-03, 2026."""
        self.ensure_one()
        if self.period == "month":
            return f"{date.year}-{date.month:02}"
        if self.period == "quarter":
            return f"{date.year} Q{(date.month + 2) // 3}"
        return str(date.year)

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

    def _get_term_fields(self):
        """Fields that are terms: frozen once the agreement is active. For extension."""
        return {
            "company_id",
            "currency_id",
            "date_start",
            "date_end",
            "period",
            "dealer_scope",
            "partner_ids",
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
            "period": self.period,
            "dealers": sorted(self.partner_ids.commercial_partner_id.ids)
            if self.dealer_scope == "selected"
            else "all",
            "negative": self.negative_policy,
            "payout": self.payout,
            "components": sorted(json.dumps(c._get_terms()) for c in self.component_ids),
        }

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
        if self.dealer_scope == "selected" and not self.partner_ids:
            raise UserError(
                self.env._("%(name)s has no dealers yet: choose them first.", name=self.name)
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
