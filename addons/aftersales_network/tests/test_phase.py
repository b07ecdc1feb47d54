# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import NetworkCommon


@tagged("post_install", "-at_install")
class TestPhase(NetworkCommon):
    def test_N1_history_of_who_when_and_why(self):
        self.prospect.condition_ids.is_met = True
        outlet = self.prospect.with_user(self.manager)
        outlet._change_phase("organisation", "The board agreed")
        outlet._change_phase("preparation", "The owner hesitates")
        self.assertRecordValues(
            outlet.phase_log_ids.sorted("id"),
            [
                {"phase_from": False, "phase_to": "preparation", "direction": "start"},
                {"phase_from": "preparation", "phase_to": "organisation", "direction": "forward"},
                {"phase_from": "organisation", "phase_to": "preparation", "direction": "back"},
            ],
        )
        last = outlet._get_last_log()
        self.assertEqual((last.user_id, last.reason), (self.manager, "The owner hesitates"))
        self.assertEqual(outlet.phase_since, last.date)

    def test_N1_forward_needs_its_conditions(self):
        outlet = self.prospect.with_user(self.manager)
        self.assertEqual(outlet.condition_ids.condition_id, self.condition + self.optional)
        self.assertEqual(outlet.open_condition_count, 1)
        with self.assertRefused(UserError, "T position known"):
            outlet._change_phase("organisation", "Early")
        line = outlet.condition_ids.filtered("is_required")
        line.is_met = True
        self.assertEqual((line.met_by_id, bool(line.met_at)), (self.manager, True))
        outlet._change_phase("organisation", "Now")
        self.assertEqual(outlet.phase, "organisation")
        line.is_met = False
        self.assertFalse(line.met_by_id)

    def test_N1_phases_that_are_skipped_have_conditions_too(self):
        self.env["aftersales.phase.condition"].create(
            {"name": "T area chosen", "phase": "organisation"}
        )
        self.prospect.condition_ids.is_met = True
        with self.assertRefused(UserError, "T area chosen"):
            self.prospect._change_phase("operation", "At once")

    def test_N1_no_phase_without_a_reason(self):
        outlet = self.prospect.with_user(self.manager)
        self.prospect.condition_ids.is_met = True
        with self.assertRefused(UserError, "Write why"):
            outlet._change_phase("organisation", "  ")
        with self.assertRefused(UserError, "Change Phase"):
            outlet.phase = "operation"
        with self.assertRefused(UserError, "Change Phase"):
            outlet.with_context(**{outlet._get_step_key(): True}).phase = "operation"
        with self.assertRefused(UserError, "already"):
            outlet._change_phase("preparation", "Again")

    def test_N1_days_of_history_run_forward(self):
        self.prospect.condition_ids.is_met = True
        today = self.prospect.phase_log_ids.date
        for wrong in (today + timedelta(days=1), date(2001, 1, 1)):
            with self.subTest(date=wrong), self.assertRefused(UserError, "choose a day"):
                self.prospect._change_phase("organisation", "Signed", wrong)

    def test_N1_history_is_not_edited(self):
        log = self.prospect.phase_log_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            log.reason = "Another story"
        with self.assertRaises(AccessError):
            log.unlink()

    def test_N1_prospects_get_no_jobs(self):
        """They are neither proposed for an area nor taken in a dispatch."""
        self.prospect.area_ids = self.district
        self.outlet.area_ids = self.area
        voucher = self._voucher()
        self.assertEqual(voucher.outlet_id, self.outlet)
        self.prospect.technician_ids = self.technician
        voucher.write({"outlet_id": self.prospect.id, "technician_id": self.technician.id})
        with self.assertRefused(UserError, "not in operation yet"):
            voucher._dispatch()
        self._make_agent()
        self.assertEqual(self._voucher().outlet_id, self.prospect)
        voucher._dispatch()
        self.assertEqual(voucher.state, "dispatched")

    def test_N1_serving_needs_the_agreement(self):
        self.cooperation.needs_agreement = True
        self.prospect.condition_ids.is_met = True
        with self.assertRefused(UserError, "enter the agreement"):
            self.prospect._change_phase("operation", "Signed")
        self.env["aftersales.outlet.agreement"].create(
            {
                "name": "T-AG",
                "outlet_id": self.prospect.id,
                "cooperation_id": self.cooperation.id,
                "date_from": fields.Date.today(),
            }
        )
        self.prospect._change_phase("operation", "Signed")
        self.assertEqual(self.prospect.date_start, self.prospect.phase_since)

    def test_N1_dialogue_proposes_the_next_phase(self):
        action = self.prospect.with_user(self.manager).action_change_phase()
        dialogue = Form(
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        )
        self.assertEqual(dialogue.phase, "organisation")
        self.assertIn("T position known", dialogue.open_conditions)
        self.prospect.condition_ids.is_met = True
        dialogue.reason = "They are good"
        dialogue.save().action_confirm()
        self.assertEqual(self.prospect.phase, "organisation")

    def test_N1_an_own_point_becomes_an_agent(self):
        outlet = self.outlet
        outlet.condition_ids.is_met = True
        outlet._change_phase("extension", "Its people take it over", kind="agent")
        self.assertEqual((outlet.kind, outlet.phase), ("agent", "extension"))
        self.assertEqual(len(outlet.pack_ids), 1)
