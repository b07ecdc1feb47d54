# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import random
from decimal import ROUND_HALF_UP, Decimal

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon, golden


@tagged("post_install", "-at_install")
class TestPublication(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.manager = cls._user("manager", f"{MODULE}.group_pricing_manager")

    def _line(self, publication, product, kind="settlement"):
        return publication.line_ids.filtered(
            lambda line: line.product_id == product and line.kind == kind
        )

    def test_P3_zero_profit_part_costs_what_it_cost_on_both_lists(self):
        case = golden("P3-zero-profit")
        part = self._create_part(case["given"]["class"], case["given"]["cost"])
        policy = self._create_policy()
        self._publish(policy)
        self.assertEqual(
            self._price(policy.settlement_pricelist_id, part), case["expect"]["settlement"]
        )
        self.assertEqual(self._price(policy.guide_pricelist_id, part), case["expect"]["guide"])

    def test_P3_handling_charge_is_added_and_rounding_spares_zero_profit(self):
        wearing = self._create_part("wearing", 37.46)
        general = self._create_part("general", 37.46)
        policy = self._create_policy(classes={"wearing": {"handling_charge": 0.5}}, rounding=1.0)
        publication = self._propose(policy)
        self.assertEqual(self._line(publication, wearing).new_price, 37.96)
        self.assertEqual(self._line(publication, general).new_price, 37.0)

    def test_P3_zero_profit_class_takes_neither_mark_up_nor_factor(self):
        policy = self._create_policy()
        wearing = policy.class_ids.filtered(lambda line: line.part_class == "wearing")
        with self.assertRaises(ValidationError):
            wearing.markup_percent = 5
        with self.assertRaises(ValidationError):
            wearing.guide_factor = 1.2

    def test_P7_guide_is_settlement_times_factor_rounded_half_up(self):
        part = self._create_part("general", 10.01)
        policy = self._create_policy(
            classes={"general": {"markup_percent": 50, "guide_factor": 1.25}}
        )
        publication = self._propose(policy)
        self.assertEqual(self._line(publication, part).new_price, 15.02)
        self.assertEqual(self._line(publication, part, "guide").new_price, 18.78)

    def test_P7_tier_price_is_its_share_of_the_guide_price(self):
        case = golden("P7-tier")
        part = self._create_part("general", case["given"]["guide"])
        tiers = {"A": self.tier_a, "B": self.tier_b, "C": self.tier_c}
        policy = self._create_policy(
            mode="tier",
            tiers={tiers[code]: share * 100 for code, share in case["given"]["tiers"].items()},
        )
        self._publish(policy)
        self.assertEqual(len(policy.tier_ids), len(case["given"]["tiers"]))
        for line in policy.tier_ids:
            self.assertEqual(
                self._price(line.pricelist_id, part), case["expect"][line.tier_id.code]
            )

    def test_P7_zero_profit_parts_take_no_tier_discount(self):
        case = golden("P7-wearing-exempt")
        part = self._create_part(case["given"]["class"], case["given"]["cost"])
        policy = self._create_policy(
            mode="tier", tiers={self.tier_a: case["given"]["tiers"]["A"] * 100}
        )
        self._publish(policy)
        self.assertEqual(self._price(policy.tier_ids.pricelist_id, part), case["expect"]["A"])

    def test_P6_changes_beyond_the_limit_and_first_prices_need_approval(self):
        case = golden("P6-approval")
        changes = case["given"]["changes"]
        parts = [
            self._create_part("standard", change["old"] or 0.0, name=f"Part {number}")
            for number, change in enumerate(changes)
        ]
        policy = self._create_policy(approval_limit_percent=case["given"]["limit_pct"])
        self._publish(policy)
        for part, change in zip(parts, changes, strict=True):
            part.standard_price = change["new"]
        publication = self._propose(policy, self._days(1))
        self.assertEqual(
            [self._line(publication, part).needs_approval for part in parts],
            case["expect"]["needs_approval"],
        )

    def test_P6_clerk_publishes_small_changes_alone_and_large_ones_never(self):
        part = self._create_part("standard", 100)
        policy = self._create_policy()
        first = self._propose(policy).with_user(self.clerk)
        self.assertEqual(first.approval_count, 2)
        with self.assertRefused(UserError, "waits for: Pricing Manager"):
            first.action_publish()
        with self.assertRaises(AccessError):
            first.action_approve()
        first.with_user(self.manager).action_approve()
        self.assertEqual(first.approved_by_id, self.manager)
        first.action_publish()
        self.assertEqual((first.state, first.published_by_id), ("published", self.clerk))
        part.standard_price = 105
        second = (
            self.env["parts.price.publication"]
            .with_user(self.clerk)
            .create({"policy_id": policy.id, "date_from": self._days(1)})
        )
        second.action_propose()
        second.action_publish()
        self.assertEqual(second.price_ids.mapped("price"), [105, 105])

    def test_P6_state_is_not_written_by_hand(self):
        self._create_part("standard", 100)
        publication = self._propose(self._create_policy()).with_user(self.clerk)
        with self.assertRaises(UserError):
            publication.write({"state": "approved"})
        with self.assertRaises(UserError):
            publication.with_context(parts_price_step=True).write({"approved_by_id": 1})
        with self.assertRaises(UserError):
            publication.copy({"state": "approved"})
        self.assertEqual(publication.state, "proposed")

    def test_P6_state_does_not_come_by_a_default_either(self):
        policy = self._create_policy()
        publications = self.env["parts.price.publication"].with_user(self.clerk)
        for name, value in (
            ("state", "approved"),
            ("approved_by_id", self.manager.id),
            ("published_on", "2026-01-01 00:00:00"),
        ):
            with self.subTest(field=name), self.assertRefused(UserError, "buttons"):
                publications.with_context(**{f"default_{name}": value}).create(
                    {"policy_id": policy.id}
                )
        self.env["ir.default"].with_user(self.clerk).set(
            publications._name, "state", "published", user_id=True
        )
        with self.assertRefused(UserError, "buttons"):
            publications.create({"policy_id": policy.id})

    def test_P6_proposed_prices_are_not_edited(self):
        self._create_part("standard", 100)
        publication = self._propose(self._create_policy()).with_user(self.clerk)
        line = publication.line_ids[0]
        with self.assertRaises(UserError):
            line.new_price = 1
        with self.assertRaises(UserError):
            line.write({"needs_approval": False})
        with self.assertRaises(AccessError):
            line.copy()
        line.write({"include": False, "reason": "Supplier is being changed"})
        publication.with_user(self.manager).action_approve()
        with self.assertRaises(UserError):
            line.include = True

    def test_P7_unticked_lines_stay_out(self):
        part, other = self._create_part("standard", 10), self._create_part("standard", 20)
        policy = self._create_policy()
        publication = self._propose(policy)
        publication.line_ids.filtered(lambda line: line.product_id == part).include = False
        publication.action_approve()
        publication.action_publish()
        self.assertEqual(publication.price_ids.product_id, other)
        self.assertEqual(self._price(policy.settlement_pricelist_id, part), 0.0)

    def test_P7_only_prices_that_move_are_proposed_again(self):
        parts = [self._create_part("standard", 10, name=f"Part {n}") for n in range(3)]
        policy = self._create_policy()
        self._publish(policy)
        parts[0].standard_price = 10.5
        publication = self._propose(policy, self._days(1))
        self.assertEqual(publication.line_ids.product_id, parts[0])
        self.assertEqual(publication.unchanged_count, 4)
        self.assertAlmostEqual(publication.line_ids[0].change_percent, 5.0)

    def test_P7_part_without_cost_gets_no_price_and_no_tick(self):
        part = self._create_part("general", 0.0)
        publication = self._propose(self._create_policy())
        line = self._line(publication, part)
        self.assertFalse(line.include)
        with self.assertRefused(UserError, "no cost"):
            line.include = True

    def test_P1_only_serviceable_parts_are_priced(self):
        sold = self._create_part("general", 10)
        part = self._create_part("general", 10, is_serviceable=False)
        plain = self._create_part(False, 10)
        publication = self._propose(self._create_policy())
        self.assertEqual((sold | part | plain) & publication.line_ids.product_id, sold)

    def test_P2_restricted_parts_are_never_published(self):
        core = self._create_part("restricted", 10)
        part = self._create_part("general", 10)
        policy = self._create_policy()
        publication = self._propose(policy)
        self.assertNotIn(core, publication.line_ids.product_id)
        publication.action_approve()
        part.part_class = "restricted"
        with self.assertRefused(UserError, "propose it again"):
            publication.action_publish()

    def test_P2_part_that_becomes_restricted_loses_its_price(self):
        part = self._create_part("general", 10)
        policy = self._create_policy()
        self._publish(policy)
        self.assertEqual(self._price(policy.guide_pricelist_id, part), 10)
        part.part_class = "restricted"
        self.assertEqual(self._price(policy.guide_pricelist_id, part), 0.0)

    def test_published_prices_do_not_change(self):
        self._create_part("general", 10)
        publication = self._publish(self._create_policy())
        price = publication.price_ids[0]
        for attempt in (
            lambda: price.write({"price": 1}),
            lambda: price.write({"date_from": self._days(-9)}),
            price.unlink,
            lambda: price.copy({"date_from": self._days(9)}),
            publication.unlink,
            publication.action_draft,
            publication.action_propose,
            publication.action_publish,
            lambda: publication.line_ids[0].write({"include": False}),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertEqual(price.price, 10)

    def test_the_past_does_not_change(self):
        part = self._create_part("general", 10)
        policy = self._create_policy()
        self._publish(policy, self._days(-30))
        part.standard_price = 12
        publication = self._propose(policy, self._days(-1))
        publication.action_approve()
        with self.assertRefused(UserError, "past"):
            publication.action_publish()

    def test_one_price_a_day(self):
        part = self._create_part("general", 10)
        policy = self._create_policy()
        self._publish(policy)
        part.standard_price = 10.2
        publication = self._propose(policy)
        with self.assertRefused(UserError, "choose a later day"):
            publication.action_publish()

    def test_stale_proposal_is_refused(self):
        part = self._create_part("general", 10)
        policy = self._create_policy()
        stale = self._propose(policy, self._days(2))
        stale.action_approve()
        self._publish(policy, self._days(1))
        with self.assertRefused(UserError, "propose it again"):
            stale.action_publish()
        self.assertEqual(self._price(policy.guide_pricelist_id, part, date=self._days(3)), 10)

    def test_costs_are_converted_into_the_currency_of_the_lists(self):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": self._days(-1),
                "rate": 0.5,
            }
        )
        part = self._create_part("general", 10.01)
        policy = self._create_policy(currency_id=self.eur.id)
        publication = self._propose(policy)
        self.assertEqual(self._line(publication, part).new_price, 5.01)
        self.assertEqual(publication.line_ids.currency_id, self.eur)

    def test_lists_of_another_currency_or_company_are_refused(self):
        policy = self._create_policy()
        shared = self.env["product.pricelist"].create(
            {"name": "Shared", "company_id": False, "currency_id": self.usd.id}
        )
        foreign = self.env["product.pricelist"].create(
            {"name": "Foreign", "company_id": self.company.id, "currency_id": self.eur.id}
        )
        for pricelist in shared | foreign:
            with self.assertRaises(ValidationError):
                policy.guide_pricelist_id = pricelist

    def test_P7_each_list_of_a_policy_is_one_of_its_own(self):
        """Settlement and guide price of a part differ: one list cannot hold both."""
        policy = self._create_policy(tiers={self.tier_a: 70, self.tier_b: 80})
        first, second = policy.tier_ids
        for record, name, pricelist in (
            (policy, "guide_pricelist_id", policy.settlement_pricelist_id),
            (policy, "settlement_pricelist_id", first.pricelist_id),
            (first, "pricelist_id", policy.guide_pricelist_id),
            (first, "pricelist_id", second.pricelist_id),
        ):
            with self.subTest(field=name), self.assertRefused(ValidationError, "more than once"):
                record[name] = pricelist

    def test_policy_without_its_lists_says_so(self):
        self._create_part("general", 10)
        policy = self.env["parts.price.policy"].create({"name": "Bare"})
        with self.assertRefused(UserError, "Create Price Lists"):
            self._propose(policy)

    def test_P7_prices_equal_an_independent_recomputation(self):
        """Random terms and costs against plain Decimal arithmetic, list after list."""
        rng = random.Random(20260101)

        def half_up(amount, step):
            return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step

        for step in ("0.01", "0.05", "1"):
            markup = Decimal(rng.randrange(0, 20000)) / 100
            factor = Decimal(rng.randrange(8000, 30000)) / 10000
            charge = Decimal(rng.randrange(0, 500)) / 100
            share = Decimal(rng.randrange(5000, 10000)) / 100
            terms = {
                "markup_percent": float(markup),
                "guide_factor": float(factor),
                "handling_charge": float(charge),
            }
            policy = self._create_policy(
                classes={"general": terms, "wearing": {"handling_charge": float(charge)}},
                tiers={self.tier_a: float(share)},
                rounding=float(step),
            )
            costs = {}
            for number in range(25):
                cost = Decimal(rng.randrange(1, 900000)) / 1000
                part_class = "wearing" if number % 5 == 0 else "general"
                part = self._create_part(part_class, float(cost), name=f"{step} {number}")
                costs[part] = cost
            parts = self.env["product.product"].union(*costs)
            publication = self._propose(policy)
            self.assertEqual(publication.line_ids.product_id & parts, parts)
            for line in publication.line_ids:
                if line.product_id not in costs:
                    continue
                cost = costs[line.product_id]
                if line.part_class == "wearing":
                    expected = half_up(cost + charge, Decimal("0.01"))
                else:
                    expected = half_up(cost * (1 + markup / 100) + charge, Decimal(step))
                    if line.kind != "settlement":
                        expected = half_up(expected * factor, Decimal(step))
                    if line.kind == "tier":
                        expected = half_up(expected * share / 100, Decimal(step))
                self.assertEqual(
                    Decimal(str(line.new_price)), expected, f"{line.part_class} {line.kind} {cost}"
                )

    def test_proposal_takes_the_same_queries_for_many_parts(self):
        policy = self._create_policy()
        parts = [self._create_part("general", 10, name=f"Part {n}") for n in range(3)]
        publication = self._propose(policy)

        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            publication.action_propose()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count_queries()
        few = count_queries()
        parts[0].product_tmpl_id.env["product.product"].create(
            [
                {
                    "name": f"Many {n}",
                    "is_storable": True,
                    "part_class": "general",
                    "is_serviceable": True,
                    "standard_price": 10 + n,
                    "categ_id": self.category.id,
                }
                for n in range(150)
            ]
        )
        count_queries()
        self.assertEqual(count_queries(), few)
        self.assertEqual(publication.line_count, 306)

    def test_price_day_follows_the_company_clock(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        prices = self.env["parts.price"]
        with freeze_time("2026-03-01 17:00:00"):
            self.assertEqual(str(prices._get_price_day()), "2026-03-02")

    def test_P6_published_is_not_reopened_by_hand(self):
        policy = self._create_policy()
        self._create_part("general", 10.0)
        publication = self._publish(policy)
        for values in ({"state": "draft"}, {"approved_by_id": False}, {"published_on": False}):
            with self.subTest(values=values), self.assertRaises(UserError):
                publication.write(values)
