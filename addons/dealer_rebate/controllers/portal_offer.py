# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from .portal import RebatePortal

OFFERED_STATES = ("draft", "submitted", "active")


class RebateOfferPortal(RebatePortal):
    """Terms that are offered to the dealer: read, tried on its own last year, signed (R12)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "rebate_offer_count" in counters:
            values["rebate_offer_count"] = len(self._get_rebate_offers_to_sign())
        return values

    def _get_rebate_offers(self, agreement_id=None):
        """Offered agreements that the logged-in dealer is a party of, as they are now."""
        user = request.env.user
        domain = (
            Domain("offer_hash", "!=", False)
            & Domain("state", "in", OFFERED_STATES)
            & Domain("direction", "=", "dealer")
            & Domain("company_id", "in", user.company_ids.ids)
        )
        if agreement_id is not None:
            domain &= Domain("id", "=", agreement_id)
        # sudo: filtered by who takes part right below; nothing else leaves this method.
        offers = request.env["rebate.agreement"].sudo().search(domain)
        dealer = user.partner_id.commercial_partner_id
        return offers.filtered(lambda offer: offer._get_parties(dealer) and offer._is_offered())

    def _get_rebate_offers_to_sign(self):
        dealer = request.env.user.partner_id.commercial_partner_id
        return self._get_rebate_offers().filtered(lambda offer: not offer._get_signature(dealer))

    def _get_rebate_offers_signed(self):
        """What the dealer has signed and what is not in force yet."""
        dealer = request.env.user.partner_id.commercial_partner_id
        return self._get_rebate_offers().filtered(
            lambda offer: offer.state != "active" and offer._get_signature(dealer)
        )

    def _prepare_rebate_lists(self):
        dealer = request.env.user.partner_id.commercial_partner_id
        # sudo: the dealer's own signatures, found by the dealer.
        signatures = request.env["rebate.signature"].sudo()
        void = signatures.search(
            [
                ("partner_id", "=", dealer.id),
                ("state", "=", "void"),
                ("agreement_id.state", "in", ("draft", "submitted")),
                ("company_id", "in", request.env.user.company_ids.ids),
            ]
        )
        return super()._prepare_rebate_lists() | {
            "offers": self._get_rebate_offers_to_sign(),
            "signed_offers": self._get_rebate_offers_signed(),
            "void_signatures": void,
        }

    @http.route("/my/rebates/offers/<int:agreement_id>", type="http", auth="user", website=True)
    def portal_my_rebate_offer(self, agreement_id, **kwargs):
        """The offered terms in words, what they would have paid last year, and the signature."""
        offer = self._get_rebate_offers(agreement_id)
        if not offer:
            return request.redirect("/my/rebates")
        # sudo: the logged-in dealer itself.
        dealer = request.env.user.partner_id.commercial_partner_id.sudo()
        values = self._prepare_portal_layout_values()
        values |= {
            "agreement": offer,
            "offer": offer,
            "dealer": dealer,
            "signed": offer._get_signature(dealer),
            "differences": self._get_offer_differences(offer, dealer),
            "trial": None,
            "trial_error": None,
            "page_name": "rebate_offer",
        }
        if kwargs.get("try"):
            values |= self._try_rebate_offer(offer, dealer)
        return request.render("dealer_rebate.portal_rebate_offer", values)

    def _get_offer_differences(self, offer, dealer):
        """What changes, for who knows the terms before."""
        if not offer.previous_id or not offer.previous_id._get_parties(dealer):
            return []
        return offer._get_offered_differences()

    def _try_rebate_offer(self, offer, dealer):
        try:
            return {"trial": offer._try_for(dealer)}
        except UserError:
            # The reason may name settings and documents: it is for the back office.
            return {
                "trial_error": request.env._(
                    "These terms cannot be tried on your last year here. Ask us for the figures."
                )
            }

    @http.route(
        "/my/rebates/offers/<int:agreement_id>/sign", type="jsonrpc", auth="user", website=True
    )
    def portal_my_rebate_sign(self, agreement_id, name=None, signature=None):
        """Sign the version that was shown: its fingerprint comes with the form's address."""
        offer = self._get_rebate_offers(agreement_id)
        if not offer:
            return {"error": request.env._("These terms are not offered to you any more.")}
        contact = request.env.user.partner_id
        try:
            with request.env.cr.savepoint():
                # sudo: the logged-in dealer and its contact sign for themselves.
                offer._sign(
                    contact.commercial_partner_id.sudo(),
                    name,
                    signature,
                    request.httprequest.args.get("terms"),
                    contact.sudo(),
                )
        except UserError as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": f"/my/rebates/offers/{agreement_id}"}

    @http.route("/my/rebates/offers/<int:agreement_id>/contract", type="http", auth="user")
    def portal_my_rebate_contract(self, agreement_id, **kwargs):
        """The contract of this dealer as PDF, with its signature where it has signed."""
        offer = self._get_rebate_offers(agreement_id)
        if not offer:
            return request.redirect("/my/rebates")
        dealer = request.env.user.partner_id.commercial_partner_id
        # sudo: found among the offers of this dealer; prints this dealer's contract only.
        content = offer._print_contract(dealer.sudo())
        name = f"{offer.name}.pdf".replace("/", "_")
        return self._make_aftersales_file(content, name)
