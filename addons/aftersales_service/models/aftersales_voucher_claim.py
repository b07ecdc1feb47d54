# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain

CLAIM_READERS = (
    "aftersales_service.group_service_reader,account.group_account_invoice,"
    "aftersales_service.group_service_claims"
)


class AftersalesVoucher(models.Model):
    """Claims of a job: what somebody else pays is claimed from him once it is done (S17)."""

    _inherit = "aftersales.voucher"

    claim_case_ids = fields.One2many(
        "aftersales.claim.case", "voucher_id", readonly=True, groups=CLAIM_READERS
    )
    # How many there are may be told to whoever sees the job; what they say may not.
    claim_count = fields.Integer(compute="_compute_claim_count", compute_sudo=True, string="Claims")
    may_claim = fields.Boolean(
        compute="_compute_may_claim",
        compute_sudo=True,
        help="A maker or supplier pays something of this job, and it stands on no claim.",
    )
    claim_callback_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="A claim corrected the user's name or phone then: the user is called, also when the "
        "job is closed.",
    )

    @api.depends("claim_case_ids")
    def _compute_claim_count(self):
        for voucher in self:
            voucher.claim_count = len(voucher.claim_case_ids.claim_id)

    @api.depends("state", "claim_case_ids.line_ids.is_live")
    def _compute_may_claim(self):
        """One search for all: the same shares that *To Claim* lists."""
        Cover = self.env["aftersales.cover"]
        domain = Domain("voucher_id", "in", self.ids) & Cover._get_claimable_domain()
        claimable = {voucher.id for [voucher] in Cover._read_group(domain, ["voucher_id"])}
        for voucher in self:
            voucher.may_claim = voucher._origin.id in claimable

    @api.depends("claim_callback_at")
    def _compute_callback_due_at(self):
        return super()._compute_callback_due_at()

    def action_make_claims(self):
        """Claim what makers and suppliers pay of these jobs.

        :raises UserError: when there is nothing to claim
        """
        covers = self.env["aftersales.cover"].search(
            [("voucher_id", "in", self.ids), *self.env["aftersales.cover"]._get_claimable_domain()]
        )
        return covers.action_make_claims()

    def action_view_claims(self):
        """Open the claims of this job."""
        self.ensure_one()
        return self.claim_case_ids.claim_id._get_records_action(name=self.env._("Claims"))

    def _prepare_claim_case_vals(self):
        """Values of what a payer is told about this job's unit, fault and user (S17)."""
        self.ensure_one()
        lot, user = self.lot_id, self.lot_id.user_partner_id
        return {
            "voucher_id": self.id,
            "lot_id": lot.id,
            "serial": lot.name or self.unit_note,
            "product_id": self.product_id.id,
            "failed_on": self._get_company_date(self.registered_at),
            "repaired_on": self._get_company_date(self.done_at),
            "meter": self.meter_reading or lot.meter,
            "fault_id": self.fault_id.id,
            "cause": self.work_done,
            "user_partner_id": user.id,
            "user_name": user.name or self.contact_name,
            "user_phone": user.phone or self.phone,
        }

    def _queue_claim_callback(self, at):
        """Put jobs into the queue of callbacks: a claim corrected their user (S17).

        :param datetime at: when it did
        """
        self._write_step({"claim_callback_at": at})

    def _get_callback_due(self):
        """A user who was corrected by a claim is called, whether or not the job needs it."""
        due = super()._get_callback_due()
        if due or not self._has_claim_callback():
            return due
        return self.claim_callback_at

    def _has_claim_callback(self):
        """Is somebody still to be called about what a claim has corrected?"""
        self.ensure_one()
        return bool(self.claim_callback_at and self.state in ("done", "closed"))

    def _apply_callbacks(self):
        """Who was reached, or tried often enough, need not be called about a claim again."""
        result = super()._apply_callbacks()
        heard = self.filtered(
            lambda voucher: (
                voucher.claim_callback_at
                and (
                    voucher.callback_outcome != "no_answer"
                    or voucher.callback_tries >= voucher.company_id.aftersales_callback_tries
                )
            )
        )
        heard._write_step({"claim_callback_at": False})
        return result

    def _may_call_back(self):
        """Jobs that are done, and closed ones whose user a claim has corrected."""
        self.ensure_one()
        return self.state == "done" or (self.state == "closed" and self._has_claim_callback())

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"claim_callback_at"}
