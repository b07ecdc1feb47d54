# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class RebateSettlementConfirming(models.Model):
    """Dealers confirm what was computed, or object, before it is released (R4, R12)."""

    _inherit = "rebate.settlement"

    state = fields.Selection(
        selection_add=[("confirm", "With the Dealers"), ("reviewed",)],
        ondelete={"confirm": "cascade"},
        help="Computed: lines can be checked. With the dealers: each confirms or objects. "
        "Reviewed: ready for the accountant. Posting: credit notes are being posted in chunks. "
        "Posted: paid or carried; nothing changes any more.",
    )
    dealer_confirms = fields.Boolean(related="agreement_id.dealer_confirms")
    asked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    asked_on = fields.Datetime(readonly=True, copy=False)
    confirm_deadline = fields.Date(
        string="Answers until",
        readonly=True,
        copy=False,
        help="Last day for the dealers to answer. After it, silence counts as confirmed.",
    )
    confirmation_ids = fields.One2many(
        "rebate.confirmation", "settlement_id", string="Confirmations"
    )
    waiting_count = fields.Integer(
        compute="_compute_confirming", help="Dealers who have not answered yet."
    )
    objection_ids = fields.One2many("rebate.objection", "settlement_id", string="Objections")
    objection_count = fields.Integer(compute="_compute_confirming")
    open_objection_count = fields.Integer(compute="_compute_confirming")

    @api.depends("confirmation_ids.state", "objection_ids.state")
    def _compute_confirming(self):
        for settlement in self:
            settlement.waiting_count = len(
                settlement.confirmation_ids.filtered(lambda c: c.state == "open")
            )
            settlement.objection_count = len(settlement.objection_ids)
            settlement.open_objection_count = len(
                settlement.objection_ids.filtered(lambda o: o.state == "open")
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_ask_dealers(self):
        """Send each dealer a link to confirm or to object. For rebate managers."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("dealer_rebate.group_rebate_manager"):
            raise AccessError(
                self.env._("Only a rebate manager can send a settlement to the dealers.")
            )
        for settlement in self:
            settlement._check_state("computed")
            # sudo: the right was checked; answers and states are written by these methods only.
            settlement.sudo()._ask_dealers(self.env.user)

    def action_review(self):
        """Release for posting; who has not answered in time has confirmed (R12)."""
        result = super().action_review()
        for settlement in self:
            # sudo: super has checked the right; lines have no write access for anyone.
            settlement.sudo().confirmation_ids._close_silent()
            settlement.sudo()._apply_objections()
        # What asked for the release is done with it.
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return result

    def action_cancel(self):
        """Cancel; what the dealers answered is void, open objections stay with their lines."""
        result = super().action_cancel()
        # sudo: super has checked the right.
        self.sudo()._withdraw_confirmations()
        return result

    def action_view_objections(self):
        """Open the objections to this settlement."""
        return self._action_of("dealer_rebate.rebate_objection_action", "settlement_id")

    # ------------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------------

    def _ask_dealers(self, user):
        """Create a confirmation for each dealer and send the links."""
        self.ensure_one()
        confirmations = self.env["rebate.confirmation"]
        today = confirmations.new({"company_id": self.company_id.id})._get_today()
        deadline = today + timedelta(days=self.agreement_id.confirm_days)
        dealers = self.line_ids.filtered(lambda line: line.state == "draft").partner_id
        self.write(
            {
                "state": "confirm",
                "asked_by_id": user.id,
                "asked_on": fields.Datetime.now(),
                "confirm_deadline": deadline,
            }
        )
        confirmations = confirmations.create(
            [
                {"settlement_id": self.id, "partner_id": dealer.id, "deadline": deadline}
                for dealer in dealers
            ]
        )
        confirmations._send()

    def _check_reviewable(self):
        self.ensure_one()
        if not self.agreement_id.dealer_confirms:
            return super()._check_reviewable()
        self._check_state("confirm")
        waiting = self.confirmation_ids.filtered(lambda c: c._is_open())
        if waiting:
            raise UserError(
                self.env._(
                    "%(dealers)s may still answer until %(date)s. Wait until then, or note their "
                    "answer by phone.",
                    dealers=", ".join(waiting[:5].partner_id.mapped("display_name"))
                    + (" …" if len(waiting) > 5 else ""),
                    date=format_date(self.env, max(waiting.mapped("deadline"))),
                )
            )
        return None

    def _note_all_answered(self):
        """Tell who asked that nobody is left to wait for."""
        self.ensure_one()
        if self.state != "confirm" or any(c.state == "open" for c in self.confirmation_ids):
            return
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.asked_by_id.id,
            summary=self.env._("All dealers have answered: release for posting"),
        )

    def _withdraw_confirmations(self):
        """Take back what the dealers were asked: the lines are computed anew, or gone."""
        for settlement in self.filtered("confirmation_ids"):
            settlement.confirmation_ids.unlink()
            settlement.message_post(
                body=self.env._(
                    "The dealers' links are void, because the lines have changed. Open objections "
                    "stay. Send the settlement to the dealers again."
                )
            )

    # ------------------------------------------------------------------
    # Objections
    # ------------------------------------------------------------------

    def _compute_lines(self):
        self._withdraw_confirmations()
        result = super()._compute_lines()
        self._apply_objections()
        return result

    def _apply_objections(self):
        """Leave out what open objections concern, of this settlement and of earlier ones.

        An accepted objection to one of these very lines is not corrected yet, so it waits too;
        once the lines are computed again, or by another settlement, the correction counts.
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "draft")
        objections = self.env["rebate.objection"].search(
            [
                ("component_key", "in", list(set(lines.mapped("component_key")))),
                ("partner_id", "in", lines.partner_id.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )
        if not objections:
            return
        by_key = objections.grouped(lambda objection: objection._get_key())
        for line in lines:
            # Merged dealers may have two lines of one key: an objection stays with its own.
            own = by_key.get(line._get_key(), objections.browse()).filtered(
                lambda o: o.settlement_line_id not in lines - line  # noqa: B023
            )
            if own:
                self._apply_objections_to(line, own)
        self._mark_carried_again(lines)

    def _apply_objections_to(self, line, objections):
        still_open = objections.filtered(lambda o: o.state == "open")
        still_open.filtered(lambda o: not o.settlement_line_id).settlement_line_id = line
        line._withhold(
            still_open
            | objections.filtered(lambda o: o.state == "accepted" and o.settlement_line_id == line)
        )
        answered = objections.filtered(
            lambda o: (
                o.state != "open"
                and o.settlement_line_id != line
                and o.settlement_line_id.withheld
                and (not o.released_line_id or o.released_line_id == line)
            )
        )
        if answered:
            answered.released_line_id = line
            line.trace = line.trace | {
                "answered_objections": [
                    {"reason": o.reason, "state": o.state, "answer": o.answer} for o in answered
                ]
            }

    def _mark_carried_again(self, lines):
        """What is left of a dealer's balance decides whether it is paid or carried (R14)."""
        for dealer_lines in lines.grouped("partner_id").values():
            carried = self.currency_id.compare_amounts(sum(dealer_lines.mapped("amount")), 0) < 0
            changed = dealer_lines.filtered(lambda line: line.is_carried != carried)  # noqa: B023
            changed.write({"is_carried": carried})

    def _get_process_fields(self):
        return super()._get_process_fields() | {"asked_by_id", "asked_on", "confirm_deadline"}
