# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestStart(KpiCommon):
    """The start page: what waits, counted with the reader's own rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Tile = cls.env["aftersales.start.tile"]
        cls.supervisor = cls.make_user(
            "kpi_supervisor", "aftersales_service.group_service_supervisor"
        )

    def tile(self, xmlid, user=None):
        tile = self.env.ref(xmlid).with_user(user or self.manager)
        return tile.with_company(self.company)

    def test_what_is_late_is_counted_and_opened(self):
        tile = self.tile("aftersales_service.tile_not_dispatched")
        self.assertEqual(tile.count, 0)
        now = fields.Datetime.now()
        late, fresh = self.make_open_job(), self.make_open_job()
        late._write_step({"registered_at": now - timedelta(days=2)})
        fresh._write_step({"registered_at": now - timedelta(hours=2)})
        self.env.invalidate_all()
        self.assertEqual(tile.count, 1)
        action = tile.action_open()
        found = self.env["aftersales.voucher"].search(action["domain"])
        self.assertEqual(found & (late | fresh), late)

    def test_every_tile_opens_as_who_may_read_it(self):
        for tile in self.Tile.with_user(self.supervisor).search([("may_read", "=", True)]):
            with self.subTest(tile.name):
                self.assertGreaterEqual(tile.count, 0)
                action = tile.action_open()
                self.env[action["res_model"]].with_user(self.supervisor).search_count(
                    action["domain"]
                )

    def test_nobody_sees_tiles_of_what_he_may_not_read(self):
        tiles = self.Tile.with_user(self.manager).search([("may_read", "=", True)])
        refused = self.tile("aftersales_service.tile_claim_old")
        self.assertFalse(refused.may_read)
        self.assertEqual(refused.count, 0)
        self.assertNotIn(refused, tiles)
        self.assertIn(self.tile("aftersales_kpi.tile_sheet_open"), tiles)
        sheets = self.Tile.with_user(self.supervisor).search([("may_read", "=", True)])
        self.assertNotIn(
            self.tile("aftersales_kpi.tile_sheet_open"), sheets, "of KPI managers only"
        )

    def test_other_companies_are_not_counted(self):
        self.make_open_job()._write_step({"registered_at": datetime(2026, 9, 1)})
        tile = self.tile("aftersales_service.tile_not_dispatched")
        here = tile.count
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids += other
        self.assertEqual(here, 1)
        self.assertEqual(tile.with_company(other).count, 0)

    def test_a_tile_that_cannot_count_is_refused(self):
        good = {"name": "T", "res_model": "aftersales.voucher"}
        for bad in (
            {"res_model": "aftersales.nothing"},
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "__import__('os')"},
            {"amount_field": "nothing"},
        ):
            with self.subTest(bad), self.assertRaisesRegex(ValidationError, "cannot count"):
                self.Tile.create(good | bad)

    def test_queries_of_the_page(self):
        """One for each tile, however many records there are."""
        tiles = self.Tile.with_user(self.supervisor).search([("may_read", "=", True)])
        tiles.mapped("count")
        self.env.invalidate_all()
        tiles.mapped("name")
        with self.assertQueryCount(2 * len(tiles) + 4):
            tiles.mapped("count")
