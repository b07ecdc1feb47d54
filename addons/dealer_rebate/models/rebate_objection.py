# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RebateObjection(models.Model):
    """A dealer objects to a settlement line or to one document in it (R4, R12).

    While it is open, the amount concerned waits: it is left out of what is posted, in this and in
    each later settlement, and stands as earned but not settled. Once it is answered, the next
    settlement pays what is then earned less what was settled. Amounts are in the agreement's
    currency.
    """

    _name = "rebate.objection"
    _description = "Objection to a Rebate Settlement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "create_date desc, id desc"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    settlement_line_id = fields.Many2one(
        "rebate.settlement.line",
        string="Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The line objected to. It goes when the settlement is computed again; the objection "
        "stays with the component, the dealer and the period.",
    )
    agreement_id = fields.Many2one(related="settlement_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    component_id = fields.Many2one(
        "rebate.component", required=True, readonly=True, index=True, ondelete="restrict"
    )
    component_key = fields.Char(required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        string="Store",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    period_from = fields.Date(required=True, readonly=True)
    author_id = fields.Many2one(
        "res.partner",
        string="Raised by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who objected on the portal. Empty: whoever has the link of the mail.",
    )
    kind = fields.Selection(
        [
            ("line", "The whole line"),
            ("document", "A document"),
            ("missing", "Something is missing"),
        ],
        required=True,
        readonly=True,
        help="The whole line or a document: its amount waits. Something is missing: what is there "
        "is paid.",
    )
    document = fields.Char(readonly=True, help="Number of the document objected to.")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    amount = fields.Monetary(
        string="Amount Concerned", readonly=True, help="What waits until this is answered."
    )
    reason = fields.Text(required=True, readonly=True, help="In the dealer's words.")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        group_expand=True,
        index=True,
        help="Accepted: documents or figures are corrected before the next settlement. Rejected: "
        "the amount is paid as computed, with the next settlement or with this one where it is "
        "not released yet.",
    )
    answer = fields.Text(tracking=True, help="What the dealer reads.")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)
    released_line_id = fields.Many2one(
        "rebate.settlement.line",
        string="Comes with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The line of a later settlement that brought the amount that waited.",
    )

    @api.depends("partner_id", "component_id", "document", "period_from")
    def _compute_display_name(self):
        for objection in self:
            parts = [
                objection.partner_id.display_name,
                objection.component_id.name,
                objection.document
                or (
                    objection.period_from
                    and objection.agreement_id._get_period_label(
                        objection.period_from, objection.component_id.period
                    )
                ),
            ]
            objection.display_name = " · ".join(part for part in parts if part)

    def write(self, vals):
        if not self.env.su and self._get_process_fields() & set(vals):
            raise AccessError(
                self.env._("Write an answer and use the buttons of the objection to give it.")
            )
        return super().write(vals)

    def action_accept(self):
        """Agree with the dealer: the figures are corrected before the next settlement."""
        self._give_answer("accepted")

    def action_reject(self):
        """Stand by the figures: what waited is paid as computed."""
        self._give_answer("rejected")

    def action_view_line(self):
        """Open the line objected to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "rebate.settlement.line",
            "view_mode": "form",
            "res_id": self.settlement_line_id.id,
        }

    def _get_process_fields(self):
        """Fields that only the business methods write."""
        return {
            "state", "answered_by_id", "answered_on", "released_line_id", "amount", "kind",
            "settlement_id", "settlement_line_id", "component_id", "component_key", "partner_id",
            "outlet_id", "period_from", "author_id", "document", "move_id", "reason",
        }  # fmt: skip

    def _give_answer(self, state):
        """Close open objections with the answer that stands on them, and tell the dealer."""
        self.check_access("write")
        for objection in self.filtered(lambda o: o.state == "open"):
            if not (objection.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write an answer to %(name)s first: the dealer reads it.",
                        name=objection.display_name,
                    )
                )
            # sudo: write access was checked; the state only changes through these methods.
            objection.sudo().write(
                {
                    "state": state,
                    "answered_by_id": self.env.uid,
                    "answered_on": fields.Datetime.now(),
                }
            )
            objection.activity_feedback(["mail.mail_activity_data_todo"])
            objection._tell_dealer()

    def _tell_dealer(self):
        """Send the answer to who objected, in their language."""
        self.ensure_one()
        partner = self.author_id or self.partner_id
        objection = self.with_context(lang=partner.lang or self.env.lang)
        labels = dict(objection._fields["state"]._description_selection(objection.env))
        objection.message_post(
            body=objection.env._(
                "Your objection to %(name)s: %(state)s. %(answer)s",
                name=objection.display_name,
                state=labels[self.state],
                answer=self.answer,
            ),
            partner_ids=partner.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _schedule_answer(self):
        """An activity for who asked the dealers."""
        for objection in self:
            user = objection.settlement_id.asked_by_id
            if user:
                objection.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Answer the dealer's objection"),
                )

    def _get_key(self):
        """What a line and its objections have in common over all computations."""
        self.ensure_one()
        return (self.component_key, self.partner_id, self.outlet_id, self.period_from)
