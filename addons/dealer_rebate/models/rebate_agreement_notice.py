# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .rebate_agreement_version import SUPERSEDED


class RebateAgreementNotice(models.Model):
    """An agreement ends by written notice; what was earned until then is settled (R4)."""

    _inherit = "rebate.agreement"

    notice_days = fields.Integer(
        string="Days of Notice",
        default=30,
        help="Written notice ends the agreement so many days after the other side received it, "
        "or later. Earlier only if both sides agree (R4).",
    )
    notice_ids = fields.One2many("rebate.notice", "agreement_id", string="Notices")
    notice_id = fields.Many2one(
        "rebate.notice",
        string="Notice in Force",
        compute="_compute_notice_id",
        help="The notice that ends the agreement for all its parties.",
    )
    notice_text = fields.Char(
        compute="_compute_notice_id", help="The notice in force, in a sentence."
    )

    _notice_days_positive = models.Constraint(
        "CHECK (notice_days >= 0)", "Days of notice cannot be negative."
    )

    @api.depends("notice_ids.state", "notice_ids.scope", "notice_ids.date_effective")
    @api.depends_context("lang")
    def _compute_notice_id(self):
        for agreement in self:
            notice = agreement.notice_ids.filtered(
                lambda one: one.state == "confirmed" and one.scope == "agreement"
            )[:1]
            agreement.notice_id = notice
            agreement.notice_text = notice._describe() if notice else False

    def action_give_notice(self):
        """Open a form to record a notice of this agreement."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "active":
            raise UserError(
                self.env._("%(name)s is not in force: there is nothing to end.", name=self.name)
            )
        parties = self.partner_ids if self.dealer_scope == "selected" else self.env["res.partner"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notice of Termination"),
            "res_model": "rebate.notice",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_agreement_id": self.id,
                "default_partner_id": parties.id if len(parties) == 1 else False,
            },
        }

    def action_draft(self):
        """Refuse to take back an agreement whose end a notice has set."""
        self._check_no_notice()
        return super().action_draft()

    def action_new_version(self):
        """Refuse to follow an agreement that ends by notice."""
        self._check_no_notice()
        return super().action_new_version()

    def _supersede(self):
        self.previous_id._check_no_notice()
        self._check_members_noticed()
        return super()._supersede()

    def _check_members_noticed(self):
        """A version that was drafted before a dealer's notice must not take that dealer back."""
        notices = self.previous_id.notice_ids.filtered(
            lambda one: one.state == "confirmed" and one.scope == "member"
        )
        for notice in notices:
            dealer = notice.partner_id.commercial_partner_id
            last = notice.date_effective
            for member in self.member_ids:
                if member.partner_id.commercial_partner_id == dealer and (
                    not member.date_to or member.date_to > last
                ):
                    raise UserError(
                        self.env._(
                            "%(notice)s ends the part of %(dealer)s on %(date)s. Take the dealer "
                            "out of version %(version)s, or let it end on that day there too.",
                            notice=notice.display_name,
                            dealer=dealer.display_name,
                            date=format_date(self.env, last),
                            version=self.version,
                        )
                    )

    def _check_no_notice(self):
        for agreement in self.filtered("notice_id"):
            raise UserError(
                self.env._(
                    "%(notice)s is in force. Withdraw it first, so that both sides know what "
                    "holds.",
                    notice=agreement.notice_id.display_name,
                )
            )

    def _set_end(self, date):
        """Move the end of terms in force, as a notice says. Open settlements were refused."""
        self.ensure_one()
        # sudo: the right to write was checked; SUPERSEDED cannot come from a request.
        self.sudo().with_context(rebate_superseded=SUPERSEDED).date_end = date

    @api.model
    def _get_end_field(self):
        return "date_end"

    def _get_term_fields(self):
        return super()._get_term_fields() | {"notice_days"}

    def _get_contract_clauses(self, partner):
        """The clause on notice, before the one on changes."""
        clauses = super()._get_contract_clauses(partner)
        return [*clauses[:-1], (self.env._("Notice"), self._describe_notice(partner)), clauses[-1]]

    def _describe_notice(self, partner):
        self.ensure_one()
        sentences = [
            self.env._(
                "Either side may end this agreement by written notice of %s days, counted from "
                "the day on which the other side receives it; earlier only if both sides agree.",
                self.notice_days,
            )
            if self.notice_days
            else self.env._("Either side may end this agreement at any time by written notice."),
            self.env._(
                "What is earned until the last day stays earned: the period that is cut is settled "
                "up to that day, by the thresholds as they are written, and paid."
            ),
        ]
        notices = self.notice_ids.filtered(
            lambda one: (
                one.state == "confirmed"
                and (one.scope == "agreement" or one.partner_id.commercial_partner_id == partner)
            )
        )
        return " ".join([*sentences, *(notice._describe() for notice in notices)])
