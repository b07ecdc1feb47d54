# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .warranty import CALL, DAY, SOLD, WarrantyCommon


@tagged("post_install", "-at_install")
class TestEntitlement(WarrantyCommon):
    def test_S16_policy_is_copied_to_the_unit(self):
        given = self.new_unit.entitlement_id
        self.assertEqual(given.policy_id, self.policy)
        self.assertEqual(given.term_ids.mapped("name"), ["Parts", "Batteries", "Labour"])
        self.assertEqual(
            given.term_ids.mapped("date_end"),
            [date(2032, 1, 14), date(2030, 7, 14), date(2031, 1, 14)],
        )
        self.assertEqual(given.term_ids[0].excluded_categ_ids, self.filters)
        self.assertEqual(given.term_ids[1].payer_partner_id, self.battery_maker)
        self.assertEqual(
            (self.new_unit.warranty_start, self.new_unit.warranty_end), (SOLD, date(2032, 1, 14))
        )

    def test_S16_terms_edited_after_the_sale_move_nothing_that_was_sold(self):
        self.policy.term_ids[0].write({"months": 1, "share": 1})
        self.policy.write(
            {
                "repair_months": 1,
                "product_ids": [Command.set(self.part.ids[:0])],
                "categ_ids": [Command.set(self.filters.ids)],
            }
        )
        self.model.categ_id = self.batteries
        given = self.new_unit.entitlement_id
        self.assertEqual((given.term_ids[0].months, given.term_ids[0].share), (24, 100))
        self.assertEqual(given.date_end, date(2032, 1, 14))
        self.assertEqual(given.repair_end, date(2032, 1, 14))
        self.assertEqual(self._call().service_type, "C")

    def test_S16_what_was_given_is_frozen(self):
        given = self.new_unit.entitlement_id
        for records, values in (
            (given, {"repair_months": 99}),
            (given.term_ids[0], {"share": 100, "date_end": date(2099, 1, 1)}),
        ):
            with self.subTest(records), self.assertRefused(UserError, "does not change"):
                records.write(values)
        with self.assertRefused(UserError, "its dates are not entered"):
            self.new_unit.with_user(self.clerk).warranty_end = date(2099, 1, 1)
        # A form that saves what stands is not refused.
        self.new_unit.write({"warranty_end": "2032-01-14", "meter": 5})

    def test_S16_ends_of_periods(self):
        """Last day included; a month that is too short ends it."""
        last_day = self.env["aftersales.entitlement"]._get_last_day
        for start, months, expected in (
            (date(2030, 1, 1), 12, date(2030, 12, 31)),
            (date(2030, 1, 15), 1, date(2030, 2, 14)),
            (date(2030, 1, 31), 1, date(2030, 2, 28)),
            (date(2030, 1, 29), 1, date(2030, 2, 28)),
            (date(2030, 1, 28), 1, date(2030, 2, 27)),
            (date(2030, 3, 1), 1, date(2030, 3, 31)),
            (date(2032, 2, 29), 12, date(2033, 2, 28)),
            (date(2031, 3, 1), 12, date(2032, 2, 29)),
            (date(2030, 8, 31), 6, date(2031, 2, 28)),
        ):
            with self.subTest(start=start, months=months):
                self.assertEqual(last_day(start, months), expected)

    def test_S16_a_policy_of_the_product_goes_before_its_category(self):
        parent, child = self.env["product.category"].create(
            [{"name": "T parent"}, {"name": "T child"}]
        )
        child.parent_id = parent
        model = self._part("T other model", child)
        policies = self.env["aftersales.warranty.policy"]
        find = lambda: policies._get_policies(model, self.company).get(model, policies)  # noqa: E731
        self.assertFalse(find())
        far = policies.create({"name": "T far", "categ_ids": [Command.set(parent.ids)]})
        self.assertEqual(find(), far)
        near = policies.create({"name": "T near", "categ_ids": [Command.set(child.ids)]})
        self.assertEqual(find(), near)
        own = policies.create(
            {"name": "T own", "product_ids": [Command.set(model.product_tmpl_id.ids)]}
        )
        self.assertEqual(find(), own)
        own.company_id = self.env["res.company"].create({"name": "T elsewhere"})
        self.assertEqual(find(), near)
        with self.assertRefused(ValidationError, "is for nothing"):
            own.product_ids = False

    def test_S16_warranty_starts_once(self):
        with self.assertRefused(UserError, "starts only once"):
            self.new_unit._start_warranty(DAY, "registration")
        given = self.new_unit.entitlement_id
        self.assertFalse(self.new_unit._start_warranty(DAY, "shipment"))
        self.assertEqual(self.new_unit.entitlement_id, given)

    def test_S16_registration_dates_anew_what_was_counted_from_the_shipment(self):
        unit = self._unit("T-SHIPPED")
        first = unit._start_warranty(date(2029, 11, 1), "shipment")
        self.assertIn("no retail registration", unit.warranty_note)
        # What was promised at the sale stays, though the policy is another by now.
        self.policy.term_ids[0].months = 1
        second = unit._start_warranty(SOLD, "registration")
        self.assertFalse(first.active)
        self.assertTrue(first.end_reason)
        self.assertEqual(unit.entitlement_id, second)
        self.assertEqual(second.date_end, date(2032, 1, 14))
        self.assertEqual(unit.warranty_start, SOLD)
        self.assertNotIn("no retail registration", unit.warranty_note)

    def test_S16_without_a_policy_nothing_is_promised(self):
        stranger = self.env["stock.lot"].create(
            {"name": "T-NONE", "product_id": self.serial_part.id}
        )
        self.assertFalse(stranger._start_warranty(SOLD, "manual"))
        self.assertFalse(stranger.warranty_end)

    def test_S16_replacement_unit_has_the_rest_of_the_term(self):
        self.new_unit.meter = 1500
        heir = self._unit("T-HEIR", meter=10)
        rest = heir._inherit_entitlement(self.new_unit)
        parts, batteries, _labour = rest.term_ids
        self.assertEqual((parts.date_end, parts.meter_end), (date(2032, 1, 14), 510))
        self.assertEqual(batteries.date_end, date(2030, 7, 14))
        self.assertEqual(heir.warranty_end, date(2032, 1, 14))
        self.assertFalse(self.new_unit.entitlement_id)
        self.assertEqual(self._call(lot_id=heir.id).service_type, "C")
        heir.meter = 511
        self.assertEqual(rest._get_open_guarantees(DAY, 511), ["replace"])
        self.assertEqual(rest._get_open_guarantees(DAY, 510), ["repair", "replace"])

    def test_S16_replacement_of_a_unit_that_ran_its_meter_out_has_no_such_clause(self):
        self.new_unit.meter = 2000
        rest = self._unit("T-HEIR-2")._inherit_entitlement(self.new_unit)
        self.assertEqual(rest.term_ids.mapped("name"), ["Batteries", "Labour"])

    def test_S16_replacement_of_a_unit_with_dates_only_takes_them_over(self):
        heir = self._unit("T-HEIR-3")
        self.assertFalse(heir._inherit_entitlement(self.unit))
        self.assertEqual(heir.warranty_end, self.unit.warranty_end)

    def test_S16_three_guarantees_by_months_and_meter(self):
        given = self.new_unit.entitlement_id
        for day, meter, expected in (
            (date(2030, 1, 14), 0, []),
            (SOLD, 0, ["repair", "replace", "return"]),
            (date(2030, 2, 14), 0, ["repair", "replace", "return"]),
            (date(2030, 2, 15), 0, ["repair", "replace"]),
            (date(2031, 1, 15), 2000, ["repair"]),
            (date(2031, 1, 15), 2001, []),
            (date(2032, 1, 15), 0, []),
        ):
            with self.subTest(day=day, meter=meter):
                self.assertEqual(given._get_open_guarantees(day, meter), expected)
        self.assertEqual(self.unit._get_open_guarantees(date(2020, 12, 31)), ["repair"])
        self.assertEqual(self.unit._get_open_guarantees(date(2021, 1, 1)), [])

    def test_S2_type_is_proposed_by_day_and_meter(self):
        unit = self._unit("T-OLD")
        unit._start_warranty(date(2028, 6, 16), "registration")
        # Parts end on 2030-06-15, the day of the call; 2,000 hours included.
        unit.meter = 2000
        self.assertEqual(self._call(lot_id=unit.id).service_type, "C")
        unit.meter = 2000.5
        self.assertEqual(self._call(lot_id=unit.id).service_type, "A")
        unit = self._unit("T-OLDER", contract_end=DAY)
        unit._start_warranty(date(2028, 6, 15), "registration")
        self.assertEqual(self._call(lot_id=unit.id).service_type, "B")
        self.assertEqual(CALL.date(), DAY)
