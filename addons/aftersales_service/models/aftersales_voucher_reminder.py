# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """A job answers the reminders of its unit, and settles them when it is done (S13)."""

    _inherit = "aftersales.voucher"

    reminder_ids = fields.One2many(
        "aftersales.reminder",
        "voucher_id",
        readonly=True,
        groups="aftersales_service.group_service_clerk,aftersales_service.group_service_reader",
        help="Reminders that this job answers.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A fitting job on a unit answers its open reminders."""
        vouchers = super().create(vals_list)
        self.env["aftersales.reminder"]._link_jobs(vouchers)
        return vouchers

    def write(self, vals):
        """A job that is moved to another unit or kind leaves the reminders that it answered."""
        result = super().write(vals)
        if {"lot_id", "kind"}.intersection(vals):
            # sudo: as in `_link_jobs`.
            for reminder in self.sudo().reminder_ids:
                voucher = reminder.voucher_id
                if (voucher.lot_id, voucher.kind) != (reminder.lot_id, reminder.rule_id.job_kind):
                    reminder._release()
            self.env["aftersales.reminder"]._link_jobs(self)
        return result

    # === STEPS === #

    def _done(self, at=None):
        """Done: the clock of maintenance starts again by itself, from the day of the job."""
        result = super()._done(at)
        # sudo: technicians have no right on reminders; their job settles those that it answers.
        for voucher in self.sudo().filtered("reminder_ids"):
            reminders = voucher.reminder_ids.filtered(lambda r: r.state in ("due", "sent"))
            reminders._settle(voucher._get_company_date(voucher.done_at))
        return result

    def _solve_by_phone(self, at=None):
        """No visit, no maintenance: the reminders wait for another job."""
        result = super()._solve_by_phone(at)
        self.sudo().reminder_ids._release()  # sudo: as in `_done`
        return result

    def _cancel(self, reason, at=None):
        """Struck off: the reminders are open again."""
        result = super()._cancel(reason, at)
        self.sudo().reminder_ids._release()  # sudo: as in `_done`
        return result
