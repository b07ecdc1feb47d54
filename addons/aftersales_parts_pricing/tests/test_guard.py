# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from contextlib import nullcontext
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import post_init_hook
from .common import MODULE
from .leak_ways import LeakWays


@tagged("post_install", "-at_install")
class TestGuard(LeakWays):
    """Restricted core parts cannot leave, by any way that stock offers (P2)."""

    def _outside(self):
        return sum(
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "=", self.core.id),
                    ("quantity", ">", 0),
                    ("location_id", "not in", (self.stock | self.shelf).ids),
                ]
            )
            .mapped("quantity")
        )

    def test_P2_receipt_is_not_undone(self):
        """What came in does not go back by a correction of the done receipt."""
        picking = self._picking(self.stock, source=self.suppliers)
        picking.move_line_ids.quantity = 5
        picking.button_validate()
        line = picking.move_line_ids
        self.assertEqual((line.state, line.quantity), ("done", 5))
        for vals in (
            {"quantity": 4},
            {"quantity": 0},
            {"location_id": self.shelf.id},
            {"quantity": 5, "location_id": self.customers.id},
        ):
            for without in (nullcontext, self._without_net):
                with self.subTest(vals=vals), without():
                    with self.assertRefused(UserError, "from .*Stock to .*Vendors"):
                        line.write(vals)
        line.with_user(self.storekeeper).write({"quantity": 6})
        line.write({"location_dest_id": self.shelf.id})
        self.assertEqual(self._on_hand(self.shelf), 6)

    def test_P2_state_of_a_line_written_by_hand_blinds_nobody(self):
        picking = self._picking(self.shelf)
        picking.button_validate()
        line = picking.move_line_ids
        line.state = "assigned"
        with self._without_net(), self.assertRefused(UserError, "never delivered"):
            line.location_dest_id = self.customers

    def test_P2_count_is_not_undone(self):
        quant = self._quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 12
        quant.action_apply_inventory()
        line = self.env["stock.move.line"].search(
            [("product_id", "=", self.core.id), ("is_inventory", "=", True)]
        )
        with self.assertRefused(UserError, "by a guardian only"):
            line.quantity = 1
        line.with_user(self.guardian).quantity = 1
        self.assertEqual(self._on_hand(self.stock), 11)

    def test_P2_transfer_between_our_bases_is_corrected(self):
        picking = self._picking(self.shelf)
        picking.move_line_ids.quantity = 3
        picking.button_validate()
        picking.move_line_ids.quantity = 1
        self.assertEqual(self._on_hand(self.shelf), 1)
        picking.move_line_ids.location_id = self.suppliers
        self.assertEqual(self._on_hand(self.stock), 10)

    def _on_hand(self, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.core.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("quantity"))

    def test_P2_quants_are_not_shifted_by_hand(self):
        quant = self._quant().sudo()
        stock = quant.browse().with_context(parts_bookkeeping=True)
        other = self._create_part("general", name="Other")
        self._put_in_stock(other, 5)
        harmless = stock.search([("product_id", "=", other.id)])
        for attempt in (
            lambda: quant.write({"location_id": self.customers.id}),
            lambda: quant.write({"quantity": 9}),
            lambda: quant.write({"product_id": other.id}),
            lambda: quant.with_context(parts_bookkeeping=True).write({"quantity": 9}),
            lambda: stock.create(
                {
                    "product_id": self.core.id,
                    "location_id": self.customers.id,
                    "quantity": 1,
                }
            ),
            lambda: harmless.write({"product_id": self.core.id}),
        ):
            with self.assertRefused(UserError, "never by hand"):
                attempt()
        harmless.write({"location_id": self.customers.id})

    def test_P2_sentence_says_why_and_whom_to_ask(self):
        with self.assertRaises(UserError) as refused:
            self._deliver()
        message = str(refused.exception)
        for words in (
            "Control board",
            "Stock",
            "Customers",
            "never delivered",
            "Greta Guardian",
        ):
            self.assertIn(words, message)

    # ------------------------------------------------------------------
    # What may move
    # ------------------------------------------------------------------

    def test_P2_inside_moves_go_through(self):
        own_transit = self.company.internal_transit_location_id
        own_transit = own_transit or self.env["stock.location"].sudo().create(
            {"name": "Own transit", "usage": "transit", "company_id": self.company.id}
        )
        self._move(self.shelf)
        self._move(own_transit)
        self._move(self.stock, source=own_transit)
        self._move(self.stock, source=self.suppliers)
        self._move(self.stock, source=self.customers)
        self._move(self.shelf, source=self.shelf)

    def _as_consumption(self):
        """Lines count as used up by an order; neither manufacturing nor repair is here."""
        return patch.object(
            self.env.registry["stock.move.line"],
            "_is_part_consumption",
            lambda lines, move, picking: True,
        )

    def test_P2_production_on_an_order_in_our_own_base_only(self):
        with self.assertRefused(UserError, "manufacturing or repair order only"):
            self._move(self.production)
        van = self.env["stock.location"].create(
            {"name": "Van", "location_id": self.depot.id, "company_id": self.company.id}
        )
        with self._as_consumption():
            self._move(self.production)
            self.assertEqual(self._outside(), 1)
            with self.assertRefused(UserError, "never on site"):
                self._move(self.production, source=van)
        self._move(self.stock, source=self.production)
        self.assertEqual(self._outside(), 0)

    def test_P2_line_added_to_a_done_order_is_a_consumption(self):
        with self._as_consumption():
            self._add_line_to_done_move(self.production)
        self.assertEqual(self._outside(), 1)

    def test_P2_consumption_by_hand_needs_a_witness(self):
        self.env = self.env(user=self.guardian)
        self._move(self.production)
        self.assertEqual(self._outside(), 1)
        with self.assertRefused(UserError, "never on site"):
            self._move(self.production, source=self.depot)

    def test_P2_stock_is_not_raised_in_a_production_location(self):
        stock = self.env["stock.quant"].sudo()
        for context in ({}, {"parts_consumption": True}):
            with self.assertRefused(UserError, "manufacturing or repair order only"):
                stock.with_context(**context)._update_available_quantity(
                    self.core, self.production, 1
                )
        stock._update_available_quantity(self.core, self.production, -1)

    def test_P2_return_base_uses_up_parts(self):
        self.outlet.with_user(self.guardian).sudo().is_return_base = True
        self._move(self.depot)
        with self._as_consumption():
            self._move(self.production, source=self.depot)
        self.assertEqual(self._outside(), 1)

    def test_P2_outlet_that_is_a_return_base_is_inside(self):
        self.outlet.with_user(self.guardian).sudo().is_return_base = True
        self._move(self.depot)
        with self.assertRefused(UserError, "not one of our own bases"):
            self.outlet.with_user(self.guardian).sudo().is_return_base = False

    def _van(self, parent, **vals):
        return (
            self.env["stock.location"]
            .sudo()
            .create(
                {
                    "name": "Van",
                    "location_id": parent.id,
                    "company_id": self.company.id,
                    "is_field_location": True,
                }
                | vals
            )
        )

    def test_P2_field_location_is_outside_with_all_below(self):
        self.outlet.sudo().is_return_base = True
        van = self._van(self.depot)
        box = self.env["stock.location"].create({"name": "Box", "location_id": van.id})
        self._move(self.depot)
        for place in (van, box):
            with self.assertRefused(UserError, "not one of our own bases"):
                self._move(place)
        van.with_user(self.guardian).is_field_location = False
        self._move(box)

    def test_P2_field_location_stays_outside_as_a_transit(self):
        van = self._van(self.stock)
        van.usage = "transit"
        with self.assertRefused(UserError, "not one of our own bases"):
            self._move(van)

    def test_P2_only_a_guardian_says_that_a_field_location_is_a_base(self):
        van = self._van(self.stock)
        place = van.with_user(self.storekeeper)
        with self.assertRefused(AccessError, "“Van or Field Location”.*Ask.*Greta Guardian"):
            place.is_field_location = False
        place.name = "Old van"
        clerk = self._user("witness", f"{MODULE}.group_restricted_guardian")
        with self.assertRefused(AccessError, "“Van or Field Location” there and nothing else"):
            van.with_user(clerk).name = "Mine"
        van.with_user(clerk).is_field_location = False
        self._move(van)
        with self.assertRefused(UserError, "not one of our own bases"):
            van.with_user(clerk).is_field_location = True

    def test_P2_place_that_an_outlet_gives_up_stays_outside(self):
        """Else who keeps outlets would open a door to parts of the guardians."""
        manager = self._user("network", "aftersales_base.group_aftersales_manager")
        ways = {
            "no place": lambda outlet: outlet.write({"location_id": False}),
            "another place": lambda outlet: outlet.write({"location_id": self.shelf.id}),
            "archived": lambda outlet: outlet.action_archive(),
            "deleted": lambda outlet: outlet.unlink(),
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                savepoint = self.env.cr.savepoint()
                way(self.outlet.with_user(manager))
                with self.assertRefused(UserError, "not one of our own bases"):
                    self._move(self.depot)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_P2_return_base_is_moved_by_a_guardian_only(self):
        manager = self._user("network", "aftersales_base.group_aftersales_manager")
        self.outlet.sudo().is_return_base = True
        outlet = self.outlet.with_user(manager)
        for way in (lambda: outlet.write({"location_id": self.shelf.id}), outlet.unlink):
            with self.assertRefused(UserError, "Field outlet” is a return base.*Greta Guardian"):
                way()
        bare = outlet.sudo().create({"name": "Bare", "code": "B", "is_return_base": True})
        with self.assertRefused(UserError, "Bare” is a return base"):
            bare.with_user(manager).location_id = self.shelf
        outlet.write({"name": "Renamed", "location_id": self.depot.id})
        self.guardian.group_ids += self.env.ref("aftersales_base.group_aftersales_manager")
        self.outlet.with_user(self.guardian).location_id = self.shelf
        self.assertFalse(self.depot.is_field_location)
        self._move(self.depot)

    def test_P2_guardian_makes_a_former_van_a_return_base(self):
        self.depot.sudo().is_field_location = True
        self.outlet.with_user(self.guardian).is_return_base = True
        self.assertFalse(self.depot.is_field_location)
        self._move(self.depot)

    def test_P2_return_base_that_becomes_a_van_is_outside(self):
        self.outlet.sudo().is_return_base = True
        self.depot.sudo().is_field_location = True
        with self.assertRefused(UserError, "not one of our own bases"):
            self._move(self.depot)

    def test_P2_serial_numbers_and_packages_are_no_way_out(self):
        board = self._create_part("restricted", name="Numbered board", tracking="serial")
        lot = self.env["stock.lot"].create({"name": "NB-1", "product_id": board.id})
        package = self.env["stock.package"].create({"name": "Box 1"})
        self.env["stock.quant"].sudo()._update_available_quantity(
            board, self.stock, 1, lot_id=lot, package_id=package
        )
        quant = lot.quant_ids.filtered(lambda row: row.location_id == self.stock)
        self.assertEqual(quant.package_id, package)
        for without in (nullcontext, self._without_guard, self._without_net):
            with without(), self.assertRefused(UserError, "Numbered board"):
                quant.move_quants(location_dest_id=self.customers)
            with without(), self.assertRefused(UserError, "Numbered board"):
                lot.location_id = self.customers
        lot.location_id = self.shelf
        self.assertEqual(lot.location_id, self.shelf)

    def test_P2_store_room_does_not_become_an_outlet(self):
        self._move(self.shelf)
        with self.assertRefused(UserError, "not one of our own bases"):
            self.outlet.sudo().location_id = self.shelf
        with self.assertRefused(UserError, "not one of our own bases"):
            self.outlet.sudo().copy({"code": "F2", "location_id": self.shelf.id})

    def test_P2_location_is_not_pushed_outside(self):
        self._move(self.shelf)
        for vals in (
            {"location_id": self.depot.id},
            {"usage": "customer"},
        ):
            with self.assertRaises(UserError):
                self.shelf.write(vals)
        self.shelf.name = "Upper shelf"

    def test_P2_scrap_under_witness(self):
        self.env = self.env(user=self.guardian)
        self._scrap()
        self.assertEqual(self._quant().quantity, 9)
        quant = self._quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 7
        quant.action_apply_inventory()
        self.assertEqual(self._quant().quantity, 7)

    def test_P2_guardian_delivers_nothing_either(self):
        self.env = self.env(user=self.guardian)
        with self.assertRaises(UserError):
            self._deliver()

    def test_P2_storekeeper_counts_more(self):
        quant = self._quant().with_context(inventory_mode=True)
        quant.inventory_quantity = 12
        quant.action_apply_inventory()
        self.assertEqual(self._quant().quantity, 12)

    def test_P2_part_that_becomes_restricted_on_the_way(self):
        part = self._create_part("general", name="Late board")
        self._put_in_stock(part, 5)
        delivered = self._picking(self.customers, product=part)
        delivered.button_validate()
        waiting = self._picking(self.customers, product=part)
        part.sudo().part_class = "restricted"
        self.assertEqual(part.sudo().restricted_baseline, 1)
        with self.assertRefused(UserError, "Late board"):
            waiting.button_validate()
        # What was sold before may come back, and does not go out again.
        self._move(self.stock, source=self.customers, product=part)
        with self.assertRefused(UserError, "Late board"):
            self._move(self.customers, product=part)

    # ------------------------------------------------------------------
    # Pieces that lay outside before anything was counted
    # ------------------------------------------------------------------

    def _forget_balance(self, *products):
        """As a database in which the parts were restricted before the module counted."""
        products = self.core.browse(product.id for product in products)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_product SET restricted_balance = NULL, restricted_baseline = NULL "
            "WHERE id = ANY(%s)",
            [products.ids],
        )
        products.invalidate_recordset()

    def _put_outside(self, product, quantity, location=None):
        """Rows of stock that came before the guard, which would refuse them."""
        with self._without_guard(), self._without_net():
            self._put_in_stock(product.sudo(), quantity, location or self.customers)
            self.env.flush_all()
        # Nobody looked at the balance in those days.
        self.env.cr.precommit.clear()

    def _migrate(self):
        self.env["parts.guard"].sudo()._open_missing_balances()

    def test_P2_pieces_outside_before_are_the_opening_balance(self):
        late = self._create_part("restricted", name="Late board")
        self._put_outside(late, 2)
        self._put_outside(late, 1, self.depot)
        self._put_outside(late, -4, self.suppliers)
        counted = self._create_part("restricted", name="Counted board")
        self._put_outside(counted, 1)
        self._forget_balance(late)
        self._migrate()
        self.assertEqual((late.restricted_baseline, late.restricted_balance), (3, -1))
        # Where a balance was kept, an upgrade forgives nothing.
        self.assertEqual((counted.restricted_baseline, counted.restricted_balance), (0, 0))
        self._migrate()
        self.assertEqual((late.restricted_baseline, late.restricted_balance), (3, -1))

    def test_P2_pieces_outside_before_come_home_and_stay(self):
        late = self._create_part("restricted", name="Late board")
        self._put_in_stock(late.sudo(), 1)
        self._put_outside(late, 2)
        self._forget_balance(late)
        with self.assertRefused(UserError, "Late board"):
            # Without the opening balance even a return home looks like a leak.
            self._move(self.stock, source=self.customers, product=late)
            self.env.cr.flush()
        self._migrate()
        self._move(self.stock, source=self.customers, product=late)
        self.env.cr.flush()
        self.assertEqual((self._outside_of(late), late.restricted_balance), (1, 1))
        with self.assertRefused(UserError, "Late board"):
            self._move(self.customers, product=late)

    def test_P2_pieces_outside_before_are_told_from_released_ones(self):
        late = self._create_part("restricted", name="Late board")
        self._put_in_stock(late.sudo(), 5)
        self._put_outside(late, 2)
        self._forget_balance(late)
        self._migrate()
        self.env["parts.core.release"].sudo().create(
            {
                "product_id": late.id,
                "partner_id": self.dealer.id,
                "company_id": self.company.id,
                "reason": "On loan",
                "state": "granted",
            }
        )
        self._move(self.customers, product=late)
        self._forget_balance(late)
        self._migrate()
        self.assertEqual((late.restricted_baseline, late.restricted_balance), (2, 3))
        sheet = self.env["parts.core.proof.print"].with_user(self.guardian).create({})
        sheet.product_ids = late
        (part,) = sheet._get_parts()
        self.assertEqual((part.outside, part.before, part.released), (3, 2, 1))
        self.assertTrue(part.is_proved)
        page = str(
            self.env["ir.actions.report"]
            .with_user(self.guardian)
            ._render_qweb_html("aftersales_parts_pricing.report_core_proof", sheet.ids)[0],
            "utf-8",
        )
        self.assertIn("there before 2", " ".join(page.split()))

    def test_P2_installation_opens_balances(self):
        late = self._create_part("restricted", name="Late board")
        self._put_outside(late, 2)
        self._forget_balance(late)
        post_init_hook(self.env(su=True))
        self.assertEqual(late.restricted_baseline, 2)

    def _outside_of(self, product):
        return self.env["parts.guard"]._get_outside_quantities(product).get(product.id, 0.0)

    # ------------------------------------------------------------------
    # Places that change their meaning
    # ------------------------------------------------------------------

    def test_P2_place_outside_stays_outside_under_another_parent(self):
        """Else a word in the form of a location would make a dealer's shelf one of ours."""
        places = self.env["stock.location"]
        below = places.create(
            {"name": "Dealer's shelf", "location_id": self.customers.id, "usage": "internal"}
        )
        turned = places.create(
            {"name": "Dealer's yard", "location_id": self.customers.id, "usage": "customer"}
        )
        for place, vals in (
            (below, {"location_id": self.stock.id}),
            (turned, {"location_id": self.stock.id, "usage": "internal"}),
        ):
            place.write(vals)
            with self.assertRefused(UserError, "not one of our own bases"):
                self._move(place)
        taken = places.create(
            {"name": "Bought shop", "location_id": self.customers.id, "usage": "internal"}
        )
        taken.with_user(self.guardian).location_id = self.stock
        self.assertFalse(taken.is_field_location)
        self._move(taken)

    def test_other_parts_are_left_alone(self):
        part = self._create_part("general", name="Free part")
        self._put_in_stock(part, 5)
        self._picking(self.customers, product=part).button_validate()
        self.assertEqual(part.qty_available, 4)

    # ------------------------------------------------------------------
    # The record of refused attempts
    # ------------------------------------------------------------------

    def test_P2_refused_attempt_is_recorded_after_the_rollback(self):
        self.env.cr.postrollback.clear()
        with self.assertRaises(UserError):
            self._deliver()
        refusals = self.env["parts.core.refusal"].sudo()
        domain = [("user_id", "=", self.storekeeper.id)]
        self.assertFalse(refusals.search_count(domain))
        with self.enter_registry_test_mode():
            self.env.cr.postrollback.run()
        refusal = refusals.search(domain)
        self.assertRecordValues(
            refusal,
            [
                {
                    "product_id": self.core.id,
                    "product_name": self.core.display_name,
                    "quantity": 1.0,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                    "partner_id": self.dealer.id,
                    "job": "outgoing",
                    "company_id": self.company.id,
                }
            ],
        )

    def test_P2_record_survives_what_the_rollback_took(self):
        refusal = (
            self.env["parts.core.refusal"]
            .sudo()
            ._create_after_rollback(
                {
                    "date": "2026-01-01 00:00:00",
                    "user_id": self.storekeeper.id,
                    "company_id": self.company.id,
                    "product_id": 0x7FFFFFFF,
                    "product_name": "Gone",
                    "job": "other",
                }
            )
        )
        self.assertFalse(refusal.product_id)
        self.assertEqual(refusal.product_name, "Gone")

    # ------------------------------------------------------------------
    # Speed
    # ------------------------------------------------------------------

    def test_guard_costs_the_same_queries_for_many_lines(self):
        products = (
            self.env["product.product"]
            .sudo()
            .create(
                [
                    {
                        "name": f"Board {number}",
                        "is_storable": True,
                        "part_class": "restricted",
                        "categ_id": self.category.id,
                    }
                    for number in range(60)
                ]
            )
        )
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .create(
                [
                    {
                        "product_id": product.id,
                        "quantity": 1,
                        "location_id": self.stock.id,
                        "location_dest_id": self.shelf.id,
                        "company_id": self.company.id,
                    }
                    for product in products
                ]
            )
        )

        def count_queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._check_restricted_movements([line._prepare_part_movement({}) for line in some])
            return self.cr.sql_log_count - before

        self.assertEqual(count_queries(lines[:2]), count_queries(lines))

    def test_guard_asks_nothing_for_ordinary_parts(self):
        part = self._create_part("general", name="Free part")
        asked = []
        with patch.object(
            self.env.registry["parts.guard"],
            "_get_zones",
            lambda guard, locations: asked.append(locations),
        ):
            self._put_in_stock(part, 5)
            self._picking(self.customers, product=part).button_validate()
        self.assertFalse(asked)

    def test_new_lines_of_ordinary_parts_look_at_no_transfer(self):
        part = self._create_part("general", name="Free part")
        self._put_in_stock(part, 5)
        looked = []
        lines = self.env.registry["stock.move.line"]
        original = lines._get_vals_parent

        def spy(records, vals):
            looked.append(vals)
            return original(records, vals)

        with patch.object(lines, "_get_vals_parent", spy):
            self._picking(self.customers, product=part)
            self.assertFalse(looked)
            self._picking(self.shelf)
            self.assertTrue(looked)
