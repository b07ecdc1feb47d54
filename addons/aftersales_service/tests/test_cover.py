# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..cover_share import HUNDRED, SHARE_STEP, split_amount, take_share
from ..models.aftersales_voucher_cover import REGISTERING
from .common import SIGNATURE
from .warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestCoverShare(BaseCase):
    @settings(deadline=None, max_examples=200)
    @given(
        cents=st.integers(-(10**9), 10**9),
        takes=st.lists(st.decimals(0, 100, places=4), max_size=6),
        step=st.sampled_from([0.01, 1.0, 0.001, 0.05]),
    )
    def test_S2_rows_sum_to_the_line_for_any_shares_and_chain(self, cents, takes, step):
        rest, shares = HUNDRED, []
        for take in takes:
            shares.append(take_share(rest, take))
            rest -= shares[-1]
        shares.append(rest)
        self.assertEqual(sum(shares), HUNDRED)
        self.assertTrue(all(share >= 0 for share in shares))
        unit = Decimal(repr(step))
        amount = cents * unit
        parts = split_amount(float(amount), shares, step)
        self.assertEqual(sum(parts), Decimal(repr(float(amount))).quantize(unit))
        for part, share in zip(parts, shares, strict=True):
            self.assertLess(abs(part - amount * share / HUNDRED), unit)

    def test_S2_the_cent_that_is_left_over_goes_to_the_largest_remainder(self):
        thirds = [Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334")]
        self.assertEqual(
            split_amount(100.0, thirds, 0.01),
            [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")],
        )
        halves = [Decimal(50), Decimal(50)]
        self.assertEqual(split_amount(0.01, halves, 0.01), [Decimal("0.01"), Decimal("0.00")])
        self.assertEqual(split_amount(-0.03, halves, 0.01), [Decimal("-0.02"), Decimal("-0.01")])
        self.assertEqual(take_share(HUNDRED, SHARE_STEP), SHARE_STEP)


@tagged("post_install", "-at_install")
class TestCover(WarrantyCommon):
    def test_S16_each_line_has_its_payer_and_its_clause(self):
        job = self._call(
            self._line(self.part),
            self._line(self.battery),
            self._line(self.labour, 2),
            self._line(self.travel, line_type="travel"),
            self._line(self.filter),
            self._line(self.seal),
        )
        self.assertEqual(job.service_type, "C")
        part, battery, labour, travel, oil_filter, seal = job.line_ids
        self.assertEqual(self._rows(part), [("maker", 100, 50)])
        self.assertEqual(part.cover_ids.payer_partner_id, self.maker)
        self.assertIn("T warranty, Parts: until", part.cover_ids.clause)
        self.assertEqual(part.cover_ids.term_id.name, "Parts")
        self.assertEqual(self._rows(battery), [("supplier", 100, 40)])
        self.assertEqual(battery.cover_ids.payer_partner_id, self.battery_maker)
        self.assertEqual(self._rows(labour), [("maker", 60, 96), ("customer", 40, 64)])
        self.assertFalse(labour.cover_ids[0].payer_partner_id)
        for line, reason in (
            (travel, "does not cover: Travel"),
            (oil_filter, "T filters is not covered"),
            (seal, "wearing part"),
        ):
            self.assertEqual(self._rows(line), [("customer", 100, line.price_subtotal)])
            self.assertIn(reason, line.cover_ids.clause)
            self.assertIn(reason, line.cover_summary)
        self.assertEqual(job.amount_customer, 64 + 30 + 40 + 40)
        self.assertEqual(sum(job.cover_ids.mapped("amount")), job.amount_untaxed)

    def test_S16_what_ends_first_days_or_meter(self):
        """The day of the call and the reading of the job; both limits included."""
        for registered, meter, payer, reason in (
            ("2032-01-14 12:00", 2000, "maker", ""),
            ("2032-01-14 12:00", 2001, "customer", "the meter shows"),
        ):
            job = self._call(self._line(self.part), registered_at=registered)
            job.meter_reading = meter
            with self.subTest(registered=registered, meter=meter):
                self.assertEqual(job.service_type, "C")
                self.assertEqual(job.line_ids.cover_ids.payer, payer)
                self.assertIn(reason, job.line_ids.cover_ids.clause)
        late = self._call(self._line(self.part), registered_at="2032-01-15 12:00")
        self.assertEqual(late.service_type, "A")
        self.assertFalse(late.line_ids.cover_ids, "a paid line has no rows")
        self.assertIn("ended on", late.line_ids.cover_refusal)
        self.assertEqual(late.amount_customer, 50)

    def test_S16_nearest_category_decides_alone(self):
        """The battery's six months are over; the clause of all parts does not catch it."""
        job = self._call(self._line(self.battery), registered_at="2030-07-15 12:00")
        self.assertEqual(job.service_type, "C")
        self.assertEqual(job.line_ids.cover_ids.payer, "customer")
        self.assertIn("Batteries: ended on", job.line_ids.cover_ids.clause)

    def test_S16_misuse_is_the_customers(self):
        job = self._call(self._line(self.part), self._line(self.labour))
        self.fault.is_misuse = True
        job.fault_id = self.fault
        self.assertEqual(job.line_ids.cover_ids.mapped("payer"), ["customer", "customer"])
        self.assertIn("misuse", job.line_ids[0].cover_summary)
        self.assertEqual(job.amount_customer, 130)
        job.fault_id = self.other_fault
        self.assertEqual(job.amount_customer, 32)

    def test_S16_units_with_dates_only_are_covered_in_full_and_say_so(self):
        self.unit.warranty_end = date(2030, 6, 15)
        job = self._call(self._line(self.seal), self._line(self.labour), lot_id=self.unit.id)
        self.assertEqual(job.line_ids.cover_ids.mapped("payer"), ["maker", "maker"])
        self.assertIn("by the dates of the unit's file", job.line_ids[0].cover_ids.clause)
        self.assertEqual(job.amount_customer, 0)

    def test_S2_quantity_and_price_move_amounts_not_shares(self):
        job = self._call(self._line(self.labour, 2))
        row = job.line_ids.cover_ids[0]
        job.line_ids.quantity = 3
        self.assertEqual(self._rows(job.line_ids), [("maker", 60, 144), ("customer", 40, 96)])
        self.assertEqual(job.line_ids.cover_ids[0], row, "the row that stood")
        self.assertEqual(job.amount_customer, 96)

    def test_S2_the_unit_found_later_decides(self):
        job = self._call(self._line(self.part), lot_id=False, partner_id=self.customer.id)
        self.assertEqual((job.service_type, job.amount_customer), ("A", 50))
        job.lot_id = self.new_unit
        self.assertEqual((job.service_type, job.amount_customer), ("C", 0))
        job.write({"service_type": "A", "service_type_reason": "Fell from a truck"})
        self.assertEqual(job.amount_customer, 50)
        self.assertIn("Fell from a truck", job.line_ids.cover_refusal)
        job.write({"service_type": "D", "partner_id": False})
        self.assertFalse(job.cover_ids)

    def test_S2_free_type_chosen_by_hand_is_the_companys_goodwill(self):
        job = self._call(
            self._line(self.part),
            lot_id=self.unit.id,
            service_type="C",
            service_type_reason="Old friend",
        )
        self.assertEqual(self._rows(job.line_ids), [("goodwill", 100, 50)])
        self.assertIn("Old friend", job.line_ids.cover_ids.clause)
        self.assertEqual(job.amount_customer, 0)

    def test_S2_what_was_signed_is_signed_again_when_cover_changes(self):
        job = self._job(
            lot_id=self.new_unit.id,
            registered_at="2030-06-15 12:00",
            line_ids=[self._line(self.part)],
        )
        job.write({"signature": SIGNATURE, "signed_by": "Jo"})
        job._propose_cover()
        self.assertTrue(job.signature, "nothing changed")
        self.fault.is_misuse = True
        job.with_user(self.technician_user).fault_id = self.fault
        self.assertFalse(job.signature)
        self.assertEqual(job.amount_customer, 50)

    def test_S2_cover_of_a_done_job_does_not_change(self):
        job = self._finish(
            self._job(
                lot_id=self.new_unit.id,
                registered_at="2030-06-15 12:00",
                line_ids=[self._line(self.part)],
            )
        )
        rows = job.cover_ids
        self.new_unit.sold_by_us = False
        job._propose_cover()
        self.assertEqual((job.cover_ids, rows.payer), (rows, "maker"))

    def test_S2_S16_cover_of_fifty_lines_in_ten_queries(self):
        # Languages, defaults and the like are in their caches, as in a server that runs.
        self._call(self._line(self.part), self._line(self.labour))
        job = self._call()
        values = [
            {"product_id": self.part.id, "line_type": "part"},
            {"product_id": self.labour.id, "line_type": "labour"},
        ] * 25
        lines = self.env["aftersales.voucher.line"].with_context(aftersales_cover_later=REGISTERING)
        lines.create([{"voucher_id": job.id, **vals} for vals in values])
        self.assertFalse(job.cover_ids)
        self.env.flush_all()
        # What the screen shows of the job is read, the unit's warranty is not.
        job.line_ids.mapped("product_id.categ_id.parent_path")
        self.env["aftersales.entitlement"].invalidate_model()
        self.env["aftersales.entitlement.term"].invalidate_model()
        with self.assertQueryCount(10):
            job._propose_cover()
            self.env.flush_all()
        self.assertEqual(len(job.cover_ids), 75)
