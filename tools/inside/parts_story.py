# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waits for somebody in parts and prices: returns of a dealer and of an outlet, a cart.

Stands on the demo data of ``aftersales_parts_pricing``. Steps as in :mod:`.steps`.
"""

from .steps import Steps

MODULE = "aftersales_parts_pricing"


class PartsStory(Steps):
    """The steps in their order; each returns the record that it is known by."""

    STEPS = (
        "parts_return_accepted",
        "parts_return_asked",
        "parts_cart",
        "parts_outlet_return",
        "parts_old_return",
        "parts_removal",
        "parts_kept_prices",
    )
    MENUS = (f"{MODULE}.menu_parts_root", f"{MODULE}.menu_parts_transfer_root")
    # Together they see every menu.
    PEOPLE = ("pricing_clerk", "storekeeper", "supervisor", "accountant", "clerk", "technician")

    def parts_return_accepted(self):
        """Two pieces came damaged: the dealer asked, the storekeeper accepted."""
        request = self._ask_return(2, "damaged", "The box was open; two shells are dented.")
        answered = request.with_env(self._as("storekeeper"))
        answered.answer = "Please put the delivery slip into the box."
        answered.action_accept()
        return request

    def parts_return_asked(self):
        """One piece too many: nobody has answered yet."""
        return self._ask_return(1, "mistake", "We still had one on the shelf.")

    def parts_cart(self):
        """What the dealer's person has looked up and not ordered yet."""
        person = self.env.ref("aftersales_base.user_dealer")
        return self.env["parts.cart.line"].create(
            [
                {
                    "user_id": person.id,
                    "partner_id": self._dealer("northstar").id,
                    "company_id": self.company.id,
                    "product_id": self._part(part).id,
                    "quantity": quantity,
                }
                for part, quantity in (("pump", 1), ("bearing", 8))
            ]
        )[:1]

    def parts_outlet_return(self):
        """The southern service point sends back filters that it does not need."""
        return self._transfer("clerk", "return", {self._part("oil_filter"): 2})

    def parts_old_return(self):
        """A worn starter goes in for the maker's inspection."""
        return self._transfer(
            *("technician", "old", {self._part("starter"): 1}),
            partner_id=self._dealer("northstar").id,
        )

    def parts_removal(self):
        """A core part that is sold by its maker now: one guardian asks, another shall confirm."""
        part = self.env["product.template"].create(
            {
                "name": "Injection map, first series",
                "default_code": "HX-8000",
                "categ_id": self.env.ref(f"{MODULE}.category_electronics").id,
                "is_storable": True,
                "part_class": "restricted",
                "company_id": self.company.id,
            }
        )
        removal = self._as("supervisor")["parts.core.removal"].create(
            {
                "product_tmpl_id": part.id,
                "part_class": "general",
                "reason": "The maker sells it over the counter since this season.",
            }
        )
        removal.action_ask()
        return removal

    def parts_kept_prices(self):
        """The pricing clerk has gone through the prices that are kept by hand."""
        entries = self._as("pricing_clerk")["parts.price.entry"].search([])
        entries.write({"note": "Maker's list of this season, checked"})
        return entries[:1]

    def _ask_return(self, quantity, reason, note):
        """As the dealer does on the portal, which calls this method."""
        person = self.env.ref("aftersales_base.user_dealer").partner_id
        terms = self.env["parts.catalogue"]._get_terms(person, self.company)
        move = self.env["stock.move"].search(
            [
                ("picking_id.partner_id", "child_of", terms.dealer.id),
                ("picking_code", "=", "outgoing"),
                ("sale_line_id", "!=", False),
                ("state", "=", "done"),
                ("quantity", ">=", 2),
            ],
            order="date, id",
            limit=1,
        )
        return self.env["parts.return.request"]._ask(terms, person, move, quantity, reason, note)

    def _transfer(self, person, step, quantities, **vals):
        """A transfer as somebody of the southern service point enters it."""
        pickings = self._as(person)["stock.picking"].with_context(parts_step=step)
        picking = pickings.create(
            {"outlet_id": self.env.ref("aftersales_base.outlet_south").id} | vals
        )
        picking._add_parts_lines(quantities)
        return picking

    def _part(self, name):
        return self.env.ref(f"{MODULE}.part_{name}")

    def _rows(self):
        requests = self.env["parts.return.request"].search([])
        open_requests = requests.filtered(lambda request: request.state == "requested")
        transfers = self.env["stock.picking"].search(
            [("picking_type_id.parts_transfer_step", "!=", False)]
        )
        return [
            ("returns of dealers", f"{len(requests)}, {len(open_requests)} to answer"),
            ("transfers of outlets", f"{len(transfers)}"),
            ("parts in the dealer's cart", f"{self.env['parts.cart.line'].search_count([])}"),
        ]
