# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import MODULE, PartsCommon

# What somebody might like to change on a product, part or not.
OTHERS = {
    "active": False,
    "default_code": "X",
    "is_storable": False,
    "list_price": 1.0,
    "name": "Renamed",
    "sale_ok": False,
    "standard_price": 1.0,
    "taxes_id": [Command.clear()],
    "type": "service",
}


@tagged("post_install", "-at_install")
class TestFieldRights(PartsCommon):
    """Who classes parts does not keep products: rights that end at single fields."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10, name="Gear pump")
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.guardian = cls._user("guardian", f"{MODULE}.group_restricted_guardian")
        cls.guardian.name = "Greta Guardian"
        cls.manager = cls._user("network", "aftersales_base.group_aftersales_manager")
        cls.keeper = cls._user(
            "keeper", f"{MODULE}.group_pricing_clerk,product.group_product_manager"
        )

    def test_P1_who_classes_parts_writes_nothing_else_of_a_product(self):
        for user in (self.clerk, self.guardian):
            part = self.part.with_user(user)
            for record in (part, part.product_tmpl_id):
                for name, value in OTHERS.items():
                    with self.subTest(user=user.login, model=record._name, field=name):
                        with self.assertRaises(AccessError):
                            record.write({name: value})
                        with self.assertRaises(AccessError):
                            record.web_save({name: value}, {"id": {}})
                record.write({"part_class": "wearing", "is_serviceable": False})
                record.write({"part_class": "general", "is_serviceable": True})
            with self.assertRaises(AccessError):
                part.product_tmpl_id.action_archive()
            with self.assertRaises(AccessError):
                part.product_tmpl_id.update_field_translations("name", {"en_US": "Renamed"})
        self.assertEqual((self.part.name, self.part.standard_price), ("Gear pump", 10))

    def test_P1_refusal_says_what_one_may_set(self):
        sentence = "“Cost” of “Gear pump”.* set “Part Class”, “Serviceable Part” there"
        with self.assertRefused(AccessError, sentence):
            self.part.with_user(self.clerk).standard_price = 1

    def test_P1_own_product_rights_are_not_cut(self):
        part = self.part.with_user(self.keeper)
        part.write({"name": "Renamed", "standard_price": 11, "part_class": "wearing"})
        self.assertEqual((self.part.name, self.part.standard_price), ("Renamed", 11))

    def test_P1_right_follows_the_groups_at_once(self):
        part = self.part.with_user(self.clerk)
        with self.assertRaises(AccessError):
            part.name = "Renamed"
        self.clerk.group_ids += self.env.ref("product.group_product_manager")
        part.name = "Renamed"
        self.clerk.group_ids -= self.env.ref("product.group_product_manager")
        with self.assertRaises(AccessError):
            part.name = "Renamed again"

    def test_P1_form_opens_the_class_only(self):
        for user, editable in ((self.clerk, False), (self.keeper, True)):
            template = self.part.product_tmpl_id.with_user(user)
            described = template.fields_get(attributes=["readonly"])
            self.assertFalse(described["part_class"]["readonly"])
            for name in OTHERS:
                self.assertNotEqual(described[name]["readonly"], editable, name)
            with Form(template) as form:
                form.part_class = "wearing"
            self.assertEqual(template.part_class, "wearing")
            template.part_class = "general"
        form = Form(self.part.product_tmpl_id.with_user(self.clerk))
        with self.assertRefused(AssertionError, "readonly"):
            form.name = "Renamed"

    def test_P1_field_that_a_form_opens_under_a_condition_stays_closed(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "conditions",
                "model": "product.template",
                "arch": """
                    <form>
                        <field name="name" readonly="sale_ok"/>
                        <field name="part_class" readonly="sale_ok"/>
                        <field name="seller_ids" readonly="sale_ok">
                            <list><field name="price" readonly="not partner_id"/></list>
                        </field>
                    </form>
                """,
            }
        )
        for user, condition in ((self.clerk, "True"), (self.keeper, "sale_ok")):
            templates = self.env["product.template"].with_user(user)
            arch = etree.fromstring(templates.get_view(view.id, "form")["arch"])
            self.assertEqual(
                {node.get("name"): node.get("readonly") for node in arch.xpath("//field")},
                {
                    "name": condition,
                    "part_class": "sale_ok",
                    "seller_ids": condition,
                    "price": "not partner_id",
                    "sale_ok": "True",
                    "partner_id": "True",
                },
            )

    def test_P1_list_of_parts_stays_usable(self):
        view = self.env.ref(f"{MODULE}.part_view_list")
        template = self.part.product_tmpl_id.with_user(self.clerk)
        node = etree.fromstring(template.get_view(view.id, "list")["arch"])
        self.assertNotEqual(node.get("edit"), "False")
        closed = {field.get("name") for field in node.iter("field") if field.get("readonly")}
        self.assertIn("name", closed)
        self.assertFalse(closed & {"part_class", "is_serviceable"})
        template.web_save({"part_class": "wearing", "is_serviceable": False}, {"part_class": {}})
        self.assertEqual((template.part_class, template.is_serviceable), ("wearing", False))

    def test_P1_change_by_a_clerk_is_in_the_log(self):
        template = self.part.product_tmpl_id.with_user(self.clerk)
        template = template.with_context(tracking_disable=False, mail_notrack=False)
        self.cr.flush()
        template.part_class = "wearing"
        self.cr.flush()
        message = template.message_ids.sudo().filtered("tracking_value_ids")
        self.assertIn("part_class", message.tracking_value_ids.field_id.mapped("name"))
        self.assertEqual(message.author_id, self.clerk.partner_id)

    def test_P1_clerk_works_in_the_chatter(self):
        template = self.part.product_tmpl_id.with_user(self.clerk)
        template.message_post(body="Which class?", attachments=[("drawing.png", b"x")])
        template.message_subscribe(self.guardian.partner_id.ids)
        template.activity_schedule("mail.mail_activity_data_todo", summary="Ask the maker")
        self.assertEqual(template.activity_ids.summary, "Ask the maker")

    def test_P2_guardian_takes_a_part_off_sale_without_product_rights(self):
        part = self.part.with_user(self.guardian)
        part.part_class = "restricted"
        self.assertFalse(part.sale_ok or part.is_serviceable)
        with self.assertRaises(AccessError):
            part.sale_ok = True

    def test_P2_class_and_baseline_do_not_come_by_a_default(self):
        """Defaults reach a new record without being values of it."""
        products = self.env["product.product"].with_user(self.keeper)
        vals = {"name": "New", "is_storable": True, "sale_ok": False}
        for name, value in (("part_class", "restricted"), ("restricted_baseline", 5.0)):
            with self.subTest(field=name, way="context"), self.assertRaises(AccessError):
                products.with_context(**{f"default_{name}": value}).create(vals)
        for model, name, value in (
            ("product.template", "part_class", "restricted"),
            ("product.product", "restricted_baseline", 5.0),
        ):
            self.env["ir.default"].with_user(self.keeper).set(model, name, value, user_id=True)
            with self.subTest(field=name, way="user"), self.assertRaises(AccessError):
                products.create(vals)

    def test_P2_guardian_sets_return_bases_and_nothing_else_of_an_outlet(self):
        outlet = self.env["aftersales.outlet"].create({"name": "Depot", "code": "X1"})
        outlet.with_user(self.guardian).is_return_base = True
        self.assertTrue(outlet.is_return_base)
        for vals in ({"name": "Mine"}, {"location_id": self.stock.id}, {"active": False}):
            with self.assertRefused(AccessError, "“Return Base” there and nothing else"):
                outlet.with_user(self.guardian).write(vals)
        for right in ("create", "unlink"):
            self.assertFalse(outlet.with_user(self.guardian).has_access(right))

    def test_P2_manager_of_the_network_sets_no_return_base(self):
        outlets = self.env["aftersales.outlet"].with_user(self.manager)
        outlet = outlets.create({"name": "Depot", "code": "X1"})
        sentence = "“Return Base” of “.*Depot”.*Ask one of them: .*Greta Guardian"
        with self.assertRefused(AccessError, sentence):
            outlet.is_return_base = True
        with self.assertRaises(AccessError):
            outlets.create({"name": "Other", "code": "X2", "is_return_base": True})
        with self.assertRaises(AccessError):
            outlets.with_context(default_is_return_base=True).create({"name": "O", "code": "X3"})
        outlet.sudo().is_return_base = True
        self.assertFalse(outlet.sudo().copy({"code": "X4"}).is_return_base)
        outlet.name = "Renamed"
        self.env["ir.default"].with_user(self.manager).set(
            "aftersales.outlet", "is_return_base", True, user_id=True
        )
        with self.assertRaises(AccessError):
            outlets.create({"name": "Other", "code": "X5"})

    def test_P2_form_of_an_outlet_shows_the_flag_to_all_and_opens_it_to_guardians(self):
        outlet = self.env["aftersales.outlet"].create({"name": "Depot", "code": "X1"})
        with Form(outlet.with_user(self.guardian)) as form:
            form.is_return_base = True
            with self.assertRefused(AssertionError, "readonly"):
                form.name = "Mine"
        with Form(outlet.with_user(self.manager)) as form:
            self.assertTrue(form.is_return_base)
            with self.assertRefused(AssertionError, "readonly"):
                form.is_return_base = False
            form.name = "Renamed"
        self.assertEqual((outlet.name, outlet.is_return_base), ("Renamed", True))
