# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .test_confirmation import ConfirmationCommon
from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestConfirmationTour(ConfirmationCommon, PortalCommon, HttpCase):
    """A dealer's way through the portal."""

    def _run(self):
        settlement = self._ask()
        self.start_tour("/my/rebates", "dealer_rebate_portal", login="portal_one")
        confirmation = self._confirmation(settlement)
        self.assertEqual(
            (confirmation.state, confirmation.answered_by_id), ("answered", self.user.partner_id)
        )
        self.assertEqual(self._line(settlement, 0).dealer_answer, "confirmed")
        objection = settlement.objection_ids
        self.assertEqual((objection.document, objection.amount), (self.invoice.name, 10))
        self.assertEqual(objection.author_id, self.user.partner_id)
        self._post(settlement)
        self.assertEqual(self._paid(settlement, self.dealer), 155)

    def test_R12_dealer_confirms_one_line_and_objects_to_another(self):
        """R12: one line confirmed, one invoice of the other objected to; the rest is paid."""
        self._run()

    def test_R12_the_same_on_a_phone(self):
        """R12: at 390 pixels, nothing wider than the screen."""
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._run()
