# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "is_tour")
class TestNetworkTours(HttpCase):
    def test_N1_tour_a_prospect_becomes_an_agent(self):
        """From the form of the prospect to its welcome pack, with the first item done."""
        new_test_user(
            self.env,
            "tour_network",
            password="tour_network",
            groups="aftersales_base.group_aftersales_manager",
        )
        cooperation = self.env["aftersales.outlet.cooperation"].create(
            {"name": "Tour agency", "needs_agreement": False}
        )
        outlet = self.env["aftersales.outlet"].create(
            {
                "name": "Tour prospect",
                "code": "TOUR-P",
                "kind": "agent",
                "phase": "organisation",
                "cooperation_id": cooperation.id,
            }
        )
        outlet.condition_ids.is_met = True
        self.start_tour(
            f"/odoo/prospects/{outlet.id}", "aftersales_network_agent", login="tour_network"
        )
        self.assertEqual(outlet.phase, "operation")
        self.assertEqual(outlet.phase_log_ids[0].reason, "Signed today")
        self.assertIn("done", outlet.pack_ids.item_ids.mapped("state"))
