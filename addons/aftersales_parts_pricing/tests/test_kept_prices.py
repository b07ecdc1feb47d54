# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.export import as_xlsx

from .common import MODULE, PartsCommon

HEADER = ("part", "settlement", "guide", "note")


@tagged("post_install", "-at_install")
class TestKeptPrices(PartsCommon):
    """P7 b: two lists kept by hand, typed or imported."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.part = cls._create_part("general", 10, name="One", default_code="K-1")
        cls.other = cls._create_part("general", 20, name="Two", default_code="K-2", barcode="4711")
        cls.wearing = cls._create_part("wearing", 37.46, default_code="K-W")
        cls.core = cls._create_part("restricted", 1, default_code="K-C")
        cls.policy = cls._create_policy(mode="manual", tiers={cls.tier_a: 70})

    def _keep(self, part, settlement, guide):
        return (
            self.env["parts.price.entry"]
            .with_user(self.clerk)
            .create(
                {
                    "policy_id": self.policy.id,
                    "product_id": part.id,
                    "settlement_price": settlement,
                    "guide_price": guide,
                }
            )
        )

    def _get_prices(self, part):
        lists = (
            self.policy.settlement_pricelist_id
            | self.policy.guide_pricelist_id
            | self.policy.tier_ids.pricelist_id
        )
        return [self._price(pricelist, part) for pricelist in lists]

    def _check(self, *rows, header=HEADER, content=None):
        wizard = (
            self.env["parts.price.import"]
            .with_user(self.clerk)
            .create(
                {
                    "policy_id": self.policy.id,
                    "file": base64.b64encode(content or as_xlsx({"Prices": (header, rows)})),
                }
            )
        )
        wizard.action_check()
        return wizard

    def test_P7_kept_prices_are_published_and_zero_profit_follows_cost(self):
        self._keep(self.part, 111.1, 128.5)
        publication = self._publish(self.policy)
        self.assertEqual(self._get_prices(self.part), [111.1, 128.5, 89.95])
        self.assertEqual(self._get_prices(self.wearing), [37.46] * 3)
        self.assertFalse(publication.price_ids.filtered(lambda row: row.product_id == self.other))

    def test_P7_a_cost_moves_no_kept_price_and_an_entry_the_next_publication(self):
        entry = self._keep(self.part, 100, 120)
        self._publish(self.policy)
        self.part.standard_price = 99
        publication = self._propose(self.policy, self._days(1))
        self.assertNotIn(self.part, publication.line_ids.product_id)
        entry.settlement_price = 105
        publication.action_propose()
        line = publication.line_ids.filtered(lambda line: line.product_id == self.part)
        self.assertEqual((line.kind, line.old_price, line.new_price), ("settlement", 100, 105))
        entry.unlink()
        publication.action_propose()
        self.assertNotIn(self.part, publication.line_ids.product_id, "what is published stays")

    def test_P7_what_cannot_be_kept_by_hand(self):
        for part, words in (
            (self.wearing, "carries no profit"),
            (self.core, "not priced by the policy"),
            (self._create_part("general", 1, is_serviceable=False), "not priced by the policy"),
        ):
            with self.subTest(words), self.assertRefused(ValidationError, words):
                self._keep(part, 1, 1)
        self.policy = self._create_policy()
        with self.assertRefused(ValidationError, "follow its formulas"):
            self._keep(self.part, 1, 1)

    @mute_logger("odoo.sql_db")
    def test_P7_prices_are_finite_and_above_zero(self):
        for price in (0, -1, float("nan"), float("inf"), 1e308, 1e12):
            with self.subTest(price=price), self.assertRaises(Exception):  # noqa: B017
                with self.env.cr.savepoint():
                    self._keep(self.part, price, 1)
                    self.env.flush_all()

    def test_P7_import_tells_each_row_and_imports_nothing_half(self):
        wizard = self._check(
            ["K-1", 10.5, 12, "by hand"],
            ["4711", 20, 25, ""],
            ["K-X", 1, 1, ""],
            ["K-W", 1, 1, ""],
            ["K-C", 1, 1, ""],
            ["K-1", 11, 12, ""],
            ["K-2", 5, "", ""],
            ["K-2", "abc", 5, ""],
            ["K-2", 1e308, 5, ""],
            ["K-2", "nan", 5, ""],
            ["K-2", -1, 5, ""],
            ["K-2", 1.005, 5, ""],
        )
        verdicts = {row.number: row.verdict for row in wizard.row_ids}
        self.assertEqual({n for n, verdict in verdicts.items() if verdict == "Accepted"}, {2, 3})
        for number, words in (
            (4, "No part has the number"),
            (5, "carries no profit"),
            (6, "not priced by the policy"),
            (7, "row 2 already"),
            (8, "guide is empty"),
            (9, "is no number"),
            (10, "too large"),
            (11, "is no number"),
            (12, "not above zero"),
            (13, "more decimals"),
        ):
            with self.subTest(row=number):
                self.assertIn(words, verdicts[number])
        with self.assertRefused(UserError, "10 rows are refused"):
            wizard.action_import()
        self.assertFalse(self.policy.entry_ids)
        wizard.skip_refused = True
        wizard.action_import()
        self.assertEqual(
            {
                entry.product_id: (entry.settlement_price, entry.guide_price)
                for entry in self.policy.entry_ids
            },
            {self.part: (10.5, 12), self.other: (20, 25)},
        )

    def test_P7_import_again_changes_what_is_kept(self):
        entry = self._keep(self.part, 1, 2)
        self._check(["K-1", 3, 4, ""]).action_import()
        self.assertEqual((entry.settlement_price, entry.guide_price), (3, 4))

    def test_P7_formulas_in_a_file_are_refused(self):
        for content in (
            b"part,settlement,guide\nK-1,=1+1,5\n",
            b"part;settlement;guide\nK-1;@SUM(1);5\n",
        ):
            wizard = self._check(content=content)
            with self.subTest(content), self.assertRefused(UserError, "refused"):
                wizard.action_import()
        with self.assertRefused(UserError, "neither an XLSX nor a CSV"):
            self._check(content=b"%PDF-1.4 prices")
        with self.assertRefused(UserError, "does not name the columns"):
            self._check(["K-1", 1, 2, ""], header=["a", "b", "c", "d"])

    def test_P7_template_lists_what_can_be_kept_and_reads_back(self):
        self._keep(self.part, 3, 4)
        wizard = self._check(content=base64.b64decode(self._check(["K-1", 1, 2, ""]).template_file))
        verdicts = {row.part: row.verdict for row in wizard.row_ids}
        self.assertEqual(verdicts.pop("K-1"), "Accepted")
        self.assertEqual(list(verdicts), ["K-2"])

    def test_P7_only_the_pricing_department_keeps_prices(self):
        reader = self._user("reader", f"{MODULE}.group_parts_user")
        with self.assertRaises(AccessError):
            self.env["parts.price.entry"].with_user(reader).search([])
        with self.assertRaises(AccessError):
            self.env["parts.price.import"].with_user(reader).create({})
