# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LONGEST_REASON = 1000


class AftersalesOutletObjection(models.Model):
    """An outlet objects to a line of its settlement, or misses something (S10).

    The settlement waits until each objection is answered: accepted, with the amount that the line
    is then paid, or rejected with a reason.
    """

    _name = "aftersales.outlet.objection"
    _description = "Objection to an Outlet Settlement"
    _inherit = ["aftersales.guarded.mixin", "aftersales.state.mixin", "mail.thread"]
    _order = "create_date desc, id desc"

    settlement_id = fields.Many2one(
        "aftersales.outlet.settlement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "aftersales.outlet.settlement.line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Line objected to; empty: something is missing.",
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    outlet_id = fields.Many2one(related="settlement_id.outlet_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    amount = fields.Monetary(readonly=True, help="What the line was when it was objected to.")
    reason = fields.Text(required=True, readonly=True, help="In the outlet's words.")
    author_id = fields.Many2one(
        "res.partner",
        string="Raised by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who objected.",
    )
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        help="Accepted: the line is paid as agreed here. Rejected: it stays as it is.",
    )
    agreed_amount = fields.Monetary(
        tracking=True, help="What the line is paid when the objection is accepted."
    )
    answer = fields.Text(tracking=True, help="What the outlet reads.")
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime(readonly=True, copy=False)

    _open_once = models.UniqueIndex(
        "(line_id) WHERE state = 'open' AND line_id IS NOT NULL",
        "You objected to this line already: wait for the answer.",
    )

    @api.depends("settlement_id", "line_id")
    def _compute_display_name(self):
        for objection in self:
            objection.display_name = (
                objection.line_id.display_name
                or f"{objection.settlement_id.name}: {self.env._('Something is missing')}"
            )

    @api.model
    def _raise(self, settlement, reason, line=None, author=None):
        """The outlet objects.

        :param settlement: one that was sent
        :param str reason: in the outlet's words
        :param line: line of it; none: something is missing
        :param author: ``res.partner``
        :raises UserError: without a reason, or when the settlement does not wait for the outlet
        """
        settlement.ensure_one()
        settlement._check_state("sent")
        reason = (reason or "").strip()[:LONGEST_REASON]
        if not reason:
            raise UserError(self.env._("Write what is wrong, so that it can be answered."))
        if line and line.objection_state == "open":
            raise UserError(self.env._("You objected to this line already: wait for the answer."))
        # sudo: the outlet's login has no right on objections; the caller found the settlement
        # among the outlet's own.
        objection = self.sudo().create(
            {
                "settlement_id": settlement.id,
                "line_id": line.id if line else False,
                "amount": line.amount if line else 0.0,
                "agreed_amount": line.amount if line else 0.0,
                "reason": reason,
                "author_id": author.id if author else False,
            }
        )
        # sudo: the outlet may object, which was checked, but not write on the settlement.
        settlement.sudo().message_post(
            body=self.env._("Objection: %s", reason), author_id=author.id if author else None
        )
        return objection

    def action_accept(self):
        """The outlet is right: the line is paid as agreed.

        :raises UserError: without an answer, or once the settlement went on
        """
        self._answer("accepted")
        for objection in self.filtered("line_id"):
            # sudo: lines are written by the answer only; that was checked to be a KPI manager's.
            objection.line_id._with_step().sudo().write({"amount": objection.agreed_amount})
        self.settlement_id._sum_up()
        return True

    def action_reject(self):
        """The line stays as it is.

        :raises UserError: without an answer, or once the settlement went on
        """
        self._answer("rejected")
        return True

    def _answer(self, state):
        self.settlement_id._check_manager()
        self.check_access("write")
        self._check_state("open")
        self.settlement_id._check_state("sent")
        for objection in self:
            if not (objection.answer or "").strip():
                raise UserError(
                    self.env._(
                        "Write an answer to “%s”: the outlet reads it.", objection.display_name
                    )
                )
            # sudo: state and who answered are written by the buttons only.
            objection.sudo().write(
                {
                    "state": state,
                    "answered_by_id": self.env.uid,
                    "answered_at": fields.Datetime.now(),
                }
            )
            # sudo: who answers was checked; nothing but the message is written.
            objection.settlement_id.sudo().message_post(
                body=self.env._("Objection answered: %s", objection.answer)
            )

    def write(self, vals):
        """Once answered, an objection does not change.

        :raises AccessError: for an answer by somebody else than a KPI manager
        """
        if not self.env.su and {"answer", "agreed_amount"} & set(vals):
            if not self.env.user.has_group("aftersales_kpi.group_kpi_manager"):
                raise AccessError(
                    self.env._("Only a KPI manager answers objections of outlets: ask yours.")
                )
            self._check_state("open")
        return super().write(vals)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "settlement_id",
            "line_id",
            "amount",
            "reason",
            "author_id",
            "state",
            "answered_by_id",
            "answered_at",
        }
