# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesArticle(models.Model):
    """Buttons of an article where it is proposed for a job, which the context names (S6, S22)."""

    _inherit = "aftersales.article"

    def action_solved_job(self):
        """It solved the call: noted, counted, and the call is closed without a visit (S6).

        :raises AccessError: for whoever is not the hotline
        :raises UserError: when the job has been dispatched already
        """
        self.ensure_one()
        voucher = self._get_job()
        if not voucher.work_done:
            voucher.work_done = self.env._("Guidance by %s", self.display_name)
        voucher.action_solve_by_phone()
        voucher._note_article(self, "helped", "phone")
        return True

    def action_helped_job(self):
        """It helped with the job."""
        self.ensure_one()
        self._get_job()._note_article(self, "helped")
        return True

    def action_failed_job(self):
        """It did not help with the job."""
        self.ensure_one()
        self._get_job()._note_article(self, "failed")
        return True

    def _get_job(self):
        """The job that the article is proposed for, with the user's own rights."""
        voucher = self.env["aftersales.voucher"].browse(
            self.env.context.get("aftersales_voucher_id") or ()
        )
        if not voucher.exists():
            raise UserError(self.env._("Open the article from the job that it helped with."))
        voucher.check_access("read")
        return voucher
