# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.aftersales_outlet_settlement import SHOWN_STATES

SETTLEMENTS = "/my/outlet-settlements"


class OutletSettlementPortal(AftersalesPortal):
    """Pages of an outlet's settlements: read, objected to, agreed, printed (S10).

    Portal users have no right on settlements. What they see is read with sudo among the outlets at
    the login's own address, and only once it was sent; what lies outside is answered like what
    does not exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "outlet_settlement_count" in counters:
            domain = self._get_settlement_domain()
            values["outlet_settlement_count"] = self._get_settlements().search_count(domain)
        if "outlet_settlement_sent_count" in counters:
            domain = self._get_settlement_domain() & Domain("state", "=", "sent")
            values["outlet_settlement_sent_count"] = self._get_settlements().search_count(domain)
        return values

    def _get_settlements(self):
        # sudo: every search of these pages is narrowed to the login's own outlets.
        return request.env["aftersales.outlet.settlement"].sudo()

    def _get_settlement_domain(self):
        outlets = request.env["aftersales.outlet"]._get_settled_outlets(request.env.user)
        return Domain("outlet_id", "in", outlets.ids) & Domain("state", "in", SHOWN_STATES)

    def _get_settlement(self, settlement_id):
        """A settlement of one of the login's outlets; none otherwise."""
        return self._get_settlements().search(
            self._get_settlement_domain() & Domain("id", "=", settlement_id)
        )

    @http.route(
        [SETTLEMENTS, f"{SETTLEMENTS}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_outlet_settlements(self, page=1, **kwargs):
        """The outlet's settlements, the latest first."""
        settlements = self._get_settlements()
        domain = self._get_settlement_domain()
        pager = portal_pager(
            url=SETTLEMENTS,
            total=settlements.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values() | {
            "settlements": settlements.search(
                domain, limit=self._items_per_page, offset=pager["offset"]
            ),
            "pager": pager,
            "default_url": SETTLEMENTS,
            "page_name": "outlet_settlements",
        }
        return request.render("aftersales_kpi.portal_outlet_settlements", values)

    @http.route(
        f"{SETTLEMENTS}/<int:settlement_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_outlet_settlement(self, settlement_id, report_type=None, done=None, **kwargs):
        """One settlement: each job with how its fee came about."""
        settlement = self._get_settlement(settlement_id)
        if not settlement:
            return request.redirect(SETTLEMENTS)
        if report_type == "pdf":
            return self._make_aftersales_paper(
                "aftersales_kpi.aftersales_outlet_settlement_report",
                settlement,
                f"{settlement.name}.pdf",
            )
        return self._render_settlement(settlement, done=done)

    def _render_settlement(self, settlement, done=None, error=None, typed=None):
        values = self._prepare_portal_layout_values()
        values |= self._prepare_answer_page(
            f"{SETTLEMENTS}/{settlement.id}", done=done and str(done)[:20], error=error
        )
        values |= {
            "settlement": settlement,
            "page_name": "outlet_settlements",
            "typed": typed or {},
        }
        return request.render("aftersales_kpi.portal_outlet_settlement", values)

    @http.route(
        f"{SETTLEMENTS}/<int:settlement_id>/object",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_outlet_settlement_object(self, settlement_id, line_id="", reason="", **kwargs):
        """Object to a line, or say what is missing."""
        settlement = self._get_settlement(settlement_id)
        if not settlement:
            return request.redirect(SETTLEMENTS)

        def answer(author):
            line = self._get_posted_line(settlement.line_ids, line_id) if line_id else None
            settlement.env["aftersales.outlet.objection"]._raise(
                settlement, str(reason).replace("\x00", ""), line, author
            )

        return self._take_answer(
            answer,
            lambda error: self._render_settlement(
                settlement, error=error, typed={"line_id": line_id, "reason": reason}
            ),
            f"{SETTLEMENTS}/{settlement.id}",
            done="objected",
        )

    @http.route(
        f"{SETTLEMENTS}/<int:settlement_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_outlet_settlement_accept(self, settlement_id, **kwargs):
        """Agree to the settlement as it stands."""
        settlement = self._get_settlement(settlement_id)
        if not settlement:
            return request.redirect(SETTLEMENTS)
        return self._take_answer(
            lambda author: settlement._accept(author.name),
            lambda error: self._render_settlement(settlement, error=error),
            f"{SETTLEMENTS}/{settlement.id}",
            done="accepted",
        )
