# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import uuid

from odoo import api, fields, models
from odoo.fields import Domain

from .aftersales_voucher import OPEN_STATES


class AftersalesVoucher(models.Model):
    """A job on the customer's own page: whose it is, what it tells, and the link of a mail (S3).

    Portal users have no right on this model. Their pages find records with
    ``_get_portal_domain`` or by the token of a link; nothing else leaves.
    """

    _inherit = "aftersales.voucher"

    # Nothing is rated when a call is registered: no query for it.
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value", store=True, precompute=True
    )

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for voucher in self:
            voucher.access_url = f"/my/service/{voucher.id}"
        return result

    # === ACTIONS === #

    def action_preview_portal(self):
        """Open the page as the customer sees it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": self.get_portal_url(),
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_portal_domain(self, user):
        """Jobs that a login of the portal may follow: those of its own customer.

        :param user: res.users
        """
        # sudo: only the login's own company and customer are read.
        user = user.sudo()
        return Domain("partner_id", "child_of", user.partner_id.commercial_partner_id.id) & Domain(
            "company_id", "in", user.company_ids.ids
        )

    def _portal_ensure_token(self):
        """Token of the customer's link; a frozen voucher may get one as well."""
        self.ensure_one()
        if not self.access_token:
            # sudo: whoever may read the job may have its link sent to the customer.
            self.sudo()._write_step({"access_token": str(uuid.uuid4())})
        return self.access_token

    def _get_portal_steps(self):
        """What has happened so far and what comes next, for the page of the job.

        :return: list of dicts with ``name``, ``label`` and ``at`` (moment in UTC, or False for a
            step that is still to come); the last one that has a moment is where the job stands
        """
        self.ensure_one()
        steps = [
            ("registered", self.env._("Registered"), self.registered_at),
            ("dispatched", self.env._("Given to a technician"), self.dispatched_at),
            ("started", self.env._("Work begun"), self.started_at),
        ]
        if self._has_customer() and (self.reported_at or not self.done_at):
            steps.append(("reported", self.env._("Work finished, to be signed"), self.reported_at))
        steps.append(("done", self.env._("Done and signed"), self.done_at))
        if self.solved_by_phone:
            steps = [steps[0], ("done", self.env._("Solved by phone"), self.done_at)]
        elif self.state == "cancelled":
            steps = [step for step in steps if step[2]]
            steps.append(("cancelled", self.env._("Cancelled"), self.cancelled_at))
        elif self.closed_at:
            steps.append(("closed", self.env._("Closed"), self.closed_at))
        return [{"name": name, "label": label, "at": at} for name, label, at in steps]

    def _get_portal_state(self):
        """Where the job stands, in the customer's words.

        :return: tuple (label, colour of its badge)
        """
        self.ensure_one()
        if self._has_to_be_signed():
            return self.env._("Waits for your signature"), "warning"
        if self._has_open_estimate():
            return self.env._("Waits for your answer"), "warning"
        if self.solved_by_phone:
            return self.env._("Solved by phone"), "success"
        return {
            "registered": (self.env._("Registered"), "secondary"),
            "dispatched": (self.env._("Given to a technician"), "info"),
            "in_progress": (self.env._("In work"), "info"),
            "waiting_part": (self.env._("Waits for a part"), "warning"),
            "in_workshop": (self.env._("In our workshop"), "info"),
            "done": (self.env._("Done"), "success"),
            "closed": (self.env._("Closed"), "success"),
            "cancelled": (self.env._("Cancelled"), "secondary"),
        }[self.state]

    def _shows_breakdown(self):
        """May the customer's page show work and parts? From what he is asked about on (S15)."""
        self.ensure_one()
        return bool(self.line_ids) and (
            bool(self.estimate_sent_at)
            or self._has_to_be_signed()
            or self.state in ("done", "closed")
        )

    def _has_open_estimate(self):
        """Does the estimate wait for the customer's yes or no (S15)?"""
        self.ensure_one()
        return self.estimate_state == "sent" and self.state in OPEN_STATES

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"access_token"}
