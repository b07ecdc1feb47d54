# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import io
from contextlib import contextmanager
from unittest.mock import patch

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestPublicationLifecycle(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_clerk")
        cls.manager = cls._user("manager", f"{MODULE}.group_pricing_manager")
        cls.director = cls._user("director", f"{MODULE}.group_pricing_director")
        cls.small, cls.large, cls.huge = (
            cls._create_part("standard", 100, name=name, default_code=name)
            for name in ("Small", "Large", "Huge")
        )
        cls.policy = cls._create_policy()
        cls.policy.approval_level_ids = [Command.create({"name": "Board", "above_percent": 25})]
        cls.board = cls.policy.approval_level_ids
        cls.settlement = cls.policy.settlement_pricelist_id
        cls._publish(cls.policy)

    def _propose_changes(self, date=None):
        """5 % needs nobody, exactly 25 % the manager, more the director."""
        self.small.standard_price = 105
        self.large.standard_price = 125
        self.huge.standard_price = 125.01
        return self._propose(self.policy, date or self._days(1))

    def _line(self, publication, product):
        return publication.line_ids.filtered(
            lambda line: line.product_id == product and line.kind == "settlement"
        )

    @contextmanager
    def _in_background(self, prices):
        """Proposals of more than so many prices go to the background, without commits."""
        self.env["ir.config_parameter"].set_param(f"{MODULE}.prices_at_once", prices)
        progress = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            progress.append((processed, remaining))
            return 60.0

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            yield progress

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------

    def test_P6_size_of_a_change_decides_who_approves_it(self):
        publication = self._propose_changes()
        self.assertFalse(self._line(publication, self.small).needs_approval)
        large, huge = self._line(publication, self.large), self._line(publication, self.huge)
        self.assertEqual((large.needs_approval, large.approval_level_id.id), (True, False))
        self.assertEqual((huge.needs_approval, huge.approval_level_id), (True, self.board))

    def test_P6_each_level_is_approved_by_its_own_people(self):
        publication = self._propose_changes()
        self.assertFalse(publication.with_user(self.clerk).can_approve)
        with self.assertRefused(AccessError, "Pricing Manager / Pricing Director"):
            publication.with_user(self.clerk).action_approve()
        publication.with_user(self.manager).action_approve()
        self.assertEqual(publication.state, "proposed")
        self.assertEqual(publication.approval_ids.user_id, self.manager)
        self.assertIn("Pricing Director: 2 prices (above 25 %)", publication.pending_approval)
        with self.assertRefused(UserError, "waits for: Pricing Director"):
            publication.with_user(self.clerk).action_publish()
        with self.assertRefused(AccessError, "ask a Pricing Director"):
            publication.with_user(self.manager).action_approve()
        publication.with_user(self.director).action_approve()
        self.assertEqual(publication.state, "approved")
        self.assertEqual(
            publication.approval_ids.mapped(lambda row: (row.user_id, row.line_count)),
            [(self.manager, 2), (self.director, 2)],
        )
        publication.with_user(self.clerk).action_publish()
        self.assertEqual(publication.state, "published")

    def test_P6_director_alone_approves_all_levels_below(self):
        publication = self._propose_changes()
        publication.with_user(self.director).action_approve()
        self.assertEqual(publication.state, "approved")
        self.assertEqual(len(publication.approval_ids), 2)

    def test_P6_price_ticked_after_the_approval_is_approved_again(self):
        publication = self._propose_changes()
        line = self._line(publication, self.large)
        line.include = False
        publication.with_user(self.manager).action_approve()
        self.assertEqual(publication.approval_ids.line_count, 1)
        line.with_user(self.clerk).include = True
        self.assertFalse(publication.approval_ids)
        publication.with_user(self.director).action_approve()
        self._line(publication, self.small)
        self.assertEqual(publication.state, "approved")

    def test_P6_unticked_prices_ask_nobody(self):
        publication = self._propose_changes()
        publication.line_ids.filtered("approval_level_id").include = False
        publication.with_user(self.manager).action_approve()
        self.assertEqual(publication.state, "approved")

    def test_P6_first_prices_may_need_a_level_of_their_own(self):
        self.board.first_prices = True
        part = self._create_part("standard", 7)
        publication = self._propose(self.policy, self._days(1))
        self.assertEqual(self._line(publication, part).approval_level_id, self.board)

    def test_P6_level_below_the_limit_is_refused(self):
        with self.assertRaises(ValidationError):
            self.board.above_percent = 10
        with self.assertRaises(ValidationError):
            self.policy.approval_limit_percent = 30

    # ------------------------------------------------------------------
    # Differences
    # ------------------------------------------------------------------

    def test_P6_difference_shows_units_sold_and_turnover_effect(self):
        for quantity, unit, days in ((3, self.unit, 1), (1, self.dozen, 364), (9, self.unit, 366)):
            order = self._order(self.dealer, self.settlement, self.small, quantity)
            order.order_line.product_uom_id = unit
            order.action_confirm()
            order.date_order = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        self._order(self.dealer, self.settlement, self.small, 100)
        publication = self._propose_changes()
        line = self._line(publication, self.small)
        self.assertEqual((line.units_sold, line.turnover_effect), (15, 75))
        guide = publication.line_ids.filtered(
            lambda row: row.product_id == self.small and row.kind == "guide"
        )
        self.assertEqual((guide.units_sold, guide.turnover_effect), (0, 0))
        self.assertEqual(publication.turnover_effect, 75)
        line.include = False
        self.assertEqual(publication.turnover_effect, 0)

    # ------------------------------------------------------------------
    # Ahead, withdrawn, frozen
    # ------------------------------------------------------------------

    def test_P7_price_dated_ahead_starts_on_its_day_and_not_before(self):
        publication = self._propose_changes(self._days(5))
        publication.action_approve()
        publication.action_publish()
        self.assertTrue(publication.is_ahead)
        self.assertIn(publication, publication.search([("is_ahead", "=", True)]))
        for day, price in ((0, 100), (4, 100), (5, 105)):
            self.assertEqual(self._price(self.settlement, self.small, date=self._days(day)), price)

    def test_P7_publication_dated_ahead_is_withdrawn_with_a_reason(self):
        publication = self._propose_changes(self._days(5))
        publication.action_approve()
        publication.action_publish()
        with self.assertRefused(AccessError, "withdrawn by a pricing manager"):
            publication.with_user(self.clerk).action_withdraw()
        action = publication.with_user(self.manager).action_withdraw()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "Supplier took it back"})
        )
        wizard.action_withdraw()
        self.assertEqual(publication.state, "withdrawn")
        self.assertEqual(publication.withdrawn_by_id, self.manager)
        self.assertEqual(publication.withdraw_reason, "Supplier took it back")
        self.assertFalse(publication.price_ids)
        self.assertEqual(len(publication.line_ids), 6)
        self.assertEqual(self._price(self.settlement, self.small, date=self._days(5)), 100)
        with self.assertRefused(UserError, "published"):
            publication.unlink()
        # The day is free again.
        again = self._propose_changes(self._days(5))
        again.action_approve()
        again.action_publish()
        self.assertEqual(self._price(self.settlement, self.small, date=self._days(5)), 105)

    def test_P7_prices_in_force_or_followed_by_others_are_not_withdrawn(self):
        publication = self._propose_changes(self._days(5))
        publication.action_approve()
        publication.action_publish()
        self.small.standard_price = 106
        later = self._publish(self.policy, self._days(9))
        with self.assertRefused(UserError, f"withdraw {later.name} first"):
            publication._withdraw("No")
        later._withdraw("First")
        publication._withdraw("Then")
        first = publication.search([("policy_id", "=", self.policy.id)], order="id", limit=1)
        with self.assertRefused(UserError, "in force since"):
            first._withdraw("No")
        self.assertEqual(len(first.price_ids), 6)

    def test_P7_published_publication_is_not_edited(self):
        publication = self.env["parts.price.publication"].search(
            [("policy_id", "=", self.policy.id)], limit=1
        )
        for name, value in (("note", "Other"), ("name", "Other"), ("date_from", self._days(3))):
            with self.subTest(field=name), self.assertRefused(UserError, "no longer edited"):
                publication.with_user(self.manager).write({name: value})
        with self.assertRefused(UserError, "no longer a proposal"):
            publication.line_ids[0].with_user(self.manager).reason = "Other"
        with self.assertRefused(UserError, "buttons"):
            publication.with_user(self.manager).write({"withdraw_reason": "Other"})

    # ------------------------------------------------------------------
    # In the background
    # ------------------------------------------------------------------

    def test_long_proposal_goes_on_in_the_background_with_progress(self):
        publications = self.env["parts.price.publication"]
        at_once = self._propose_changes()
        wanted = at_once.line_ids.mapped(lambda line: (line.product_id, line.kind, line.new_price))
        with self._in_background(2) as progress:
            publication = self._propose_changes(self._days(2))
            self.assertEqual((publication.state, publication.progress), ("proposing", 0))
            self.assertFalse(publication.line_ids)
            publications._cron_propose()
        self.assertEqual(publication.state, "proposed")
        self.assertEqual(publication.progress, 100)
        self.assertEqual(progress[0], (0, 3))
        self.assertEqual(sum(processed for processed, _remaining in progress), 3)
        self.assertCountEqual(
            publication.line_ids.mapped(lambda line: (line.product_id, line.kind, line.new_price)),
            wanted,
        )
        self.assertEqual(publication.unchanged_count, at_once.unchanged_count)

    def test_long_proposal_is_stopped_by_taking_it_back(self):
        with self._in_background(2):
            publication = self._propose_changes()
            publication._propose_chunk(2)
            self.assertEqual((publication.state, publication.progress), ("proposing", 33))
            publication.with_user(self.clerk).action_draft()
            self.env["parts.price.publication"]._cron_propose()
        self.assertEqual(publication.state, "draft")
        self.assertFalse(publication.line_ids)

    # ------------------------------------------------------------------
    # Files and paper
    # ------------------------------------------------------------------

    def _read_download(self, action):
        number = int(action["url"].split("/")[-1].split("?")[0])
        return base64.b64decode(self.env["ir.attachment"].browse(number).datas)

    def test_P7_publication_is_exported_without_costs_and_restricted_parts(self):
        publication = self._propose_changes()
        self._line(publication, self.large).include = False
        self.huge.part_class = "restricted"
        publication = publication.with_user(self.clerk)
        book = openpyxl.load_workbook(
            io.BytesIO(self._read_download(publication.action_export_xlsx()))
        )
        self.assertEqual(len(book.worksheets), 2)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        self.assertNotIn("Cost", rows[0])
        self.assertEqual([row[0] for row in rows[1:]], ["Small"])
        self.assertEqual(rows[1][5:8], (100, 105, 5))
        text = self._read_download(publication.action_export_csv()).decode("utf-8-sig")
        self.assertIn("Small", text)
        self.assertNotIn("Huge", text)

    def test_P7_publication_is_printed_with_its_approvals(self):
        publication = self._propose_changes()
        publication.with_user(self.director).action_approve()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html(f"{MODULE}.report_price_publication", publication.ids)
        )
        html = html.decode()
        for words in (publication.name, "Small", "105.00", "above 25 %", self.director.name):
            self.assertIn(words, html)
        self.assertEqual(
            publication.with_user(self.clerk).action_print()["type"], "ir.actions.report"
        )
        with self.assertRefused(UserError, "no ticked price"):
            self.env["parts.price.publication"].create({"policy_id": self.policy.id}).action_print()
