# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
import zipfile
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport
from odoo.addons.base.models.ir_cron import IrCron

from ..models import account_move_statement
from .test_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestStatementAttached(PortalCommon, HttpCase):
    """Each credit note gets the statement of what it pays, after the posting (R15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealers = cls.dealer | cls.dealer_2 | cls._create_dealer("Dealer Three")
        cls.agreement = cls._create_agreement(
            cls._create_table([(0, 10)]), partner_ids=[Command.set(cls.dealers.ids)]
        )
        for number, dealer in enumerate(cls.dealers, 1):
            cls._invoice(dealer, "2026-02-01", 1000 + number)

    def _post(self):
        return self._settle(self.agreement, "2026-03-31").line_ids.credit_note_id.sorted("id")

    def _run_cron(self, **patched):
        with patch.object(
            IrCron, "_commit_progress", **(patched or {"return_value": 60})
        ) as progress:
            self.env["account.move"].sudo()._cron_attach_rebate_statements()
        self.env.invalidate_all()
        return progress

    def _count_printed(self):
        """Patch that counts statements as they are printed."""
        render = IrActionsReport._render_qweb_pdf

        def counting(report, report_ref, res_ids=None, data=None):
            self.printed.append(report_ref)
            return render(report, report_ref, res_ids=res_ids, data=data)

        self.printed = []
        return patch.object(IrActionsReport, "_render_qweb_pdf", counting)

    def test_R15_posting_prints_nothing(self):
        """R15: posting marks the credit notes and wakes the scheduled action, no more."""
        cron = self.env.ref("dealer_rebate.ir_cron_attach_statements").sudo()
        before = self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "=", cron.id)])
        with self._count_printed():
            notes = self._post()
        self.assertEqual(len(notes), 3)
        self.assertFalse(self.printed)
        self.assertEqual(set(notes.mapped("rebate_statement_due")), {True})
        self.assertFalse(notes.rebate_statement_id)
        after = self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_R15_cron_attaches_each_once(self):
        """R15: by chunks, with a commit after each; running again prints nothing."""
        notes = self._post()
        with patch.object(account_move_statement, "CHUNK", 2):
            progress = self._run_cron()
        self.assertEqual([call.args for call in progress.call_args_list], [(), (2,), (1,)])
        self.assertEqual(progress.call_args_list[0].kwargs, {"remaining": 3})
        for note in notes:
            statement = note.rebate_statement_id
            self.assertFalse(note.rebate_statement_due)
            self.assertEqual((statement.res_model, statement.res_id), ("account.move", note.id))
            text = statement.raw.decode()
            self.assertIn(note.partner_id.name, text)
            self.assertIn(note.name, text)
            for other in self.dealers - note.partner_id:
                self.assertNotIn(other.name, text)
        with self._count_printed():
            self._run_cron()
        self.assertFalse(self.printed)
        self.assertEqual(self._count_files(notes), 3)

    def _count_files(self, notes):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search_count([("res_model", "=", "account.move"), ("res_id", "in", notes.ids)])
        )

    def test_R15_cron_goes_on_where_it_stopped(self):
        """R15: time up, or a crash after a chunk: the rest comes later, none twice."""
        notes = self._post()
        with patch.object(account_move_statement, "CHUNK", 1):
            self._run_cron(side_effect=[60, 0])
            self.assertEqual(notes.mapped("rebate_statement_due"), [False, True, True])
            first = notes[0].rebate_statement_id
            with self.assertRaisesRegex(RuntimeError, "killed"):
                self._run_cron(side_effect=[60, 60, RuntimeError("killed")])
            self._run_cron()
        self.assertEqual(notes.mapped("rebate_statement_due"), [False] * 3)
        self.assertEqual(notes[0].rebate_statement_id, first)
        self.assertEqual(self._count_files(notes), 3)

    def test_R15_one_that_cannot_be_printed_stops_no_other(self):
        """R15: its own savepoint; it stays due and is tried again by the next run."""
        notes = self._post()
        create, reason = type(notes)._create_rebate_statement, "No PDF engine"

        def refuse_first(move, lines):
            if move.id == notes[0].id:
                raise UserError(reason)
            return create(move, lines)

        with (
            patch.object(type(notes), "_create_rebate_statement", refuse_first),
            mute_logger("odoo.addons.dealer_rebate.models.account_move_statement"),
        ):
            self._run_cron()
        self.assertEqual(notes.mapped("rebate_statement_due"), [True, False, False])
        self._run_cron()
        self.assertTrue(notes[0].rebate_statement_id)

    def _send(self, note):
        note.partner_id.email = "dealer@example.com"
        wizard = (
            self.env["account.move.send.wizard"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create({})
        )
        names = [data["name"] for data in wizard.mail_attachments_widget]
        wizard.sending_methods = ["email"]
        wizard.action_send_and_print()
        return names, note.message_ids.attachment_ids.mapped("name")

    def test_R15_sent_with_the_credit_note(self):
        """R15: sending does not wait for the scheduled action; the wizard shows the file before."""
        note = self._post()[0]
        shown, sent = self._send(note)
        name = note._get_rebate_statement_name()
        self.assertTrue(name.endswith("_Dealer_One.pdf"))
        self.assertIn(name, shown)
        self.assertEqual(sent.count(name), 1)
        self.assertTrue(note.rebate_statement_id)
        statement = note.rebate_statement_id
        self._run_cron()
        self.assertEqual(note.rebate_statement_id, statement)
        shown, sent = self._send(note)
        self.assertEqual(shown.count(name), 1)

    def test_R15_asked_for(self):
        """R15: the button prints it at once, also for who reads no rebates."""
        note = self._post()[0]
        action = note.action_view_rebate_statement()
        self.assertIn(f"/web/content/{note.rebate_statement_id.id}", action["url"])
        self.assertEqual(action, note.action_view_rebate_statement())
        copy = note.copy()
        self.assertFalse(copy.rebate_statement_due or copy.rebate_statement_id)
        invoice = self._invoice(self.dealer, "2026-02-02", 5)
        with self.assertRaisesRegex(UserError, "pays no rebate"):
            invoice.action_view_rebate_statement()

    def test_R15_company_setting(self):
        """R15: switched off nothing is attached or sent, and asked for it is printed."""
        self.assertTrue(self.company.rebate_attach_statement)
        self.company.rebate_attach_statement = False
        note = self._post()[0]
        self._run_cron()
        self.assertFalse(note.rebate_statement_due or note.rebate_statement_id)
        self.assertNotIn(note._get_rebate_statement_name(), self._send(note)[1])
        note.action_view_rebate_statement()
        self.assertTrue(note.rebate_statement_id)

    def test_R15_language_of_the_dealer(self):
        """R15: dates as the dealer writes them, whoever runs the scheduled action."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.dealer.lang = "de_DE"
        german, english = self._post()[:2]
        self._run_cron()
        self.assertIn("31.03.2026", german.rebate_statement_id.raw.decode())
        self.assertNotIn("31.03.2026", english.rebate_statement_id.raw.decode())

    def test_R15_only_its_dealer_gets_it(self):
        """R15: it comes with the dealer's own credit note on the portal, and by no number."""
        note = self._post()[0]
        name = note._get_rebate_statement_name()
        self._send(note)
        url = f"/my/invoices/{note.id}?report_type=pdf&download=true"
        self.authenticate("portal_one", "portal_one")
        with zipfile.ZipFile(io.BytesIO(self.url_open(url).content)) as files:
            self.assertIn(name, files.namelist())
            self.assertIn(note.name, files.read(name).decode())
        with mute_logger("odoo.http"):
            for login in ("portal_two", None):
                self.authenticate(login, login)
                self.assertNotIn(b"PK", self.url_open(url).content[:2])
                number = note.rebate_statement_id.id
                self.assertEqual(self.url_open(f"/web/content/{number}").status_code, 404)
