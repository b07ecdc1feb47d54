# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import io

import openpyxl
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_base.export import as_xlsx

from .common import MODULE, PartsCommon

HEADER = ("product", "position", "part", "quantity", "unit")


@tagged("post_install", "-at_install")
class TestServiceBom(PartsCommon):
    """P5: product → assemblies → parts, at any depth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.machine = cls.env["product.product"].create(
            {"name": "Machine", "default_code": "T-M1", "type": "consu"}
        )
        cls.axle = cls._create_part("general", 10, name="Axle", default_code="T-A1")
        cls.hub = cls._create_part("general", 10, name="Hub", default_code="T-A2")
        cls.bolt = cls._create_part("standard", 1, name="Bolt", default_code="T-P1")
        cls.core = cls._create_part("restricted", 1, name="Core", default_code="T-C1")
        cls.bom = cls._create_bom(cls.machine, [(cls.axle, 2), (cls.core, 1)])
        cls._create_bom(cls.axle, [(cls.hub, 2), (cls.bolt, 3)])
        cls._create_bom(cls.hub, [(cls.bolt, 1, cls.dozen)])

    @classmethod
    def _create_bom(cls, product, lines):
        return cls.env["parts.service.bom"].create(
            {
                "product_id": product.id,
                "line_ids": [
                    Command.create(
                        {"product_id": part.id, "quantity": quantity}
                        | ({"uom_id": unit[0].id} if unit else {})
                    )
                    for part, quantity, *unit in lines
                ],
            }
        )

    def _import(self, *rows, header=HEADER):
        wizard = (
            self.env["parts.service.bom.import"]
            .with_user(self.clerk)
            .create({"file": base64.b64encode(as_xlsx({"Service BOM": (header, rows)}))})
        )
        wizard.action_import()
        return (wizard.problems or "").split("\n") if wizard.problems else []

    def test_P5_explosion_at_any_depth_in_one_query(self):
        self.env.flush_all()
        with self.assertQueryCount(1):
            rows = self.env.execute_query(self.bom._get_tree_sql())
        self.assertEqual(len(rows), 5)
        quantities = self.bom._get_part_quantities()[self.bom]
        # 2 axles: each 2 hubs with a dozen bolts, and 3 bolts
        self.assertEqual(
            {part: int(q) for part, q in quantities.items()}, {self.bolt: 54, self.core: 1}
        )

    def test_P5_all_levels_are_listed_in_order(self):
        action = self.bom.with_user(self.clerk).action_view_explosion()
        parts = self.env["parts.service.bom.part"].with_user(self.clerk)
        lines = parts.with_context(**action["context"]).search([])
        self.assertEqual(
            [(line.level, line.product_id, line.quantity) for line in lines],
            [
                (1, self.axle, 2),
                (2, self.hub, 4),
                (3, self.bolt, 48),
                (2, self.bolt, 6),
                (1, self.core, 1),
            ],
        )
        self.assertEqual(lines.filtered("is_assembly").product_id, self.axle | self.hub)
        self.assertFalse(parts.search([]), "no BOM asked for, none exploded")

    def test_P5_cycles_are_refused_at_any_depth(self):
        for product, inner in (
            (self.hub, self.machine),
            (self.hub, self.axle),
            (self.axle, self.axle),
        ):
            bom = self.env["parts.service.bom"].search([("product_id", "=", product.id)])
            with self.subTest(product=product.name), self.assertRefused(ValidationError, "→"):
                bom.line_ids = [Command.create({"product_id": inner.id})]
        hub = self.env["parts.service.bom"].search([("product_id", "=", self.hub.id)])
        hub.active = False
        hub.line_ids = [Command.create({"product_id": self.machine.id})]
        with self.assertRefused(ValidationError, "would contain itself"):
            hub.active = True

    def test_P5_same_assembly_twice_is_no_cycle(self):
        self.bom.line_ids = [Command.create({"product_id": self.hub.id, "quantity": 1})]
        self.assertEqual(self.bom._get_part_quantities()[self.bom][self.bolt], 66)

    def test_P5_circle_closed_by_two_people_at_once_ends(self):
        """Two transactions do not see each other's lines: the explosion must end all the same."""
        hub = self.env["parts.service.bom"].search([("product_id", "=", self.hub.id)])
        self.env.cr.execute(
            "UPDATE parts_service_bom_line SET product_id = %s WHERE bom_id = %s",
            [self.axle.id, hub.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.bom._get_part_quantities()[self.bom][self.bolt], 6)
        with self.assertRefused(ValidationError, "would contain itself"):
            hub._check_cycle()

    @mute_logger("odoo.sql_db")
    def test_P5_quantities_and_units_make_sense(self):
        for quantity in (0, -1, float("nan"), 1e12):
            with self.subTest(quantity=quantity), self.assertRaises(Exception):  # noqa: B017
                with self.env.cr.savepoint():
                    self.bom.line_ids[0].quantity = quantity
                    self.env.flush_all()
            self.env.invalidate_all()
        litre = self.env.ref("uom.product_uom_litre")
        with self.assertRefused(ValidationError, "does not convert"):
            self.bom.line_ids[0].uom_id = litre

    def test_P5_one_active_bom_a_product(self):
        copy = self.bom.copy()
        self.assertFalse(copy.active)
        self.assertEqual(len(copy.line_ids), 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            copy.active = True
            self.env.flush_all()

    def test_P5_P2_paper_and_file_leave_core_parts_out(self):
        printed, left_out = self.bom._get_print_lines()
        self.assertNotIn(self.core, printed.product_id)
        self.assertEqual(left_out, 1)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"{MODULE}.report_service_bom", self.bom.ids
        )
        self.assertIn("Axle", str(html))
        self.assertNotIn("T-C1", str(html))
        action = self.bom.with_user(self.clerk).action_export_xlsx()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        sheet = openpyxl.load_workbook(io.BytesIO(attachment.raw)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows, [HEADER, ("T-M1", "", "T-A1", 2, self.unit.name)])

    def test_P5_import_replaces_lines_and_keeps_core_parts(self):
        self.dozen.active = True
        problems = self._import(
            ["T-M1", "1", "T-P1", 7, self.unit.name],
            ["T-M1", "2", "T-A2", 1, ""],
            ["T-A1", "", "T-P1", 2, self.dozen.name],
        )
        self.assertEqual(problems, [])
        self.assertEqual(self.bom.line_ids.product_id, self.core | self.bolt | self.hub)
        axle = self.env["parts.service.bom"].search([("product_id", "=", self.axle.id)])
        self.assertEqual((axle.line_ids.quantity, axle.line_ids.uom_id), (2, self.dozen))

    def test_P5_import_says_all_that_is_wrong_and_imports_nothing(self):
        before = self.bom.line_ids
        problems = self._import(
            ["T-M1", "", "T-P1", 1, ""],
            ["T-M1", "", "T-XX", 1, ""],
            ["T-M1", "", "T-C1", 1, ""],
            ["T-M1", "", "T-P1", 0, ""],
            ["T-M1", "", "T-P1", "nan", ""],
            ["T-M1", "", "T-P1", 1e308, ""],
            ["T-M1", "", "T-P1", 1, "Parsecs"],
            ["T-M1", "", "", 1, ""],
        )
        self.assertEqual(
            [line.split(":")[0].split(",")[0] for line in sorted(problems)],
            [f"Row {n}" for n in (3, 4, 5, 6, 7, 8, 9)],
        )
        self.assertEqual(self.bom.line_ids, before)
        problems = self._import(["T-A2", "", "T-M1", 1, ""])
        self.assertIn("would contain itself", problems[0])

    def test_P5_bom_of_another_company_stays_there(self):
        other = self.env["res.company"].create({"name": "Other"})
        bom = (
            self.env["parts.service.bom"]
            .sudo()
            .create(
                {
                    "product_id": self.machine.id,
                    "company_id": other.id,
                    "line_ids": [Command.create({"product_id": self.bolt.id})],
                }
            )
        )
        mine = self.env["parts.service.bom.part"].with_user(self.clerk)
        self.assertFalse(mine.with_context(service_bom_ids=bom.ids).search([]))
        self.assertEqual(self.bom._get_part_quantities()[self.bom][self.bolt], 54)
