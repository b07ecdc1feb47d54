# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

REASON_LENGTH = 2000


class RebateConfirmation(models.Model):
    """One dealer's answer to a settlement: each line confirmed or objected to (R4, R12).

    Every answer writes the confirmation's own row, and so does the release of the settlement for
    each confirmation that is still open. Of two at once the second fails to serialise, is tried
    again and sees what the first one did: no objection is lost.
    """

    _name = "rebate.confirmation"
    _description = "Dealer's Confirmation of a Rebate Settlement"
    _inherit = ["portal.mixin"]
    _order = "settlement_id desc, id"
    _rec_name = "partner_id"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    agreement_id = fields.Many2one(related="settlement_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [("open", "Waiting"), ("answered", "Answered"), ("silent", "Not Answered in Time")],
        required=True,
        default="open",
        readonly=True,
        help="Not answered in time: counts as confirmed.",
    )
    deadline = fields.Date(
        required=True, readonly=True, help="Last day to answer, in the company's time zone."
    )
    answered_on = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who gave the last answer. Empty: whoever has the link of the mail.",
    )
    amount = fields.Monetary(compute="_compute_amount", help="The dealer's balance, without tax.")
    objection_count = fields.Integer(compute="_compute_objection_count")

    @api.depends("settlement_id.line_ids.amount", "partner_id")
    def _compute_amount(self):
        sums = self._read_by_dealer("rebate.settlement.line", "amount:sum")
        for confirmation in self:
            key = (confirmation.settlement_id.id, confirmation.partner_id.id)
            confirmation.amount = sums.get(key, 0.0)

    @api.depends("settlement_id.objection_ids", "partner_id")
    def _compute_objection_count(self):
        counts = self._read_by_dealer("rebate.objection", "__count")
        for confirmation in self:
            key = (confirmation.settlement_id.id, confirmation.partner_id.id)
            confirmation.objection_count = counts.get(key, 0)

    def _read_by_dealer(self, model, aggregate):
        """{(settlement id, partner id): aggregate} of a model that knows both."""
        rows = self.env[model]._read_group(
            [("settlement_id", "in", self.settlement_id.ids)],
            ["settlement_id", "partner_id"],
            [aggregate],
        )
        return {(settlement.id, partner.id): value for settlement, partner, value in rows}

    def _compute_access_url(self):
        for confirmation in self:
            confirmation.access_url = f"/my/rebates/settlement/{confirmation.settlement_id.id}"

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_send(self):
        """Send the mail with the link (again)."""
        self._check_may_confirm()
        self._send()

    def action_open_portal(self):
        """Open the page as the dealer sees it."""
        self.ensure_one()
        self._check_may_confirm()
        return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "new"}

    def action_confirm_by_phone(self):
        """Note that the dealer confirmed all open lines by another way than the portal."""
        self._check_may_confirm()
        for confirmation in self:
            # sudo: the right was checked; answers are written by these methods only.
            confirmation.sudo()._confirm(author=self.env.user.partner_id)

    def _check_may_confirm(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("dealer_rebate.group_rebate_manager"):
            raise AccessError(
                self.env._("Only a rebate manager can deal with the dealers' confirmations.")
            )

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _confirm(self, lines=None, author=None):
        """Confirm lines that have no answer yet.

        :param lines: of this dealer's; default: all that are left
        :param author: the partner who answers, or None where only the link is known
        :raise UserError: when the time is up, or the lines were answered already
        """
        self.ensure_one()
        self._claim(author)
        todo = self._get_unanswered() if lines is None else lines
        self._check_answerable(todo)
        todo.write({"dealer_answer": "confirmed"})
        self._close_if_answered()

    def _object(self, line, reason, kind="line", documents=(), author=None):
        """Object to a line, to some of its documents, or to something that is missing.

        :param line: one of this dealer's lines
        :param reason: what is wrong, in the dealer's words
        :param kind: see ``rebate.objection.kind``
        :param documents: numbers of documents as the line lists them
        :param author: see :meth:`_confirm`
        :return: ``rebate.objection``
        :raise UserError: as in :meth:`_confirm`, or without a reason or document
        """
        self.ensure_one()
        line.ensure_one()
        self._claim(author)
        self._check_answerable(line)
        reason = (reason or "").strip()[:REASON_LENGTH]
        if not reason:
            raise UserError(self.env._("Say what is wrong, so that we can answer it."))
        objections = self.env["rebate.objection"].create(
            self._prepare_objections(line, reason, kind, documents, author)
        )
        line.write({"dealer_answer": "objected"})
        objections._schedule_answer()
        self._close_if_answered()
        return objections

    def _prepare_objections(self, line, reason, kind, documents, author):
        common = {
            "settlement_id": self.settlement_id.id,
            "settlement_line_id": line.id,
            "component_id": line.component_id.id,
            "component_key": line.component_key,
            "partner_id": line.partner_id.id,
            "outlet_id": line.outlet_id.id,
            "period_from": line.period_from,
            "author_id": author.id if author else False,
            "kind": kind,
            "reason": reason,
        }
        if kind == "line":
            return [common | {"amount": line.amount}]
        if kind == "missing":
            return [common]
        if kind != "document":
            raise UserError(
                self.env._(
                    "Choose what you object to: the line, some documents, or something missing."
                )
            )
        amounts = line._get_document_amounts()
        chosen = [name for name in dict.fromkeys(documents) if name in amounts]
        if not chosen:
            raise UserError(self.env._("Tick the documents that you object to."))
        return [
            common | {"document": name, "move_id": amounts[name][1], "amount": amounts[name][0]}
            for name in chosen
        ]

    def _claim(self, author=None):
        """Write this row first: see the class."""
        self.write(
            {
                "answered_on": fields.Datetime.now(),
                "answered_by_id": author.id if author else False,
            }
        )
        self.flush_recordset()

    def _check_answerable(self, lines):
        """Raise when these lines can no longer be answered."""
        self.ensure_one()
        if not self._is_open():
            raise UserError(
                self.env._(
                    "This settlement can no longer be answered: it was answered already, or the "
                    "last day was %(date)s. Please call us.",
                    date=format_date(self.env, self.deadline),
                )
            )
        if not lines or lines - self._get_unanswered():
            raise UserError(self.env._("You have answered this already."))

    def _is_open(self):
        """Whether the dealer can answer now."""
        return (
            self.state == "open"
            and self.settlement_id.state == "confirm"
            and self.deadline >= self._get_today()
        )

    def _get_today(self):
        """Today where the company is."""
        tz = self.company_id.partner_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    def _get_lines(self):
        """Lines of the dealer, or the dealers of one settlement."""
        return self.env["rebate.settlement.line"].search(
            [
                ("settlement_id", "in", self.settlement_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )

    def _get_unanswered(self):
        return self._get_lines().filtered(
            lambda line: line.state == "draft" and not line.dealer_answer
        )

    def _close_if_answered(self):
        """End the confirmation with its last line, and say so on the settlement."""
        self.ensure_one()
        if self._get_unanswered():
            return
        self.write({"state": "answered"})
        objected = self._get_lines().filtered(lambda line: line.dealer_answer == "objected")
        self.settlement_id.message_post(
            body=self.env._(
                "%(dealer)s has answered. Lines confirmed: %(confirmed)s, "
                "objected to: %(objected)s.",
                dealer=self.partner_id.display_name,
                confirmed=len(self._get_lines() - objected),
                objected=len(objected),
            )
        )
        self.settlement_id._note_all_answered()

    def _close_silent(self):
        """Not answering counts as confirmed, and is logged as such (R12)."""
        still_open = self.filtered(lambda confirmation: confirmation.state == "open")
        for settlement, confirmations in still_open.grouped("settlement_id").items():
            confirmations._get_unanswered().write({"dealer_answer": "silent"})
            confirmations.write({"state": "silent"})
            confirmations.flush_recordset()
            settlement.message_post(
                body=self.env._(
                    "Not answered by %(date)s, which counts as confirmed: %(dealers)s.",
                    date=format_date(self.env, max(confirmations.mapped("deadline"))),
                    dealers=", ".join(confirmations.partner_id.mapped("display_name")),
                )
            )
            settlement._note_all_answered()

    @api.model
    def _cron_close_confirmations(self):
        """Close what was not answered until its last day."""
        late = self.search([("state", "=", "open"), ("settlement_id.state", "=", "confirm")])
        late.filtered(lambda c: c.deadline < c._get_today())._close_silent()

    # ------------------------------------------------------------------
    # Mail
    # ------------------------------------------------------------------

    def _send(self):
        """Queue the mail with the link; name those who have no address on the settlement."""
        template = self.env.ref("dealer_rebate.mail_template_confirmation")
        reachable = self.filtered("partner_id.email")
        if reachable:
            template.send_mail_batch(reachable.ids)
        for settlement, confirmations in (self - reachable).grouped("settlement_id").items():
            settlement.message_post(
                body=self.env._(
                    "These dealers have no mail address and got no link: %(dealers)s.",
                    dealers=", ".join(confirmations.partner_id.mapped("display_name")),
                )
            )
