# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.dealer_rebate.models.rebate_confirmation import RebateConfirmation

from .common import RebateCommon
from .roles import RolesMixin


class ConfirmationCommon(RebateCommon):
    """A quarter of two components; dealer one has two invoices, dealer two has one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.dealer | cls.dealer_2).email = "dealer@example.com"
        cls.agreement = cls._create_agreement(
            cls._create_table([(0, 10)]), cls._create_table([(0, 1)]), dealer_confirms=True
        )
        cls.invoice = cls._invoice(cls.dealer, "2026-02-01", 1000)
        cls.other_invoice = cls._invoice(cls.dealer, "2026-02-02", 500)
        cls._invoice(cls.dealer_2, "2026-02-01", 300)

    def _ask(self, date="2026-03-31", agreement=None):
        settlement = self._compute(agreement or self.agreement, date)
        settlement.action_ask_dealers()
        return settlement

    def _confirmation(self, settlement, partner=None):
        partner = partner or self.dealer
        return settlement.confirmation_ids.sudo().filtered(lambda c: c.partner_id == partner)

    def _line(self, settlement, number=0, partner=None, restatement=False):
        partner = partner or self.dealer
        return (
            settlement.line_ids.sudo()
            .filtered(lambda x: x.partner_id == partner and x.is_restatement == restatement)
            .sorted(lambda line: line.component_id.id)[number]
        )

    def _object(self, settlement, *documents, number=0, kind=None):
        return self._confirmation(settlement)._object(
            self._line(settlement, number),
            "We returned it.",
            kind or ("document" if documents else "line"),
            [document.name for document in documents],
        )

    def _post(self, settlement):
        """All that is left is confirmed, then released and posted."""
        for confirmation in settlement.confirmation_ids.sudo():
            if confirmation._get_unanswered():
                confirmation._confirm()
        settlement.action_review()
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self._assert_ledger(settlement.agreement_id)

    def _answer(self, objection, method="action_reject"):
        objection = objection.with_env(self.env)
        objection.answer = "We looked at it."
        getattr(objection, method)()


@tagged("post_install", "-at_install")
class TestConfirmation(ConfirmationCommon):
    """Dealers confirm or object; what they object to waits, the rest is paid (R4, R12)."""

    def test_R12_asked_by_mail_with_a_link(self):
        """R12: each dealer gets its own link, in its own language, and nobody without asking."""
        settlement = self._compute(self.agreement, "2026-03-31")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            settlement.action_review()
        self.dealer_2.email = False
        settlement.action_ask_dealers()
        self.assertEqual(settlement.state, "confirm")
        confirmations = settlement.confirmation_ids
        self.assertEqual(confirmations.partner_id, self.dealer | self.dealer_2)
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "rebate.confirmation"), ("res_id", "in", confirmations.ids)])
        )
        self.assertEqual(mails.recipient_ids, self.dealer)
        own = self._confirmation(settlement)
        self.assertIn(own.access_token, mails.body_html)
        self.assertIn(f"/my/rebates/settlement/{settlement.id}", mails.body_html)
        self.assertNotIn(
            self._confirmation(settlement, self.dealer_2)._portal_ensure_token(), mails.body_html
        )
        self.assertIn(self.dealer_2.name, " ".join(settlement.message_ids.mapped("body")))

    def test_R12_all_confirm(self):
        """R12: once all lines are confirmed it can be released, and pays everything."""
        settlement = self._ask()
        first = self._confirmation(settlement)
        first._confirm(self._line(settlement), author=self.dealer)
        self.assertEqual((first.state, first.answered_by_id), ("open", self.dealer))
        with self.assertRaisesRegex(UserError, self.dealer.name), self.env.cr.savepoint():
            settlement.action_review()
        first._confirm()
        self.assertEqual(first.state, "answered")
        self._confirmation(settlement, self.dealer_2)._confirm()
        self.assertIn(
            "release for posting", " ".join(settlement.activity_ids.mapped("summary")).lower()
        )
        self._post(settlement)
        self.assertEqual(self._paid(settlement), 198)

    def test_R12_only_the_objected_invoice_waits(self):
        """R12: one invoice's share waits; rejected, the next settlement pays it, and says why."""
        settlement = self._ask()
        objection = self._object(settlement, self.invoice)
        self.assertEqual((objection.amount, objection.move_id), (100, self.invoice))
        self.assertEqual(objection.activity_ids.user_id, self.env.user)
        self._post(settlement)
        line = self._line(settlement)
        self.assertEqual((line.earned, line.amount, line.withheld), (150, 50, 100))
        self.assertIn("waits for an answer", line.explanation)
        self.assertEqual(self._paid(settlement, self.dealer), 65)
        self.assertEqual(self._paid(settlement, self.dealer_2), 33)
        self._answer(objection)
        self.assertFalse(objection.activity_ids)
        following = self._ask("2026-06-30")
        brought = self._line(following, restatement=True)
        self.assertEqual((brought.amount, brought.withheld, brought.base_delta), (100, 0, 0))
        self.assertEqual(objection.released_line_id, brought)
        self.assertIn("We looked at it.", brought.explanation)
        self._post(following)
        self.assertEqual(self._paid(following), 100)
        again = self._ask("2026-09-30")
        self.assertFalse(again.line_ids.filtered("amount"))

    def test_R12_open_objection_waits_on(self):
        """R12: as long as nobody answers, no later settlement pays it."""
        settlement = self._ask()
        objection = self._object(settlement)
        self._post(settlement)
        self.assertEqual(self._line(settlement).amount, 0)
        self.assertEqual(self._paid(settlement, self.dealer), 15)
        second = self._ask("2026-06-30")
        waiting = self._line(second, restatement=True)
        self.assertEqual((waiting.amount, waiting.withheld), (0, 150))
        self._post(second)
        self.assertEqual(self._paid(second), 0)
        self._answer(objection)
        third = self._ask("2026-09-30")
        self._post(third)
        self.assertEqual(self._paid(third), 150)

    def test_R12_accepted_objection_pays_the_corrected_figure(self):
        """R12: the invoice was wrong: it is credited, and the next settlement pays the rest."""
        settlement = self._ask()
        objection = self._object(settlement, self.invoice)
        self._answer(objection, "action_accept")
        self._post(settlement)
        self.assertEqual(self._line(settlement).withheld, 100)
        self._invoice(self.dealer, "2026-03-01", -400)
        following = self._ask("2026-06-30")
        self._post(following)
        # Of 100 that waited 40 are gone with the credit note, and 4 of the second component.
        self.assertEqual(self._paid(following), 56)

    def test_R12_rejected_before_the_release_is_paid_now(self):
        """R12: answered in time, nothing has to wait."""
        settlement = self._ask()
        self._answer(self._object(settlement))
        self._post(settlement)
        self.assertEqual(self._paid(settlement), 198)

    def test_R12_something_missing_holds_nothing_back(self):
        """R12: who misses an invoice is paid what is there."""
        settlement = self._ask()
        objection = self._object(settlement, kind="missing")
        self._post(settlement)
        self.assertEqual((objection.amount, self._paid(settlement)), (0, 198))

    def test_R14_objection_to_what_is_taken_back(self):
        """R14: a dealer may object to a restatement that takes back; the rest is paid in full."""
        self._settle_without_asking("2026-03-31")
        credit = self._invoice(self.dealer, "2026-03-15", -200)
        self._invoice(self.dealer, "2026-05-01", 1000)
        settlement = self._ask("2026-06-30")
        line = self._line(settlement, restatement=True)
        self.assertEqual(line.amount, -20)
        objection = self._confirmation(settlement)._object(
            line, "Never returned.", "document", [credit.name]
        )
        self._post(settlement)
        self.assertEqual((objection.amount, line.amount, line.withheld), (-20, 0, -20))
        self.assertEqual(self._paid(settlement), 108)
        self._answer(objection)
        following = self._ask("2026-09-30")
        self.assertTrue(all(line.is_carried for line in following.line_ids))

    def test_R14_what_is_left_turns_negative(self):
        """R14: without the objected amount the balance is negative: carried, nothing posted."""
        self._settle_without_asking("2026-03-31")
        self._invoice(self.dealer, "2026-03-15", -200)
        self._invoice(self.dealer, "2026-05-01", 1000)
        settlement = self._ask("2026-06-30")
        for number in (0, 1):
            self._object(settlement, number=number)
        self._post(settlement)
        own = settlement.line_ids.filtered(lambda line: line.partner_id == self.dealer)
        self.assertEqual(set(own.mapped("state")), {"carried"})
        self.assertFalse(own.credit_note_id)

    def _settle_without_asking(self, date):
        settlement = self._ask(date)
        self._post(settlement)

    def test_R12_silence_counts_as_confirmed_and_is_logged(self):
        """R12: who does not answer in time has confirmed; the log names them and the day."""
        settlement = self._ask()
        objection = self._object(settlement, self.invoice)
        deadline = settlement.confirm_deadline
        self.assertEqual(deadline, self._confirmation(settlement)._get_today() + timedelta(days=10))
        with patch.object(
            RebateConfirmation, "_get_today", lambda self: deadline + timedelta(days=1)
        ):
            with self.assertRaisesRegex(UserError, "no longer"), self.env.cr.savepoint():
                self._confirmation(settlement)._confirm()
            self.env["rebate.confirmation"].sudo()._cron_close_confirmations()
        self.assertEqual(set(settlement.confirmation_ids.mapped("state")), {"silent"})
        self.assertEqual(self._line(settlement).dealer_answer, "objected")
        self.assertEqual(self._line(settlement, 1).dealer_answer, "silent")
        log = " ".join(settlement.message_ids.mapped("body"))
        self.assertIn("counts as confirmed", log)
        self.assertIn(self.dealer_2.name, log)
        settlement.action_review()
        settlement.action_post()
        self.assertEqual(self._line(settlement).withheld, objection.amount)

    def test_R12_release_after_the_deadline_closes_the_rest(self):
        """R12: the manager need not wait for the scheduled action."""
        settlement = self._ask()
        settlement.confirmation_ids.sudo().deadline = fields.Date.to_date("2026-01-01")
        settlement.action_review()
        self.assertEqual(set(settlement.confirmation_ids.mapped("state")), {"silent"})

    def test_answers_are_final_and_checked(self):
        """No answer twice, to others' lines, without reason or document, or after the release."""
        settlement = self._ask()
        confirmation = self._confirmation(settlement)
        line, strange = self._line(settlement), self._line(settlement, partner=self.dealer_2)
        for method, arguments in (
            (confirmation._confirm, (strange,)),
            (confirmation._object, (strange, "Mine")),
            (confirmation._object, (line, "  ")),
            (confirmation._object, (line, "x", "document", ["INV/0"])),
            (confirmation._object, (line, "x", "other", [self.invoice.name])),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                with self.env.cr.savepoint():
                    method(*arguments)
        confirmation._confirm(line)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            confirmation._object(line, "Too late")
        self._post(settlement)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            confirmation._object(self._line(settlement, 1), "Too late")

    def test_computing_again_asks_again(self):
        """New lines make old answers void; an open objection finds its line again."""
        settlement = self._ask()
        objection = self._object(settlement, self.invoice)
        token = self._confirmation(settlement).access_token
        settlement.action_compute()
        self.assertEqual(settlement.state, "computed")
        self.assertFalse(settlement.confirmation_ids)
        self.assertEqual(objection.settlement_line_id, self._line(settlement))
        self.assertEqual(self._line(settlement).withheld, 100)
        settlement.action_ask_dealers()
        self.assertNotEqual(self._confirmation(settlement).access_token, token)
        self._post(settlement)
        self.assertEqual(self._paid(settlement, self.dealer), 65)

    def test_cancelled_settlement_keeps_the_dispute(self):
        """Cancelling settles no argument: the next settlement still waits for the answer."""
        settlement = self._ask()
        self._object(settlement)
        settlement.action_cancel()
        self.assertFalse(settlement.confirmation_ids)
        self.assertEqual(self._line(self._ask()).withheld, 150)

    def test_without_the_switch_nothing_changes(self):
        """Agreements that do not ask go from computed to reviewed as before."""
        agreement = self._create_agreement(self._create_table([(0, 3)]), name="Plain")
        settlement = self._settle(agreement, "2026-03-31")
        self.assertEqual((settlement.state, self._paid(settlement)), ("posted", 54))
        self.assertFalse(settlement.confirmation_ids)

    def test_answer_needs_words(self):
        """An objection is answered with a sentence that the dealer gets."""
        settlement = self._ask()
        objection = self._object(settlement).with_env(self.env)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            objection.action_accept()
        self._answer(objection, "action_accept")
        self.assertEqual((objection.state, objection.answered_by_id), ("accepted", self.env.user))
        message = objection.message_ids.filtered(lambda m: m.partner_ids == self.dealer)
        self.assertIn("We looked at it.", message.body)

    def test_confirmed_by_phone(self):
        """A manager notes what a dealer said on the phone; the log says who."""
        settlement = self._ask()
        confirmation = self._confirmation(settlement).with_env(self.env)
        confirmation.action_confirm_by_phone()
        self.assertEqual(confirmation.state, "answered")
        self.assertEqual(confirmation.answered_by_id, self.env.user.partner_id)

    def test_merged_dealers_keep_their_objections(self):
        """Two dealers merged: what one objected to still waits."""
        settlement = self._ask()
        objection = self._object(settlement)
        merge = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        merge._merge((self.dealer | self.dealer_2).ids, self.dealer_2)
        settlement.invalidate_recordset()
        self.assertEqual(objection.partner_id, self.dealer_2)
        settlement.confirmation_ids.sudo().deadline = fields.Date.to_date("2026-01-01")
        settlement.action_review()
        self.assertEqual(sum(settlement.line_ids.mapped("withheld")), 150)

    def test_rights(self):
        """States, amounts and answers are written by the buttons of those who may press them."""
        settlement = self._ask()
        objection = self._object(settlement)
        records = (self._confirmation(settlement), objection)
        manager = objection.with_env(self.env)
        for vals in ({"state": "rejected"}, {"amount": 0}, {"partner_id": self.dealer_2.id}):
            with self.assertRaises(AccessError):
                manager.write(vals)
        user = new_test_user(
            self.env,
            "confirm_clerk",
            "dealer_rebate.group_rebate_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        for method in (
            settlement.with_user(user).action_ask_dealers,
            records[0].with_user(user).action_confirm_by_phone,
            records[0].with_user(user).action_open_portal,
            objection.with_user(user).action_reject,
        ):
            with self.assertRaises(AccessError):
                method()
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "confirm_elsewhere",
            "dealer_rebate.group_rebate_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for record in records:
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["state"])


@tagged("post_install", "-at_install")
class TestConfirmationAccess(RolesMixin, ConfirmationCommon):
    """Who may do what with confirmations and objections: role x model x right."""

    rights = {
        "rebate.confirmation": {"rebate_user": "r", "rebate_manager": "r"},
        "rebate.objection": {"rebate_user": "r", "rebate_manager": "rw"},
    }

    def setUp(self):
        super().setUp()
        settlement = self._ask()
        self.records = {
            "rebate.confirmation": self._confirmation(settlement),
            "rebate.objection": self._object(settlement),
        }
