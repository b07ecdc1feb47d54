# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Only code that holds this object checks the shares of a job later, all together.
TOGETHER = object()


class AftersalesVoucherShare(models.Model):
    """Who did which part of a job, where it was not its technician alone (K22).

    The shares of a job add up to 100 %. A job without rows is its technician's.
    """

    _name = "aftersales.voucher.share"
    _description = "Share of a Job"
    _order = "voucher_id, share desc, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    voucher_id = fields.Many2one(
        "aftersales.voucher", string="Job", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="voucher_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Who did this part of the job.",
    )
    share = fields.Float(
        string="Share (%)",
        required=True,
        digits=(16, 4),
        help="Percent of the job; the shares of a job add up to 100.",
    )

    _employee_uniq = models.UniqueIndex(
        "(voucher_id, employee_id)",
        "A technician has one share of a job: add what he did to the line that is there.",
    )
    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share of a job is above 0 and at most 100 percent."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Share a job out, as a whole.

        :raises ValidationError: where the shares do not add up to 100
        """
        shares = super().create(vals_list)
        shares._check_together(shares.voucher_id)
        return shares

    def write(self, vals):
        """See :meth:`create`."""
        vouchers = self.voucher_id
        result = super().write(vals)
        self._check_together(vouchers | self.voucher_id)
        return result

    def unlink(self):
        """See :meth:`create`; all shares of a job may go."""
        vouchers = self.voucher_id
        result = super().unlink()
        self._check_together(vouchers)
        return result

    def _check_together(self, vouchers):
        """The shares of jobs add up; a job that is written with its shares checks by itself."""
        if self.env.context.get("aftersales_shares") is not TOGETHER:
            vouchers._check_shares()
