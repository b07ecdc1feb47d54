# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVoucher(models.Model):
    """Jobs that go back to a job that did not end well (S9).

    A done job is frozen, so what is still to be done is a new job that knows the first. It
    carries the callback on: what closes it closes the first, too.
    """

    _inherit = "aftersales.voucher"

    followup_of_id = fields.Many2one(
        "aftersales.voucher",
        string="Follow-up Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Done job whose customer was not satisfied: this one goes back to it.",
    )
    followup_ids = fields.One2many(
        "aftersales.voucher",
        "followup_of_id",
        string="Follow-up Jobs",
        readonly=True,
        help="Jobs that were registered because the customer was not satisfied with this one.",
    )
    followup_count = fields.Integer(compute="_compute_followup_count")
    complaint_count = fields.Integer(
        compute="_compute_complaint_count",
        string="Complaints",
        help="Complaints about this job that the user may see.",
    )

    # === COMPUTE METHODS === #

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        for voucher in self:
            voucher.followup_count = len(voucher.followup_ids)

    @api.depends_context("uid")
    def _compute_complaint_count(self):
        complaints = self.env["aftersales.complaint"]
        counts = {}
        if complaints.has_access("read"):
            counts = dict(
                complaints._read_group(
                    [("voucher_id", "in", self.ids)], ["voucher_id"], ["__count"]
                )
            )
        for voucher in self:
            voucher.complaint_count = counts.get(voucher._origin, 0)

    # === ACTIONS === #

    def action_register_complaint(self):
        """Open a new complaint about this job (S11)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_complaint_action"
        )
        context = {"default_voucher_id": self.id, "default_subject": self.fault_id.name}
        return {**action, "views": [(False, "form")], "view_mode": "form", "context": context}

    def action_view_complaints(self):
        """Open the complaints about this job."""
        self.ensure_one()
        complaints = self.env["aftersales.complaint"].search([("voucher_id", "=", self.id)])
        return complaints._get_records_action()

    def action_view_followups(self):
        """Open the jobs that go back to this one."""
        self.ensure_one()
        return self.followup_ids._get_records_action()

    # === BUSINESS METHODS === #

    def _register_followup(self, **values):
        """Register the job that goes back to this one; it is urgent (S9).

        :param values: what differs from ``_prepare_followup_vals``
        :return: the new job, registered by the user
        :raises UserError: when this job is not done, or its follow-up is still open
        """
        self.ensure_one()
        if not self._is_done():
            raise UserError(
                self.env._(
                    "%(voucher)s is not done: what is missing is done on the job itself.",
                    voucher=self.display_name,
                )
            )
        going = self.followup_ids.filtered(lambda voucher: not voucher._is_frozen())
        if going:
            raise UserError(
                self.env._(
                    "%(followup)s is under way already because of %(voucher)s: add to it what "
                    "the customer says.",
                    followup=going[0].display_name,
                    voucher=self.display_name,
                )
            )
        # sudo: callers register no calls of their own, but what they hear on a callback; the
        # caller of this method has checked who may.
        followup = self.sudo().create({**self._prepare_followup_vals(), **values})
        return followup.sudo(self.env.su)

    def _prepare_followup_vals(self):
        """Values of the job that goes back to this one."""
        self.ensure_one()
        return {
            "followup_of_id": self.id,
            "company_id": self.company_id.id,
            "priority": "1",
            "channel": "call",
            "kind": self.kind,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "address": self.address,
            "area_id": self.area_id.id,
            "lot_id": self.lot_id.id,
            "product_id": self.product_id.id,
            "unit_note": self.unit_note,
            "fault_id": self.fault_id.id,
            "outlet_id": self.outlet_id.id,
        }

    def _get_carrying_followups(self):
        """Follow-ups whose own callback answers for this job, too."""
        self.ensure_one()
        return self.followup_ids.filtered(
            lambda voucher: voucher.state != "cancelled" and not voucher.solved_by_phone
        )

    def _can_close(self):
        """What closes the follow-up closes the job that it goes back to."""
        carried = self._get_carrying_followups()
        return super()._can_close() or "closed" in carried.mapped("state")

    def _close(self, at=None):
        result = super()._close(at=at)
        if isinstance(at, dict):
            at = {voucher.followup_of_id: at[voucher] for voucher in self}
        first = self.followup_of_id.filtered(lambda voucher: voucher.state == "done")
        if first:
            first._close(at=at)
        return result

    def _is_done(self):
        """Was the work done, with a visit or in the workshop?"""
        self.ensure_one()
        return self.state in ("done", "closed") and not self.solved_by_phone

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"followup_of_id"}
