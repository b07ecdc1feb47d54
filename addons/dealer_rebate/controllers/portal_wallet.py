# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .portal import RebatePortal


class RebateWalletPortal(RebatePortal):
    """A dealer's wallets: balance, what is held and what expires, entries, statement (P12, R5).

    Read with sudo, inside ``res.partner._get_rebate_wallet_domain`` of the visitor's own partner.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "rebate_wallet_count" in counters:
            values["rebate_wallet_count"] = len(self._get_rebate_wallets())
        return values

    def _get_rebate_wallets(self, balance_id=None):
        """Balances of the logged-in dealer; none where a number is somebody else's."""
        user = request.env.user
        domain = user.partner_id._get_rebate_wallet_domain()
        domain &= Domain("company_id", "in", user.company_ids.ids)
        if balance_id is not None:
            domain &= Domain("id", "=", balance_id)
        # sudo: the domain holds nothing but the dealer's own.
        return request.env["rebate.wallet.balance"].sudo().search(domain)

    @http.route("/my/wallets", type="http", auth="user", website=True, readonly=True)
    def portal_my_wallets(self, **kwargs):
        """The dealer's wallets; the page of the only one, where there is just one."""
        balances = self._get_rebate_wallets()
        if len(balances) == 1:
            return request.redirect(f"/my/wallets/{balances.id}")
        values = self._prepare_portal_layout_values()
        values |= {"balances": balances, "page_name": "rebate_wallet"}
        return request.render("dealer_rebate.portal_my_wallets", values)

    @http.route(
        ["/my/wallets/<int:balance_id>", "/my/wallets/<int:balance_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_wallet(self, balance_id, page=1, **kwargs):
        """One wallet: what there is, who holds it, what expires when, and how it came about."""
        balance = self._get_rebate_wallets(balance_id)
        if not balance:
            return request.redirect("/my/wallets")
        pager = portal_pager(
            url=f"/my/wallets/{balance.id}",
            total=balance._count_entries(),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values |= {
            "balance": balance,
            "wallet": balance._prepare_portal_summary(),
            "entries": balance._get_portal_entries(self._items_per_page, pager["offset"]),
            "pager": pager,
            "page_name": "rebate_wallet",
        }
        return request.render("dealer_rebate.portal_rebate_wallet", values)

    @http.route("/my/wallets/<int:balance_id>/statement", type="http", auth="user")
    def portal_my_wallet_statement(self, balance_id, **kwargs):
        """The wallet statement as PDF."""
        balance = self._get_rebate_wallets(balance_id)
        if not balance:
            return request.redirect("/my/wallets")
        return self._make_aftersales_paper(
            "dealer_rebate.action_report_wallet_statement", balance, balance._get_file_name()
        )
