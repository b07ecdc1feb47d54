# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class AftersalesOutletAgreement(models.Model):
    """Agreement with whoever runs an outlet: kind of cooperation, paper, from, to (N1).

    Before it ends, somebody is asked to renew it.
    """

    _name = "aftersales.outlet.agreement"
    _description = "Outlet's Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, tracking=True, help="As on the paper.")
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="With",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        help="Who signed for the other side; of the outlet, whoever runs it.",
    )
    cooperation_id = fields.Many2one(
        "aftersales.outlet.cooperation",
        required=True,
        ondelete="restrict",
        tracking=True,
    )
    date_from = fields.Date(string="From", required=True, tracking=True)
    date_to = fields.Date(
        string="To", tracking=True, help="Last day; empty: until one side ends it."
    )
    notice_days = fields.Integer(
        string="Ask Before (days)",
        default=60,
        help="So many days before the last day somebody is asked whether it is renewed.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        help="Who is asked.",
    )
    document = fields.Binary(attachment=True, copy=False, help="The signed paper.")
    document_name = fields.Char(copy=False)
    terms = fields.Text(help="What was agreed, in short.")
    renewed_by_id = fields.Many2one(
        "aftersales.outlet.agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Agreement that follows this one.",
    )
    renewal_asked_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [("coming", "Coming"), ("running", "In Force"), ("ended", "Ended")],
        compute="_compute_state",
        search="_search_state",
        help="By today's date.",
    )

    _notice_not_negative = models.Constraint(
        "CHECK(notice_days >= 0)", "The days before the end cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("outlet_id")
    def _compute_partner_id(self):
        for agreement in self:
            outlet = agreement.outlet_id
            agreement.partner_id = agreement.partner_id or outlet.dealer_id or outlet.partner_id

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self._get_today()
        for agreement in self:
            if agreement.date_to and agreement.date_to < today:
                agreement.state = "ended"
            else:
                coming = agreement.date_from and agreement.date_from > today
                agreement.state = "coming" if coming else "running"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._get_today()
        ended = Domain("date_to", "<", today)
        coming = Domain("date_from", ">", today)
        running = ~ended & ~coming
        domains = {"ended": ended, "coming": coming & ~ended, "running": running}
        return Domain.OR(domains[state] for state in value if state in domains)

    # === CONSTRAINTS === #

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for agreement in self:
            if agreement.date_to and agreement.date_to < agreement.date_from:
                raise ValidationError(
                    self.env._(
                        "Agreement %(name)s ends before it begins: correct its dates.",
                        name=agreement.name,
                    )
                )

    # === ACTIONS === #

    def action_renew(self):
        """Open the agreement that follows this one: the same terms, from the day after its end.

        :raises UserError: when it has no end, or is renewed already
        """
        self.ensure_one()
        if self.renewed_by_id or not self.date_to:
            raise UserError(
                self.env._(
                    "Agreement %(name)s is renewed already, or has no last day: enter its last "
                    "day first.",
                    name=self.name,
                )
            )
        start = self.date_to + timedelta(days=1)
        following = self.copy(
            {
                "name": self.env._("%s (renewed)", self.name),
                "date_from": start,
                "date_to": start + (self.date_to - self.date_from),
            }
        )
        # The period is one of days; whoever opens it corrects it to what is agreed.
        self.renewed_by_id = following
        self.activity_unlink(["aftersales_network.mail_activity_type_renewal"])
        return following._get_records_action()

    # === BUSINESS METHODS === #

    @api.model
    def _cron_ask_renewal(self):
        """Ask once for each agreement that is about to end.

        :return: agreements about which somebody was asked
        """
        today = self._get_today()
        waiting = self.search(
            [
                ("date_to", ">=", today),
                ("renewal_asked_on", "=", False),
                ("renewed_by_id", "=", False),
                ("outlet_id.active", "=", True),
            ]
        )
        due = waiting.filtered(
            lambda agreement: agreement.date_to - timedelta(days=agreement.notice_days) <= today
        )
        for agreement in due:
            agreement.activity_schedule(
                "aftersales_network.mail_activity_type_renewal",
                date_deadline=agreement.date_to,
                user_id=(agreement.user_id or self.env.user).id,
                note=self.env._(
                    "Agreement %(name)s with %(outlet)s ends on %(date)s: renew it or let it end.",
                    name=agreement.name,
                    outlet=agreement.outlet_id.display_name,
                    date=agreement.date_to,
                ),
            )
        due.renewal_asked_on = today
        return due

    @api.model
    def _get_today(self):
        return self.env.company._get_aftersales_date(fields.Datetime.now())
