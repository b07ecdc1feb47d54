# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal


class ReturnOfferPortal(AftersalesPortal):
    """A dealer reads and answers the offers to buy its dead pieces back (P10).

    Portal users have no right on the models. What they see is read with sudo, inside the domain
    of their own company; what lies outside is answered like what does not exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "parts_return_count" in counters:
            values["parts_return_count"] = len(
                self._get_return_offers().filtered(lambda offer: offer._is_open())
            )
        if "parts_return_offer_count" in counters:
            values["parts_return_offer_count"] = len(self._get_return_offers())
        return values

    def _get_return_offers(self, offer_id=None):
        """Offers that the logged-in dealer was sent."""
        user = request.env.user
        domain = [
            ("partner_id.commercial_partner_id", "=", user.partner_id.commercial_partner_id.id),
            ("company_id", "in", user.company_ids.ids),
            ("state", "in", ("sent", "answered")),
        ]
        if offer_id is not None:
            domain.append(("id", "=", offer_id))
        # sudo: the domain holds nothing but the dealer's own.
        return request.env["parts.return.offer"].sudo().search(domain)

    @http.route("/my/return-offers", type="http", auth="user", website=True)
    def portal_my_returns(self, **kwargs):
        """List of the offers, those that wait for an answer first."""
        values = self._prepare_portal_layout_values()
        offers = self._get_return_offers()
        values |= {
            "offers": offers.sorted(lambda offer: not offer._is_open()),
            "page_name": "parts_return",
            "default_url": "/my/return-offers",
        }
        return request.render("aftersales_parts_pricing.portal_my_returns", values)

    @http.route("/my/return-offers/<int:offer_id>", type="http", auth="user", website=True)
    def portal_my_return(self, offer_id, done=None, **kwargs):
        """One offer with its lines, and the form to answer it."""
        offer = self._get_return_offers(offer_id)
        if not offer:
            return request.redirect("/my/return-offers")
        return self._render_return_offer(offer, done=bool(done))

    def _render_return_offer(self, offer, done=False, error=None, posted=None):
        values = self._prepare_portal_layout_values()
        values |= {
            "offer": offer,
            "is_open": offer._is_open(),
            "done": done,
            "error_message": error,
            "posted": posted or {},
            "page_name": "parts_return",
        }
        return request.render("aftersales_parts_pricing.portal_return_offer", values)

    @http.route(
        "/my/return-offers/<int:offer_id>/answer",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_return_answer(self, offer_id, whole=None, comment=None, **posted):
        """Answer an offer: accept or decline it as a whole, or pieces line by line."""
        offer = self._get_return_offers(offer_id)
        if not offer:
            return request.redirect("/my/return-offers")
        pieces = self._get_return_pieces(offer, whole, posted)
        return self._take_answer(
            lambda author: offer._answer(pieces, author, comment),
            lambda error: self._render_return_offer(offer, error=error, posted=posted),
            f"/my/return-offers/{offer.id}",
        )

    def _get_return_pieces(self, offer, whole, posted):
        """{line id: accepted pieces} of a form; a field that is no number is no answer."""
        if whole in ("accept", "decline"):
            return {line.id: line.quantity if whole == "accept" else 0.0 for line in offer.line_ids}
        pieces = {}
        for line in offer.line_ids:
            try:
                pieces[line.id] = float(posted.get(f"pieces_{line.id}", ""))
            except ValueError:
                pieces[line.id] = None
        return pieces
