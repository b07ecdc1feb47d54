# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged

RIGHTS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(TransactionCase):
    """Role × right, for booking errors."""

    def test_roles(self):
        expected = {
            "aftersales_kpi.group_kpi_user": "r",
            "aftersales_kpi.group_kpi_manager": "crwu",
            "aftersales_kpi.group_kpi_payroll": "crwu",
            "aftersales_parts_pricing.group_parts_user": "",
            "base.group_portal": "",
        }
        for number, (group, allowed) in enumerate(expected.items()):
            user = new_test_user(self.env, f"booking_{number}", groups=group)
            model = self.env["parts.booking.error"].with_user(user)
            for key, operation in RIGHTS.items():
                self.assertEqual(model.has_access(operation), key in allowed, (group, operation))

    def test_K21_employees_see_their_own_confirmed(self):
        user = new_test_user(self.env, "booking_own", groups="aftersales_kpi.group_kpi_user")
        own, other = self.env["hr.employee"].create(
            [{"name": "Own", "user_id": user.id}, {"name": "Other"}]
        )
        errors = self.env["parts.booking.error"].create(
            [
                {"name": "a", "employee_id": own.id, "amount": 1},
                {"name": "b", "employee_id": other.id, "amount": 1},
            ]
        )
        domain = [("id", "in", errors.ids)]
        self.assertFalse(errors.with_user(user).search(domain))
        errors.action_confirm()
        self.assertEqual(errors.with_user(user).search(domain), errors[0])

    def test_K21_confirmed_stays(self):
        employee = self.env["hr.employee"].create({"name": "Own"})
        values = {"name": "a", "employee_id": employee.id, "amount": 1}
        error = self.env["parts.booking.error"].create(values)
        error.action_confirm()
        for attempt in (
            lambda: error.write({"amount": 2}),
            lambda: error.write({"state": "draft"}),
            lambda: error.unlink(),
            lambda: error.create({**values, "state": "confirmed"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        error.action_reopen()
        error.amount = 2
