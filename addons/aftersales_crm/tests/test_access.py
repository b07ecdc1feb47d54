# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CrmCommon

OPERATIONS = ("read", "write", "create", "unlink")
# role × model × (read, write, create, unlink)
EXPECTED = {
    "aftersales.visit": {
        "portal": "----",
        "employee": "----",
        "senior": "rw--",
        "technician": "rw--",
        "caller": "rw--",
        "clerk": "rwc-",
        "supervisor": "rwcu",
        "analyst": "rw--",
        "director": "rw--",
    },
    "aftersales.visit.plan": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "analyst": "r---",
        "director": "rwcu",
    },
    "aftersales.customer.class": {
        "portal": "----",
        "employee": "----",
        "technician": "r---",
        "clerk": "r---",
        "supervisor": "rwcu",
        "analyst": "r---",
        "director": "rwcu",
    },
    "aftersales.lead.kind": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "r---",
        "supervisor": "rwcu",
        "analyst": "r---",
        "director": "rwcu",
        "seller": "r---",
    },
    "aftersales.lead.follow.up": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "clerk": "rwcu",
        "supervisor": "rwcu",
        "analyst": "----",
        "seller": "rwcu",
    },
    "crm.lead": {
        "portal": "----",
        "employee": "----",
        "technician": "----",
        "caller": "r---",
        "clerk": "rwc-",
        "supervisor": "rwc-",
        "analyst": "r---",
        "director": "r---",
        "seller": "rwc-",
    },
}


@tagged("post_install", "-at_install")
class TestAccess(CrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "portal": cls._user("t_portal", "base.group_portal"),
            "employee": cls._user("t_employee", "base.group_user"),
            "senior": cls.senior_user,
            "technician": cls.technician_user,
            "clerk": cls.clerk,
            "supervisor": cls.supervisor,
            "seller": cls._user("t_seller", "sales_team.group_sale_salesman"),
        }
        for role in ("caller", "analyst", "director"):
            cls.users[role] = cls._user(f"t_{role}", f"aftersales_service.group_service_{role}")

    def test_roles_models_rights(self):
        for model, roles in EXPECTED.items():
            for role, rights in roles.items():
                records = self.env[model].with_user(self.users[role])
                for operation, right in zip(OPERATIONS, rights, strict=True):
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(records.has_access(operation), right != "-")

    def test_S12_visitors_see_their_own_visits(self):
        mine, other = self._visit(), self._visit(employee_id=self.other_technician.id)
        visits = self.env["aftersales.visit"].with_user(self.technician_user)
        self.assertEqual(visits.search([("id", "in", (mine + other).ids)]), mine)
        for method in ("action_done", "read"):
            with self.assertRaises(AccessError):
                getattr(other.with_user(self.technician_user), method)()
        reader = other.with_user(self.users["analyst"])
        self.assertTrue(reader.read(["display_name"]))
        with self.assertRaises(AccessError):
            reader.result = "Not mine"

    def test_S12_everybody_opens_the_form(self):
        visit = self._visit()
        for role in ("technician", "clerk", "supervisor", "analyst"):
            own = visit.with_user(self.users[role])
            names = own.get_view(view_type="form")["models"]["aftersales.visit"]
            with self.subTest(role):
                self.assertEqual(own.web_read({name: {} for name in names})[0]["id"], visit.id)

    def test_other_departments_read_contacts(self):
        """The class of a customer is service's; who knows nothing of it still reads the contact."""
        for role in ("employee", "seller", "technician", "clerk"):
            own = self.customer.with_user(self.users[role])
            arch = etree.fromstring(own.get_view(view_type="form")["arch"])
            names = {
                node.get("name")
                for node in arch.iter("field")
                if node.get("name") in self.env["res.partner"]._fields
                and not any(parent.tag == "field" for parent in node.iterancestors())
            }
            names = {name for name in names if name.startswith("aftersales_")}
            with self.subTest(role):
                self.assertIn("aftersales_visit_overdue_count", names)
                self.assertEqual("aftersales_class_id" in names, role == "clerk")
                self.assertTrue(own.web_read({name: {} for name in names}))

    def test_multi_company(self):
        elsewhere = self._other_company()
        visit = self._visit(company_id=elsewhere.id, employee_id=False)
        plan = self.env["aftersales.visit.plan"].create(
            {"class_id": self.customer_class.id, "months": 2, "company_id": elsewhere.id}
        )
        for record in (visit, plan):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.supervisor).read(["display_name"])
