# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RebateCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
# role: what it may do with agreements, components, settlements, settlement lines, allocations
ROLES = {
    "portal": ("base.group_portal", ("", "", "", "", "")),
    "employee": ("base.group_user", ("", "", "", "", "")),
    "network": ("aftersales_base.group_aftersales_user", ("", "", "", "", "")),
    "invoicing": ("account.group_account_invoice", ("", "", "", "", "")),
    "rebate_user": ("dealer_rebate.group_rebate_user", ("r", "r", "rwc", "r", "r")),
    "rebate_manager": (
        "dealer_rebate.group_rebate_manager",
        ("rwcd", "rwcd", "rwcd", "r", "r"),
    ),
}
MODELS = (
    "rebate.agreement",
    "rebate.component",
    "rebate.settlement",
    "rebate.settlement.line",
    "rebate.allocation",
)


@tagged("post_install", "-at_install")
class TestAccess(RebateCommon):
    """Who may do what: role x model x right, and other companies' records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._create_agreement(cls._create_table([(0, 10)]))
        cls._invoice(cls.dealer, "2026-02-01", 1000)
        cls.settlement = cls.env["rebate.settlement"].create(
            {"agreement_id": cls.agreement.id, "date_to": "2026-03-31"}
        )
        cls.settlement.action_compute()
        cls.records = {
            "rebate.agreement": cls.agreement,
            "rebate.component": cls.agreement.component_ids,
            "rebate.settlement": cls.settlement,
            "rebate.settlement.line": cls.settlement.line_ids,
            "rebate.allocation": cls.settlement.line_ids.allocation_ids,
        }

    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            f"rebate_{login}",
            group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_roles(self):
        """The table of roles, walked with ``with_user``."""
        for role, (group, rights) in ROLES.items():
            user = self._user(role, group)
            for model, allowed in zip(MODELS, rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(role=role, model=model, operation=operation):
                        records = self.records[model].with_user(user)
                        self.assertEqual(records.has_access(operation), letter in allowed)

    def test_other_companies_see_nothing(self):
        """Every model is closed to a manager of another company."""
        other = self.setup_other_company()["company"]
        user = self._user("elsewhere", "dealer_rebate.group_rebate_manager", other)
        for model, records in self.records.items():
            with self.subTest(model):
                self.assertTrue(records)
                self.assertFalse(
                    self.env[model].with_user(user).search([("id", "in", records.ids)])
                )
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["display_name"])

    def test_other_companies_invoices_do_not_count(self):
        """The same dealer's purchases from a sister company are no turnover here."""
        data = self.setup_other_company(name="Sister")
        invoice = self.env["account.move"].with_company(data["company"])
        invoice.create(
            self._prepare_invoice(
                self.dealer, "2026-02-01", [5000], journal_id=data["default_journal_sale"].id
            )
        ).action_post()
        self.settlement.action_compute()
        self.assertEqual(self.settlement.line_ids.base, 1000)

    def test_journal_of_another_company_is_refused(self):
        """Company-bound settings stay inside the company."""
        data = self.setup_other_company()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.agreement.journal_id = data["default_journal_sale"]

    def test_settlement_of_each_company_in_its_own_journal(self):
        """An accountant of two companies posts each settlement in its own company."""
        data = self.setup_other_company(name="Second")
        second = data["company"]
        journal = self._create_rebate_journal(second, data)
        agreement = self._create_agreement(
            self._create_table([(0, 10)]),
            name="Second",
            company_id=second.id,
            currency_id=second.currency_id.id,
        )
        self.env["account.move"].with_company(second).create(
            self._prepare_invoice(
                self.dealer, "2026-02-01", [500], journal_id=data["default_journal_sale"].id
            )
        ).action_post()
        other = self._compute(agreement, "2026-03-31")
        both = self.settlement | other
        both.action_review()
        both.action_post()
        self.assertEqual(self.settlement.line_ids.credit_note_id.company_id, self.company)
        self.assertEqual(other.line_ids.credit_note_id.company_id, second)
        self.assertEqual(other.line_ids.credit_note_id.journal_id, journal)

    def test_R15_a_context_starts_nothing_half_way(self):
        """R15: defaults of a context set no state, key or link that only buttons write."""
        table = self._create_table([(0, 5)])
        agreement = (
            self.env["rebate.agreement"]
            .with_context(default_state="active", default_version=7, default_terms_hash="x")
            .create(
                {
                    "name": "By context",
                    "date_start": "2026-01-01",
                    "partner_ids": [Command.set(self.dealer.ids)],
                }
            )
        )
        self.assertEqual(
            (agreement.state, agreement.version, agreement.terms_hash), ("draft", 1, False)
        )
        component = (
            self.env["rebate.component"]
            .with_context(default_component_key="mine")
            .create({"name": "C", "agreement_id": agreement.id, "rate_table_id": table.id})
        )
        self.assertNotEqual(component.component_key, "mine")
        agreement.action_activate()
        settlement = (
            self.env["rebate.settlement"]
            .with_context(default_state="reviewed", default_posted_by_id=self.env.uid)
            .create({"agreement_id": agreement.id, "date_to": "2026-03-31"})
        )
        self.assertEqual(settlement.state, "draft")
        self.assertFalse(settlement.posted_by_id)
