# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPartClass(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user(
            "clerk", f"{MODULE}.group_pricing_clerk,product.group_product_manager"
        )
        cls.guardian = cls._user("guardian", f"{MODULE}.group_restricted_guardian")

    def test_P1_clerk_classes_parts_but_not_restricted_ones(self):
        part = self._create_part("general").with_user(self.clerk)
        part.part_class = "wearing"
        with self.assertRefused(AccessError, re.escape(self.guardian.name)):
            part.part_class = "restricted"
        core = self._create_part("restricted").with_user(self.clerk)
        with self.assertRaises(AccessError):
            core.part_class = "general"
        with self.assertRaises(AccessError):
            core.product_tmpl_id.write({"part_class": False})
        with self.assertRaises(AccessError):
            core.copy()
        with self.assertRaises(AccessError):
            core.env["product.template"].create(
                {"name": "New", "is_storable": True, "part_class": "restricted"}
            )

    def test_P1_change_of_class_and_flag_is_logged(self):
        template = self._create_part("general").product_tmpl_id
        self.env.flush_all()
        self.cr.flush()
        logged = template.with_user(self.clerk).with_context(
            tracking_disable=False, mail_notrack=False
        )
        logged.write({"part_class": "wearing", "is_serviceable": False})
        self.env.flush_all()
        self.cr.flush()
        values = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", template._name),
                ("mail_message_id.res_id", "=", template.id),
            ]
        )
        self.assertEqual(set(values.field_id.mapped("name")), {"part_class", "is_serviceable"})
        self.assertEqual(values.mail_message_id.author_id, self.clerk.partner_id)

    def test_P2_guardian_restricts_a_part_and_takes_it_off_sale(self):
        self.guardian.group_ids += self.env.ref("product.group_product_manager")
        part = self._create_part("general").with_user(self.guardian)
        self.assertTrue(part.sale_ok)
        part.part_class = "restricted"
        self.assertFalse(part.sale_ok)
        self.assertFalse(part.is_serviceable)
        for vals in ({"sale_ok": True}, {"is_serviceable": True}, {"is_storable": False}):
            with self.assertRaises(ValidationError):
                part.write(vals)
        with self.assertRaises(ValidationError):
            part.type = "service"

    def test_P2_restricted_part_must_be_storable(self):
        with self.assertRefused(ValidationError, "Track Inventory"):
            self._create_part("restricted", is_storable=False)

    def test_P2_change_of_class_is_in_the_log(self):
        part = self._create_part("general")
        template = part.product_tmpl_id.with_context(tracking_disable=False, mail_notrack=False)
        self.cr.flush()
        template.part_class = "wearing"
        self.cr.flush()
        tracked = template.message_ids.sudo().tracking_value_ids
        self.assertIn("part_class", tracked.field_id.mapped("name"))

    def test_P2_variant_does_not_change_its_class_with_its_template(self):
        core = self._create_part("restricted", name="Control board")
        other = self._create_part("general").product_tmpl_id
        with self.assertRaises(AccessError):
            core.with_user(self.clerk).product_tmpl_id = other
        with self.assertRefused(AccessError, "two guardians"):
            core.with_user(self.guardian).product_tmpl_id = other
        self._put_in_stock(core, 1)
        with self.assertRefused(UserError, "are still in stock"):
            core.product_tmpl_id = other

    def test_P2_baseline_is_counted_and_never_typed(self):
        core = self._create_part("restricted")
        for user in (self.clerk, self.guardian):
            for name in ("restricted_baseline", "restricted_balance"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    core.with_user(user)[name] = 999
