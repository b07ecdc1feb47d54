# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tests import freeze_time, tagged

from .common import KnowledgeCommon


@tagged("post_install", "-at_install")
class TestArticle(KnowledgeCommon):
    """S22: discussed by those who carry it out, released, dated; versions stay."""

    def test_S22_a_procedure_is_discussed_agreed_and_released(self):
        article = self._asked(self.technician_user, self.clerk, kind="procedure")
        self.assertEqual(len(article.activity_ids), 2)
        keeper = article.with_user(self.keeper)
        with self.assertRefused(UserError, "did not agree"):
            keeper.action_release()
        article.with_user(self.technician_user).action_agree()
        article.with_user(self.clerk).action_object()
        with self.assertRefused(UserError, "t_clerk"):
            keeper.action_release()
        article.with_user(self.clerk).action_agree()
        keeper.action_release()
        self.assertEqual((article.state, article.released_by_id), ("released", self.keeper))
        self.assertTrue(article.released_at and article.is_valid)
        self.assertFalse(article.activity_ids)

    def test_S22_a_procedure_asks_somebody(self):
        with self.assertRefused(UserError, "who carries it out"):
            self._draft(kind="procedure").action_release()
        with self.assertRefused(UserError, "has no solution"):
            self._draft(solution="<p><br></p>").action_release()

    def test_S22_what_changes_in_discussion_is_agreed_to_anew(self):
        article = self._asked(self.technician_user)
        article.with_user(self.technician_user).action_agree()
        self.assertFalse(article.activity_ids)
        article.with_user(self.keeper).solution = "<p>Do that</p>"
        self.assertEqual(article.opinion_ids.answer, "asked")
        self.assertEqual(article.activity_ids.user_id, self.technician_user)

    def test_S22_nobody_answers_for_another(self):
        article = self._asked(self.technician_user)
        with self.assertRefused(UserError, "not among those"):
            article.with_user(self.other_user).action_agree()
        opinion = article.opinion_ids
        with self.assertRefused(UserError, "buttons"):
            opinion.with_user(self.technician_user).answer = "agreed"
        for user in (self.keeper, self.other_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                opinion.with_user(user).comment = "I am Tess"
        opinion.with_user(self.technician_user).comment = "Fine, but slower"
        article.with_user(self.technician_user).action_object()
        self.assertIn("slower", article.message_ids[0].body)

    def test_S22_a_released_version_never_changes(self):
        article = self._asked(self.technician_user)
        article.with_user(self.technician_user).action_agree()
        article.action_release()
        for values in (
            {"name": "Other"},
            {"solution": "<p>x</p>"},
            {"product_ids": [Command.link(self.model.id)]},
            {"visibility": "user"},
            {"date_from": "2040-01-01"},
        ):
            with self.subTest(values=values), self.assertRefused(UserError, "make a new version"):
                article.write(values)
        for name in ("state", "key", "version", "date_to", "released_at", "search_text"):
            with self.subTest(name=name), self.assertRefused(UserError, "Use the buttons"):
                article.write({name: article[name]})
        with self.assertRefused(UserError, "does not change"):
            article.opinion_ids.unlink()
        with self.assertRefused(UserError, "withdraw it"):
            article.unlink()
        article.message_post(body="Messages go on")

    def test_S22_states_are_not_passed_in(self):
        with self.assertRefused(UserError, "Use the buttons"):
            self._draft(state="released")
        article = self.articles.with_context(default_state="released").create({"name": "x"})
        self.assertEqual(article.state, "draft")

    def test_S22_a_new_version_takes_the_place_of_the_old_on_its_day(self):
        old = self._released(product_ids=[Command.set(self.model.ids)])
        action = old.with_user(self.keeper).action_new_version()
        new = self.articles.browse(action["res_id"])
        self.assertRecordValues(
            new, [{"key": old.key, "version": 2, "state": "draft", "root_id": old.id}]
        )
        self.assertEqual(new.product_ids, self.model)
        self.assertEqual(old.action_new_version()["res_id"], new.id, "one draft at a time")
        today = old.date_from
        new.date_from = today + timedelta(days=3)
        new.action_release()
        self.assertEqual(self.articles._find("T article"), old)
        self.assertEqual(old.date_to, new.date_from)
        with freeze_time(today + timedelta(days=3)):
            (old + new).invalidate_recordset(["is_valid"])
            self.assertEqual(self.articles._find("T article"), new)
            self.assertEqual((old.is_valid, new.is_valid), (False, True))
        self.assertEqual(old.state, "released", "the old one stays readable and dated")
        self.assertEqual(new.version_ids, new + old)

    def test_S22_two_drafts_of_one_version_cannot_be(self):
        old = self._released()
        late = old._make_version()
        late.date_from = Date.today() + timedelta(days=10)
        late.action_release()
        third = late._make_version()
        third.date_from = Date.today() + timedelta(days=5)
        with self.assertRefused(UserError, "holds from"):
            third.action_release()
        third.date_from = Date.today() - timedelta(days=1)
        with self.assertRefused(UserError, "past"):
            third.action_release()

    def test_S22_a_withdrawn_article_is_not_found_and_says_why(self):
        article = self._released()
        with self.assertRaises(AccessError):
            article.with_user(self.clerk).action_withdraw(reason="x")
        keeper = article.with_user(self.keeper)
        dialogue = keeper.action_withdraw()
        reason = (
            self.env[dialogue["res_model"]]
            .with_user(self.keeper)
            .with_context(**dialogue["context"])
            .create({"reason": "Dangerous"})
        )
        reason.action_confirm()
        self.assertEqual((article.state, article.withdraw_reason), ("withdrawn", "Dangerous"))
        self.assertFalse(self.articles._find("T article"))
        with self.assertRefused(UserError, "Write the reason"):
            self._released().action_withdraw(reason=" ")

    def test_S22_files_stay_with_their_version(self):
        files = self.env["ir.attachment"].with_user(self.keeper)
        file = files.create(
            {"name": "a.txt", "raw": b"one", "res_model": "aftersales.article", "res_id": 0}
        )
        article = self._draft().with_user(self.keeper)
        article.attachment_ids = [Command.link(file.id)]
        self.assertEqual(file.res_id, article.id)
        article.action_release()
        for change in (
            lambda: file.write({"raw": b"two"}),
            lambda: file.write({"datas": base64.b64encode(b"two")}),
            lambda: file.write({"res_id": 0}),
            file.unlink,
        ):
            with self.assertRefused(UserError, "make a new version"):
                change()
        new = article._make_version()
        self.assertEqual(new.attachment_ids.mapped("raw"), [b"one"])
        new.attachment_ids.raw = b"two"
        self.assertEqual(file.raw, b"one")

    def test_S22_files_of_others_are_not_shown(self):
        other = self._draft("Other")
        secret, theirs = self.env["ir.attachment"].create(
            [
                {"name": "wages.txt", "raw": b"secret"},
                {"name": "plan.txt", "raw": b"x", "res_model": other._name, "res_id": other.id},
            ]
        )
        article = self._draft().with_user(self.keeper)
        with self.assertRaises(AccessError):
            article.attachment_ids = [Command.link(secret.id)]
        with self.assertRefused(ValidationError, "another document"):
            article.attachment_ids = [Command.link(theirs.id)]
