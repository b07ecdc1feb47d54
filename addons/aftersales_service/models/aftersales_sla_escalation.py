# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import SQL

# Escalations that one transaction carries out.
BATCH = 100


class AftersalesSlaEscalation(models.Model):
    """Whom to tell, and how, some time before or after a promise is due (S8)."""

    _name = "aftersales.sla.escalation"
    _description = "Escalation of a Deadline"
    _order = "policy_id, offset_hours, id"

    policy_id = fields.Many2one(
        "aftersales.sla.policy", required=True, index=True, ondelete="cascade"
    )
    model = fields.Char(related="policy_id.model")
    offset_hours = fields.Float(
        string="Hours After Due",
        digits=(16, 2),
        help="By the wall clock. Negative: so long before it is due.",
    )
    kind = fields.Selection(
        [("activity", "Activity"), ("mail", "Mail")],
        default="activity",
        required=True,
        help="A task for a user on the document, or a mail from a template.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="For",
        domain=[("share", "=", False)],
        help="Empty: whoever answers for the document.",
    )
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="restrict")
    mail_template_id = fields.Many2one(
        "mail.template", ondelete="restrict", domain="[('model', '=', model)]"
    )

    # === COMPUTE METHODS === #

    @api.depends("offset_hours", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for escalation in self:
            offset, kind = escalation.offset_hours, kinds.get(escalation.kind)
            if offset < 0:
                name = self.env._("%(kind)s %(hours)g h before", kind=kind, hours=-offset)
            else:
                name = self.env._("%(kind)s %(hours)g h after", kind=kind, hours=offset)
            escalation.display_name = name

    # === CONSTRAINTS === #

    @api.constrains("kind", "mail_template_id")
    def _check_mail_template_id(self):
        for escalation in self:
            if escalation.kind == "mail" and (
                escalation.mail_template_id.model != escalation.policy_id.model
            ):
                raise ValidationError(
                    self.env._(
                        "%(policy)s: choose a mail template for %(document)s.",
                        policy=escalation.policy_id.name,
                        document=escalation.policy_id.model_id.name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _run_due(self):
        """Tell people what is due or late; each only once, a batch a transaction."""
        while due := self._find_due(BATCH):
            for deadline_id, escalation_id in due:
                self.browse(escalation_id)._escalate(
                    self.env["aftersales.sla.deadline"].browse(deadline_id)
                )
            if not self.env["ir.cron"]._commit_progress(len(due)):
                break

    def _find_due(self, limit):
        """Pairs of open deadlines and escalations whose time has come."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT deadline.id, escalation.id
                  FROM aftersales_sla_deadline deadline
                  JOIN aftersales_sla_escalation escalation
                    ON escalation.policy_id = deadline.policy_id
                 WHERE deadline.state IN ('running', 'overdue')
                   AND deadline.due_at
                       + escalation.offset_hours * interval '1 hour' <= %s
                   AND NOT EXISTS (
                           SELECT 1
                             FROM aftersales_sla_deadline_escalation_rel done
                            WHERE done.deadline_id = deadline.id
                              AND done.escalation_id = escalation.id
                       )
              ORDER BY deadline.due_at, escalation.id
                 LIMIT %s
                """,
                fields.Datetime.now(),
                limit,
            )
        )

    def _escalate(self, deadline):
        """Carry out one escalation and note that it is done."""
        self.ensure_one()
        record = self.env[deadline.res_model].browse(deadline.res_id).exists()
        if record and self.kind == "mail":
            self.mail_template_id.send_mail(record.id)
        elif record:
            user = self.user_id or deadline.user_id
            company = deadline.company_id or self.env.company
            record.activity_schedule(
                activity_type_id=self.activity_type_id.id
                or self.env.ref("mail.mail_activity_data_todo").id,
                date_deadline=company._get_aftersales_date(deadline.due_at),
                summary=deadline.policy_id.name,
                note=deadline._get_escalation_note(),
                user_id=user.id or self.env.uid,
            )
        deadline.escalation_ids = [Command.link(self.id)]
