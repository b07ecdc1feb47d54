# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "is_tour")
class TestTours(HttpCase):
    def test_tour_S21_a_walk_with_a_finding_rectified_and_verified(self):
        """The leader walks and writes a finding, the keeper rectifies it, quality verifies it."""
        prefix = "aftersales_service.group_service_"
        users = {
            role: new_test_user(
                self.env, f"tour_{role}", password=f"tour_{role}", groups=f"{prefix}{group}"
            )
            for role, group in (
                ("leader", "technician"),
                ("keeper", "technician"),
                ("quality", "quality"),
            )
        }
        leader, keeper = self.env["hr.employee"].create(
            [{"name": f"Tour {role}", "user_id": users[role].id} for role in ("leader", "keeper")]
        )
        outlet = self.env["aftersales.outlet"].create({"name": "Tour outlet", "code": "TOURR"})
        self.env["aftersales.round.area"].create(
            {"name": "Tour bays", "outlet_id": outlet.id, "keeper_id": keeper.id}
        )
        checklist = self.env["aftersales.checklist"].create(
            {
                "name": "Tour walk",
                "is_round": True,
                "step_ids": [Command.create({"name": "Gangways free", "required": False})],
            }
        )
        plan = self.env["aftersales.round.plan"].create(
            {
                "name": "Tour weekly walk",
                "outlet_id": outlet.id,
                "leader_id": leader.id,
                "checklist_id": checklist.id,
                "verifier_id": users["quality"].id,
            }
        )
        plan.action_make_now()
        job = plan.voucher_ids
        self.start_tour("/odoo/service-rounds", "aftersales_round_walk", login="tour_leader")
        finding = job.round_finding_ids
        self.assertEqual((job.state, finding.employee_id), ("closed", keeper))
        self.start_tour(
            "/odoo/service-my-findings", "aftersales_round_rectify", login="tour_keeper"
        )
        self.assertEqual(finding.state, "done")
        self.start_tour(
            "/odoo/service-my-findings", "aftersales_round_verify", login="tour_quality"
        )
        self.assertEqual((finding.state, finding.verified_by_id), ("verified", users["quality"]))
