# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

# What is still being computed is nobody's business yet; a cancelled settlement that has lines
# was posted before.
SHOWN_STATES = ("confirm", "reviewed", "posting", "posted", "reversing", "cancel")


class RebatePortal(AftersalesPortal):
    """A dealer's view of its rebates: progress, history, statements (R4, R12).

    Portal users have no right on any model of rebates. What they see is read with sudo, inside
    ``res.partner._get_rebate_line_domain`` of their own partner; what lies outside is answered
    like what does not exist. The link of a mail opens one settlement of one dealer, no more.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "rebate_count" in counters:
            values["rebate_count"] = len(self._get_rebate_agreements())
        if "rebate_confirm_count" in counters:
            values["rebate_confirm_count"] = len(self._get_rebate_to_confirm())
        return values

    # ------------------------------------------------------------------
    # What the dealer may see
    # ------------------------------------------------------------------

    def _get_rebate_agreements(self, agreement_id=None):
        """Agreements in force or closed under which the logged-in dealer takes part or did."""
        domain = Domain("state", "in", ("active", "closed")) & Domain("direction", "=", "dealer")
        domain &= Domain("company_id", "in", request.env.user.company_ids.ids)
        if agreement_id is not None:
            domain &= Domain("id", "=", agreement_id)
        # sudo: filtered by who takes part right below; nothing else leaves this method.
        agreements = request.env["rebate.agreement"].sudo().search(domain)
        return agreements._filter_concerning(request.env.user.partner_id)

    def _get_rebate_line_domain(self):
        """Settlement lines of the logged-in dealer that are out of the computation."""
        partner = request.env.user.partner_id
        return (
            partner._get_rebate_line_domain()
            & Domain("settlement_id.state", "in", SHOWN_STATES)
            & Domain("agreement_id.direction", "=", "dealer")
            & Domain("company_id", "in", request.env.user.company_ids.ids)
        )

    def _get_rebate_lines(self, settlement_id, access_token=None):
        """The dealer's own lines of a settlement; none where it is not concerned.

        :param access_token: the one of the dealer's mail; it opens these lines to whoever has it
        """
        # sudo: both domains hold nothing but one dealer's own.
        lines = request.env["rebate.settlement.line"].sudo()
        if access_token:
            confirmation = self._get_rebate_confirmation(settlement_id, access_token)
            found = confirmation._get_lines() if confirmation else lines
            return found.filtered(lambda line: line.settlement_id.state in SHOWN_STATES)
        if request.env.user._is_public():
            return lines
        return lines.search(
            self._get_rebate_line_domain() & Domain("settlement_id", "=", settlement_id)
        )

    def _get_rebate_confirmation(self, settlement_id, access_token=None):
        """The confirmation that this dealer, or the holder of its link, may answer."""
        # sudo: what is returned belongs to the token, or to the dealer who is logged in.
        confirmations = request.env["rebate.confirmation"].sudo()
        if access_token:
            found = confirmations.search(
                [("settlement_id", "=", settlement_id), ("access_token", "=", access_token)],
                limit=1,
            )
            same = found and consteq(found.access_token, access_token)
            return found if same else confirmations
        if request.env.user._is_public():
            return confirmations
        dealer = request.env.user.partner_id.commercial_partner_id
        return confirmations.search(
            [
                ("settlement_id", "=", settlement_id),
                ("partner_id", "=", dealer.id),
                ("company_id", "in", request.env.user.company_ids.ids),
            ],
            limit=1,
        )

    def _get_rebate_to_confirm(self):
        """Settlements that wait for the logged-in dealer's answer."""
        dealer = request.env.user.partner_id.commercial_partner_id
        # sudo: the dealer's own only.
        waiting = (
            request.env["rebate.confirmation"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", dealer.id),
                    ("state", "=", "open"),
                    ("settlement_id.state", "=", "confirm"),
                    ("company_id", "in", request.env.user.company_ids.ids),
                ]
            )
        )
        return waiting.filtered(lambda confirmation: confirmation._is_open())

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route("/my/rebates", type="http", auth="user", website=True, readonly=True)
    def portal_my_rebates(self, **kwargs):
        """List of the agreements that concern the dealer."""
        values = self._prepare_portal_layout_values()
        agreements = self._get_rebate_agreements()
        # sudo: only sums of the dealer's own lines.
        paid = (
            request.env["rebate.settlement.line"]
            .sudo()
            ._read_group(
                self._get_rebate_line_domain()
                & Domain("agreement_id", "in", agreements.ids)
                & Domain("state", "=", "posted"),
                ["agreement_id"],
                ["amount:sum"],
            )
        )
        values |= {
            "agreements": agreements,
            "paid": {agreement.id: amount for agreement, amount in paid},
            "to_confirm": self._get_rebate_to_confirm(),
            "page_name": "rebate",
            "default_url": "/my/rebates",
        }
        values |= self._prepare_rebate_lists()
        return request.render("dealer_rebate.portal_my_rebates", values)

    def _prepare_rebate_lists(self):
        """Hook: more values of the list of agreements."""
        return {}

    @http.route(
        ["/my/rebates/<int:agreement_id>", "/my/rebates/<int:agreement_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_rebate(self, agreement_id, page=1, **kwargs):
        """One agreement: terms, progress of the running period, history."""
        agreement = self._get_rebate_agreements(agreement_id)
        if not agreement:
            return request.redirect("/my/rebates")
        values = self._prepare_portal_layout_values()
        values |= {"agreement": agreement, "page_name": "rebate"}
        values |= self._prepare_rebate_progress(agreement)
        values |= self._prepare_rebate_history(agreement, page)
        return request.render("dealer_rebate.portal_rebate_agreement", values)

    def _prepare_rebate_progress(self, agreement):
        """Progress of the dealer and its stores; a sentence where it cannot be computed today."""
        # sudo: the logged-in dealer itself.
        dealer = request.env.user.partner_id.commercial_partner_id.sudo()
        stores = dealer._get_rebate_stores()
        partners = dealer
        if agreement.subject == "store":
            partners |= stores.partner_id.commercial_partner_id
        try:
            rows = agreement._get_progress(partners)
        except UserError:
            # The reason names documents and settings: it is for the back office.
            return {"progress": [], "progress_failed": True}
        own = [
            row
            for row in rows
            if row["line"].partner_id.ids == dealer.ids
            or row["line"].outlet_id.ids in [store.ids for store in stores]
        ]
        return {"progress": own, "progress_failed": False}

    def _prepare_rebate_history(self, agreement, page):
        """Settlements with the sums of the dealer's own lines, the newest first."""
        domain = self._get_rebate_line_domain() & Domain("agreement_id", "=", agreement.id)
        # sudo: the domain holds nothing but the dealer's own.
        lines = request.env["rebate.settlement.line"].sudo()
        sums = dict(
            (settlement.id, (amount, carried))
            for settlement, amount, carried in lines._read_group(
                domain, ["settlement_id"], ["amount:sum", "is_carried:bool_or"]
            )
        )
        pager = portal_pager(
            url=f"/my/rebates/{agreement.id}",
            total=len(sums),
            page=page,
            step=self._items_per_page,
        )
        settlements = lines.settlement_id.search(
            [("id", "in", list(sums))], limit=self._items_per_page, offset=pager["offset"]
        )
        return {"settlements": settlements, "sums": sums, "pager": pager}

    @http.route(
        "/my/rebates/settlement/<int:settlement_id>", type="http", auth="public", website=True
    )
    def portal_my_rebate_settlement(self, settlement_id, access_token=None, **kwargs):
        """One settlement: the dealer's lines with their calculation and documents."""
        lines = self._get_rebate_lines(settlement_id, access_token)
        if not lines:
            return request.redirect("/my/rebates")
        return self._render_rebate_settlement(lines, access_token, kwargs.get("done"))

    def _render_rebate_settlement(self, lines, access_token, done=None, error=None):
        values = self._prepare_portal_layout_values()
        settlement = lines.settlement_id
        confirmation = self._get_rebate_confirmation(settlement.id, access_token)
        answerable = confirmation and confirmation._is_open()
        values |= self._prepare_answer_page(
            f"/my/rebates/settlement/{settlement.id}",
            access_token,
            done if done in ("confirmed", "objected") else None,
            error,
        )
        values |= {
            "lines": lines,
            "settlement": settlement,
            "agreement": lines.agreement_id,
            "total": sum(lines.mapped("amount")),
            "confirmation": confirmation,
            "unanswered": confirmation._get_unanswered() if answerable else lines.browse(),
            "page_name": "rebate",
        }
        return request.render("dealer_rebate.portal_rebate_settlement", values)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    @http.route(
        "/my/rebates/settlement/<int:settlement_id>/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_rebate_confirm(self, settlement_id, access_token=None, line_id=None, **kwargs):
        """Confirm one line, or all that have no answer yet."""

        def confirm(confirmation, author):
            lines = confirmation._get_lines()
            confirmation._confirm(
                self._get_posted_line(lines, line_id) if line_id else None, author
            )

        return self._answer_rebate(settlement_id, access_token, confirm, "confirmed")

    @http.route(
        "/my/rebates/settlement/<int:settlement_id>/object",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_rebate_object(self, settlement_id, access_token=None, line_id=None, **kwargs):
        """Object to a line, to documents of it, or to something that is missing."""
        documents = request.httprequest.form.getlist("document")

        def disagree(confirmation, author):
            confirmation._object(
                self._get_posted_line(confirmation._get_lines(), line_id),
                kwargs.get("reason"),
                kwargs.get("kind"),
                documents,
                author,
            )

        return self._answer_rebate(settlement_id, access_token, disagree, "objected")

    def _answer_rebate(self, settlement_id, access_token, answer, done):
        """Run an answer; show the page with what went wrong, or with thanks."""
        confirmation = self._get_rebate_confirmation(settlement_id, access_token)
        if not confirmation:
            return request.redirect("/my/rebates")
        return self._take_answer(
            lambda author: answer(confirmation, author),
            lambda error: self._render_rebate_settlement(
                self._get_rebate_lines(settlement_id, access_token), access_token, error=error
            ),
            f"/my/rebates/settlement/{settlement_id}",
            access_token,
            done,
        )

    # ------------------------------------------------------------------
    # Downloads
    # ------------------------------------------------------------------

    @http.route("/my/rebates/settlement/<int:settlement_id>/statement", type="http", auth="public")
    def portal_my_rebate_statement(self, settlement_id, access_token=None, **kwargs):
        """The dealer's statement as PDF."""
        lines = self._get_rebate_lines(settlement_id, access_token)
        if not lines:
            return request.redirect("/my/rebates")
        return self._make_rebate_statement(lines)

    def _make_rebate_statement(self, lines):
        return self._make_aftersales_paper(
            "dealer_rebate.action_report_rebate_statement", lines, lines._get_file_name("pdf")
        )

    @http.route("/my/rebates/settlement/<int:settlement_id>/lines.csv", type="http", auth="public")
    def portal_my_rebate_csv(self, settlement_id, access_token=None, **kwargs):
        """The dealer's lines and the documents behind them as CSV."""
        lines = self._get_rebate_lines(settlement_id, access_token)
        if not lines:
            return request.redirect("/my/rebates")
        return self._make_aftersales_file(lines._get_csv(), lines._get_file_name("csv"))
