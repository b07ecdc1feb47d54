# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class RebateVerificationMixin(models.AbstractModel):
    """Something that one person enters and another one verifies, with evidence (R3, R4).

    Draft → submitted → verified, or rejected with a reason and back to draft. What was submitted
    does not change; the steps are written by the methods here only. Attachments of the chatter are
    the evidence. Models have a ``metric_id``.
    """

    _name = "rebate.verification.mixin"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Entered by One, Verified by Another"

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("verified", "Verified"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
        help="Draft: can be changed. Submitted: waits for another person. Verified: counts. "
        "Rejected: with a reason; take it back to draft to correct it.",
    )
    entered_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Who entered or last changed the figures."
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_on = fields.Datetime(
        readonly=True, copy=False, help="When it was handed in, for the verdict on the deadline."
    )
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Datetime(readonly=True, copy=False)
    rejection = fields.Char(string="Reason for Rejection", readonly=True, copy=False, tracking=True)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        process = self._get_process_fields()
        if not self.env.su:
            if any(process & set(vals) for vals in vals_list):
                raise AccessError(
                    self.env._("It starts as a draft. Use the buttons to go on from there.")
                )
            # Said here, so that no default of the context says something else.
            start = dict.fromkeys(process, False) | {"state": "draft"}
            vals_list = [vals | start for vals in vals_list]
        for vals in vals_list:
            vals["entered_by_id"] = vals.get("entered_by_id") or self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and self._get_process_fields() & set(vals):
            raise AccessError(self.env._("Use the buttons to move it on, not its fields."))
        if self._get_fact_fields() & set(vals):
            self._check_changeable()
            vals = {"entered_by_id": self.env.uid} | vals
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s was handed in and stays on file. Reject it instead.",
                        name=record.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_submit(self):
        """Hand drafts in: from now on they do not change, and another person verifies them.

        :raise UserError: without the evidence that the metric asks for
        """
        self.check_access("write")
        now = fields.Datetime.now()
        for record in self:
            record._check_state("draft")
            record._check_evidence()
            # sudo: write access was checked above; the steps only change through these methods.
            record.sudo().write(record._prepare_submit_vals(now))

    def action_verify(self):
        """Verify what others handed in: from now on it counts. For rebate managers.

        :raise UserError: when it is the user's own (four eyes)
        """
        self.check_access("write")
        self._check_manager()
        for record in self:
            record._check_state("submitted")
            record._check_four_eyes()
            # sudo: as in action_submit.
            record.sudo().write(
                {
                    "state": "verified",
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Datetime.now(),
                    "rejection": False,
                }
            )

    def action_reject(self):
        """Ask for the reason of a rejection."""
        self.check_access("write")
        self._check_manager()
        for record in self:
            record._check_state("submitted", "verified")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": "rebate.metric.reject",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def action_draft(self):
        """Take back what was handed in or rejected, to correct it. Verified ones: managers."""
        self.check_access("write")
        rejected = self.filtered(lambda record: record.state == "rejected")
        for record in self:
            record._check_state("submitted", "rejected", "verified")
            if record.state == "verified":
                record._check_manager()
            # sudo: as in action_submit.
            record.sudo().write(self._prepare_draft_vals())
        rejected._check_return()

    # ------------------------------------------------------------------
    # Business methods
    # ------------------------------------------------------------------

    def _reject(self, reason):
        """Refuse what was handed in. For rebate managers.

        :param reason: what is wrong with it; the one who entered it reads it
        """
        self.check_access("write")
        self._check_manager()
        for record in self:
            record._check_state("submitted", "verified")
            # sudo: as in action_submit.
            record.sudo().write(
                {
                    "state": "rejected",
                    "rejection": reason,
                    "verified_by_id": False,
                    "verified_on": False,
                }
            )

    def _prepare_submit_vals(self, now):
        """Values of handing in. For extension."""
        self.ensure_one()
        return {
            "state": "submitted",
            "submitted_by_id": self.env.uid,
            "submitted_on": now,
            "rejection": False,
        }

    def _prepare_draft_vals(self):
        """Values of going back to draft. For extension."""
        return {
            "state": "draft",
            "submitted_by_id": False,
            "submitted_on": False,
            "verified_by_id": False,
            "verified_on": False,
        }

    def _check_return(self):
        """Called for what was rejected and came back to draft. For extension."""

    def _get_fact_fields(self):
        """Fields that were verified and so do not change. To be given by each model."""
        raise NotImplementedError

    def _get_process_fields(self):
        """Fields that only the methods here write."""
        return {
            "state",
            "entered_by_id",
            "submitted_by_id",
            "submitted_on",
            "verified_by_id",
            "verified_on",
            "rejection",
        }

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("dealer_rebate.group_rebate_manager"):
            raise AccessError(
                self.env._("Only a rebate manager can verify, reject or reopen figures.")
            )

    def _check_four_eyes(self):
        """Refuse to verify one's own. Holds for every account, the superuser's included (R3)."""
        self.ensure_one()
        if self.env.user in self.entered_by_id | self.submitted_by_id:
            raise UserError(
                self.env._(
                    "You entered %(name)s yourself: another person has to verify it.",
                    name=self.display_name,
                )
            )

    def _check_evidence(self):
        self.ensure_one()
        if self.metric_id.needs_evidence and not self.message_attachment_count:
            raise UserError(
                self.env._(
                    "%(metric)s asks for evidence: attach a document to %(name)s first.",
                    metric=self.metric_id.name,
                    name=self.display_name,
                )
            )

    def _check_changeable(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%(name)s was handed in and does not change. Take it back to draft first.",
                        name=record.display_name,
                    )
                )

    @api.model
    def _get_counting_sql(self, alias="fact", metric="metric"):
        """Condition on what counts: verified, or handed in where the metric asks for no more."""
        return SQL(
            "(%(state)s = 'verified' OR %(state)s = 'submitted' AND NOT %(needs)s)",
            state=SQL.identifier(alias, "state"),
            needs=SQL.identifier(metric, "needs_verification"),
        )
