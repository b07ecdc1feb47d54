# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.ir_qweb import QWebError

_logger = logging.getLogger(__name__)

# A PDF takes a second or so: that much work is lost at most, and that many notes are locked.
CHUNK = 10


class AccountMoveStatement(models.Model):
    """The dealer's statement as PDF, attached to the credit note that pays it (R15).

    Posting only marks the credit note. A scheduled action prints what is marked, in chunks with a
    commit after each; sending the credit note, or asking for its statement, does not wait for it.
    """

    _inherit = "account.move"

    rebate_statement_id = fields.Many2one(
        "ir.attachment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="How the rebate of this credit note was computed; it is sent along.",
    )
    rebate_statement_due = fields.Boolean(
        readonly=True, copy=False, help="The statement is still to be printed and attached."
    )

    _rebate_statement_due = models.Index("(id) WHERE rebate_statement_due IS TRUE")

    def action_view_rebate_statement(self):
        """Download the statement; it is printed now if it is not there yet.

        :raise UserError: where no settlement line is behind the document
        """
        self.ensure_one()
        self.check_access("read")
        statement = self._attach_rebate_statements()
        if not statement:
            raise UserError(
                self.env._(
                    "%(document)s pays no rebate: there is no statement.", document=self.name
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{statement.id}?download=true",
            "target": "download",
        }

    @api.model
    def _cron_attach_rebate_statements(self):
        """Print the statements that are due, chunk by chunk, with a commit after each.

        A note that somebody else works on is left for the next run; so is one whose statement
        cannot be printed, which does not stop the others.
        """
        domain = [("rebate_statement_due", "=", True), ("state", "=", "posted")]
        cron = self.env["ir.cron"]
        time_left = cron._commit_progress(remaining=self.search_count(domain))
        last = 0
        while time_left:
            moves = self.search([*domain, ("id", ">", last)], order="id", limit=CHUNK)
            if not moves:
                break
            last = moves[-1].id
            done = moves.try_lock_for_update(allow_referencing=True)._print_due_statements()
            time_left = cron._commit_progress(done)

    def _print_due_statements(self):
        """Print each in a savepoint of its own.

        :return: how many could be printed
        """
        done = 0
        for move in self:
            try:
                with self.env.cr.savepoint():
                    move._attach_rebate_statements()
            except (UserError, QWebError) as error:
                # No PDF engine, a template that somebody changed: tried again by the next run.
                _logger.warning("The rebate statement of %s waits: %s", move.name, error)
            else:
                done += 1
        return done

    def _attach_rebate_statements(self):
        """Print and attach what is missing; what is there stays as it was sent.

        :return: the statements (``ir.attachment``)
        """
        # sudo: who may read or send a credit note may have its statement; the settlement's lines
        # and the mark on the document are not theirs to read or write.
        moves = self.sudo()
        missing = moves.filtered(lambda m: m.state == "posted" and not m.rebate_statement_id)
        lines = moves.env["rebate.settlement.line"].search(
            [
                ("credit_note_id", "in", missing.ids),
                ("credit_note_id.move_type", "=", "out_refund"),
            ]
        )
        for move, own in lines.grouped("credit_note_id").items():
            move.write(
                {
                    "rebate_statement_id": move._create_rebate_statement(own).id,
                    "rebate_statement_due": False,
                }
            )
        (missing - lines.credit_note_id).filtered("rebate_statement_due").write(
            {"rebate_statement_due": False}
        )
        return moves.rebate_statement_id.sudo(self.env.su)

    def _create_rebate_statement(self, lines):
        """Print one statement, in the dealer's language.

        :param lines: settlement lines that this credit note pays
        """
        self.ensure_one()
        report = self.env["ir.actions.report"].with_company(self.company_id)
        content, _type = report._render_qweb_pdf(
            "dealer_rebate.action_report_rebate_statement", lines.ids
        )
        return self.env["ir.attachment"].create(
            {
                "name": self._get_rebate_statement_name(),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _get_rebate_statement_name(self):
        """File name of the statement: settlement and dealer."""
        self.ensure_one()
        # sudo: the name of the settlement stands on the document already.
        settlement = self.sudo().rebate_settlement_id
        return self.env["rebate.settlement.line"]._make_file_name(
            settlement.name, self.commercial_partner_id.name, extension="pdf"
        )
