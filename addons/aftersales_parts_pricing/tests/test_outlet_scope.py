# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MODULE
from .transfer_common import TransferCommon

REQUESTER = f"{MODULE}.group_transfer_requester"


@tagged("post_install", "-at_install")
class TestOutletScope(TransferCommon):
    """People of an outlet see and work on the transfers of their own outlets only (P11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.west = cls.env["aftersales.outlet"].create(
            {
                "name": "Outlet West",
                "code": "T-WEST",
                "location_id": cls.env["stock.location"]
                .create({"name": "Outlet West", "company_id": cls.company.id})
                .id,
            }
        )
        cls.stranger = cls._user("stranger", REQUESTER)
        cls.west.parts_user_ids = cls.stranger
        cls.shipment, cls.receipt = cls._ship()
        cls.draft = cls._request()
        cls.issue = cls.env["parts.transfer.difference"].create(
            {
                "picking_id": cls.receipt.id,
                "move_id": cls.receipt.sudo().move_ids.id,
                "quantity": 1,
                "kind": "missing",
                "reason": "Box torn open",
            }
        )
        cls.all = cls.shipment | cls.receipt | cls.draft

    def _seen(self, user):
        """(transfers, moves, open lines, differences) of the outlet that a user finds."""
        env = self.env(user=user)
        env.invalidate_all()
        return tuple(
            len(env[model].search(domain))
            for model, domain in (
                ("stock.picking", [("id", "in", self.all.ids)]),
                ("stock.move", [("picking_id", "in", self.all.ids)]),
                ("parts.transfer.open", [("picking_id", "=", self.receipt.id)]),
                ("parts.transfer.difference", [("id", "=", self.issue.id)]),
            )
        )

    def _employee_user(self, login, groups=REQUESTER):
        user = self._user(login, groups)
        employee = self.env["hr.employee"].create(
            {"name": login, "user_id": user.id, "company_id": self.company.id}
        )
        return user, employee

    def test_P11_who_sees_the_transfers_of_an_outlet(self):
        manager, boss = self._employee_user("boss")
        technician, fitter = self._employee_user("fitter")
        self.outlet.write({"manager_id": boss.id, "technician_ids": [Command.link(fitter.id)]})
        both = self._user("both", REQUESTER)
        (self.outlet | self.west).parts_user_ids = [Command.link(both.id)]
        nobody = self._user("nobody", REQUESTER)
        network = self._user("network", f"{REQUESTER},aftersales_base.group_aftersales_manager")
        table = {
            "who asks for it": (self.asker, True),
            "its manager": (manager, True),
            "its technician": (technician, True),
            "who asks for two": (both, True),
            "of another outlet": (self.stranger, False),
            "of no outlet": (nobody, False),
            "approver": (self.approver, True),
            "storekeeper": (self._user("store", f"{REQUESTER},stock.group_stock_user"), True),
            "manager of the network": (network, True),
        }
        for name, (user, sees) in table.items():
            with self.subTest(user=name):
                self.assertEqual(self._seen(user), (3, 3, 1, 1) if sees else (0, 0, 0, 0))

    def test_P11_who_moves_to_another_outlet_sees_that_one_at_once(self):
        self.assertEqual(self._seen(self.stranger)[0], 0)
        self.outlet.parts_user_ids = [Command.link(self.stranger.id)]
        self.assertEqual(self._seen(self.stranger)[0], 3)
        self.outlet.parts_user_ids = [Command.unlink(self.stranger.id)]
        self.assertEqual(self._seen(self.stranger)[0], 0)

    def test_P11_nobody_works_on_the_transfers_of_another_outlet(self):
        receipt, draft = self.receipt.with_user(self.stranger), self.draft.with_user(self.stranger)
        move = self.receipt.move_ids.with_user(self.stranger)
        ways = {
            "read": lambda: receipt.read(["name"]),
            "write": lambda: draft.write({"note": "Ours"}),
            "quantity": lambda: move.write({"quantity": 1, "picked": True}),
            "receive": receipt.button_validate,
            "cancel": draft.action_cancel,
            "ask in its name": lambda: self._request(user=self.stranger),
            "take it over": lambda: draft.write({"outlet_id": self.west.id}),
            "report": lambda: self._report(self.receipt, user=self.stranger),
            "read a report": lambda: self.issue.with_user(self.stranger).read(["reason"]),
            "settle": lambda: self.issue.with_user(self.stranger).write({"reason": "No"}),
        }
        for name, way in ways.items():
            with self.subTest(way=name), self.assertRaises(AccessError):
                way()
        self.assertEqual(self._held(self.place), 0)

    def test_P11_outlet_of_the_user_is_filled_in(self):
        pickings = self.env["stock.picking"].with_user(self.stranger)
        request = pickings.with_context(parts_step="ship").create({})
        self.assertEqual(request.outlet_id, self.west)
        self.outlet.parts_user_ids = [Command.link(self.stranger.id)]
        request = pickings.with_context(parts_step="ship").create({})
        self.assertFalse(request.outlet_id)
        # One's own draft is there until it says for whom it is.
        self.assertIn(request, pickings.search([]))

    def test_P11_other_documents_stay_as_other_groups_show_them(self):
        delivery = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse.out_type_id.id}
        )
        self.stranger.group_ids = [Command.link(self.env.ref("sales_team.group_sale_salesman").id)]
        self.assertIn(delivery, self.env["stock.picking"].with_user(self.stranger).search([]))
        self.assertEqual(self._seen(self.stranger)[0], 0)
