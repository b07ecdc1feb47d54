# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PartsCoreRequestMixin(models.AbstractModel):
    """What one person asks for and another one, a guardian, grants (P2).

    Its steps are written by the methods below only; what was asked does not change afterwards.
    """

    _name = "parts.core.request.mixin"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
    ]
    _description = "Request to the Guardians of Restricted Parts"

    name = fields.Char(
        string="Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("granted", "Granted"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    reason = fields.Text(
        required=True, tracking=True, help="Why it is needed, for the guardian who decides."
    )
    requested_by_id = fields.Many2one(
        "res.users",
        string="Asked By",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    requested_on = fields.Datetime(string="Asked On", readonly=True, copy=False)
    granted_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="A guardian, never the person who asked.",
    )
    granted_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    closed_on = fields.Datetime(readonly=True, copy=False)
    close_reason = fields.Text(
        string="Why Closed",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why it was refused or taken back.",
    )
    is_requester = fields.Boolean(compute="_compute_my_part")
    may_decide = fields.Boolean(
        compute="_compute_my_part", help="You are a guardian, and did not ask for this yourself."
    )

    @api.depends("requested_by_id")
    @api.depends_context("uid")
    def _compute_my_part(self):
        is_guardian = self.env["parts.guard"]._is_guardian()
        for request in self:
            request.is_requester = request.requested_by_id == self.env.user
            request.may_decide = is_guardian and not request.is_requester

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "state",
            "requested_by_id",
            "requested_on",
            "granted_by_id",
            "granted_on",
            "closed_by_id",
            "closed_on",
            "close_reason",
        }

    @api.model
    def _get_terms(self):
        """Hook: names of the fields that say what is asked for."""
        return {"reason"}

    @api.model_create_multi
    def create(self, vals_list):
        """Number the requests."""
        requests = super().create(vals_list)
        for request in requests.sudo():  # sudo: the number is the system's
            request.name = self.env["ir.sequence"].next_by_code(self._name) or request.name
        return requests

    def write(self, vals):
        """What is asked for changes while the asking person drafts it, never later.

        :raise UserError: naming the request
        """
        if not self.env.su and self._get_terms().intersection(vals):
            for request in self:
                if request.state != "draft" or request.requested_by_id != self.env.user:
                    raise UserError(
                        self.env._(
                            "%(request)s was written by %(person)s and changes in its draft only. "
                            "Have it withdrawn, or make another one.",
                            request=request.name,
                            person=request.requested_by_id.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        for request in self:
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(request)s is on record and cannot be deleted.", request=request.name
                    )
                )

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def action_ask(self):
        """Hand the draft to the guardians.

        :raise UserError: when its terms do not hold, or nobody else could grant it
        """
        self._check_state("draft")
        for request in self:
            request._check_requester()
            request._check_terms()
            guardians = request._get_deciders()
            if not guardians:
                raise UserError(
                    self.env._(
                        "%(request)s needs a guardian other than you. Have an administrator "
                        "appoint another one.",
                        request=request.name,
                    )
                )
            # sudo: a step of the request, after the checks above.
            request.sudo().write({"state": "asked", "requested_on": fields.Datetime.now()})
            for guardian in guardians:
                request.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Decide on %(request)s", request=request.display_name),
                    user_id=guardian.id,
                )
        return True

    def action_withdraw(self):
        """Take an undecided request back into draft; its own person only."""
        self._check_state("asked")
        for request in self:
            request._check_requester()
        # sudo: a step of the request, after the checks above.
        self.sudo().write({"state": "draft", "requested_on": False})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_grant(self):
        """Grant what somebody else has asked for.

        :raise AccessError: when the user is no guardian, or asked for it
        :raise UserError: when it is not asked for, or its terms do not hold any more
        """
        self._check_state("asked")
        for request in self:
            request._check_decider()
            request._check_terms()
            # sudo: a step of the request, after the checks above.
            request.sudo().write(
                {
                    "state": "granted",
                    "granted_by_id": self.env.uid,
                    "granted_on": fields.Datetime.now(),
                }
            )
            request._after_grant()
            request._tell_requester(self.env._("Granted."))
        return True

    def action_refuse(self):
        """Ask the guardian why it is refused."""
        self._check_state("asked")
        return self._open_close_wizard("refused")

    def _close(self, state, reason):
        """Refuse or take back, with a reason.

        :param str state: the state to end in
        :param str reason: why, for the log and for the person who asked
        :raise AccessError: when the user is no guardian, or decides on an own request
        """
        for request in self:
            request._check_state(*request._get_closable_states(state))
            if state == "refused":
                request._check_decider()
            else:
                request._check_guardian()
            request._write_close(state, reason)
            request._tell_requester(f"{request._get_state_label()}: {reason}")

    def _write_close(self, state, reason):
        # sudo: a step of the request, after the checks of the callers.
        self.sudo().write(
            {
                "state": state,
                "closed_by_id": self.env.uid,
                "closed_on": fields.Datetime.now(),
                "close_reason": reason,
            }
        )

    def _get_closable_states(self, state):
        """Hook: states from which a request may be closed with this one."""
        return ("asked",)

    def _check_terms(self):
        """Hook: raise UserError when what is asked for does not hold (any more)."""

    def _after_grant(self):
        """Hook: what follows from a grant."""

    def _get_company(self):
        """Hook: the company whose guardians decide."""
        return self.env.company

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _get_deciders(self):
        """Guardians who may grant this request: all but the person who asked."""
        self.ensure_one()
        return self.env["parts.guard"]._get_guardians(self._get_company()) - self.requested_by_id

    def _check_requester(self):
        """:raise AccessError: when somebody else wrote the request"""
        self.ensure_one()
        if self.requested_by_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%(request)s is %(person)s's: only who wrote it asks for it or withdraws it.",
                    request=self.name,
                    person=self.requested_by_id.name,
                )
            )

    def _check_guardian(self):
        """:raise AccessError: when the user is no guardian; superuser rights do not help"""
        guard = self.env["parts.guard"]
        if not guard._is_guardian():
            raise AccessError(
                self.env._(
                    "%(request)s is decided by the guardians of restricted parts: %(guardians)s.",
                    request=self[:1].name,
                    guardians=guard._get_guardian_names(self[:1]._get_company()),
                )
            )

    def _check_decider(self):
        """:raise AccessError: when the user is no guardian or has asked for it"""
        self.ensure_one()
        self._check_guardian()
        # Who created it counts as well, should the record ever have been handed over.
        if self.env.user in self.requested_by_id | self.create_uid:
            raise AccessError(
                self.env._(
                    "You asked for %(request)s yourself: another guardian decides. Ask "
                    "%(guardians)s.",
                    request=self.name,
                    guardians=", ".join(self._get_deciders().mapped("name"))
                    or self.env._("an administrator to appoint one"),
                )
            )

    def _tell_requester(self, body):
        """Log a decision, tell the person who asked, and strike the to-dos of the guardians."""
        self.ensure_one()
        # sudo: the person who asked may be closed to the guardian; to-dos are the others' own.
        request = self.sudo()
        request.activity_unlink(["mail.mail_activity_data_todo"])
        request.message_post(
            body=body,
            partner_ids=request.requested_by_id.partner_id.ids,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )

    def _open_close_wizard(self, state):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "parts.core.request.close",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_state": state,
            },
        }
