# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.aftersales_parts_pricing.tests.transfer_common import TransferCommon

# One white pixel.
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5E"
    b"rkJggg=="
)


@tagged("post_install", "-at_install")
class TestIssue(TransferCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.van = cls.env["stock.location"].create(
            {"name": "Van 7", "usage": "internal", "company_id": cls.company.id}
        )
        cls.technician = cls.env["hr.employee"].create(
            {"name": "Tina Technician", "van_location_id": cls.van.id}
        )

    def _issue(self, quantities=None):
        picking = self._request(
            quantities,
            step="van",
            user=self.keeper,
            outlet_id=False,
            parts_technician_id=self.technician.id,
        )
        picking.action_confirm()
        return picking

    def test_P11_technician_signs_for_the_parts(self):
        issue = self._issue()
        self.assertEqual(issue.location_dest_id, self.van)
        with self.assertRefused(UserError, "has to sign"):
            issue.button_validate()
        issue.signature = SIGNATURE
        issue.button_validate()
        self.assertEqual(issue.state, "done")
        self.assertEqual(self._held(self.van), 10)
        self.assertEqual(issue.sudo().move_ids.parts_settlement_price, 15)
        self.assertFalse(self._get_open())

    def test_P11_parts_go_into_the_technicians_own_van(self):
        issue = self._issue()
        issue.signature = SIGNATURE
        issue.move_ids.move_line_ids.location_dest_id = self.place
        with self.assertRefused(UserError, "go into the van"):
            issue.button_validate()
        self.technician.van_location_id = False
        with self.assertRefused(UserError, "needs a van"):
            issue.button_validate()

    def test_P2_restricted_part_gets_in_no_van(self):
        core = self._create_part("restricted", 50, name="Core")
        self._put_in_stock(core, 5)
        issue = self._issue({core: 1})
        issue.signature = SIGNATURE
        with self.assertRefused(UserError, "restricted core part"):
            issue.button_validate()

    def test_K21_technician_answers_for_the_van(self):
        self._put_in_stock(self.part, 5, self.van)
        quant = self.env["stock.quant"].search([("location_id", "=", self.van.id)])
        quant = quant.with_user(self.keeper).with_context(inventory_mode=True)
        quant.inventory_quantity = 3
        quant.action_apply_inventory()
        self.env.flush_all()
        row = self.env["parts.stock.difference"].search([("location_id", "=", self.van.id)])
        self.assertEqual((row.responsible_id, row.quantity), (self.technician, -2))
