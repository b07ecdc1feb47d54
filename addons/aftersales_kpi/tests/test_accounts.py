# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_accounts import AccountsCommon


@tagged("post_install", "-at_install")
class TestAccounts(AccountsCommon):
    """Money of account groups: what counts, of whom, how often (K9)."""

    def test_K9_posted_items_of_the_period_count(self):
        """Not drafts, not cancelled entries, not the days before and after."""
        self.map("as_income", "repair")
        self.book({"repair": -100}, date(2026, 9, 1))
        self.book({"repair": -20}, date(2026, 9, 30))
        self.book({"repair": 5})
        self.book({"repair": -1000}, date(2026, 8, 31))
        self.book({"repair": -1000}, date(2026, 10, 1))
        self.book({"repair": -1000}, post=False)
        self.book({"repair": -1000}, post=False).button_cancel()
        measure = self.indicator("as_income")._measure(
            self.company, date(2026, 9, 1), date(2026, 9, 30), "company"
        )[self.company.id]
        self.assertEqual(measure.value, 115)
        items = self.env["account.move.line"].browse(measure.source_ids)
        self.assertEqual(sorted(items.mapped("balance")), [-100, -20, 5])

    def test_K9_other_companies_items_do_not_count(self):
        """Neither another company's items on a shared account, nor by another's mapping."""
        other = self.env["res.company"].create({"name": "KPI Sister"})
        for name in ("repair", "bank"):
            account = self.accounts[name]
            account.with_company(other).code = account.code
            account.company_ids |= other
        journal = self.env["account.journal"].create(
            {"name": "KPI", "code": "KPIT", "type": "general", "company_id": other.id}
        )
        self.map("as_income", "repair")
        self.book({"repair": -100})
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "company_id": other.id,
                "date": date(2026, 9, 15),
                "line_ids": [
                    (0, 0, {"account_id": self.accounts["repair"].id, "balance": -7}),
                    (0, 0, {"account_id": self.accounts["bank"].id, "balance": 7}),
                ],
            }
        )
        move.action_post()
        self.assertEqual(move.state, "posted")
        self.assertEqual(self.value("as_income"), 100)
        found = self.indicator("as_income")._measure(
            other, date(2026, 9, 1), date(2026, 9, 30), "company"
        )
        self.assertEqual(found, {})

    def test_K9_money_is_in_the_currency_of_the_company(self):
        """An item in a foreign currency counts by its balance, at the document's own rate."""
        foreign = self.env["res.currency"].with_context(active_test=False)
        foreign = foreign.search([("id", "!=", self.company.currency_id.id)], limit=1)
        foreign.active = True
        self.map("as_income", "repair")
        move = self.book({}, post=False)
        move.write(
            {
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": self.accounts[name].id,
                            "currency_id": foreign.id,
                            "amount_currency": sign * 300,
                            "balance": sign * 100,
                        },
                    )
                    for name, sign in (("repair", -1), ("bank", 1))
                ]
            }
        )
        move.action_post()
        self.assertEqual(self.value("as_income"), 100)

    def test_K9_a_group_holds_the_groups_below(self):
        self.map("sale_income_direct", "new_units")
        self.map("sale_income_dealer", "to_dealers")
        self.book({"new_units": -300, "to_dealers": -200})
        self.assertEqual(self.value("sale_income"), 500)
        self.assertEqual(self.value("store_income"), 500)
        self.assertEqual(self.value("sale_income_direct"), 300)
        self.assertIsNone(self.value("as_income"))

    def test_K9_cost_counts_debits(self):
        self.map("as_cost", "parts_used")
        self.book({"parts_used": 80})
        self.book({"parts_used": -30})
        self.assertEqual(self.value("as_cost"), 50)
        self.assertEqual(self.indicator("as_cost").better, "lower")
        self.assertEqual(self.indicator("as_income").better, "higher")

    def test_K9_accounts_by_tag(self):
        """Also an account that gets the tag later; an account of both ways counts once."""
        tag = self.env["account.account.tag"].create({"name": "KPI repair"})
        self.accounts["repair"].tag_ids = tag
        self.map("as_income", "repair", tag_ids=[(6, 0, tag.ids)])
        self.book({"repair": -10, "new_units": -5})
        self.assertEqual(self.value("as_income"), 10)
        self.accounts["new_units"].tag_ids = tag
        self.assertEqual(self.value("as_income"), 15)

    def test_K9_an_account_in_two_groups_is_refused(self):
        self.map("as_income", "repair")
        for group in ("sale_income_direct", "as_income", "store_income"):
            with self.assertRefused(ValidationError, "repair would count for"):
                self.map(group, "repair")
        tag = self.env["account.account.tag"].create({"name": "KPI twice"})
        self.map("sale_income_direct", tag_ids=[(6, 0, tag.ids)])
        with self.assertRefused(ValidationError, "repair would count for"):
            self.accounts["repair"].tag_ids = tag

    def test_K9_one_account_for_several_groups_by_analytic_accounts(self):
        """Each share counts once; what names neither is not counted, and listed."""
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        service, sales = (self.make_analytic(name, plan) for name in ("Service", "Sales"))
        self.map("as_income", "repair", analytic_account_id=service.id)
        self.map("sale_income_direct", "repair", analytic_account_id=sales.id)
        shares = {str(service.id): 60, str(sales.id): 25}
        self.book({"repair": -200}, analytic_distribution=shares)
        self.book({"repair": -40})
        self.assertEqual(self.value("as_income"), 120)
        self.assertEqual(self.value("sale_income_direct"), 50)
        self.assertEqual(self.value("store_income"), 170)
        unmapped = self.env["aftersales.kpi.account.unmapped"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(sorted(unmapped.mapped("unmapped")), [-40, -30])
        with self.assertRefused(ValidationError, "would count for"):
            self.map("sale_income_dealer", "repair")
        elsewhere = self.make_analytic("North")
        with self.assertRefused(ValidationError, "one plan"):
            self.map("sale_income_dealer", "repair", analytic_account_id=elsewhere.id)

    def test_K9_outlets_by_their_analytic_account(self):
        """An item counts for an outlet by its share; department and outlet named together."""
        plan = self.env["account.analytic.plan"].create({"name": "Outlets"})
        north, south = (self.make_analytic(name, plan) for name in ("North", "South"))
        service = self.make_analytic("Service")
        self.outlet.analytic_account_id = north
        other = self.env["aftersales.outlet"].create(
            {
                "name": "South",
                "code": "KPI-S",
                "company_id": self.company.id,
                "analytic_account_id": south.id,
            }
        )
        self.map("sale_income_direct", "new_units")
        self.map("as_income", "repair", analytic_account_id=service.id)
        self.book({"new_units": -100}, analytic_distribution={str(north.id): 70, str(south.id): 20})
        together = {f"{north.id},{service.id}": 50, str(south.id): 50}
        self.book({"repair": -100}, analytic_distribution=together)
        self.assertEqual(self.value("sale_income", subject=self.outlet), 70)
        self.assertEqual(self.value("sale_income", subject=other), 20)
        self.assertEqual(self.value("as_income", subject=self.outlet), 50)
        self.assertIsNone(self.value("as_income", subject=other))
        self.assertEqual(self.value("store_income"), 150)
        with self.assertRefused(ValidationError, "one plan"):
            other.analytic_account_id = self.make_analytic("Elsewhere")

    def test_K9_whom_accounts_do_not_measure(self):
        with self.assertRefused(UserError, "does not measure"):
            self.indicator("as_income")._measure(
                self.company, date(2026, 9, 1), date(2026, 9, 30), "employee"
            )

    def test_one_query_for_all_outlets(self):
        """However many outlets and items there are."""
        plan = self.env["account.analytic.plan"].create({"name": "Outlets"})
        self.map("as_income", "repair")
        for number in range(6):
            analytic = self.make_analytic(f"Outlet {number}", plan)
            self.env["aftersales.outlet"].create(
                {
                    "name": f"Outlet {number}",
                    "code": f"KPI-{number}",
                    "company_id": self.company.id,
                    "analytic_account_id": analytic.id,
                }
            )
            self.book({"repair": -10}, analytic_distribution={str(analytic.id): 100})
        self.env.flush_all()
        self.value("as_income")  # time zone and group, into the cache
        indicator = self.indicator("as_income")
        with self.assertQueryCount(1):
            found = indicator._measure(self.company, date(2026, 9, 1), date(2026, 9, 30), "outlet")
        self.assertEqual({measure.value for measure in found.values()}, {Decimal(10)})
        self.assertEqual(len(found), 6)

    def test_K9_mapping_is_proposed(self):
        """From types and words of names; what is mapped already stays."""
        self.map("sale_income_direct", "new_units")
        wizard = self.env["aftersales.kpi.account.propose"].create({"company_id": self.company.id})
        proposed = {line.account_id.name: line.group_id.code for line in wizard.line_ids}
        self.assertNotIn("new_units", proposed)
        self.assertNotIn("bank", proposed)
        self.assertEqual(proposed["repair"], "as_income")
        self.assertEqual(proposed["rebates"], "maker_rebate")
        self.assertEqual(proposed["wages"], "staff_expense")
        self.assertEqual(proposed["interest"], "finance_expense")
        self.assertEqual(proposed["advertising"], "operating_expense")
        line = wizard.line_ids.filtered(lambda line: line.account_id.name == "to_dealers")
        line.group_id = self.group("sale_income_dealer")
        wizard.line_ids.filtered(lambda line: line.account_id.name == "levy").group_id = False
        wizard.action_apply()
        self.book({"repair": -100, "to_dealers": -50, "wages": 30, "levy": 5})
        self.assertEqual(self.value("as_income"), 100)
        self.assertEqual(self.value("sale_income_dealer"), 50)
        self.assertEqual(self.value("staff_expense"), 30)
        unmapped = self.env["aftersales.kpi.account.unmapped"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(unmapped.account_id.name, "levy")
        # A second run offers what is left, and puts it to the lines that are there.
        again = self.env["aftersales.kpi.account.propose"].create({"company_id": self.company.id})
        self.assertEqual(again.line_ids.account_id.name, "levy")
        again.line_ids.group_id = self.group("as_income")
        again.action_apply()
        mappings = self.Mapping.search([("group_id", "=", self.group("as_income").id)])
        mappings = mappings.filtered(lambda mapping: mapping.company_id == self.company)
        self.assertEqual(len(mappings), 1)
        self.assertIn(self.accounts["levy"], mappings.account_ids)

    def test_K9_mapping_is_proposed_in_every_language(self):
        """A chart of accounts often speaks another language than its reader."""
        self.env["res.lang"]._activate_lang("zh_CN")
        group = self.group("staff_expense")
        group.with_context(lang="zh_CN").proposed_words = "工资，薪酬"
        accounts = self.accounts["repair"] | self.accounts["wages"]
        accounts |= self.accounts["wages"].copy({"name": "应付薪酬", "code": "WAGES.ZH"})
        for lang in ("en_US", "zh_CN"):
            proposed = self.group("staff_expense").with_context(lang=lang)._propose(accounts)
            with self.subTest(lang):
                found = [account.code for account, got in proposed.items() if got == group]
                self.assertEqual(found, [accounts[1].code, "WAGES.ZH"])

    def test_K9_sides_are_not_mixed(self):
        with self.assertRefused(ValidationError, "opposite sides"):
            self.group("as_cost").parent_id = self.group("store_income")
        with self.assertRefused(UserError, "Recursion"):
            self.group("store_income").parent_id = self.group("as_income")

    def test_groups_and_mapping_need_something(self):
        with self.assertRefused(ValidationError, "Nothing is mapped"):
            self.map("as_income")
        with self.assertRefused(ValidationError, "choose their account group"):
            self.env["aftersales.kpi.indicator"].create(
                {"name": "No group", "code": "no_group", "measure": "accounts"}
            )

    def test_manager_keeps_the_mapping_of_his_company_only(self):
        other = self.env["res.company"].create({"name": "KPI Sister"})
        foreign = self.env["account.account"].create(
            {
                "name": "Sister's",
                "code": "700001",
                "account_type": "income",
                "company_ids": [(6, 0, other.ids)],
            }
        )
        theirs = self.Mapping.create(
            {
                "company_id": other.id,
                "group_id": self.group("as_income").id,
                "account_ids": [(6, 0, foreign.ids)],
            }
        )
        own = self.map("as_income", "repair")
        self.env.invalidate_all()
        mappings = self.Mapping.with_user(self.manager)
        self.assertEqual(mappings.search([("id", "in", (own | theirs).ids)]), own)
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).write({"group_id": self.group("sale_income").id})
        with self.assertRaises(UserError):
            own.with_user(self.manager).account_ids |= foreign
