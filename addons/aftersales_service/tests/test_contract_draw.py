# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SIGNATURE
from .contract_common import END, ContractCommon

CALL = datetime(2030, 6, 15, 12, 0)


@tagged("post_install", "-at_install")
class TestContractDraw(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What belongs to a kind of job as steps is no matter here.
        cls.env["aftersales.checklist"].search([]).active = False

    def _maintenance(self, *lines, **values):
        return self._job(registered_at=CALL, kind="maintenance", line_ids=list(lines), **values)

    def _pays(self, line):
        """{payer: amount} of a line."""
        return {row.payer: row.amount for row in line.cover_ids}

    def test_S2_a_visit_is_drawn_when_the_job_is_done(self):
        contract = self._active()
        job = self._maintenance(self._line(self.labour, 2), self._line(self.part, 1))
        self.assertEqual(job.service_type, "B")
        self.assertEqual(job.line_ids.cover_ids.mapped("payer"), ["contract", "contract"])
        self.assertEqual(job.line_ids.cover_ids.contract_id, contract)
        self.assertEqual(job.amount_customer, 0)
        self.assertIn(contract.name, job.line_ids[0].cover_summary)
        self.assertEqual(contract.balance_ids.drawn, 0, "nothing is drawn while it is open")
        self._finish(job)
        self.assertEqual(contract.balance_ids.drawn, 1, "once for all lines")
        self.assertFalse(job.sale_order_id)
        visit, *lines = contract.draw_ids.sorted(lambda draw: draw.voucher_line_id.id)
        self.assertEqual((visit.quantity, visit.voucher_id), (1, job))
        self.assertEqual([draw.amount for draw in lines], [160, 50])
        job.line_ids.cover_ids._draw_from_contracts()
        self.assertEqual(contract.balance_ids.drawn, 1, "not counted twice")
        self.assertEqual(len(contract.draw_ids), 3)
        with self.assertRefused(UserError, "stays in the books"):
            contract.draw_ids[0].unlink()

    def test_S2_what_exceeds_is_the_customers_with_its_clause(self):
        """4 of 4 visits used: the fifth is charged, and says why."""
        contract = self._active()
        for _visit in range(4):
            self._finish(self._maintenance(self._line(self.labour)))
        job = self._maintenance(self._line(self.labour, 2))
        row = job.line_ids.cover_ids
        self.assertEqual((row.payer, row.share, row.amount), ("customer", 100, 160))
        self.assertRegex(row.clause, rf"4 of 4 used, contract {contract.name}")
        self.assertEqual(job.amount_customer, 160)
        self._finish(job)
        self.assertEqual(job.sale_order_id.amount_untaxed, 160)
        self.assertEqual(contract.balance_ids.drawn, 4)

    def test_S2_jobs_that_are_not_included_are_charged(self):
        contract = self._active()
        job = self._job(registered_at=CALL, kind="repair", line_ids=[self._line(self.part)])
        row = job.line_ids.cover_ids
        self.assertEqual((row.payer, row.clause), ("customer", row.clause))
        self.assertIn(f"Not included in contract {contract.name}", row.clause)
        self.assertEqual(job.amount_customer, 50)

    def test_S2_parts_are_drawn_up_to_their_quantity(self):
        """2 of 3 parts are included; the third falls to the visit, which pays 20 % of parts."""
        contract = self._active(
            [
                {"service_type": "item", "product_id": self.part.id, "quantity": 2},
                {
                    "service_type": "visit",
                    "job_kind": "maintenance",
                    "quantity": 4,
                    "share_part": 20,
                },
            ]
        )
        job = self._maintenance(self._line(self.part, 3), self._line(self.part, 1))
        first, second = job.line_ids
        self.assertEqual(self._pays(first)["customer"], 40)
        self.assertEqual(sum(first.cover_ids.mapped("amount")), 150)
        self.assertAlmostEqual(sum(first.cover_ids.mapped("share")), 100, 4)
        self.assertEqual(self._pays(second), {"contract": 10, "customer": 40})
        clause = second.cover_ids.filtered(lambda row: row.payer == "customer").clause
        self.assertIn("2 of 2 used", clause)
        self.assertIn("covers 20% of part", clause)
        first.quantity = 1
        self.assertEqual(self._pays(first), {"contract": 50})
        self.assertEqual(self._pays(second), {"contract": 50}, "what is left goes to the next")
        self._finish(job)
        used = {balance.service_id.service_type: balance.drawn for balance in contract.balance_ids}
        self.assertEqual(used, {"item": 2, "visit": 0}, "no visit where parts pay it all")

    def test_S2_shares_by_component_and_category(self):
        """Labour 50 %, travel nothing, parts of a family in full; kinds of job are told apart."""
        family = self.env["product.category"].create({"name": "T family"})
        self.part.categ_id = self.env["product.category"].create(
            {"name": "T below", "parent_id": family.id}
        )
        travel = self.env["product.product"].create(
            {"name": "T travel", "type": "service", "list_price": 1.0, "taxes_id": False}
        )
        self._active(
            [
                {"service_type": "visit", "is_limited": False, "share_part": 0}
                | {"share_labour": 50, "share_travel": 0},
                {"service_type": "item", "categ_id": family.id, "is_limited": False},
                {"service_type": "item", "categ_id": family.id, "job_kind": "accident"},
            ]
        )
        job = self._job(
            registered_at=CALL,
            line_ids=[
                self._line(self.part, 2),
                self._line(self.labour),
                self._line(travel, 30, line_type="travel"),
                self._line(self.labour, line_type="fee"),
            ],
        )
        self.assertEqual(
            [self._pays(line) for line in job.line_ids],
            [
                {"contract": 100},
                {"contract": 40, "customer": 40},
                {"customer": 30},
                {"contract": 40, "customer": 40},
            ],
        )

    def test_S2_units_share_a_quantity_or_have_their_own(self):
        other = self._unit("T-SERIAL-2")
        shared = {"service_type": "visit", "quantity": 1, "per_unit": False}
        contract = self._active([shared], self.unit + other)
        self._finish(self._maintenance(self._line(self.labour)))
        job = self._maintenance(self._line(self.labour), lot_id=other.id)
        self.assertEqual(job.amount_customer, 80)
        self.assertEqual(contract.balance_ids.drawn, 1)

    def test_S2_nothing_is_drawn_on_jobs_that_others_pay(self):
        contract = self._active()
        self.unit.warranty_end = END
        free = self._maintenance(self._line(self.labour))
        self.assertEqual(free.service_type, "C")
        self._finish(free)
        paid = self._maintenance(
            self._line(self.labour), service_type="A", service_type_reason="Misuse"
        )
        self.assertEqual(paid.amount_customer, 80)
        self._finish(paid)
        self.assertFalse(contract.draw_ids)
        self.assertEqual(contract.balance_ids.drawn, 0)

    def test_S2_plain_dates_cover_in_full(self):
        self.unit.write({"contract_start": CALL.date(), "contract_end": END})
        job = self._maintenance(self._line(self.labour))
        row = job.line_ids.cover_ids
        self.assertEqual((row.payer, row.contract_id.id, row.share), ("contract", False, 100))
        self.assertIn("Service contract until", row.clause)
        self.assertEqual(self._finish(job).amount_customer, 0)

    def test_S2_who_comes_second_is_told_and_signs_again(self):
        """One visit is left, two jobs count on it: the second one's signature falls."""
        contract = self._active([{"service_type": "visit", "quantity": 1}])
        first, second = (self._maintenance(self._line(self.labour)) for _job in range(2))
        second.write({"signature": SIGNATURE, "signed_by": "Jo"})
        self.assertEqual(second.amount_customer, 0)
        self._finish(first.with_user(self.technician_user))
        self.assertEqual(second.amount_customer, 80)
        self.assertFalse(second.signature, "what he pays has changed")
        with self.assertRefused(UserError, "is not signed"):
            second._done()
        self.assertEqual(contract.balance_ids.drawn, 1)

    def test_S2_the_database_refuses_more_than_is_included(self):
        """Where a job still counts on what another has drawn meanwhile, done is refused."""
        contract = self._active([{"service_type": "visit", "quantity": 1}])
        job = self._maintenance(self._line(self.labour))
        contract.balance_ids._draw(1)
        with self.assertRefused(UserError, "1 of 1 are used by now"):
            self._finish(job)

    def test_S2_cost_of_what_was_drawn(self):
        """Half of 2 hours at 30 and half of a part that cost 12, by the contract's share."""
        self.company.aftersales_hourly_cost = 30
        half = {"service_type": "visit", "share_part": 50, "share_labour": 50}
        contract = self._active([half])
        self.part.categ_id.property_cost_method = "standard"
        self.part.standard_price = 12
        self._finish(self._maintenance(self._line(self.labour, 2), self._line(self.part)))
        report = self.env["aftersales.contract.report"].search([("contract_id", "=", contract.id)])
        self.assertEqual((report.parts_cost, report.labour_cost), (6, 30))
        self.assertEqual((report.visits, report.product_id), (1, self.model))
        self.assertEqual((contract.cost, contract.profit), (36, -36))

    def test_S2_cover_of_fifty_lines_takes_few_queries(self):
        self._active(
            [
                {"service_type": "item", "product_id": self.part.id, "quantity": 20},
                {"service_type": "visit"},
            ]
        )
        job = self._maintenance(*[self._line(self.part) for _line in range(50)])
        self.env.flush_all()
        self.env.invalidate_all()
        lines = job.sudo().line_ids
        # What the form has read anyway: lines, job and products.
        lines.mapped("product_id.name")
        job._get_company_date(job.registered_at)
        with self.assertQueryCount(6):
            takes = lines._get_contract_cover()
        self.assertEqual(len(takes), 50)
        self.assertEqual(sum(1 for rows in takes.values() if rows[0]["contract_quantity"]), 20)

    def test_S2_an_early_end_asks_open_jobs_anew(self):
        contract = self._active()
        job = self._maintenance(self._line(self.labour))
        self.assertEqual(job.amount_customer, 0)
        contract._end(datetime(2030, 6, 14).date(), "Sold", agreed=True)
        self.assertEqual(job.line_ids.cover_ids.filtered("contract_id"), job.cover_ids.browse())

    def test_S2_a_change_of_unit_asks_the_other_contract(self):
        self._active()
        other = self._unit("T-SERIAL-2")
        job = self._maintenance(self._line(self.labour))
        job.lot_id = other
        self.assertEqual(job.amount_customer, 80)
        self._active(units=other)
        self.assertEqual(job.lot_id._get_contract(CALL.date()).unit_ids.lot_id, other)

    def test_S2_operations_and_products_come_before_categories(self):
        operation = self.env["aftersales.operation"].create(
            {
                "name": "T op",
                "code": "T-OP",
                "product_id": self.labour.id,
                "company_id": self.company.id,
                "fee_ids": [Command.create({"date_from": "2020-01-01", "rate": 100})],
            }
        )
        self.labour.categ_id = self.env["product.category"].create({"name": "T work"})
        contract = self._active(
            [
                {"service_type": "item", "categ_id": self.labour.categ_id.id, "share_labour": 10},
                {"service_type": "item", "operation_id": operation.id, "quantity": 1},
            ]
        )
        job = self._job(
            registered_at=CALL,
            line_ids=[Command.create({"operation_id": operation.id, "line_type": "labour"})],
        )
        self.assertEqual(self._pays(job.line_ids), {"contract": 100})
        self.assertEqual(
            job.line_ids.cover_ids.contract_balance_id.service_id, contract.service_ids[1]
        )
