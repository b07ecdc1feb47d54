# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MODULE, PartsCommon

RIGHTS = ("read", "write", "create", "unlink")

# What each role may do, besides reading as far as its other groups let it.
ALLOWED = {
    "parts.price": {"user": "r", "clerk": "r", "manager": "r", "guardian": "r"},
    "parts.price.policy": {"clerk": "r", "manager": "rwcu"},
    "parts.price.policy.class": {"clerk": "r", "manager": "rwcu"},
    "parts.price.policy.tier": {"clerk": "r", "manager": "rwcu"},
    "parts.price.entry": {"clerk": "rwcu", "manager": "rwcu"},
    "parts.price.import": {"clerk": "rwcu", "manager": "rwcu"},
    "parts.price.import.row": {"clerk": "rwcu", "manager": "rwcu"},
    "parts.price.why": {
        "user": "rwcu",
        "clerk": "rwcu",
        "manager": "rwcu",
        "guardian": "rwcu",
    },
    "parts.service.bom": {"user": "r", "clerk": "rwcu", "manager": "rwcu", "guardian": "r"},
    "parts.service.bom.line": {"user": "r", "clerk": "rwcu", "manager": "rwcu", "guardian": "r"},
    "parts.service.bom.part": {"user": "r", "clerk": "r", "manager": "r", "guardian": "r"},
    "parts.service.bom.import": {"clerk": "rwcu", "manager": "rwcu"},
    "parts.doubling.ratio": {"clerk": "r", "manager": "r"},
    "parts.discount.limit": {"clerk": "r", "manager": "rwcu"},
    "parts.price.publication": {
        "user": "r",
        "clerk": "rwcu",
        "manager": "rwcu",
        "guardian": "r",
    },
    "parts.price.publication.line": {"clerk": "rw", "manager": "rw"},
    "parts.cart.line": {"manager": "r"},
    "parts.return.request": {
        "user": "r",
        "clerk": "r",
        "manager": "r",
        "guardian": "r",
        "storekeeper": "rwu",
        "planner": "rw",
    },
    "parts.supersession": {"user": "r", "clerk": "rwc", "manager": "rwcu", "guardian": "r"},
    "parts.price.approval.level": {"clerk": "r", "manager": "rwcu"},
    "parts.price.approval": {"user": "r", "clerk": "r", "manager": "r", "guardian": "r"},
    "parts.price.drop": {"clerk": "r", "manager": "r"},
    "parts.settlement": {"settlement": "rwcu"},
    "parts.statement": {"settlement": "rwu"},
    "parts.statement.line": {"settlement": "rw"},
    "parts.core.refusal": {
        "user": "r",
        "clerk": "r",
        "manager": "r",
        "guardian": "r",
        "storekeeper": "r",
    },
    "parts.core.release": {
        "user": "rwcu",
        "clerk": "rwcu",
        "manager": "rwcu",
        "guardian": "rwcu",
        "storekeeper": "rwcu",
    },
    "parts.core.release.use": {
        "user": "r",
        "clerk": "r",
        "manager": "r",
        "guardian": "r",
        "storekeeper": "r",
    },
    "parts.core.removal": {"guardian": "rwcu"},
    "parts.core.request.close": {"guardian": "rwcu"},
    "parts.core.proof.print": {"guardian": "rwcu"},
    "parts.reserve.plan": {"planner": "rwcu"},
    "parts.reserve.plan.line": {"planner": "rw"},
    "parts.stock.age": {"planner": "r"},
    "parts.return.offer": {"planner": "rwcu"},
    "parts.return.offer.line": {"planner": "rwcu"},
    # Planners of the reserve are users of the inventory.
    "parts.transfer.open": dict.fromkeys(("storekeeper", "planner", "outlet", "approver"), "r"),
    "parts.transfer.difference": dict.fromkeys(
        ("storekeeper", "planner", "outlet", "approver"), "rwcu"
    ),
    "parts.transfer.scan": dict.fromkeys(("storekeeper", "planner", "outlet", "approver"), "rwcu"),
    "parts.transfer.approval": {"approver": "rwcu"},
    "parts.transfer.approval.line": {"approver": "rwcu"},
    "parts.stock.difference": dict.fromkeys(("storekeeper", "planner", "approver"), "r"),
    "aftersales.outlet": {
        "user": "r",
        "clerk": "r",
        "manager": "r",
        "guardian": "rw",
        "outlet": "r",
        "approver": "r",
    },
}


@tagged("post_install", "-at_install")
class TestAccess(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            "user": cls._user("user", f"{MODULE}.group_parts_user"),
            "clerk": cls._user("clerk", f"{MODULE}.group_pricing_clerk"),
            "manager": cls._user("manager", f"{MODULE}.group_pricing_manager"),
            "guardian": cls._user("guardian", f"{MODULE}.group_restricted_guardian"),
            "settlement": cls._user("settlement", f"{MODULE}.group_parts_settlement"),
            "planner": cls._user("planner", f"{MODULE}.group_reserve_planner"),
            "outlet": cls._user("outlet", f"{MODULE}.group_transfer_requester"),
            "approver": cls._user("approver", f"{MODULE}.group_transfer_approver"),
            "internal": cls._user("internal", "base.group_user"),
            "salesman": cls._user("salesman", "sales_team.group_sale_manager"),
            "storekeeper": cls._user("storekeeper", "stock.group_stock_manager"),
            "portal": new_test_user(
                cls.env, "parts_portal", groups="base.group_portal", company_id=cls.company.id
            ),
        }

    def test_role_by_model_by_right(self):
        for model, roles in ALLOWED.items():
            # Settlement and planning are users of parts with documents of their own.
            roles = dict.fromkeys(("settlement", "planner"), roles.get("user", "")) | roles
            for role, user in self.users.items():
                for right in RIGHTS:
                    with self.subTest(model=model, role=role, right=right):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(right),
                            right[0] in roles.get(role, ""),
                        )

    def test_each_role_opens_its_menus(self):
        self._create_part("general", 10)
        self._create_part("restricted", 10)
        self._publish(self._create_policy())
        root = self.env.ref(f"{MODULE}.menu_parts_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        menus = menus.filtered("action")
        opened = {}
        for role in ("user", "clerk", "manager", "guardian", "settlement"):
            user = self.users[role]
            for menu in menus.filtered(lambda item, user=user: self._shows(item, user)):
                with self.subTest(role=role, menu=menu.name):
                    self._open(menu.action, user)
                    opened.setdefault(role, set()).add(menu.action.res_model)
        self.assertEqual(
            opened["user"],
            {
                "parts.price",
                "parts.price.list.print",
                "parts.price.why",
                "parts.service.bom",
                "parts.supersession",
                "product.template",
            },
        )
        self.assertIn("parts.price.policy", opened["clerk"])
        self.assertLessEqual({"parts.settlement", "parts.statement"}, opened["settlement"])
        self.assertLessEqual(
            {
                "parts.core.release",
                "parts.core.refusal",
                "parts.core.removal",
                "parts.core.proof.print",
                "stock.location",
            },
            opened["guardian"],
        )

    def _shows(self, menu, user):
        """Whether a user finds a menu: its own groups and those of its sections say so."""
        while menu:
            if menu.group_ids and not menu.group_ids & user.all_group_ids:
                return False
            menu = menu.parent_id
        return True

    def _open(self, action, user):
        """Load the views of an action and read what each of them shows."""
        model = self.env[action.res_model].with_user(user)
        views = model.get_views([*action.views, (False, "search")])["views"]
        for kind, view in views.items():
            if kind not in ("list", "kanban", "form"):
                continue
            names = {
                node.get("name")
                for node in etree.fromstring(view["arch"]).iter("field")
                if not any(parent.tag == "field" for parent in node.iterancestors())
            }
            model.search([], limit=5).read(list(names))

    def test_P9_portal_user_reads_no_cost_and_no_list(self):
        self._create_part("general", 10)
        self._publish(self._create_policy())
        for model in ALLOWED:
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.users["portal"]).search([])
