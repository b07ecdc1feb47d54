# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common import ServiceCommon
from odoo.addons.aftersales_service_parts import post_init_hook

UNPUBLISHED_DAY = "2020-01-01 12:00:00"


@tagged("post_install", "-at_install")
class TestServiceParts(ServiceCommon):
    """A general part published at twice its cost, guide 1.25 times that; a restricted one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "T published"})
        cls.general, cls.unpriced, cls.restricted = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "part_class": part_class,
                    "is_serviceable": part_class != "restricted",
                    "standard_price": cost,
                    "list_price": 999.0,
                    "categ_id": categ.id,
                    "taxes_id": False,
                }
                for name, part_class, cost, categ in (
                    ("T general", "general", 100.0, cls.category),
                    (
                        "T unpriced",
                        "general",
                        10.0,
                        cls.env["product.category"].create({"name": "T elsewhere"}),
                    ),
                    ("T core", "restricted", 500.0, cls.category),
                )
            ]
        )
        cls.policy = cls.env["parts.price.policy"].create(
            {"name": "T policy", "mode": "formula", "categ_id": cls.category.id}
        )
        general = cls.policy.class_ids.filtered(lambda line: line.part_class == "general")
        general.write({"markup_percent": 100.0, "guide_factor": 1.25})
        cls.policy.action_create_pricelists()
        publication = cls.env["parts.price.publication"].create(
            {"policy_id": cls.policy.id, "date_from": Date.context_today(cls.policy)}
        )
        publication.action_propose()
        publication.action_approve()
        publication.action_publish()
        cls.guide, cls.settlement = (
            cls.policy[f"{kind}_pricelist_id"]._get_published_prices(cls.general)[cls.general]
            for kind in ("guide", "settlement")
        )
        cls.env["stock.quant"]._update_available_quantity(cls.general, cls.van, 10)
        cls.repairer = cls._user("t_repairer", "stock.group_stock_user")

    def test_P7_line_shows_both_published_prices(self):
        self.assertGreater(self.guide, self.settlement)
        self.assertGreater(self.settlement, 0)
        line = self._voucher(line_ids=[self._line(self.general, 2)]).line_ids
        self.assertEqual(line.guide_price, self.guide)
        self.assertEqual(line.settlement_price, self.settlement)
        dozen = self.env.ref("uom.product_uom_dozen")
        self.general.uom_ids = dozen
        line.uom_id = dozen
        self.assertAlmostEqual(line.guide_price, 12 * self.guide)

    def test_P7_prices_are_those_of_the_day_of_the_call(self):
        self.unit.write({"warranty_start": "2019-01-01", "warranty_end": "2021-01-01"})
        line = self._voucher(
            registered_at=UNPUBLISHED_DAY, line_ids=[self._line(self.general)]
        ).line_ids
        self.assertEqual((line.guide_price, line.settlement_price), (0.0, 0.0))

    def test_S16_class_wearing_is_a_wearing_part(self):
        self.assertFalse(self.part._is_aftersales_wearing())
        self.part.part_class = "wearing"
        self.assertTrue(self.part._is_aftersales_wearing())

    def test_P9_paid_job_is_charged_at_the_guide_price(self):
        """Not at the dealer price, not at the product's own, whatever list the customer has."""
        self.customer.property_product_pricelist = self.policy.settlement_pricelist_id
        voucher = self._finish(
            self._job(line_ids=[self._line(self.general, 2), self._line(self.labour)])
        )
        order = voucher.sale_order_id
        self.assertEqual(order.pricelist_id, self.policy.guide_pricelist_id)
        self.assertEqual(order.order_line.mapped("price_unit"), [self.guide, 80.0])
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._on_hand(self.general, self.van), 8.0)

    def test_P9_tomorrows_cost_changes_no_price(self):
        voucher = self._job(line_ids=[self._line(self.general)])
        self.general.standard_price = 1.0
        voucher.line_ids.quantity = 3
        self.assertEqual(voucher.line_ids.price_unit, self.guide)

    def test_P7_unpriced_part_is_refused_on_a_paid_job(self):
        voucher = self._job()
        with self.assertRefused(ValidationError, "is not priced on"):
            voucher.line_ids = [self._line(self.unpriced)]
        free = self._voucher(service_type="C", service_type_reason="goodwill")
        free.line_ids = [self._line(self.unpriced)]
        self.assertEqual(free.line_ids.amount_customer, 0.0)

    def test_P2_an_outlet_on_the_portal_never_hears_of_a_restricted_part(self):
        agent = self.env["res.partner"].create({"name": "T agent"})
        outlet = self.env["aftersales.outlet"].create(
            {
                "name": "T agent",
                "code": "T-AG",
                "kind": "agent",
                "partner_id": agent.id,
                "is_foreign": True,
            }
        )
        voucher = self._voucher(technician_id=False, outlet_id=outlet.id)
        voucher._dispatch()
        voucher._accept_by_outlet()
        voucher._start_by_outlet()
        found = voucher._search_outlet_parts("T ", limit=None)
        self.assertIn(self.general, found)
        self.assertFalse(found & (self.restricted + self.model))
        with self.assertRefused(UserError, "not on the list"):
            voucher._add_outlet_part(self.restricted, 1)
        voucher._add_outlet_part(self.general, 1)
        self.assertEqual(voucher.line_ids.product_id, self.general)

    def test_P2_restricted_part_is_refused_with_the_guards_sentence(self):
        voucher = self._job()
        for user in (self.technician_user, self.clerk, self.supervisor):
            with (
                self.subTest(user=user.login),
                self.assertRefused(UserError, "is a restricted core part and cannot go"),
            ):
                voucher.with_user(user).write({"line_ids": [self._line(self.restricted)]})
        line = self._voucher(line_ids=[self._line(self.general)]).line_ids
        with self.assertRefused(UserError, "Ask one of the guardians"):
            line.product_id = self.restricted

    def test_P2_restricted_part_is_refused_without_van_and_customer(self):
        """Then it would come from the warehouse of the voucher's company, if there is one."""
        voucher = self.env["aftersales.voucher"].create(
            {
                "service_type": "D",
                "service_type_reason": "T stock-taking",
                "fault_description": "T",
            }
        )
        self.assertFalse(voucher.partner_id or voucher._get_van())
        sentence = "T core.* cannot go %sto .*Customers: it is never delivered"
        with self.assertRefused(UserError, sentence % "from T com/Stock "):
            voucher.line_ids = [self._line(self.restricted)]
        self.env.cr.execute(
            "UPDATE stock_warehouse SET active = FALSE WHERE company_id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        with self.assertRefused(UserError, sentence % ""):
            voucher.line_ids = [self._line(self.restricted)]

    def test_P2_restricted_part_does_not_leave_the_van_either(self):
        """A part that became restricted after it was entered is stopped when it would move."""
        voucher = self._job(line_ids=[self._line(self.general)])
        self.general.product_tmpl_id.part_class = "restricted"
        with self.assertRefused(UserError, "restricted core part"):
            self._finish(voucher)
        self.assertEqual(self._on_hand(self.general, self.van), 10.0)

    def _warehouse(self):
        company = self.van.company_id
        return self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)

    def test_P2_no_restricted_part_comes_into_a_van(self):
        """A van is on the road: what lies in it has left our bases."""
        stock = self.env["stock.quant"]
        base = self._warehouse().lot_stock_id
        stock._update_available_quantity(self.restricted, base, 2.0)
        move = self.env["stock.move"].create(
            {
                "product_id": self.restricted.id,
                "product_uom_qty": 1.0,
                "location_id": base.id,
                "location_dest_id": self.van.id,
            }
        )
        move._action_confirm()
        move.write({"quantity": 1.0, "picked": True})
        with self.assertRefused(UserError, "not one of our own bases"):
            move._action_done()
        self.assertEqual(self._on_hand(self.restricted, self.van), 0.0)
        self.assertNotEqual(move.state, "done")

    def _repair(self, location, user=None):
        """A repair order, under way, that uses up one restricted part from a location."""
        warehouse = self._warehouse()
        production = self.restricted.with_company(self.company).property_stock_production
        repair = self.env["repair.order"].create(
            {
                "picking_type_id": warehouse.repair_type_id.id,
                "location_id": location.id,
                "location_dest_id": production.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": "add",
                            "product_id": self.restricted.id,
                            "product_uom_qty": 1.0,
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.quantity = 1.0
        return repair.with_user(user or self.repairer)

    def test_P2_return_to_base_repair_uses_up_a_restricted_part(self):
        base = self._warehouse().lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.restricted, base, 1.0)
        repair = self._repair(base)
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assertEqual(repair.move_ids.location_dest_id.usage, "production")
        self.assertEqual(self._on_hand(self.restricted, base), 0.0)

    def test_P2_restricted_part_of_a_repair_is_not_on_its_quotation(self):
        base = self._warehouse().lot_stock_id
        stock = self.env["stock.quant"]
        for part in (self.restricted, self.general):
            stock._update_available_quantity(part, base, 1.0)
        repair = self._repair(base, self.env.user)
        repair.partner_id = self.customer
        repair.move_ids.copy({"product_id": self.general.id, "repair_id": repair.id})
        repair.action_create_sale_order()
        self.assertEqual(repair.sale_order_id.order_line.product_id, self.general)
        repair.move_ids.quantity = 1.0
        repair.action_repair_end()
        self.assertEqual(self._on_hand(self.restricted, base), 0.0)

    def test_P2_repair_on_site_uses_up_no_restricted_part(self):
        with self.assertRefused(UserError, "never on site"):
            self._repair(self.van)
        # Behind the earlier check: the place changes once the work is under way.
        repair = self._repair(self._warehouse().lot_stock_id)
        repair.move_ids.location_id = self.van
        repair.move_ids.move_line_ids.location_id = self.van
        repair.move_ids.write({"quantity": 1.0, "picked": True})
        with self.assertRefused(UserError, "never on site"):
            repair.action_repair_end()

    def test_P2_an_order_named_by_a_transfer_is_no_consumption(self):
        """Nor one that was cancelled or is not the user's to change: else any would do."""
        move = self._repair(self._warehouse().lot_stock_id).move_ids
        lines = self.env["stock.move.line"]
        transfer = self.env["stock.picking"].create(
            {"picking_type_id": self._warehouse().int_type_id.id}
        )
        nothing = transfer.browse()
        self.assertTrue(lines._is_part_consumption(move, nothing))
        self.assertFalse(lines._is_part_consumption(move, transfer))
        with patch.object(self.registry["repair.order"], "has_access", lambda order, right: False):
            self.assertFalse(lines._is_part_consumption(move, nothing))
        move.repair_id.state = "cancel"
        self.assertFalse(lines._is_part_consumption(move, nothing))

    def test_P2_store_room_with_restricted_parts_does_not_become_a_van(self):
        room = self.env["stock.location"].create(
            {
                "name": "T room",
                "usage": "internal",
                "location_id": self._warehouse().view_location_id.id,
            }
        )
        self.env["stock.quant"]._update_available_quantity(self.restricted, room, 1.0)
        with self.assertRefused(UserError, "not one of our own bases"):
            self.technician.van_location_id = room
        with self.assertRefused(UserError, "not one of our own bases"):
            self.env["hr.employee"].create({"name": "T new", "van_location_id": room.id})

    def _assert_no_base(self, van):
        """A restricted part is refused there."""
        base = self._warehouse().lot_stock_id
        self.env["stock.quant"]._update_available_quantity(self.restricted, base, 1.0)
        move = self.env["stock.move"].create(
            {
                "product_id": self.restricted.id,
                "product_uom_qty": 1.0,
                "location_id": base.id,
                "location_dest_id": van.id,
                "quantity": 1.0,
                "picked": True,
            }
        )
        with self.assertRefused(UserError, "not one of our own bases"):
            move._action_done()

    def test_P2_van_that_nobody_drives_any_more_is_no_base(self):
        ways = {
            "taken away": lambda: self.technician.write({"van_location_id": False}),
            "another van": lambda: self.technician.write({"van_location_id": self.other_van.id}),
            "archived": self.technician.action_archive,
            "deleted": self.technician.unlink,
        }
        for name, way in ways.items():
            with self.subTest(way=name):
                savepoint = self.env.cr.savepoint()
                way()
                self._assert_no_base(self.van)
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_P2_guardian_makes_a_former_van_a_base_and_one_in_use_not(self):
        guardian = self._user("t_guardian", "aftersales_parts_pricing.group_restricted_guardian")
        manager = self._user("t_manager", "stock.group_stock_manager")
        for user in (guardian, self.env.user):
            with self.assertRefused(UserError, "“.*Test Van” is the van of Tess"):
                self.van.with_user(user).is_field_location = False
        self.technician.van_location_id = False
        with self.assertRefused(AccessError, "Ask one of them"):
            self.van.with_user(manager).is_field_location = False
        self.van.with_user(guardian).is_field_location = False
        self._assert_base(self.van)

    def _assert_base(self, location):
        zones = self.env["parts.guard"]._get_zones(location)
        self.assertEqual(zones[location], "base")

    def test_P2_van_of_somebody_who_comes_back_is_marked_again(self):
        self.technician.active = False
        self.van.is_field_location = False
        self._assert_base(self.van)
        self.technician.active = True
        self.assertTrue(self.van.is_field_location)

    def test_P2_vans_are_marked_whatever_company_the_reader_sees(self):
        other = self.env["res.company"].create({"name": "T elsewhere"})
        alien = self.env["stock.location"].create({"name": "T far van", "company_id": other.id})
        officer = self._user("t_officer", "hr.group_hr_user")
        officer.company_ids += other
        employees = self.env["hr.employee"].with_user(officer)
        employees.with_context(allowed_company_ids=other.ids).create(
            {"name": "T far", "company_id": other.id, "van_location_id": alien.id}
        )
        self.assertTrue(alien.is_field_location)
        reader = self.env["parts.guard"].with_user(self.repairer)
        self.assertEqual(reader._get_zones(alien)[alien], "outside")

    def test_P2_vans_handed_out_before_this_add_on_are_marked(self):
        van = self.van.copy({"is_field_location": False})
        self.env.cr.execute(
            "UPDATE hr_employee SET van_location_id = %s, active = FALSE WHERE id = %s",
            [van.id, self.other_technician.id],
        )
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertTrue(van.is_field_location)

    def test_P9_settlement_price_is_for_the_house(self):
        line = self._voucher(line_ids=[self._line(self.general)]).line_ids
        self.assertEqual(line.with_user(self.clerk).settlement_price, self.settlement)
        self.assertEqual(line.with_user(self.technician_user).guide_price, self.guide)
        with self.assertRaises(AccessError):
            line.with_user(self.technician_user).read(["settlement_price"])

    def test_P9_customers_paper_has_the_guide_price_only(self):
        voucher = self._voucher(line_ids=[self._line(self.general)])
        voucher._dispatch()
        reports = self.env["ir.actions.report"].with_user(self.clerk)
        guide, settlement = f"{self.guide:.2f}", f"{self.settlement:.2f}"
        paper = reports._render_qweb_html("aftersales_service.report_voucher", voucher.ids)[0]
        self.assertIn(guide, paper.decode())
        self.assertNotIn(settlement, paper.decode())
        internal = reports._render_qweb_html(
            "aftersales_service_parts.report_voucher_internal", voucher.ids
        )[0]
        self.assertIn(guide, internal.decode())
        self.assertIn(settlement, internal.decode())
        self.assertIn("not for the customer", internal.decode())
        self.assertNotIn("not for the customer", paper.decode())

    def test_P7_dealers_outlet_settles_at_the_dealers_list(self):
        dealer = self.env["res.partner"].create(
            {"name": "T dealer", "is_company": True, "is_dealer": True}
        )
        tier = self.env["aftersales.dealer.tier"].create({"name": "T tier", "code": "TT"})
        self.env["aftersales.dealer.tier.assignment"].create(
            {"partner_id": dealer.id, "tier_id": tier.id, "date_from": "2020-01-01", "reason": "T"}
        )
        store = self.env["aftersales.outlet"].create(
            {
                "name": "T store",
                "code": "TS",
                "kind": "store",
                "partner_id": dealer.id,
                "technician_ids": [Command.set(self.technician.ids)],
            }
        )
        voucher = self._voucher(outlet_id=store.id)
        self.assertEqual(voucher._get_settlement_pricelist(), self.policy.settlement_pricelist_id)
