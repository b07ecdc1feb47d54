# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.aftersales_base.export import as_csv, as_xlsx
from odoo.addons.portal.controllers.portal import pager as portal_pager

LONGEST_TEXT = 80
HIGHEST_PAGE = 100_000


class PartsPortal(AftersalesPortal):
    """A dealer's parts: looked up, priced, ordered, delivered, sent back (P7, P9).

    Portal users have no right on products, prices, carts or returns. What they see comes from
    ``parts.catalogue`` on the terms of their own dealer; what lies outside is answered like what
    does not exist. Nothing here opens by a token: a price is for those who log in.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "parts_count" in counters:
            values["parts_count"] = 1 if self._get_parts_terms() else 0
        return values

    # ------------------------------------------------------------------
    # Who asks
    # ------------------------------------------------------------------

    def _get_parts_terms(self):
        """Terms of the dealer that the logged-in person belongs to; None for anybody else."""
        user = request.env.user
        if user._is_public():
            return None
        return self._parts_catalogue()._get_terms(user.partner_id, request.env.company)

    def _parts_catalogue(self):
        # sudo: the catalogue tells a dealer nothing but what it may know.
        return request.env["parts.catalogue"].sudo()

    def _get_parts_cart(self, terms):
        # sudo: the person's own cart.
        return request.env["parts.cart.line"].sudo()._get_cart(terms, request.env.user)

    def _get_parts_author(self):
        # sudo: the person itself, as author and contact.
        return request.env.user.partner_id.sudo()

    def _prepare_parts_values(self, terms, page_name="parts", **values):
        return (
            self._prepare_portal_layout_values()
            | {
                "page_name": page_name,
                "terms": terms,
                "currency": terms.pricelist.currency_id,
                "tax_included": terms.pricelist.parts_tax_included,
                "cart_count": len(self._get_parts_cart(terms)),
            }
            | values
        )

    # ------------------------------------------------------------------
    # Look up
    # ------------------------------------------------------------------

    @http.route("/my/parts", type="http", auth="user", website=True, readonly=True)
    def portal_my_parts(self, q="", page=1, added=None, **kwargs):
        """Search by number, name or superseded number."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        return self._render_parts(terms, q, page, added)

    def _render_parts(self, terms, text, page, added=None, error=None):
        text = str(text or "")[:LONGEST_TEXT].replace("\x00", "")
        page = self._read_number(page, 1, HIGHEST_PAGE)
        size = self._items_per_page
        catalogue = self._parts_catalogue()
        # One more than a page: whether there is a next one is known without counting all.
        found = catalogue._search_parts(terms, text, (page - 1) * size, size + 1)
        added_part = catalogue._find_part(terms, self._read_number(added, 0, 2**31 - 1))
        values = self._prepare_parts_values(
            terms,
            entries=catalogue._get_entries(terms, found[:size]),
            text=text,
            page=page,
            previous_url=self._get_parts_url(text, page - 1) if page > 1 else None,
            next_url=self._get_parts_url(text, page + 1) if len(found) > size else None,
            added=added_part.display_name if added_part else None,
            error_message=error,
        )
        return request.render("aftersales_parts_pricing.portal_my_parts", values)

    def _get_parts_url(self, text, page, **more):
        query = {"q": text, "page": page} | more
        return "/my/parts?" + urlencode({key: value for key, value in query.items() if value})

    @staticmethod
    def _read_number(text, lowest, highest):
        """A whole number from a query, brought into its range."""
        try:
            number = int(text)
        except (TypeError, ValueError):
            return lowest
        return min(max(number, lowest), highest)

    # ------------------------------------------------------------------
    # The dealer's own price list
    # ------------------------------------------------------------------

    @http.route("/my/parts/list.csv", type="http", auth="user", readonly=True)
    def portal_my_parts_csv(self, **kwargs):
        """The dealer's own list as CSV."""
        return self._make_parts_list("csv", as_csv)

    @http.route("/my/parts/list.xlsx", type="http", auth="user", readonly=True)
    def portal_my_parts_xlsx(self, **kwargs):
        """The dealer's own list as XLSX."""
        return self._make_parts_list(
            "xlsx",
            lambda header, rows: as_xlsx({request.env._("Price list"): (header, rows)}),
        )

    def _make_parts_list(self, extension, write):
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        content = write(*self._parts_catalogue()._get_list_table(terms))
        name = self._parts_catalogue()._get_list_name(terms, extension)
        return self._make_aftersales_file(content, name, **{"Cache-Control": "no-store"})

    # ------------------------------------------------------------------
    # Cart
    # ------------------------------------------------------------------

    @http.route("/my/parts/cart", type="http", auth="user", website=True, readonly=True)
    def portal_my_parts_cart(self, **kwargs):
        """What is in the cart, at today's prices."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        return self._render_parts_cart(terms)

    def _render_parts_cart(self, terms, error=None, **typed):
        cart = self._get_parts_cart(terms)
        quantities = {line.product_id.id: line.quantity for line in cart}
        entries = self._parts_catalogue()._get_entries(terms, cart.product_id)
        currency = terms.pricelist.currency_id
        for entry in entries:
            entry["quantity"] = quantities[entry["product_id"]]
            entry["amount"] = currency.round(entry["price"] * entry["quantity"])
        values = self._prepare_parts_values(
            terms,
            "parts_cart",
            entries=entries,
            total=sum(entry["amount"] for entry in entries),
            addresses=self._get_parts_addresses(terms),
            mode=terms.company.parts_portal_order_mode,
            typed=typed,
            error_message=error,
        )
        return request.render("aftersales_parts_pricing.portal_my_parts_cart", values)

    def _get_parts_addresses(self, terms):
        """Where the dealer may have parts delivered to: itself and its delivery addresses."""
        return terms.dealer | terms.dealer.search(
            [
                ("commercial_partner_id", "=", terms.dealer.id),
                ("type", "=", "delivery"),
            ]
        )

    @http.route("/my/parts/cart/add", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_parts_cart_add(self, product_id=None, quantity="1", q="", page=1, **kwargs):
        """Put pieces of a part into the cart; a part that is no longer sold leads to its newest."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        try:
            part = self._get_sold_part(terms, product_id)
            self._put_into_cart(terms, part, quantity, add=True)
        except UserError as error:
            return self._render_parts(terms, q, page, error=str(error))
        page = self._read_number(page, 1, HIGHEST_PAGE)
        return request.redirect(self._get_parts_url(q[:LONGEST_TEXT], page, added=part.id))

    @http.route("/my/parts/cart/update", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_parts_cart_update(self, product_id=None, quantity="0", remove=None, **kwargs):
        """Change how many pieces are in the cart; none takes the part out."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        try:
            part = self._get_cart_part(terms, product_id)
            self._put_into_cart(terms, part, "0" if remove else quantity)
        except UserError as error:
            return self._render_parts_cart(terms, error=str(error))
        return request.redirect("/my/parts/cart")

    def _put_into_cart(self, terms, part, quantity, add=False):
        # sudo: the person's own cart, a part that was found for its dealer.
        lines = request.env["parts.cart.line"].sudo()
        with request.env.cr.savepoint():
            lines._put(terms, request.env.user, part, lines._read_quantity(quantity, part), add=add)

    def _get_sold_part(self, terms, product_id):
        """The part of a form, or the newest one where it is sold no more.

        :raise UserError: for a part that the dealer may not buy, whatever it is, in the same words
        """
        part = self._get_cart_part(terms, product_id)
        catalogue = self._parts_catalogue()
        _name, sold = catalogue._get_newer(terms, part).get(part, (None, True))
        return part if sold else part._get_current_part()

    def _get_cart_part(self, terms, product_id):
        number = self._read_number(product_id, 0, 2**31 - 1)
        part = self._parts_catalogue()._find_part(terms, number)
        if not part:
            raise UserError(request.env._("This part is not on your list: look it up again."))
        return part

    @http.route("/my/parts/cart/order", type="http", auth="user", methods=["POST"], website=True)
    def portal_my_parts_cart_order(self, reference="", note="", address_id=None, **kwargs):
        """Make the cart a quotation or an order, as the company's setting says."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        wanted = self._read_number(address_id, 0, 2**31 - 1)
        address = self._get_parts_addresses(terms).filtered(lambda one: one.id == wanted)
        try:
            with request.env.cr.savepoint():
                # sudo: an order of the dealer itself, at the price of its list.
                order = self._get_parts_cart(terms)._place_order(
                    terms, self._get_parts_author(), reference[:64], note[:2000], address
                )
        except UserError as error:
            return self._render_parts_cart(
                terms, error=str(error), reference=reference, note=note, address_id=wanted
            )
        return request.redirect(f"/my/parts/ordered/{order.id}")

    @http.route(
        "/my/parts/ordered/<int:order_id>", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_parts_ordered(self, order_id, **kwargs):
        """Thanks, and what happens next."""
        terms = self._get_parts_terms()
        orders = self._get_parts_orders(terms, order_id) if terms else None
        if not orders:
            return request.redirect("/my/parts" if terms else "/my")
        values = self._prepare_parts_values(terms, "parts_cart", order=orders)
        return request.render("aftersales_parts_pricing.portal_my_parts_ordered", values)

    def _get_parts_orders(self, terms, order_id=None):
        domain = self._get_parts_order_domain(terms)
        if order_id is not None:
            domain &= Domain("id", "=", order_id)
        # sudo: the dealer's own orders only.
        return request.env["sale.order"].sudo().search(domain)

    def _get_parts_order_domain(self, terms):
        """Orders of the dealer and its contacts in this company."""
        return Domain("partner_id", "child_of", terms.dealer.id) & Domain(
            "company_id", "=", terms.company.id
        )

    # ------------------------------------------------------------------
    # Deliveries, back-orders, returns
    # ------------------------------------------------------------------

    def _get_parts_delivery_domain(self, terms):
        orders = [("partner_id", "child_of", terms.dealer.id)]
        return (
            Domain("sale_id", "any", orders)
            & Domain("company_id", "=", terms.company.id)
            & Domain("picking_type_code", "=", "outgoing")
            & Domain("state", "not in", ("draft", "cancel"))
        )

    @http.route(
        ["/my/parts/deliveries", "/my/parts/deliveries/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_parts_deliveries(self, page=1, **kwargs):
        """Deliveries on their way and done, and what is still open."""
        terms = self._get_parts_terms()
        if not terms:
            return request.redirect("/my")
        # sudo: the dealer's own deliveries only.
        pickings = request.env["stock.picking"].sudo()
        domain = self._get_parts_delivery_domain(terms)
        pager = portal_pager(
            url="/my/parts/deliveries",
            total=pickings.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_parts_values(
            terms,
            "parts_deliveries",
            deliveries=pickings.search(
                domain, limit=self._items_per_page, offset=pager["offset"], order="id desc"
            ),
            open_lines=self._get_parts_open_lines(terms),
            requests=self._get_parts_requests(terms),
            pager=pager,
        )
        return request.render("aftersales_parts_pricing.portal_my_parts_deliveries", values)

    def _get_parts_open_lines(self, terms):
        """Ordered and not delivered: lines of the dealer, the oldest first."""
        # sudo: the dealer's own lines only.
        lines = request.env["sale.order.line"].sudo()
        domain = (
            Domain("order_id", "any", self._get_parts_order_domain(terms))
            & Domain("state", "=", "sale")
            & Domain("product_id.part_class", "in", ("standard", "wearing", "general"))
        )
        return lines.search(domain, order="id").filtered(
            lambda line: line.product_uom_id.compare(line.product_uom_qty, line.qty_delivered) > 0
        )

    def _get_parts_requests(self, terms):
        # sudo: the dealer's own returns only.
        return (
            request.env["parts.return.request"]
            .sudo()
            .search(
                [("partner_id", "=", terms.dealer.id), ("company_id", "=", terms.company.id)],
                limit=self._items_per_page,
            )
        )

    def _get_parts_delivery(self, terms, picking_id):
        # sudo: the dealer's own deliveries only.
        return (
            request.env["stock.picking"]
            .sudo()
            .search(self._get_parts_delivery_domain(terms) & Domain("id", "=", picking_id))
        )

    def _get_parts_moves(self, delivery):
        """Lines of a delivery that a dealer is shown: never a restricted part (P2)."""
        return delivery.move_ids.filtered(
            lambda move: (
                move.state != "cancel"
                and move.product_id.part_class in ("standard", "wearing", "general")
            )
        )

    @http.route(
        "/my/parts/deliveries/<int:picking_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_parts_delivery(self, picking_id, asked=None, **kwargs):
        """One delivery, line by line, each with its return."""
        terms = self._get_parts_terms()
        delivery = self._get_parts_delivery(terms, picking_id) if terms else None
        if not delivery:
            return request.redirect("/my/parts/deliveries" if terms else "/my")
        return self._render_parts_delivery(terms, delivery, asked=bool(asked))

    def _render_parts_delivery(self, terms, delivery, **values):
        moves = self._get_parts_moves(delivery)
        requests = request.env["parts.return.request"].sudo()  # sudo: of the dealer's own moves
        values = {"asked": False, "error_message": None, "typed": {}} | values
        values |= {
            "delivery": delivery,
            "moves": moves,
            "returnable": {move.id: move._get_returnable_quantity() for move in moves},
            "requests": requests.search([("move_id", "in", moves.ids)]),
            "reasons": requests._fields["reason"]._description_selection(request.env),
        }
        return request.render(
            "aftersales_parts_pricing.portal_my_parts_delivery",
            self._prepare_parts_values(terms, "parts_deliveries", **values),
        )

    @http.route(
        "/my/parts/deliveries/<int:picking_id>/return",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_my_parts_return(
        self, picking_id, move_id=None, quantity="", reason="", note="", **kwargs
    ):
        """Ask to send pieces of a delivered line back."""
        terms = self._get_parts_terms()
        delivery = self._get_parts_delivery(terms, picking_id) if terms else None
        if not delivery:
            return request.redirect("/my/parts/deliveries" if terms else "/my")
        # sudo: a request of the dealer itself, on a line of its own delivery.
        requests = request.env["parts.return.request"].sudo()
        try:
            with request.env.cr.savepoint():
                move = self._get_returned_move(delivery, move_id)
                pieces = request.env["parts.cart.line"]._read_quantity(quantity, move.product_id)
                requests._ask(terms, self._get_parts_author(), move, pieces, reason, note[:2000])
        except UserError as error:
            typed = {"move_id": move_id, "quantity": quantity, "reason": reason, "note": note}
            return self._render_parts_delivery(
                terms, delivery, error_message=str(error), typed=typed
            )
        return request.redirect(f"/my/parts/deliveries/{delivery.id}?asked=1")

    def _get_returned_move(self, delivery, move_id):
        """The line of a form, only if it belongs to this delivery.

        :raise UserError: for any other number, in the same words
        """
        moves = self._get_parts_moves(delivery).filtered(lambda move: str(move.id) == str(move_id))
        if not moves or moves.state != "done":
            raise UserError(
                request.env._("This line is not part of the delivery, or not delivered yet.")
            )
        return moves
