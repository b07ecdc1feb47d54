# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import re

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..code128 import get_code128_uri
from .common import MODULE
from .transfer_common import TransferCommon


@tagged("post_install", "-at_install")
class TestTransferScan(TransferCommon):
    def _scan(self, text, picking=None, user=None):
        return (
            self.env["parts.transfer.scan"]
            .with_user(user or self.asker)
            .create({"picking_id": (picking or self._request({})).id, "text": text})
        )

    def _get_quantities(self, scan):
        return {move.product_id: move.product_uom_qty for move in scan.picking_id.move_ids}

    def test_P11_numbers_barcodes_and_quantities(self):
        self.other.barcode = "4006381333931"
        scan = self._scan("T-PUMP 4\n\nt-pump\n4006381333931\nT-SEAL\t2\nT-SEAL;1,5\nT-PUMP x 3\n")
        scan.action_add()
        self.assertEqual(self._get_quantities(scan), {self.part: 8, self.other: 4.5})

    def test_P11_scanning_again_adds_to_the_line(self):
        scan = self._scan("T-PUMP")
        scan.action_add()
        self._scan("T-PUMP 2", scan.picking_id).action_add()
        self.assertEqual(scan.picking_id.move_ids.product_uom_qty, 3)

    def test_P11_unknown_numbers_are_told_and_stay_in_the_field(self):
        scan = self._scan("T-PUMP\nNO-SUCH 3\nT-SEAL many")
        self.assertRegex(scan.message, "“NO-SUCH” is no part number of ours")
        action = scan.action_add()
        self.assertEqual(action["res_id"], scan.id)
        self.assertEqual(self._get_quantities(scan), {self.part: 1})
        self.assertEqual(scan.text.splitlines(), ["NO-SUCH 3", "T-SEAL many"])
        with self.assertRefused(UserError, "no part number"):
            scan.action_add()

    def test_P11_superseded_number_leads_to_the_new_part(self):
        self.env["parts.supersession"].create(
            {
                "old_product_id": self.other.id,
                "product_id": self.part.id,
                "date_from": self.today,
                "reason": "Better seal",
            }
        )
        scan = self._scan("T-SEAL 2")
        self.assertRegex(scan.message, "“T-SEAL” is superseded: .*T-PUMP")
        scan.action_add()
        self.assertEqual(self._get_quantities(scan), {self.part: 2})

    def test_P11_number_of_two_parts_is_not_guessed(self):
        self._create_part("general", 1, name="Twin", default_code="T-PUMP")
        with self.assertRefused(UserError, "several parts"):
            self._scan("T-PUMP").action_add()

    def test_P11_approved_transfer_takes_no_more_lines(self):
        shipment = self._approve(self._request())
        with self.assertRefused(UserError, "takes no more lines"):
            self._scan("T-SEAL", shipment).action_add()

    def test_P11_labels_for_each_piece_with_a_barcode(self):
        shipment, __ = self._ship({self.part: 3, self.other: 2})
        wizard = (
            self.env["parts.label.print"].with_user(self.asker).create({"picking_id": shipment.id})
        )
        self.assertEqual(sorted(wizard.line_ids.mapped("labels")), [2, 3])
        self.assertEqual(len(wizard._get_labels()), 5)
        html = self.env["ir.actions.report"]._render_qweb_html(
            f"{MODULE}.report_part_label", wizard.ids
        )[0]
        self.assertEqual(html.count(b'class="o_part_label"'), 5)
        self.assertEqual(html.count(b"data:image/svg+xml;base64,"), 5)
        self.assertIn(b"T-PUMP", html)
        wizard.line_ids.labels = 0
        with self.assertRefused(UserError, "how many labels"):
            wizard.action_print()

    def test_P11_bars_fill_the_label(self):
        code = base64.b64decode(get_code128_uri("GE-1001", 227, 31).split(",")[1]).decode()
        self.assertIn('preserveAspectRatio="none"', code)
        bars = re.findall(r'<rect x="([\d.]+)" y="0" width="[12345]', code)
        scale, width = float(re.search(r"matrix\(([\d.]+),", code)[1]), 227
        self.assertGreater((float(bars[-1]) - float(bars[1])) * scale, 0.65 * width)

    def test_P9_slip_shows_both_prices_to_the_channel_only(self):
        shipment, __ = self._ship({self.part: 2})
        report = self.env["ir.actions.report"].with_user(self.asker)
        name = f"{MODULE}.report_parts_transfer"
        html = report._render_qweb_html(name, shipment.ids)[0].decode()
        self.assertIn("Settlement Price", html)
        for amount in ("15.00", "30.00"):
            self.assertIn(amount, html)
        old = self._request({self.part: 1}, step="old", partner_id=self.dealer.id)
        old.button_validate()
        html = report._render_qweb_html(name, old.ids)[0].decode()
        self.assertNotIn("Price", html)
