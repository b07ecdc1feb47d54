# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from lxml import html

from odoo.tests import HttpCase, tagged

from .test_confirmation import ConfirmationCommon
from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestConfirmationTour(ConfirmationCommon, PortalCommon, HttpCase):
    """A dealer's way through the portal."""

    def test_R12_file_of_what_waits_adds_up(self):
        """R12, R15: the published script knows what waits, and where it comes in later."""
        settlement = self._ask()
        objection = self._object(settlement, self.invoice)
        self._post(settlement)
        self._answer(objection)
        following = self._ask("2026-06-30")
        self._post(following)
        for posted, amount in ((settlement, 100), (following, 0)):
            own = posted.line_ids.filtered(lambda line: line.partner_id == self.dealer)
            self.assertEqual(sum(own.mapped("withheld")), amount)
            result = self._check(own._get_csv())
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_R12_page_works_by_keyboard_and_for_readers(self):
        """R12: native controls, each with its label; headings in order; nothing on hover only."""
        settlement = self._ask()
        self.authenticate("portal_one", "portal_one")
        page = html.fromstring(self.url_open(f"/my/rebates/settlement/{settlement.id}").text)
        (wrap,) = page.xpath("//div[@id='wrap']")
        controls = wrap.xpath(".//input[not(@type='hidden')] | .//textarea | .//select")
        self.assertGreater(len(controls), 8)
        for control in controls:
            labels = wrap.xpath(".//label[@for=$id]", id=control.get("id"))
            self.assertEqual(len(labels), 1, html.tostring(control))
            self.assertTrue(labels[0].text_content().strip())
        for button in wrap.xpath(".//button | .//a | .//summary"):
            self.assertTrue(
                button.text_content().strip() or button.get("aria-label"), html.tostring(button)
            )
        self.assertEqual(len(page.xpath("//*[@id='wrap']//h1")), 1)
        for attribute in ("onclick", "onmouseover", "data-bs-toggle"):
            self.assertFalse(wrap.xpath(f".//*[@{attribute}]"), attribute)
        # What scrolls sideways is reached by keys (0), and nothing changes the order.
        self.assertLessEqual(set(wrap.xpath(".//@tabindex")), {"0"})

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
