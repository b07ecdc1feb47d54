# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_voucher import TECHNICIAN_FIELDS

# What an outlet's own dispatcher decides about its jobs.
DISPATCH_FIELDS = frozenset({"technician_id", "planned_start", "planned_end"})


class AftersalesVoucher(models.Model):
    """Who dispatches: the supervisor all jobs, an outlet's dispatcher its own (S19)."""

    _inherit = "aftersales.voucher"

    is_dispatcher = fields.Boolean(
        compute="_compute_is_dispatcher",
        help="The user dispatches this job: as supervisor, or for its outlet.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid")
    @api.depends("outlet_id")
    def _compute_is_dispatcher(self):
        for voucher in self:
            voucher.is_dispatcher = voucher._may_dispatch()

    # === HELPERS === #

    def _may_dispatch(self):
        self.ensure_one()
        user = self.env.user
        if self.env.su or user.has_group("aftersales_service.group_service_supervisor"):
            return True
        return (
            user.has_group("aftersales_service.group_service_outlet_dispatcher")
            # sudo: an outlet names its dispatchers; only whether the user is one is asked.
            and user in self.outlet_id.sudo().dispatcher_ids
        )

    def _check_dispatcher(self):
        """Supervisors dispatch, and outlets' dispatchers the jobs of their own outlets.

        :raises AccessError: to everybody else
        """
        self._check_group(
            "aftersales_service.group_service_technician",
            self.env._("Only a service supervisor dispatches jobs (S3): ask yours."),
        )
        for voucher in self:
            if not voucher._may_dispatch():
                raise AccessError(
                    self.env._(
                        "Only a service supervisor, or the dispatcher of its own outlet, "
                        "dispatches %(voucher)s (S3): ask yours.",
                        voucher=voucher.display_name,
                    )
                )

    def _check_role(self, vals):
        """An outlet's dispatcher decides who of the outlet goes, and when."""
        names = get_business_fields(vals)
        own = names & DISPATCH_FIELDS and names <= DISPATCH_FIELDS | TECHNICIAN_FIELDS
        if own and all(voucher._may_dispatch() for voucher in self):
            return None
        return super()._check_role(vals)
