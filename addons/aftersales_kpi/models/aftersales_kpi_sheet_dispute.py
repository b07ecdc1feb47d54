# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .aftersales_kpi_sheet_discuss import AGREE_ACTIVITY, AGREE_DAYS, ANSWER_ACTIVITY


class AftersalesKpiSheet(models.Model):
    """A sheet of which one indicator is disputed: only that one waits (K4)."""

    _inherit = "aftersales.kpi.sheet"

    dispute_count = fields.Integer(
        compute="_compute_dispute_count",
        store=True,
        string="Disputed Indicators",
        aggregator="sum",
        help="Indicators that wait for the manager's answer.",
    )

    has_disputes = fields.Boolean(
        compute="_compute_has_disputes", help="An indicator is, or was, disputed."
    )

    @api.depends("line_ids.dispute")
    def _compute_has_disputes(self):
        for sheet in self:
            sheet.has_disputes = any(sheet.line_ids.mapped("dispute"))

    @api.depends("line_ids.dispute")
    def _compute_dispute_count(self):
        for sheet in self:
            sheet.dispute_count = len(sheet.line_ids.filtered(lambda line: line.dispute == "open"))

    @api.depends("dispute_count")
    def _compute_may_agree(self):
        """Nobody agrees to a sheet while an answer is awaited."""
        result = super()._compute_may_agree()
        for sheet in self.filtered("dispute_count"):
            sheet.may_agree = False
        return result

    def action_agree(self):
        """The employee agrees, once every dispute is settled.

        :raises UserError: naming the indicators that wait
        """
        for sheet in self:
            waiting = sheet.line_ids.filtered(lambda line: line.dispute == "open")
            if waiting:
                raise UserError(
                    self.env._(
                        "%(indicators)s of %(sheet)s: the dispute is not settled yet. The manager "
                        "answers it first.",
                        indicators=", ".join(waiting.indicator_id.mapped("name")),
                        sheet=sheet.display_name,
                    )
                )
        return super().action_agree()

    def action_recompute(self):
        """Computing again would lose what was disputed and settled.

        :raises UserError: for such sheets
        """
        for sheet in self:
            if sheet.line_ids.filtered("dispute"):
                raise UserError(
                    self.env._(
                        "%s was disputed: settle its figures on the lines instead.",
                        sheet.display_name,
                    )
                )
        return super().action_recompute()

    def _is_awaited(self):
        """The reader's agreement is awaited; a manager's for who cannot log in."""
        self.ensure_one()
        # sudo: only whether the login still works is read.
        user = self.agree_user_id.sudo()
        return self.state == "discussed" and (
            user == self.env.user or (self._is_manager() and not user.active)
        )

    def _tell_dispute(self, line):
        """Ask the manager who handed the sheet out for an answer; the employee's task rests."""
        self.ensure_one()
        # sudo: the employee only reads the sheet; the dispute was checked and written.
        sheet = self.sudo()
        sheet.activity_unlink([AGREE_ACTIVITY])
        words = Markup("<p>%s</p>") % self.env._(
            "%(indicator)s is disputed: %(comment)s",
            indicator=line.indicator_id.name,
            comment=line.dispute_comment,
        )
        sheet._schedule(ANSWER_ACTIVITY, lambda sheet: sheet.discussed_by_id, note=words)
        self._say(words)

    def _tell_settled(self, line):
        """Say how a dispute ended; with the last one, the employee is asked again."""
        self.ensure_one()
        labels = dict(line._fields["dispute"]._description_selection(self.env))
        words = self.env._(
            "%(indicator)s: %(verdict)s. %(reason)s",
            indicator=line.indicator_id.name,
            verdict=labels[line.dispute].lower(),
            reason=line.settle_reason,
        )
        self._say(Markup("<p>%s</p>") % words)
        if not self.dispute_count:
            self.activity_feedback([ANSWER_ACTIVITY])
            self._schedule(AGREE_ACTIVITY, lambda sheet: sheet.agree_user_id, days=AGREE_DAYS)

    def _say(self, words):
        """Note in the chatter, by who did it."""
        author = self.env.user.partner_id.id
        # sudo: employees read their sheet only; the note says what they just did.
        self.sudo().message_post(body=words, author_id=author, subtype_xmlid="mail.mt_note")
