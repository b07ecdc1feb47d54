# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.rate_table.calculators import as_text, to_decimal

from .aftersales_voucher_share import TOGETHER

WHOLE = Decimal(100)


class AftersalesVoucher(models.Model):
    """Whose work a job was, and when it was found to be rework: what commissions need (K22)."""

    _inherit = "aftersales.voucher"

    share_ids = fields.One2many(
        "aftersales.voucher.share",
        "voucher_id",
        string="Shares of Work",
        copy=False,
        help="Technicians who did the job together, each with his part; empty: the technician "
        "alone. May still be corrected when the job is done: what was paid then is made good in "
        "the next month.",
    )
    rework_confirmed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the job was confirmed as rework: the fee of the earlier job's work is taken "
        "back in this month, or in that in which the job is done (K22).",
    )

    @api.constrains("share_ids")
    def _check_shares(self):
        """A job is shared out as a whole (K22)."""
        for voucher in self:
            total = sum((to_decimal(share) for share in voucher.share_ids.mapped("share")), 0)
            if voucher.share_ids and total != WHOLE:
                raise ValidationError(
                    self.env._(
                        "The shares of %(voucher)s add up to %(total)s percent: enter shares that "
                        "add up to 100.",
                        voucher=voucher.display_name,
                        total=as_text(to_decimal(total)),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Shares that come with a job are checked together."""
        if any("share_ids" in vals for vals in vals_list):
            together = self.with_context(aftersales_shares=TOGETHER)
            return super(AftersalesVoucher, together).create(vals_list).with_env(self.env)
        return super().create(vals_list)

    def write(self, vals):
        """Shares that are written with a job are checked together."""
        if "share_ids" in vals:
            together = self.with_context(aftersales_shares=TOGETHER)
            return super(AftersalesVoucher, together).write(vals)
        return super().write(vals)

    def _check_not_frozen(self, vals):
        """Who did a job may be corrected by the supervisor when it is done; rights say who."""
        return super()._check_not_frozen(
            {name: value for name, value in vals.items() if name != "share_ids"}
        )

    def _confirm_rework(self):
        """Note when, because the fee is taken back in that month (K22)."""
        result = super()._confirm_rework()
        self._write_step({"rework_confirmed_at": fields.Datetime.now()})
        return result

    def action_reject_rework(self):
        """A confirmation that is taken back takes no fee back (K22)."""
        result = super().action_reject_rework()
        self._write_step({"rework_confirmed_at": False})
        return result

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"rework_confirmed_at"}
