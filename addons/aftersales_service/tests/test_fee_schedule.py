# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ServiceCommon


class FeeCommon(ServiceCommon):
    """An operation with fees for all models, for a family, and for a family below it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machines = cls.env["product.category"].create({"name": "T machines"})
        cls.tractors = cls.env["product.category"].create(
            {"name": "T tractors", "parent_id": cls.machines.id}
        )
        cls.operation, cls.bare = cls.env["aftersales.operation"].create(
            [
                {"code": "T-100", "name": "Change the pump", "product_id": cls.labour.id},
                {"code": "T-200", "name": "Nobody knows", "product_id": cls.labour.id},
            ]
        )
        cls.general = cls._fee(date(2026, 1, 1), 2.0, 60)
        cls.family = cls._fee(date(2026, 1, 1), 3.0, 70, categ_id=cls.machines.id)
        cls.later = cls._fee(date(2026, 6, 1), 3.5, 75, categ_id=cls.machines.id)

    @classmethod
    def _fee(cls, day, hours, rate, **values):
        return cls.env["aftersales.operation.fee"].create(
            {
                "operation_id": cls.operation.id,
                "date_from": day,
                "standard_hours": hours,
                "rate": rate,
                **values,
            }
        )

    def _labour(self, voucher, **values):
        return self.env["aftersales.voucher.line"].create(
            {"voucher_id": voucher.id, "operation_id": self.operation.id, **values}
        )


@tagged("post_install", "-at_install")
class TestFeeSchedule(FeeCommon):
    def test_S15_nearest_family_wins_then_the_latest_date(self):
        cases = [
            # family of the model, day of the call, fee
            (self.env.ref("product.product_category_goods"), date(2026, 7, 1), self.general),
            (self.machines, date(2026, 5, 31), self.family),
            (self.machines, date(2026, 6, 1), self.later),
            (self.tractors, date(2026, 7, 1), self.later),
            (self.env["product.category"], date(2026, 1, 1), self.general),
            (self.tractors, date(2025, 12, 31), None),
        ]
        asked = [(self.operation, category, day) for category, day, _fee in cases]
        found = self.env["aftersales.operation"]._get_fees(asked)
        for key, (_category, _day, fee) in zip(asked, cases, strict=True):
            with self.subTest(key=key):
                self.assertEqual(found.get(key), fee)
        own = self._fee(date(2020, 1, 1), 1, 50, categ_id=self.tractors.id)
        key = (self.operation, self.tractors, date(2026, 7, 1))
        self.assertEqual(self.env["aftersales.operation"]._get_fees([key])[key], own)

    def test_S15_fees_of_many_lines_are_one_query(self):
        keys = [
            (operation, category, date(2026, 7, 1))
            for operation in (self.operation, self.bare)
            for category in (self.machines, self.tractors)
        ]
        (self.machines + self.tractors).mapped("parent_path")
        self.env["aftersales.operation.fee"].search([], limit=1)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["aftersales.operation"]._get_fees(keys)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 2)

    def test_S15_labour_is_proposed_by_hours_and_rate(self):
        self.model.categ_id = self.tractors
        voucher = self._voucher(registered_at=datetime(2026, 7, 1, 9))
        line = self._labour(voucher.with_user(self.technician_user))
        self.assertEqual(line.operation_fee_id, self.later)
        self.assertEqual(line.line_type, "labour")
        self.assertEqual(line.product_id, self.labour)
        self.assertEqual((line.standard_hours, line.quantity), (3.5, 3.5))
        self.assertEqual(line.price_unit, 75)
        self.assertEqual(line.price_subtotal, 262.5)
        line.quantity = 4
        self.assertEqual(line.standard_hours, 3.5, "the book's hours stay beside the real ones")
        self.assertEqual(line.price_subtotal, 300)

    def test_S15_the_form_proposes_it_too(self):
        voucher = self._voucher(registered_at=datetime(2026, 7, 1, 9))
        with Form(voucher.with_user(self.supervisor)) as form, form.line_ids.new() as line:
            line.operation_id = self.operation
            self.assertEqual(line.quantity, 2.0)
            self.assertEqual(line.line_type, "labour")
        self.assertEqual(voucher.line_ids.price_subtotal, 120)

    def test_S15_by_the_price_of_the_product_asks_the_price_list(self):
        self.later.unlink()
        self._fee(date(2026, 6, 1), 1.5, 0, categ_id=self.machines.id, rate_source="price")
        self.model.categ_id = self.machines
        voucher = self._voucher(registered_at=datetime(2026, 7, 1, 9))
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "T list",
                "company_id": self.company.id,
                "item_ids": [
                    (0, 0, {"compute_price": "percentage", "percent_price": 10}),
                ],
            }
        )
        voucher._write_step({"pricelist_id": pricelist.id})
        self.assertEqual(self._labour(voucher).price_unit, 72)

    def test_S15_days_and_other_currencies(self):
        """A rate is an hour's, in the company's currency; the line may count otherwise."""
        self.labour.uom_id = self.env.ref("uom.product_uom_day")
        currency = self.env["res.currency"].create(
            {
                "name": "TCU",
                "symbol": "T",
                "rate_ids": [
                    (0, 0, {"name": "2020-01-01", "rate": 4, "company_id": self.company.id})
                ],
            }
        )
        voucher = self._voucher(registered_at=datetime(2026, 7, 1, 9))
        line = self._labour(voucher)
        self.assertEqual(line.uom_id, self.env.ref("uom.product_uom_hour"))
        line.uom_id = self.env.ref("uom.product_uom_day")
        self.assertAlmostEqual(line.price_unit, 60 * 8)
        pricelist = self.env["product.pricelist"].create(
            {"name": "T list", "company_id": self.company.id, "currency_id": currency.id}
        )
        voucher._write_step({"pricelist_id": pricelist.id})
        self.assertEqual(voucher.currency_id, currency)
        self.assertAlmostEqual(self._labour(voucher).price_unit, 240)

    def test_S15_what_was_used_does_not_change(self):
        voucher = self._voucher(registered_at=datetime(2026, 7, 1, 9))
        line = self._labour(voucher)
        with self.assertRefused(UserError, "stands on jobs and does not change"):
            self.general.rate = 61
        with self.assertRefused(UserError, "begins on a later day"):
            self.general.unlink()
        self._fee(date(2026, 6, 15), 2.0, 66)
        line.quantity = 3
        self.assertEqual(line.price_unit, 60, "a later fee is for later calls")
        self.later.rate = 99
        self.assertEqual(self.later.amount, 346.5)

    def test_S15_a_signed_job_keeps_its_fee(self):
        self.unit.product_id.categ_id = self.machines
        voucher = self._job(registered_at=datetime(2026, 7, 1, 9))
        line = self._labour(voucher)
        self._finish(voucher)
        self.model.categ_id = self.env.ref("product.product_category_goods")
        line.invalidate_recordset()
        self.env.add_to_compute(line._fields["operation_fee_id"], line)
        self.env.add_to_compute(line._fields["price_unit"], line)
        self.assertEqual(line.operation_fee_id, self.later)
        self.assertEqual(line.price_unit, 75)
        self.assertEqual(voucher.sale_order_id.order_line.price_unit, 75)

    def test_S15_an_operation_without_a_fee_is_refused(self):
        voucher = self._voucher()
        with self.assertRefused(ValidationError, "no fee of .*Nobody knows.* for T model"):
            self.env["aftersales.voucher.line"].create(
                {"voucher_id": voucher.id, "operation_id": self.bare.id}
            )
        with self.assertRefused(ValidationError, "is charged as"):
            self._labour(
                voucher,
                product_id=self.env["product.product"]
                .create({"name": "T other work", "type": "service"})
                .id,
            )
        with self.assertRefused(ValidationError, "choose a service"):
            self.operation.product_id = self.part

    @mute_logger("odoo.sql_db")
    def test_S15_one_fee_a_family_and_day(self):
        with self.assertRaises(IntegrityError):
            self._fee(date(2026, 1, 1), 9, 9)
        with self.assertRaises(IntegrityError):
            self._fee(date(2030, 1, 1), 0, 9)

    def test_S15_imports_from_a_spreadsheet(self):
        fees = self.env["aftersales.operation.fee"].with_user(self.supervisor)
        result = fees.load(
            ["operation_id", "categ_id", "date_from", "standard_hours", "rate_source", "rate"],
            [
                ["T-200", "T machines / T tractors", "2026-02-01", "1.5", "Own Rate", "88"],
                ["T-200", "", "2026-02-01", "1.25", "Price of the Product", "0"],
            ],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(sorted(self.bare.fee_ids.mapped("amount")), [100.0, 132.0])

    def test_S15_only_supervisors_keep_the_schedule(self):
        for user in (self.technician_user, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.general.with_user(user).rate = 1
        self.general.with_user(self.supervisor).rate = 61
        self.assertEqual(self.general.amount, 122)

    def test_S15_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        there = self.operation.copy({"company_id": company.id})
        self.assertEqual(len(there.fee_ids), 3)
        mine = self.env["aftersales.operation.fee"].with_user(self.supervisor)
        self.assertFalse(mine.search([("id", "in", there.fee_ids.ids)]))

    def test_S15_printed_schedule_shows_what_holds_today(self):
        self._fee(date(2099, 1, 1), 9.0, 999)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.technician_user)
            ._render_qweb_html("aftersales_service.report_fee_schedule", self.operation.ids)
        )
        html = html.decode()
        for text in ("T-100", "Change the pump", "T machines", "262.50", "120.00", "All models"):
            self.assertIn(text, html)
        self.assertNotIn("8,991.00", html)
