# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import models

# Marks of the demo's areas on its walks, the oldest first.
WALKS = (
    ((3, 3, 2, 3, 4, 3), (4, 3, 4, 4, 5, 4), (2, 2, 2, 3, 3, 2)),
    ((4, 3, 3, 3, 4, 4), (4, 4, 4, 4, 5, 4), (3, 2, 3, 3, 3, 3)),
    ((4, 4, 3, 4, 5, 4), (5, 4, 4, 5, 5, 4), (3, 3, 3, 3, 4, 3)),
)


class AftersalesRoundPlan(models.Model):
    """The story of the demo: the walks of the last weeks, the checks of the last days."""

    _inherit = "aftersales.round.plan"

    def _play_demo(self):
        """Let three walks and two days of safety checks happen, through the methods of the day."""
        today = self.company_id._get_round_today()
        marks = [name for name in self.env["aftersales.round.score"]._fields if "_mark" in name]
        for plan in self.filtered(lambda plan: plan.kind == "six_s" and not plan.voucher_ids):
            for weeks, walk in zip((3, 2, 1), WALKS, strict=True):
                monday = today - timedelta(days=today.weekday(), weeks=weeks)
                job = plan._make_jobs({plan: (monday, monday)})
                job._start()
                for score, points in zip(job.round_score_ids, walk, strict=True):
                    score.write(dict(zip(marks, points, strict=True)))
                job.checklist_line_ids.write({"result": "ok"})
                job._done()
        for plan in self.filtered(lambda plan: plan.kind == "safety" and not plan.voucher_ids):
            for days in (2, 1, 0):
                day = today - timedelta(days=days)
                job = plan._make_jobs({plan: (day, day)})
                lift, crane = job.checklist_line_ids
                if days == 2:
                    crane.write({"result": "not_ok", "note": "Hook latch bent"})
                if days:
                    lift.write({"result": "ok"})
