# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import RebatePortal


class RebateSupplierPortal(RebatePortal):
    """A supplier's view of what it owes us: agreement, expected credits, statements (R4).

    Read with sudo, inside ``res.partner._get_rebate_expected_domain`` and
    ``_get_rebate_line_domain`` of the visitor's own partner.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "rebate_count" in counters:
            values["rebate_count"] += len(self._get_supplied_agreements())
        return values

    def _prepare_rebate_lists(self):
        agreements = self._get_supplied_agreements()
        # sudo: only sums of the supplier's own credits.
        credits = request.env["rebate.expected.credit"].sudo()
        open_amounts = credits._read_group(
            self._get_expected_domain() & Domain("agreement_id", "in", agreements.ids),
            ["agreement_id"],
            ["amount_open:sum"],
        )
        return super()._prepare_rebate_lists() | {
            "supplied": agreements,
            "still_expected": {agreement.id: amount for agreement, amount in open_amounts},
        }

    def _get_supplied_agreements(self, agreement_id=None):
        """Agreements by which the logged-in supplier owes us rebates, or did."""
        user = request.env.user
        domain = Domain("state", "in", ("active", "closed")) & Domain("direction", "=", "supplier")
        domain &= Domain("company_id", "in", user.company_ids.ids)
        if agreement_id is not None:
            domain &= Domain("id", "=", agreement_id)
        # sudo: filtered by who takes part right below; nothing else leaves this method.
        agreements = request.env["rebate.agreement"].sudo().search(domain)
        return agreements._filter_concerning(user.partner_id)

    def _get_expected_domain(self):
        user = request.env.user
        return user.partner_id._get_rebate_expected_domain() & Domain(
            "company_id", "in", user.company_ids.ids
        )

    @http.route(
        [
            "/my/rebates/supplier/<int:agreement_id>",
            "/my/rebates/supplier/<int:agreement_id>/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_supplied_rebate(self, agreement_id, page=1, **kwargs):
        """One agreement: the terms, and the credit that we expect for each period."""
        agreement = self._get_supplied_agreements(agreement_id)
        if not agreement:
            return request.redirect("/my/rebates")
        domain = self._get_expected_domain() & Domain("agreement_id", "=", agreement.id)
        # sudo: the domain holds nothing but the supplier's own.
        credits = request.env["rebate.expected.credit"].sudo()
        pager = portal_pager(
            url=f"/my/rebates/supplier/{agreement.id}",
            total=credits.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        # sudo: the logged-in supplier itself.
        values |= {
            "agreement": agreement,
            "supplier": request.env.user.partner_id.commercial_partner_id.sudo(),
            "credits": credits.search(domain, limit=self._items_per_page, offset=pager["offset"]),
            "pager": pager,
            "page_name": "rebate",
        }
        return request.render("dealer_rebate.portal_rebate_supplier", values)

    @http.route("/my/rebates/expected/<int:expected_id>/statement", type="http", auth="user")
    def portal_my_expected_statement(self, expected_id, **kwargs):
        """How an expected credit is computed, as PDF."""
        # sudo: the domain holds nothing but the supplier's own.
        credit = (
            request.env["rebate.expected.credit"]
            .sudo()
            .search(self._get_expected_domain() & Domain("id", "=", expected_id))
        )
        lines = credit._get_statement_lines()
        if not lines:
            return request.redirect("/my/rebates")
        return self._make_rebate_statement(lines)
