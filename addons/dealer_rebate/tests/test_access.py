# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RebateCommon
from .roles import WALKED, RolesMixin


@tagged("post_install", "-at_install")
class TestAccess(RolesMixin, RebateCommon):
    """Who may do what: role x model x right, and other companies' records."""

    terms = {"rebate_user": "r", "rebate_manager": "rwcd"}
    read = {"rebate_user": "r", "rebate_manager": "r"}
    rights = {
        "rebate.agreement": terms,
        "rebate.component": terms,
        "rebate.component.limit": terms,
        "rebate.gate": terms,
        "rebate.adjustment": terms,
        "rebate.member": terms,
        "rebate.period": terms,
        "rebate.notice": terms,
        "rebate.settlement": {"rebate_user": "rwc", "rebate_manager": "rwcd"},
        "rebate.settlement.line": read,
        "rebate.allocation": read,
        "rebate.simulation": {"rebate_user": "rwcd", "rebate_manager": "rwcd"},
        "rebate.simulation.line": read,
        "rebate.standing": {"rebate_user": "rwcd", "rebate_manager": "rwcd"},
        "rebate.settlement.stop": {},
        "rebate.uncounted": {"rebate_user": "rwcd", "rebate_manager": "rwcd"},
        "rebate.policy.import": {"rebate_manager": "rwcd"},
    }

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
        cls.records |= cls._create_terms()
        simulation = cls.env["rebate.simulation"].create({"agreement_id": cls.agreement.id})
        simulation.write({"date_from": "2026-01-01", "date_to": "2026-03-31"})
        simulation.action_run()
        cls.records |= {
            "rebate.simulation": simulation,
            "rebate.simulation.line": simulation.line_ids,
        }

    @classmethod
    def _create_terms(cls):
        """A draft with every kind of term."""
        metric = cls.env["rebate.metric"].create({"name": "Score", "code": "score"})
        draft = cls._create_agreement(
            cls._create_table([(0, 10)]),
            activate=False,
            name="Terms",
            dealer_scope="member",
            subject="store",
            period="custom",
            member_ids=[Command.create({"partner_id": cls.dealer.id})],
            period_ids=[
                Command.create(
                    {"name": "Spring", "date_from": "2026-01-01", "date_to": "2026-05-31"}
                )
            ],
        )
        draft.component_ids.write(
            {
                "limit_ids": [Command.create({"grade": "A", "amount": 1})],
                "gate_ids": [Command.create({"metric_id": metric.id})],
                "adjustment_ids": [Command.create({"metric_id": metric.id, "points": 1})],
            }
        )
        return {
            "rebate.member": draft.member_ids,
            "rebate.period": draft.period_ids,
            "rebate.component.limit": draft.component_ids.limit_ids,
            "rebate.gate": draft.component_ids.gate_ids,
            "rebate.adjustment": draft.component_ids.adjustment_ids,
            "rebate.notice": cls.env["rebate.notice"].create(
                {"agreement_id": draft.id, "signed_by": "Somebody"}
            ),
        }

    def test_every_model_has_its_roles(self):
        """No model of the add-on is left out of the tables of roles."""
        own = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("rebate.")
            and model._original_module == "dealer_rebate"
            and not model._abstract
        }
        self.assertEqual(own, WALKED & own)

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
