# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date


class RebateAgreementTalks(models.Model):
    """Renewal talks begin some months before the end: whoever is responsible is reminded (R12)."""

    _inherit = "rebate.agreement"

    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
        help="Who is reminded of renewal talks, and asked about this agreement.",
    )
    talks_months = fields.Integer(
        string="Renewal Talks",
        default=3,
        help="Months before the end at which both sides talk about its renewal. 0: no talks.",
    )
    talks_date = fields.Date(
        string="Talks from",
        compute="_compute_talks_date",
        store=True,
        help="Day on which the responsible person is reminded.",
    )
    talks_reminded_on = fields.Date(
        string="Reminded on",
        readonly=True,
        copy=False,
        help="A version is reminded of once.",
    )

    _talks_months_positive = models.Constraint(
        "CHECK (talks_months >= 0 AND talks_months <= 120)",
        "Renewal talks begin between 0 and 120 months before the end.",
    )

    @api.depends("date_end", "talks_months")
    def _compute_talks_date(self):
        for agreement in self:
            months = relativedelta(months=agreement.talks_months)
            agreement.talks_date = (
                agreement.date_end - months
                if agreement.date_end and agreement.talks_months
                else False
            )

    @api.model
    def _cron_remind_talks(self):
        """Remind whoever is responsible of renewal talks, once a version."""
        today = fields.Date.context_today(self)
        agreements = self.search(
            [
                ("state", "=", "active"),
                ("talks_date", "<=", today),
                ("date_end", ">=", today),
                ("talks_reminded_on", "=", False),
            ]
        )
        agreements._remind_talks(today)

    def _remind_talks(self, today):
        """Plan an activity on each agreement that ends without a notice or a next version."""
        followed = self.search([("previous_id", "in", self.ids), ("state", "=", "active")])
        for agreement in self - followed.previous_id:
            if agreement.notice_id:
                continue
            agreement.activity_schedule(
                "dealer_rebate.mail_activity_type_talks",
                today,
                summary=self.env._("Renewal talks"),
                note=self.env._(
                    "%(name)s ends on %(date)s. Talk about its renewal: a new version, or a copy "
                    "for the next year.",
                    name=agreement.name,
                    date=format_date(self.env, agreement.date_end),
                ),
                user_id=(agreement.responsible_id or agreement.create_uid).id,
            )
            # sudo: the day of the reminder is written here only.
            agreement.sudo().talks_reminded_on = today

    def _set_end(self, date):
        """With a notice there is nothing to talk about; without it there is again, once."""
        result = super()._set_end(date)
        # sudo: the day of the reminder is written here only.
        self.sudo().talks_reminded_on = False
        self.activity_unlink(["dealer_rebate.mail_activity_type_talks"])
        return result

    def _get_process_fields(self):
        return super()._get_process_fields() | {"talks_reminded_on"}

    def _get_term_fields(self):
        return super()._get_term_fields() | {"talks_months"}

    def _describe_term(self, partner):
        text = super()._describe_term(partner)
        if not (self.date_end and self.talks_months) or self.notice_id:
            return text
        return f"{text} " + self.env._(
            "Both sides talk about its renewal from %(date)s on, %(months)s months before the end.",
            date=format_date(self.env, self.talks_date),
            months=self.talks_months,
        )
