# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesVoucherSubmission(models.Model):
    """What a technician's phone has sent: each key is taken once.

    A phone that lost its connection cannot know whether what it sent arrived, so it sends it
    again under the same key. What came in already is answered and changes nothing.
    """

    _name = "aftersales.voucher.submission"
    _description = "Submission of a Technician's Phone"
    _order = "id desc"
    _rec_name = "key"

    voucher_id = fields.Many2one(
        "aftersales.voucher", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="voucher_id.company_id", store=True, precompute=True)
    key = fields.Char(required=True, readonly=True, help="Drawn by the phone, once a submission.")
    step = fields.Char(readonly=True, help="Step that was asked for, if any.")
    told_at = fields.Datetime(
        readonly=True, help="When it was entered, by the phone's clock; sent later without network."
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)

    _key_once = models.UniqueIndex("(key)", "This was received already.")

    @api.model
    def _claim(self, voucher, key, step, told_at):
        """Take a key, once.

        :return: False where it came in before
        :raises UserError: when the key is none, or another job's
        """
        if not isinstance(key, str) or not 16 <= len(key) <= 64:
            raise UserError(
                self.env._(
                    "%(voucher)s: reload the page, then send it again.",
                    voucher=voucher.display_name,
                )
            )
        # Two at once meet at the job's row: the second waits, is tried again, and finds the first.
        self.env.cr.execute(
            SQL("UPDATE aftersales_voucher SET write_date = write_date WHERE id = %s", voucher.id)
        )
        # sudo: nobody reads or writes the log but these methods; the job was checked.
        log = self.sudo()
        earlier = log.search([("key", "=", key)])
        if earlier:
            if earlier.voucher_id != voucher:
                raise UserError(
                    self.env._(
                        "This was sent for %(other)s, not for %(voucher)s: reload the page.",
                        other=earlier.voucher_id.display_name,
                        voucher=voucher.display_name,
                    )
                )
            return False
        log.create(
            {
                "voucher_id": voucher.id,
                "key": key,
                "step": step or False,
                "told_at": told_at or False,
                "user_id": self.env.uid,
            }
        )
        return True

    @api.autovacuum
    def _gc_submissions(self):
        """A phone sends again for days, not for months."""
        # sudo: housekeeping.
        self.sudo().search(
            [("create_date", "<", fields.Datetime.now() - timedelta(days=90))], limit=10000
        ).unlink()
