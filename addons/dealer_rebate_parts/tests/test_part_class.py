# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import copy
import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.dealer_rebate.tests.metric_common import Q1

from .common import RebatePartsCommon

AMOUNTS = {"standard": 1000, "wearing": 200, "general": 30, None: 4}


@tagged("post_install", "-at_install")
class TestPartClass(RebatePartsCommon):
    """Part classes as scope of components and metrics (P1)."""

    def _by_class(self, *names, **vals):
        chosen = self.env["rebate.part.class"].union(*(self.classes[name] for name in names))
        return self._create_agreement(
            self._percent(10),
            component_vals={"part_class_ids": [Command.set(chosen.ids)]},
            **vals,
        )

    def test_P1_every_class_can_be_chosen(self):
        """P1: the list to choose from is the classes of products, no more and no less."""
        selection = self.env["product.template"]._fields["part_class"].get_values(self.env)
        self.assertEqual(sorted(self.classes), sorted(selection))
        self.assertEqual(self.classes["wearing"].display_name, "Wearing")

    def test_P1_only_chosen_classes_count(self):
        """P1: one class, several, none chosen; returns take back; the ledger agrees."""
        self._invoice_parts(self.dealer, "2026-02-01", AMOUNTS)
        self._invoice(self.dealer, "2026-02-02", -4)
        for names, base in (
            (("wearing",), 200),
            (("wearing", "standard"), 1200),
            (("restricted",), 0),
            ((), 1230),
        ):
            with self.subTest(names):
                agreement = self._by_class(*names, activate=False)
                found = agreement.component_ids._read_basis(agreement, [(Q1[0], *Q1)])
                self.assertEqual(sum(total for total, _count in found.values()), base)
        agreement = self._by_class("wearing", "general")
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 23)
        self._assert_ledger(agreement)

    def test_P1_class_of_today(self):
        """P1: a part that changes its class moves what it pays with the next settlement."""
        agreement = self._by_class("wearing")
        self._invoice_parts(self.dealer, "2026-02-01", AMOUNTS)
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 20)
        self.parts["general"].part_class = "wearing"
        self.assertEqual(self._paid(self._settle(agreement, "2026-03-31")), 3)
        self._assert_ledger(agreement)

    def test_P1_metric_counts_chosen_classes(self):
        """P1: a metric of turnover by class; in force its classes stay."""
        metric = self._create_metric(
            "wearing_parts",
            "computed",
            measure="turnover",
            part_class_ids=[Command.set(self.classes["wearing"].ids)],
        )
        self._invoice_parts(self.dealer, "2026-02-01", AMOUNTS)
        self.assertEqual(self._read(metric), 200)
        agreement = self._create_agreement(self._percent(1), activate=False)
        self.env["rebate.gate"].create(
            {
                "component_id": agreement.component_ids.id,
                "metric_id": metric.id,
                "comparison": "ge",
                "threshold": 100,
            }
        )
        agreement.action_activate()
        with self.assertRaisesRegex(UserError, "in force"):
            metric.part_class_ids = self.classes["general"]

    def test_R12_classes_are_terms(self):
        """R12: classes are part of the fingerprint, in any order; without them it is as it was."""
        first = self._by_class("wearing", "general")
        twin = self._by_class("general", "wearing", activate=False)
        with self.assertRaisesRegex(UserError, "paid twice"):
            twin.action_activate()
        other = self._by_class("general", activate=False)
        self.assertNotEqual(other._get_terms_hash(), first._get_terms_hash())
        plain = self._by_class(activate=False)
        self.assertNotIn("part_classes", plain.component_ids._get_terms())
        metric = self._create_metric("all_parts", "computed", measure="turnover")
        self.assertNotIn("part_class_ids", metric._get_terms()["all_parts"])
        with self.assertRaisesRegex(UserError, "in force"):
            first.component_ids.part_class_ids = self.classes["standard"]

    def test_R12_difference_in_words(self):
        """R12: a new version says which classes it counts besides."""
        agreement = self._by_class("wearing")
        version = agreement._copy_as_version(self._date("2026-07-01"))
        self.assertEqual(version.component_ids.part_class_ids, self.classes["wearing"])
        version.component_ids.part_class_ids |= self.classes["general"]
        self.assertIn("Part Classes", version.difference)
        self.assertIn("Wearing, General", version.difference)

    def test_R12_classes_move_in_a_file(self):
        """R12: a policy file carries the classes of components and metrics by name."""
        agreement = self._by_class("wearing", "general", dealer_scope="all", activate=False)
        agreement.component_ids.write(
            {
                "basis": "metric",
                "basis_metric_id": self._create_metric(
                    "moved_parts",
                    "computed",
                    measure="turnover",
                    part_class_ids=[Command.set(self.classes["standard"].ids)],
                ).id,
            }
        )
        agreement.partner_ids = False
        exported = json.loads(json.dumps(agreement._export_policy()))
        self.assertIn({"part_class": "wearing"}, self._get_exported_classes(exported))
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        policies = self.env["rebate.agreement"].with_context(
            allowed_company_ids=(other | self.company).ids
        )
        moved = policies._import_policy(copy.deepcopy(exported), other)
        self.assertEqual(moved.component_ids.part_class_ids, agreement.component_ids.part_class_ids)
        self.assertEqual(moved._export_policy(), exported)
        self._get_exported_classes(exported).append({"part_class": "gold"})
        with self.assertRaisesRegex(UserError, "gold"):
            policies._import_policy(exported, other)

    def _get_exported_classes(self, exported):
        return exported["agreement"]["components"][0]["part_class_ids"]
