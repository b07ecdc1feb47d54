# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError


class PartsPricePublicationApproval(models.Model):
    """Approval by levels: each size of change by the people that the policy names (P6)."""

    _inherit = "parts.price.publication"

    approval_ids = fields.One2many("parts.price.approval", "publication_id", string="Approvals")
    pending_approval = fields.Char(
        string="Waits For", compute="_compute_pending_approval", help="Who still has to approve."
    )
    can_approve = fields.Boolean(compute="_compute_pending_approval")

    @api.depends("state", "approval_ids", "line_ids.include", "line_ids.approval_level_id")
    @api.depends_context("uid")
    def _compute_pending_approval(self):
        for publication in self:
            pending = {}
            if publication.state == "proposed":
                pending = publication._get_pending_approvals()
            publication.pending_approval = " · ".join(
                self.env._(
                    "%(group)s: %(count)s prices (%(bound)s)",
                    group=level._get_approver_label(),
                    count=count,
                    bound=level._get_bound_label(),
                )
                for level, count in pending.items()
            )
            publication.can_approve = any(level._may_approve(self.env.user) for level in pending)

    def action_approve(self):
        """Approve the ticked prices as far as the user's groups reach (P6).

        The publication is approved once nobody else has to.

        :raise AccessError: when the user approves on none of the levels that are asked
        """
        for publication in self:
            publication._check_state("proposed")
            pending = publication._get_pending_approvals()
            asked = pending or {self.env["parts.price.approval.level"]: 0}
            own = {
                level: count
                for level, count in asked.items()
                if self.env.su or level._may_approve(self.env.user)
            }
            if not own:
                raise AccessError(
                    self.env._(
                        "The prices of %(publication)s are approved by others: ask a %(groups)s to "
                        "look at them.",
                        publication=publication.name,
                        groups=" / ".join(
                            dict.fromkeys(level._get_approver_label() for level in asked)
                        ),
                    )
                )
            publication._log_approvals(own)
            if len(own) == len(asked):
                publication._step(
                    {
                        "state": "approved",
                        "approved_by_id": self.env.uid,
                        "approved_on": fields.Datetime.now(),
                    }
                )
        return True

    def _get_pending_approvals(self):
        """Levels that still have to approve.

        :return: {parts.price.approval.level: number of ticked prices}; the empty record stands
            for the policy's own limit
        """
        self.ensure_one()
        # sudo: numbers only, for those who see publications but not the costs on their lines.
        publication = self.sudo()
        groups = (
            self.env["parts.price.publication.line"]
            .sudo()
            ._read_group(
                [
                    ("publication_id", "=", self.id),
                    ("include", "=", True),
                    ("needs_approval", "=", True),
                ],
                ["approval_level_id"],
                ["__count"],
            )
        )
        given = {approval.level_id.id for approval in publication.approval_ids}
        pending = {level: count for level, count in groups if level.id not in given}
        return dict(sorted(pending.items(), key=lambda item: item[0].above_percent))

    def _log_approvals(self, approved):
        """Keep who approved what.

        :param approved: {parts.price.approval.level: number of prices}
        """
        self.ensure_one()
        # sudo: approvals are rows that nobody writes by hand; who may approve was checked.
        self.env["parts.price.approval"].sudo().create(
            [
                {
                    "publication_id": self.id,
                    "level_id": level.id,
                    "level_name": level._get_bound_label(),
                    "line_count": count,
                    "user_id": self.env.uid,
                    "approved_on": fields.Datetime.now(),
                }
                for level, count in approved.items()
            ]
        )
        self.message_post(
            body=self.env._(
                "Approved: %(levels)s",
                levels=", ".join(
                    self.env._(
                        "%(count)s prices %(bound)s", count=count, bound=level._get_bound_label()
                    )
                    for level, count in approved.items()
                ),
            )
        )

    def _drop_approvals(self, level_ids=None):
        """Approvals are void once there is something new to approve.

        :param level_ids: levels whose lines changed, False among them for the policy's own limit;
            all by default
        """
        # sudo: as in _log_approvals; what was said stays in the chatter.
        approvals = self.sudo().approval_ids
        if level_ids is not None:
            approvals = approvals.filtered(lambda approval: approval.level_id.id in level_ids)
        for publication in approvals.publication_id:
            publication.message_post(
                body=self.env._("Approvals given so far are void: the prices have changed.")
            )
        approvals.unlink()
