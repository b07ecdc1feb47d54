# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .. import demand
from ..models import parts_reserve_plan
from .common_reserve import ReserveCommon


@tagged("post_install", "-at_install")
class TestReservePlan(ReserveCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10, name="Gear pump")
        cls.quiet = cls._create_part("wearing", 4, name="Old filter")
        cls._receive(cls.part, 100, cls.first - relativedelta(months=30))
        cls._receive(cls.quiet, 7, cls.first - relativedelta(months=30))

    # ------------------------------------------------------------------
    # Demand
    # ------------------------------------------------------------------

    def _history(self, product, plan=None):
        plan = plan or self._plan()
        plan.action_propose()
        return self._line(plan, product).history

    def test_P10_demand_by_month_without_the_running_one(self):
        self._sell_monthly(self.part, [3, 0, 2, 0, 0, 5])
        self._sell(self.part, 9, self.first)
        self.assertEqual(self._history(self.part), [3, 0, 2, 0, 0, 5])

    def test_P10_month_is_that_of_the_companys_clock(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        # 20:00 UTC on the last day is the next month in Shanghai.
        evening = datetime.combine(self.first, datetime.min.time()) - relativedelta(hours=4)
        self._sell(self.part, 4, evening - relativedelta(months=1))
        self._sell(self.part, 1, evening)
        self.assertEqual(self._history(self.part), [0, 0, 0, 0, 0, 4])

    def test_P10_return_takes_away_from_the_month_of_its_delivery(self):
        sold = self._sell(self.part, 5, self.first - relativedelta(months=3))
        back = self.first - relativedelta(months=1)
        self._move(self.part, 2, self.customers, self.stock, back, origin_returned_move_id=sold.id)
        self.assertEqual(self._history(self.part), [0, 0, 0, 3, 0, 0])

    def test_P10_return_of_unknown_origin_never_makes_demand_negative(self):
        self._sell(self.part, 1, self.first - relativedelta(months=1))
        self._move(self.part, 3, self.customers, self.stock, self.first - relativedelta(months=1))
        self.assertEqual(self._history(self.part), [0] * 6)

    def test_P10_repairs_count_scrap_and_counts_do_not(self):
        places = self.env["stock.location"].search(
            [("usage", "in", ("production", "inventory")), ("company_id", "=", self.company.id)]
        )
        for place in places:
            self._move(self.part, 2, self.stock, place, self.first - relativedelta(months=1))
        self.assertEqual(set(places.mapped("usage")), {"production", "inventory"})
        used = 2 * len(places.filtered(lambda place: place.usage == "production"))
        self.assertEqual(self._history(self.part)[-1], used)

    def test_P10_goods_of_others_do_not_count(self):
        self._sell(self.part, 4, self.first - relativedelta(months=1), owner_id=self.dealer.id)
        self.assertEqual(self._history(self.part), [0] * 6)

    def test_P10_transfers_count_on_demand(self):
        self._move(self.part, 6, self.stock, self.store, self.first - relativedelta(months=1))
        self._sell(self.part, 2, self.first - relativedelta(months=1), self.store)
        self.assertEqual(self._history(self.part), [0] * 6)
        plan = self._plan(count_transfers=True)
        plan.location_ids = [Command.link(self.store.id)]
        self.assertEqual(self._history(self.part, plan)[-1], 6)
        self.assertEqual(self._line(plan, self.part, self.store).history[-1], 2)

    def test_P10_nearest_planned_place_counts_once(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id, "usage": "internal"}
        )
        bin_place = self.env["stock.location"].create(
            {"name": "Bin", "location_id": shelf.id, "usage": "internal"}
        )
        self._sell(self.part, 3, self.first - relativedelta(months=1), bin_place)
        plan = self._plan()
        self.assertEqual(self._history(self.part, plan)[-1], 3)
        plan.action_draft()
        plan.location_ids = [Command.link(shelf.id)]
        self.assertEqual(self._history(self.part, plan)[-1], 0)
        self.assertEqual(self._line(plan, self.part, shelf).history[-1], 3)

    def test_P10_old_numbers_count_for_the_new_one(self):
        self._sell_monthly(self.part, [0, 0, 0, 0, 1, 1])
        old = self._create_part("general", 5, name="Old pump", uom_id=self.dozen.id)
        self._receive(old, 10, self.first - relativedelta(months=30))
        self._sell_monthly(old, [2, 2, 2, 0, 0, 0])
        self.env["parts.supersession"].create(
            {
                "old_product_id": old.id,
                "product_id": self.part.id,
                "date_from": self._ago(days=40),
                "reason": "Bulletin 7",
            }
        )
        plan = self._plan()
        self.assertEqual(self._history(self.part, plan), [24, 24, 24, 0, 1, 1])
        self.assertEqual(self._line(plan, old).demand_months, 0)
        old.active = False
        self.assertEqual(self._history(self.part), [24, 24, 24, 0, 1, 1])

    def test_P10_demand_is_read_in_few_queries(self):
        parts = self.part
        for number in range(30):
            parts |= self._create_part("general", 1, name=f"Part {number}")
        for part in parts:
            self._sell_monthly(part, [1, 2])
        plan = self._plan().sudo()
        plan.action_propose()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            plan._prepare_lines()

    # ------------------------------------------------------------------
    # Proposal
    # ------------------------------------------------------------------

    def test_P10_proposal_is_what_the_calculator_says(self):
        history = [3, 0, 2, 0, 0, 5]
        self._sell_monthly(self.part, history)
        plan = self._plan(service_level=90, lead_days=45, order_days=15, minimum_hits=1)
        plan.action_propose()
        line = self._line(plan, self.part)
        expected = demand.forecast(history)
        self.assertEqual((line.min_qty, line.max_qty), demand.get_min_max(expected, 0.9, 2.0, 0.5))
        self.assertGreater(line.min_qty, 0)
        self.assertAlmostEqual(line.forecast, expected.level)
        self.assertEqual((line.method, line.demand_kind), (expected.method, expected.pattern.kind))
        self.assertEqual((line.on_hand, line.value_on_hand), (90, 900))
        self.assertEqual(line.value_max, line.max_qty * 10)
        self.assertEqual(line.value_excess, (90 - line.max_qty) * 10)
        self.assertEqual(plan.value_on_hand, sum(plan.line_ids.mapped("value_on_hand")))
        self.assertEqual(line.history_text, "3 0 2 0 0 5")
        # All of it came 30 months ago.
        self.assertEqual((plan.young_percent, plan.is_young_enough), (0, False))

    def test_P10_part_asked_for_in_too_few_months_is_not_kept(self):
        self._sell_monthly(self.part, [0, 0, 0, 40, 0, 0])
        plan = self._plan()
        plan.action_propose()
        self.assertEqual(self._line(plan, self.part).max_qty, 0)
        plan = self._plan(minimum_hits=1)
        plan.action_propose()
        self.assertGreater(self._line(plan, self.part).max_qty, 0)

    def test_P10_vendors_lead_time_where_wanted(self):
        self._sell_monthly(self.part, [2, 3, 2, 3, 2, 3])
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.dealer.id,
                "product_tmpl_id": self.part.product_tmpl_id.id,
                "delay": 120,
                "company_id": self.company.id,
            }
        )
        plan = self._plan(lead_days=10)
        plan.action_propose()
        near = self._line(plan, self.part)
        far_plan = self._plan(lead_days=10, use_vendor_lead=True)
        far_plan.action_propose()
        far = self._line(far_plan, self.part)
        self.assertEqual((near.lead_days, far.lead_days), (10, 120))
        self.assertGreater(far.min_qty, near.min_qty)

    def test_P2_restricted_parts_are_not_planned(self):
        core = self._create_part("restricted", 500, name="Core")
        self._put_in_stock(core, 3)
        plan = self._plan()
        plan.action_propose()
        self.assertFalse(self._line(plan, core))
        self.assertTrue(self._line(plan, self.part))

    def test_P10_terms_are_checked(self):
        plan = self._plan()
        for name, value in (
            ("smoothing", 0),
            ("smoothing", 1.5),
            ("service_level", 100),
            ("lead_days", -1),
            ("history_months", 0),
        ):
            with self.subTest(name=name, value=value), self.assertRaises(Exception) as caught:
                with self.env.cr.savepoint():
                    plan.write({name: value})
                    plan.flush_recordset()
            self.assertIn("violates check constraint", str(caught.exception))
        with self.assertRefused(ValidationError, "cannot be planned"):
            plan.location_ids = self.customers
        plan.location_ids = False
        with self.assertRefused(UserError, "names no place"):
            plan.action_propose()

    # ------------------------------------------------------------------
    # Applying
    # ------------------------------------------------------------------

    def _rules(self, product=None):
        return self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "=", (product or self.part).id), ("company_id", "=", self.company.id)]
        )

    def _proposed(self, **vals):
        self._sell_monthly(self.part, [3, 0, 2, 0, 0, 5])
        plan = self._plan(**vals)
        plan.action_propose()
        return plan

    def test_P10_apply_creates_rules_and_taking_back_archives_them(self):
        plan = self._proposed()
        line = self._line(plan, self.part)
        self.assertTrue(line.include)
        self.assertFalse(self._line(plan, self.quiet).include)
        plan.action_apply()
        rule = self._rules()
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (line.min_qty, line.max_qty))
        self.assertEqual((rule.location_id, rule.trigger), (self.stock, "manual"))
        self.assertEqual((plan.state, line.state, line.orderpoint_id), ("applied", "applied", rule))
        self.assertEqual(plan.applied_by_id, self.planner)
        self.assertFalse(self._rules(self.quiet))
        self.assertIn("written: 1", plan.message_ids[0].body)
        plan.action_revert()
        self.assertFalse(self._rules())
        self.assertEqual((plan.state, line.state), ("reverted", "reverted"))
        again = self._proposed()
        again.action_apply()
        self.assertEqual(self._rules(), rule)

    def test_P10_apply_changes_a_rule_and_taking_back_restores_it(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.part.id,
                "location_id": self.stock.id,
                "warehouse_id": self.warehouse.id,
                "company_id": self.company.id,
                "trigger": "auto",
                "product_min_qty": 1,
                "product_max_qty": 2,
            }
        )
        plan = self._proposed()
        line = self._line(plan, self.part)
        self.assertEqual((line.old_min, line.old_max), (1, 2))
        plan.action_apply()
        self.assertEqual((rule.product_min_qty, rule.trigger), (line.min_qty, "auto"))
        plan.action_revert()
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (1, 2))
        self.assertTrue(rule.active)

    def test_P10_rules_that_somebody_changed_are_left_alone(self):
        plan = self._proposed()
        plan.action_apply()
        rule = self._rules()
        rule.write({"product_min_qty": 50, "product_max_qty": 60})
        plan.action_revert()
        self.assertEqual(rule.product_min_qty, 50)
        self.assertEqual(self._line(plan, self.part).state, "kept")
        plan = self._plan()
        plan.action_propose()
        rule.write({"product_min_qty": 51})
        plan.action_apply()
        self.assertEqual((rule.product_min_qty, self._line(plan, self.part).state), (51, "skipped"))

    def test_P10_planner_unticks_and_corrects(self):
        self._sell_monthly(self.quiet, [1, 1, 1, 1, 1, 1])
        plan = self._proposed()
        line = self._line(plan, self.part)
        self._line(plan, self.quiet).include = False
        line.write({"min_qty": 8, "max_qty": 9, "note": "Season"})
        self.assertEqual(line.value_max, 90)
        self.assertNotEqual(line.proposed_max, 9)
        with self.assertRefused(ValidationError, "not below it"):
            line.max_qty = 7
        plan.action_apply()
        self.assertEqual(self._rules().product_max_qty, 9)
        self.assertFalse(self._rules(self.quiet))
        with self.assertRefused(UserError, "only while it is proposed"):
            line.min_qty = 3

    def test_P10_long_work_goes_on_by_the_scheduled_action(self):
        parts = [self._create_part("general", 1, name=f"Part {number}") for number in range(5)]
        for part in parts:
            self._sell_monthly(part, [1, 2, 1, 2])
        plan = self._plan()
        plan.action_propose()
        cron = type(self.env["ir.cron"])
        with patch.object(parts_reserve_plan, "CHUNK", 2):
            plan.action_apply()
            self.assertEqual((plan.state, plan.done_count, plan.change_count), ("applying", 2, 5))
            self.assertEqual(plan.progress, 40)
            with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 60) as _progress:
                self.env["parts.reserve.plan"]._cron_go_on()
        self.assertEqual((plan.state, plan.done_count), ("applied", 5))
        self.assertEqual(len(plan.line_ids.orderpoint_id), 5)

    def test_steps_follow_from_the_buttons(self):
        plan = self._proposed()
        with self.assertRefused(UserError, "no longer a draft"):
            plan.service_level = 80
        with self.assertRefused(UserError, "use them"):
            plan.state = "applied"
        with self.assertRefused(UserError, "not entered"):
            self._line(plan, self.part).forecast = 9
        plan.line_ids.include = False
        with self.assertRefused(UserError, "no ticked line"):
            plan.action_apply()
        plan.action_draft()
        self.assertFalse(plan.line_ids)
        with self.assertRefused(UserError, "This step needs"):
            plan.action_apply()
        plan.action_cancel()
        plan.unlink()
        plan = self._proposed()
        plan.action_apply()
        with self.assertRefused(UserError, "log of what it changed"):
            plan.unlink()

    def test_who_does_not_plan_starts_nothing(self):
        plan = self._proposed()
        reader = self._user("reader", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            plan.with_user(reader).action_apply()

    def test_planner_fills_the_form(self):
        with Form(self.env["parts.reserve.plan"].with_user(self.planner)) as form:
            form.service_level = 97
        plan = form.record
        self.assertEqual(plan.location_ids, self.stock)
        self.assertTrue(plan.name.startswith("RP/"))
        plan.action_propose()
        self.assertEqual(plan.action_view_lines()["domain"], [("plan_id", "=", plan.id)])
        self.assertEqual(plan.action_view_orderpoints()["res_model"], "stock.warehouse.orderpoint")

    def test_other_company_sees_no_plan(self):
        plan = self._proposed()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._user("stranger", "aftersales_parts_pricing.group_reserve_planner")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (plan, plan.line_ids[0]):
            with self.assertRaises(AccessError):
                record.with_user(stranger).with_context(allowed_company_ids=other.ids).read(["id"])
