# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class RebateNotice(models.Model):
    """A written notice that ends an agreement, or one dealer's membership in it (R4).

    The last day is the day of receipt plus the days of notice, or a later one; an earlier one
    needs both sides. What is earned until then stays earned: the period that is cut is settled up
    to the last day, by the thresholds as they are written.
    """

    _name = "rebate.notice"
    _description = "Notice of Termination"
    _inherit = ["aftersales.protected.mixin"]
    _order = "date_received desc, id desc"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    scope = fields.Selection(
        [("agreement", "The agreement, for all"), ("member", "One dealer's membership")],
        string="Ends",
        required=True,
        default="agreement",
        help="The agreement of all its parties, or the membership of one dealer. The others go on.",
    )
    side = fields.Selection(
        [("company", "Us"), ("partner", "The other side")],
        string="Given by",
        required=True,
        default="partner",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="The dealer or supplier who gives or receives the notice. Empty: all of them.",
    )
    signed_by = fields.Char(required=True, help="Who signed the notice.")
    date_received = fields.Date(
        string="Received on",
        required=True,
        default=fields.Date.context_today,
        help="Day on which the other side received it: the days of notice are counted from it.",
    )
    date_earliest = fields.Date(
        string="Earliest End",
        compute="_compute_date_earliest",
        help="The day of receipt plus the days of notice of the agreement.",
    )
    date_effective = fields.Date(
        string="Last Day",
        compute="_compute_date_effective",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Last day whose documents count.",
    )
    agreed_by = fields.Char(
        string="Earlier End Agreed by",
        help="Who of both sides agreed to an earlier end than the notice period allows.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Document", help="The notice itself: it has to be in writing."
    )
    reason = fields.Text(help="As it was given.")
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "In Force"), ("withdrawn", "Withdrawn")],
        required=True,
        default="draft",
        readonly=True,
        help="In force: it has set the last day. Withdrawn: the agreement goes on as before.",
    )
    date_end_before = fields.Date(
        string="End before",
        readonly=True,
        copy=False,
        help="The end that the notice replaced, and that comes back when it is withdrawn.",
    )
    member_id = fields.Many2one(
        "rebate.member",
        string="Membership",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdrawal = fields.Char(
        copy=False, help="Who withdrew the notice, and how the other side took it."
    )
    withdrawn_by_id = fields.Many2one(
        "res.users", string="Withdrawal Recorded by", readonly=True, copy=False
    )
    withdrawn_on = fields.Date(readonly=True, copy=False)

    _agreement_once = models.UniqueIndex(
        "(agreement_id) WHERE state = 'confirmed' AND scope = 'agreement'",
        "Notice of this agreement has been given already.",
    )

    @api.depends("agreement_id", "date_effective")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = self.env._(
                "%(agreement)s: notice to %(date)s",
                agreement=notice.agreement_id.name or "",
                date=format_date(self.env, notice.date_effective),
            )

    @api.depends("date_received", "agreement_id.notice_days")
    def _compute_date_earliest(self):
        for notice in self:
            days = timedelta(days=notice.agreement_id.notice_days)
            notice.date_earliest = notice.date_received and notice.date_received + days

    @api.depends("date_received", "agreement_id")
    def _compute_date_effective(self):
        for notice in self:
            notice.date_effective = notice.date_earliest

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._get_protected_fields() & set(vals) for vals in vals_list):
            raise AccessError(self.env._("A notice starts as a draft. Record it, then confirm it."))
        notices = super().create(vals_list)
        notices._own_attachments()
        return notices

    def write(self, vals):
        if not self.env.su:
            if self._get_protected_fields() & set(vals):
                raise AccessError(self.env._("Use the buttons of the notice to confirm it."))
            if set(vals) - {"withdrawal"} and any(notice.state != "draft" for notice in self):
                raise UserError(
                    self.env._(
                        "A notice that is in force stays as it was given. Withdraw it, and record "
                        "another one."
                    )
                )
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _own_attachments(self):
        """Whoever reads the notice reads its document, not only who uploaded it."""
        for notice in self.filtered("attachment_ids"):
            notice.attachment_ids.write({"res_model": self._name, "res_id": notice.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        for notice in self:
            if notice.state != "draft":
                raise UserError(
                    self.env._(
                        "%(notice)s was given and stays on record. Withdraw it instead.",
                        notice=notice.display_name,
                    )
                )

    def action_confirm(self):
        """Put notices in force: the agreement or the membership ends on the last day (R4).

        :raise UserError: when the last day is too early, is settled already, or nothing ends then
        """
        self.check_access("write")
        for notice in self.filtered(lambda one: one.state == "draft"):
            notice._check_written()
            notice._check_agreement()
            notice._check_last_day()
            notice._check_not_settled()
            notice._end()
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw(self):
        """Take notices back before their last day is over: the end before comes back (R4).

        :raise UserError: after the last day, or when it was settled up to it
        """
        self.check_access("write")
        for notice in self.filtered(lambda one: one.state == "confirmed"):
            notice._check_withdrawable()
            notice._go_on()
        return {"type": "ir.actions.act_window_close"}

    def action_open(self):
        """Open the notice in a dialog, with its buttons."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.id,
            "target": "new",
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "date_end_before",
            "member_id",
            "recorded_by_id",
            "withdrawn_by_id",
            "withdrawn_on",
        }

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _check_written(self):
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(
                self.env._("A notice has to be in writing: attach the document to record it.")
            )
        if self.date_received > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The notice cannot have been received on %(date)s, which is still to come.",
                    date=format_date(self.env, self.date_received),
                )
            )

    def _check_agreement(self):
        self.ensure_one()
        agreement = self.agreement_id
        if agreement.state != "active":
            raise UserError(
                self.env._(
                    "%(name)s is not in force: there is nothing to end.", name=agreement.name
                )
            )
        following = agreement._get_versions().filtered(
            lambda one: one.version > agreement.version and one.state == "active"
        )
        if following:
            raise UserError(
                self.env._(
                    "Version %(version)s of %(name)s follows this one: record the notice there.",
                    version=max(following.mapped("version")),
                    name=agreement.name,
                )
            )
        if self.scope == "agreement" and agreement.notice_id:
            raise UserError(
                self.env._(
                    "%(notice)s is in force. Withdraw it before another one is recorded.",
                    notice=agreement.notice_id.display_name,
                )
            )

    def _check_last_day(self):
        self.ensure_one()
        if self.date_effective < self.date_earliest and not self.agreed_by:
            raise UserError(
                self.env._(
                    "A notice received on %(received)s ends %(agreement)s on %(earliest)s at the "
                    "earliest, %(days)s days later. Choose that day or a later one, or write "
                    "down who of both sides agreed to an earlier end.",
                    received=format_date(self.env, self.date_received),
                    agreement=self.agreement_id.name,
                    earliest=format_date(self.env, self.date_earliest),
                    days=self.agreement_id.notice_days,
                )
            )
        start, end = self._get_days()
        if self.date_effective < start or (end and self.date_effective >= end):
            raise UserError(
                self.env._(
                    "%(agreement)s runs from %(start)s to %(end)s: a notice to %(date)s ends "
                    "nothing. Choose a day in between.",
                    agreement=self.agreement_id.name,
                    start=format_date(self.env, start),
                    end=format_date(self.env, end) if end else self.env._("notice"),
                    date=format_date(self.env, self.date_effective),
                )
            )

    def _check_not_settled(self):
        """What was settled for later days would have to be taken back: refuse it."""
        self.ensure_one()
        domain = [("agreement_id", "=", self.agreement_id.id), ("state", "!=", "cancel")]
        if self.scope == "member":
            domain.append(("line_ids.partner_id", "=", self.partner_id.commercial_partner_id.id))
        for settlement in self.env["rebate.settlement"].search(domain):
            is_open = settlement.state != "posted"
            if settlement.date_to > self.date_effective or is_open:
                raise UserError(
                    self.env._(
                        "%(settlement)s is open: post or cancel it before the notice is recorded.",
                        settlement=settlement.name,
                    )
                    if is_open
                    else self.env._(
                        "%(settlement)s is settled until %(date)s: choose that day or a later one.",
                        settlement=settlement.name,
                        date=format_date(self.env, settlement.date_to),
                    )
                )

    def _check_withdrawable(self):
        self.ensure_one()
        if fields.Date.context_today(self) > self.date_effective:
            raise UserError(
                self.env._(
                    "%(agreement)s ended on %(date)s: the notice has taken effect and cannot be "
                    "withdrawn. Agree on a new one.",
                    agreement=self.agreement_id.name,
                    date=format_date(self.env, self.date_effective),
                )
            )
        if self.scope == "member" and self._is_relied_on():
            raise UserError(
                self.env._(
                    "Another notice or version follows %(notice)s and relies on it. Withdraw or "
                    "delete that one first.",
                    notice=self.display_name,
                )
            )
        if not self.withdrawal:
            raise UserError(
                self.env._("Write down who withdrew the notice, and how the other side took it.")
            )
        settled = self.agreement_id.settlement_ids.filtered(
            lambda one: (
                one.state != "cancel"
                and (one.state != "posted" or one.date_to >= self.date_effective)
            )
        )
        if self.scope == "agreement" and settled:
            raise UserError(
                self.env._(
                    "%(settlement)s settles up to the end that this notice has set, or is still "
                    "open. Post or cancel it first.",
                    settlement=settled[0].name,
                )
            )

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _is_relied_on(self):
        """Whether another notice of this member, or a later version, was made with it in mind."""
        self.ensure_one()
        agreement = self.agreement_id
        others = agreement.notice_ids.filtered(
            lambda one: one.state == "confirmed" and one.member_id == self.member_id
        )
        followed = agreement._get_versions().filtered(lambda one: one.version > agreement.version)
        return bool(others - self or followed)

    def _get_days(self):
        """First and last day of what ends. The last one may be open."""
        self.ensure_one()
        agreement = self.agreement_id
        if self.scope == "agreement":
            return agreement.date_start, agreement.date_end
        member = self._find_member()
        ends = [day for day in (member.date_to, agreement.date_end) if day]
        return max(member.date_from or agreement.date_start, agreement.date_start), min(
            ends, default=False
        )

    def _find_member(self):
        """The dealer's last membership: it is the one that ends."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        members = self.agreement_id.member_ids.filtered(
            lambda member: partner and member.partner_id.commercial_partner_id == partner
        )
        if self.agreement_id.dealer_scope != "member" or not members:
            raise UserError(
                self.env._(
                    "One dealer leaves only where the parties of %(name)s are members by date, "
                    "and the dealer is one of them. Choose the dealer, follow the agreement with "
                    "a version whose parties are members, or end it for all.",
                    name=self.agreement_id.name,
                )
            )
        return members.sorted(lambda member: member.date_from or self.agreement_id.date_start)[-1:]

    def _end(self):
        self.ensure_one()
        ended, member = self._get_ended(), self.env["rebate.member"]
        if self.scope == "member":
            member = self._find_member()
        before = ended[ended._get_end_field()]
        # sudo: the right to write was checked; what a notice did is written here only.
        self.sudo().write(
            {
                "state": "confirmed",
                "date_end_before": before,
                "member_id": member.id,
                "recorded_by_id": self.env.uid,
            }
        )
        ended._set_end(self.date_effective)
        self.agreement_id.message_post(
            body=self._describe(), attachment_ids=self.attachment_ids.ids
        )

    def _go_on(self):
        self.ensure_one()
        # sudo: as in _end.
        self.sudo().write(
            {
                "state": "withdrawn",
                "withdrawn_by_id": self.env.uid,
                "withdrawn_on": fields.Date.context_today(self),
            }
        )
        self._get_ended()._set_end(self.date_end_before)
        self.agreement_id.message_post(
            body=self.env._(
                "Notice to %(date)s withdrawn: %(withdrawal)s",
                date=format_date(self.env, self.date_effective),
                withdrawal=self.withdrawal,
            )
        )

    def _get_ended(self):
        """The agreement, or the membership, that this notice ends."""
        self.ensure_one()
        if self.scope == "agreement":
            return self.agreement_id
        return self.member_id or self._find_member()

    def _describe(self):
        """The notice in a sentence, for the chatter and the contract."""
        self.ensure_one()
        sides = dict(self._fields["side"]._description_selection(self.env))
        names = {
            "company": self.company_id.name,
            "partner": self.partner_id.name or sides["partner"].lower(),
        }
        text = self.env._(
            "Notice was given by %(side)s (%(who)s) and received on %(received)s: the last day "
            "is %(last)s.",
            side=names[self.side],
            who=self.signed_by,
            received=format_date(self.env, self.date_received),
            last=format_date(self.env, self.date_effective),
        )
        if self.date_effective < self.date_earliest:
            text += " " + self.env._("Both sides agreed to the earlier end: %s.", self.agreed_by)
        return text
