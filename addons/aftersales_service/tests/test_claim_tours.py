# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .test_claim_money import ClaimMoneyCommon
from .test_claim_portal import DealerCommon


@tagged("post_install", "-at_install", "is_tour")
class TestClaimTour(ClaimMoneyCommon, HttpCase):
    def test_S17_claim_answered_in_part_credited_old_part_returned(self):
        unit = self.env["stock.lot"].create(
            {"name": "T-TOUR", "product_id": self.model.id, "user_partner_id": self.customer.id}
        )
        self._entitle(unit, old_part_returns=True)
        job = self._covered_job(unit=unit)
        part = self.env["aftersales.part.return"].search([("voucher_id", "=", job.id)])
        part._take_in()
        claim = self._submitted(job)
        part._send()
        user = self._user(
            "t_claim_tour",
            "aftersales_service.group_service_claims,account.group_account_invoice",
        )
        user.password = "t_claim_tour"
        self.start_tour(
            f"/odoo/claims/{claim.id}", "aftersales_service_claim", login="t_claim_tour"
        )
        self.assertEqual((claim.state, claim.credited_amount), ("credited", 60))
        self.assertEqual(claim.line_ids.reason_id, self.reason)
        self.assertEqual(part.state, "answered")


@tagged("post_install", "-at_install", "is_tour")
class TestClaimPortalTour(DealerCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_S17_dealer_files_a_claim_on_a_phone(self):
        self.start_tour("/my/aftersales/claims", "aftersales_portal_claim", login="claim_dealer_a")
        claim = self.env["aftersales.claim"].search([("partner_id", "=", self.dealer.id)])
        self.assertEqual((claim.state, claim.claimed_amount), ("submitted", 50))
        self.assertEqual(claim.case_ids.user_name, "Tina Customer")
