# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import copy
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.rebate_agreement_policy import POLICIES
from .common import RebateCommon


@tagged("post_install", "-at_install")
class TestPolicy(RebateCommon):
    """Ready schemes, and agreements as files that move between databases (R12)."""

    def _import(self, name):
        wizard = self.env["rebate.policy.import"].create(
            {"template": name, "date_start": "2026-01-01"}
        )
        return self.env["rebate.agreement"].browse(wizard.action_import()["res_id"])

    def test_R1_to_R13_every_scheme_is_ready(self):
        """R1–R13: every shipped scheme becomes an agreement that computes once it has dealers."""
        templates = self.env["rebate.agreement"]._get_templates()
        rules = {key.split("_")[0] for key in templates}
        self.assertGreaterEqual(rules, {f"r{n:02}" for n in (1, *range(3, 14))})
        for key, (name, summary) in templates.items():
            with self.subTest(key):
                agreement = self._import(key)
                self.assertEqual((agreement.name, agreement.state), (name, "draft"))
                self.assertTrue(summary)
                agreement.partner_ids = self.dealer
                for component in agreement.component_ids.filtered(lambda c: c.basis == "delivery"):
                    component.product_ids = self.product_b
                if agreement.payout == "wallet":
                    agreement.payout = "credit_note"
                agreement.action_activate()
                start, end = agreement._get_period_bounds(agreement.date_start)
                agreement._compute_earnings([(start, end)], end)

    def test_R3_scheme_says_what_the_rule_says(self):
        """R3: the shipped scheme carries the rule's own figures."""
        agreement = self._import("r03_commercial_vehicles")
        rows = {
            component.period: [
                (line.from_value, line.value) for line in component.rate_table_id.line_ids
            ]
            for component in agreement.component_ids
        }
        self.assertEqual(
            rows,
            {"month": [(1e6, 0.5)], "quarter": [(3e6, 1)], "year": [(1e7, 2)]},
        )
        self.assertEqual(agreement.payout, "transfer")
        self.assertEqual(set(agreement.component_ids.mapped("bundle")), {"Commercial vehicles"})

    def test_R12_file_is_the_agreement(self):
        """R12: export, import into another company, export again: the same terms."""
        agreement = self._import("r06_quality_bonus")
        self.product_a.default_code = "PART-A"
        self.dealer.ref = "D-1"
        agreement.write(
            {
                "partner_ids": [Command.set(self.dealer.ids)],
                "period": "custom",
                "period_ids": [
                    Command.create(
                        {"name": "Spring", "date_from": "2026-01-01", "date_to": "2026-05-31"}
                    )
                ],
            }
        )
        agreement.component_ids[0].product_ids = self.product_a
        exported = json.loads(json.dumps(agreement._export_policy()))
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        policies = self.env["rebate.agreement"].with_context(
            allowed_company_ids=(other | self.company).ids
        )
        moved = policies._import_policy(copy.deepcopy(exported), other)
        self.assertEqual(moved.company_id, other)
        self.assertEqual(moved._export_policy(), exported)
        self.assertFalse(
            set(moved.component_ids.mapped("component_key"))
            & set(agreement.component_ids.mapped("component_key"))
        )

    def test_R12_button_downloads_the_file(self):
        """R12: the button gives the file; pressed again it gives one file, not two."""
        agreement = self._import("r04_parts_purchase")
        agreement.action_export_policy()
        action = agreement.action_export_policy()
        number = int(action["url"].split("/")[-1].split("?")[0])
        attachment = self.env["ir.attachment"].browse(number)
        self.assertEqual(json.loads(attachment.raw), agreement._export_policy())
        self.assertEqual(
            self.env["ir.attachment"].search_count(
                [("res_model", "=", agreement._name), ("res_id", "=", agreement.id)]
            ),
            1,
        )

    def test_R12_metrics_that_mean_something_else(self):
        """R12: a metric of the same code with other terms is not taken for the file's one."""
        self._import("r04_parts_purchase")
        metric = self.env["rebate.metric"].search(
            [("code", "=", "paid_late"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(metric), 1)
        self._import("r04_parts_purchase_supplier")
        self.assertEqual(
            self.env["rebate.metric"].search_count(
                [("code", "=", "paid_late"), ("company_id", "=", self.company.id)]
            ),
            1,
        )
        metric.late_grace_days = 5
        with self.assertRaisesRegex(UserError, "means something else"):
            self._import("r04_parts_purchase")

    def _read_template(self, name):
        return json.loads((POLICIES / f"{name}.json").read_text())

    def test_R12_bad_files_are_refused_with_all_that_is_wrong(self):
        """R12: one list of sentences, and nothing is made."""
        good = self._read_template("r06_quality_bonus")
        good["agreement"]["date_start"] = "2026-01-01"

        def broken(*path, value):
            data = copy.deepcopy(good)
            place = data
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            return data

        cases = {
            "no policy file": [None, [], 5, {}, {"format": "other"}],
            "no value of": [
                broken("agreement", "period", value="fortnight"),
                broken("agreement", "date_start", value="2026-13-01"),
                broken("agreement", "paid_only", value="yes"),
                broken("tables", 0, "rows", 0, "value", value="much"),
                broken("tables", 0, "rows", 0, "value", value=1e308),
                broken("tables", 0, "rows", 0, "value", value=float("nan")),
                broken("agreement", "components", 0, "rate_metric_id", value="purchase"),
                broken("agreement", "components", 0, "rate_metric_id", value={"id": "1"}),
            ],
            "has no": [
                broken("agreement", "state", value="active"),
                broken("agreement", "components", 0, "component_key", value="mine"),
                broken("agreement", "company_id", value={"name": "Other"}),
                broken("agreement", "name", value=""),
            ],
            "there is no": [
                broken("agreement", "partner_ids", value=[{"ref": "nobody"}]),
                broken("agreement", "components", 0, "gates", value=[
                    {"metric_id": {"code": "unknown"}, "threshold": 1}
                ]),
            ],
            "not in the file": [broken("agreement", "components", 0, "table", value="Other")],
            "cannot be read": [
                broken("agreement", "components", value={}),
                broken("agreement", "components", 0, value="text"),
                broken("tables", value="text"),
                broken("metrics", 0, value=7),
            ],
        }  # fmt: skip
        counts = {
            model: self.env[model].search_count([])
            for model in ("rebate.agreement", "rate.table", "rebate.metric")
        }
        for message, files in cases.items():
            for number, data in enumerate(files):
                with self.subTest(message=message, number=number):
                    with self.assertRaisesRegex(UserError, message):
                        self.env["rebate.agreement"]._import_policy(data)
                    self.assertEqual(
                        counts,
                        {model: self.env[model].search_count([]) for model in counts},
                    )
        two = broken("agreement", "period", value="fortnight")
        two["agreement"]["subject"] = "nobody"
        with self.assertRaisesRegex(UserError, "fortnight(.|\\n)*nobody"):
            self.env["rebate.agreement"]._import_policy(two)

    def test_R12_what_is_no_json(self):
        """R12: any other file is refused with its name."""
        for content in (b"", b"PK\x03\x04", b"{", b"\xff\xfe", b"[" * 100000, b"x" * 2_000_001):
            with self.subTest(content[:10]):
                wizard = self.env["rebate.policy.import"].create(
                    {
                        "source": "file",
                        "file": base64.b64encode(content),
                        "file_name": "some.json",
                        "date_start": "2026-01-01",
                    }
                )
                with self.assertRaises(UserError):
                    wizard.action_import()

    def test_R12_file_through_the_wizard(self):
        """R12: a file that was exported is imported."""
        agreement = self._import("r13_growth")
        content = json.dumps(agreement._export_policy()).encode()
        wizard = self.env["rebate.policy.import"].create(
            {
                "source": "file",
                "file": base64.b64encode(content),
                "file_name": "growth.json",
                "date_start": "2026-01-01",
            }
        )
        again = self.env["rebate.agreement"].browse(wizard.action_import()["res_id"])
        self.assertEqual(again._export_policy(), agreement._export_policy())

    def test_R12_only_managers_import(self):
        """R12: who may not write agreements imports none."""
        user = new_test_user(
            self.env,
            "importing",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["rebate.policy.import"].with_user(user).create({"template": "r13_growth"})
        data = self._read_template("r11_delivery_rebate")
        data["agreement"]["date_start"] = "2026-01-01"
        with self.assertRaises(AccessError):
            self.env["rebate.agreement"].with_user(user)._import_policy(data)

    def test_R12_metrics_in_force_do_not_change(self):
        """R12: a metric that an agreement in force uses means what it meant."""
        agreement = self._import("r08_complaint_bonus")
        agreement.partner_ids = self.dealer
        agreement.action_activate()
        gate = agreement.component_ids.gate_ids
        for metric, vals in (
            (gate.metric_id, {"item_limit": 5}),
            (gate.threshold_metric_id, {"formula": "1"}),
            (gate.threshold_metric_id.formula_metric_ids[0], {"aggregation": "last"}),
        ):
            with self.subTest(metric.code), self.assertRaisesRegex(UserError, "in force"):
                metric.write(vals)
