# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

COMMENT_LENGTH = 2000


class PartsStatementAnswering(models.Model):
    """The dealer agrees to a statement, or objects to lines of it (P12).

    Each answer writes the statement's own row first: see ``_claim``.
    """

    _inherit = "parts.statement"

    def _agree(self, line=None, author=None):
        """Agree to one line, or to all that are not objected to.

        :param line: one line of this statement; default: the whole statement
        :param author: the partner who answers, or None where only the link is known
        :raise UserError: when it can no longer be answered
        """
        self.ensure_one()
        self._claim()
        self._check_answerable(line)
        lines = line or self.line_ids.filtered(lambda each: each.answer != "objected")
        lines.write(self._prepare_answer("agreed", author))
        self._after_answer(agreed=line is None)

    def _object(self, line, comment, author=None):
        """Object to a line.

        :param line: one line of this statement
        :param comment: what is wrong, in the dealer's words
        :param author: see :meth:`_agree`
        :raise UserError: as in :meth:`_agree`, or without a comment
        """
        self.ensure_one()
        line.ensure_one()
        self._claim()
        self._check_answerable(line)
        comment = (comment or "").strip()[:COMMENT_LENGTH]
        if not comment:
            raise UserError(self.env._("Say what is wrong, so that we can answer it."))
        line.write(self._prepare_answer("objected", author) | {"comment": comment, "reply": False})
        self._after_answer()
        self._schedule_reply(line)

    def _prepare_answer(self, answer, author):
        return {
            "answer": answer,
            "answered_on": fields.Datetime.now(),
            "answered_by_id": author.id if author else False,
        }

    def _check_answerable(self, line=None):
        """Raise when this statement, or line, can no longer be answered."""
        if not self._is_open():
            raise UserError(
                self.env._(
                    "%(statement)s can no longer be answered: it was agreed or closed, or the "
                    "last day was %(date)s. Please call us.",
                    statement=self.name,
                    date=format_date(self.env, self.deadline),
                )
            )
        if line is not None and line.answer == "objected":
            raise UserError(
                self.env._("You have objected to this line already. Please wait for our reply.")
            )

    def _after_answer(self, agreed=False):
        """Follow the answers with the statement's state.

        :param agreed: the dealer agreed to the statement as a whole
        """
        self.ensure_one()
        objected = self.line_ids.filtered(lambda line: line.answer == "objected")
        answers = set(self.line_ids.mapped("answer"))
        if objected:
            self.state = "objected"
        elif agreed or answers == {"agreed"}:
            self.state = "agreed"
            self.message_post(body=self.env._("The dealer agrees to this statement."))
        elif self.state == "objected":
            self._send_replies()

    def _send_replies(self):
        """All objections are replied to: the dealer is told and may answer again."""
        self.write(
            {"state": "sent", "deadline": self._get_deadline(self.company_id), "mail_due": True}
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self.env.ref("aftersales_parts_pricing.ir_cron_mail_statements")._trigger()

    def _schedule_reply(self, line):
        """Ask the responsible person for a reply."""
        user = self.user_id or self.settlement_id.user_id
        text = self.env._(
            "%(dealer)s objects to %(line)s: %(comment)s",
            dealer=self.partner_id.display_name,
            line=line.document or line.description or line.product_id.display_name,
            comment=line.comment,
        )
        self._message_log(body=text)
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Reply to the dealer's objection"),
                note=text,
            )
