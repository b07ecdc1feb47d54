# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from unittest.mock import patch

import psycopg2
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_parts_pricing.models.parts_guard import RestrictedPartError

from .common import MODULE, PartsCommon


class ReleaseCommon(PartsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.core = cls._create_part("restricted", 100, name="Control board")
        cls._put_in_stock(cls.core, 10)
        cls.other_dealer = cls.env["res.partner"].create(
            {"name": "Other dealer", "is_company": True, "is_dealer": True}
        )
        cls.address = cls.env["res.partner"].create(
            {"name": "Back door", "parent_id": cls.dealer.id, "type": "delivery"}
        )
        cls.greta, cls.gustav = (
            cls._user(login, f"{MODULE}.group_restricted_guardian,stock.group_stock_user")
            for login in ("greta", "gustav")
        )
        cls.storekeeper = cls._user("storekeeper", "stock.group_stock_user")

    @classmethod
    def _ask(cls, user=None, **vals):
        release = (
            cls.env["parts.core.release"]
            .with_user(user or cls.storekeeper)
            .create(
                {
                    "product_id": cls.core.id,
                    "partner_id": cls.dealer.id,
                    "quantity": 1,
                    "reason": "Lent for a test",
                }
                | vals
            )
        )
        release.action_ask()
        return release

    @classmethod
    def _grant(cls, **vals):
        release = cls._ask(**vals)
        release.with_user(cls.greta).action_grant()
        return release

    def _picking(self, partner=None, lines=(1,), target=None, product=None, user=None):
        target = target or self.customers
        is_out = target == self.customers
        picking_type = self.warehouse.out_type_id if is_out else self.warehouse.int_type_id
        picking = (
            self.env["stock.picking"]
            .with_user(user or self.storekeeper)
            .create(
                {
                    "picking_type_id": picking_type.id,
                    "location_id": self.stock.id,
                    "location_dest_id": target.id,
                    "partner_id": (self.dealer if partner is None else partner).id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": (product or self.core).id,
                                "product_uom_qty": quantity,
                                "product_uom": self.unit.id,
                                "location_id": self.stock.id,
                                "location_dest_id": target.id,
                                "sequence": number,
                            }
                        )
                        for number, quantity in enumerate(lines)
                    ],
                }
            )
        )
        # One line a move: core would merge moves that are alike.
        picking.move_ids._action_confirm(merge=False)
        for move, quantity in zip(picking.move_ids, lines, strict=True):
            move.write({"quantity": quantity, "picked": True})
        return picking

    def _deliver(self, **kwargs):
        picking = self._picking(**kwargs)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.env.cr.flush()
        return picking

    def _outside(self):
        return self.env["parts.guard"]._get_outside_quantities(self.core).get(self.core.id, 0.0)


@tagged("post_install", "-at_install")
class TestRelease(ReleaseCommon):
    """The one way out: asked by one, granted by another, used up by the moves (P2)."""

    # ------------------------------------------------------------------
    # Two people
    # ------------------------------------------------------------------

    def test_P2_one_asks_and_another_grants(self):
        release = self._ask()
        self.assertEqual((release.state, release.requested_by_id), ("asked", self.storekeeper))
        self.assertRegex(release.name, r"^REL/\d{4}/\d+$")
        with self.assertRefused(AccessError, "decided by the guardians.*parts_greta"):
            release.action_grant()
        with self.assertRefused(AccessError, "decided by the guardians"):
            release.sudo().action_grant()
        release.with_user(self.greta).action_grant()
        self.assertEqual((release.state, release.granted_by_id), ("granted", self.greta))

    def test_P2_who_asked_does_not_grant(self):
        release = self._ask(user=self.greta)
        self.assertFalse(release.may_decide)
        for attempt in (release, release.sudo()):
            with self.assertRefused(AccessError, "another guardian decides. Ask parts_gustav"):
                attempt.action_grant()
        release.with_user(self.gustav).action_grant()
        self.assertEqual(release.granted_by_id, self.gustav)

    def test_P2_guardian_who_is_alone_cannot_ask(self):
        self.gustav.active = False
        with self.assertRefused(UserError, "needs a guardian other than you"):
            self._ask(user=self.greta)

    def test_P2_guardians_are_told_and_the_answer_comes_back(self):
        release = self._ask()
        todo = release.sudo().activity_ids
        self.assertEqual(todo.user_id, self.greta | self.gustav)
        release.with_user(self.greta).action_grant()
        self.assertFalse(release.sudo().activity_ids)
        self.assertIn(self.storekeeper.partner_id, release.sudo().message_ids.partner_ids)

    def test_P2_steps_and_terms_are_not_typed(self):
        release = self._ask()
        for vals in (
            {"state": "granted"},
            {"granted_by_id": self.greta.id},
            {"requested_by_id": self.greta.id},
            {"quantity_used": 0},
            {"use_ids": [Command.clear()]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                release.write(vals)
        for vals in ({"quantity": 9}, {"partner_id": self.other_dealer.id}, {"reason": "Other"}):
            for user in (self.storekeeper, self.greta):
                with self.subTest(vals=vals), self.assertRefused(UserError, "in its draft only"):
                    release.with_user(user).write(vals)
        model = release.with_context(default_state="granted", default_requested_by_id=self.greta.id)
        draft = model.create(
            {"product_id": self.core.id, "partner_id": self.dealer.id, "reason": "By default"}
        )
        self.assertEqual((draft.state, draft.requested_by_id), ("draft", self.storekeeper))
        with self.assertRaises(UserError):
            model.create({"state": "granted", "product_id": self.core.id, "reason": "By RPC"})

    def test_P2_draft_is_its_own_persons(self):
        draft = self.env["parts.core.release"].with_user(self.storekeeper)
        draft = draft.create(
            {"product_id": self.core.id, "partner_id": self.dealer.id, "reason": "Mine"}
        )
        with self.assertRefused(UserError, "was written by parts_storekeeper"):
            draft.with_user(self.greta).quantity = 5
        with self.assertRefused(AccessError, "only who wrote it asks"):
            draft.with_user(self.greta).action_ask()
        other = self._user("other", "stock.group_stock_user")
        self.assertFalse(draft.with_user(other).search([("id", "=", draft.id)]))
        draft.unlink()

    def test_P2_release_stays_on_record(self):
        release = self._ask()
        with self.assertRefused(UserError, "is on record"):
            release.unlink()
        release.action_withdraw()
        self.assertEqual(release.state, "draft")
        with self.assertRefused(UserError, "This step needs"):
            release.with_user(self.greta).action_grant()

    def test_P2_ordinary_part_needs_no_release(self):
        with self.assertRefused(ValidationError, "needs no release"):
            self._ask(product_id=self._create_part("general").id)

    def test_P2_release_for_yesterday_is_not_asked(self):
        with self.assertRefused(UserError, "which is over"):
            self._ask(date_to=self._days(-1))

    def test_P2_refused_and_revoked_with_a_reason(self):
        release = self._ask()
        wizard = Form.from_action(
            self.env["parts.core.release"].with_user(self.greta).env,
            release.with_user(self.greta).action_refuse(),
        )
        wizard.reason = "Send them a general one"
        wizard.save().action_close()
        self.assertEqual(
            (release.state, release.close_reason), ("refused", "Send them a general one")
        )
        granted = self._grant()
        action = granted.with_user(self.greta).action_revoke()
        wizard = Form.from_action(granted.with_user(self.greta).env, action)
        wizard.reason = "Test called off"
        wizard.save().action_close()
        self.assertEqual((granted.state, granted.closed_by_id), ("revoked", self.greta))
        with self.assertRaises(AccessError):
            self._grant().with_user(self.storekeeper)._close("revoked", "Mine")

    # ------------------------------------------------------------------
    # Use
    # ------------------------------------------------------------------

    def test_P2_release_goes_through_once_and_not_twice(self):
        release = self._grant()
        picking = self._deliver()
        self.assertEqual((release.state, release.quantity_used), ("used", 1))
        self.assertRecordValues(
            release.sudo().use_ids,
            [
                {
                    "move_line_id": picking.move_line_ids.id,
                    "quantity": 1.0,
                    "user_id": self.storekeeper.id,
                    "location_dest_id": self.customers.id,
                }
            ],
        )
        self.assertEqual(self._outside(), 1)
        with self.assertRefused(UserError, "never delivered"):
            self._picking().button_validate()
        self.assertEqual(self._outside(), 1)

    def test_P2_release_is_used_up_piece_by_piece(self):
        release = self._grant(quantity=3)
        self._deliver(lines=(2,))
        self.assertEqual((release.state, release.quantity_left), ("granted", 1))
        with self.assertRefused(UserError, "never delivered"):
            self._picking(lines=(2,)).button_validate()
        self._deliver(lines=(1,), partner=self.address)
        self.assertEqual((release.state, release.quantity_used), ("used", 3))

    def test_P2_two_lines_do_not_share_one_piece(self):
        release = self._grant()
        picking = self._picking(lines=(1, 1))
        self.assertEqual(len(picking.move_ids), 2)
        with self.assertRefused(UserError, "never delivered"):
            picking.button_validate()
        self.assertEqual((release.quantity_used, self._outside()), (0, 0))

    def test_P2_two_releases_add_up(self):
        later, sooner = self._grant(), self._grant(date_to=self._days(1))
        self._deliver(lines=(1,))
        self.assertEqual((sooner.state, later.state), ("used", "granted"))
        self._grant()
        self._deliver(lines=(2,))
        self.assertEqual(later.state, "used")

    def test_P2_release_fits_its_part_partner_company_and_day_only(self):
        other = self._create_part("restricted", name="Other board")
        self._put_in_stock(other, 1)
        stranger = self.env["res.company"].create({"name": "Stranger"})
        self.env.user.company_ids |= stranger

        def over():
            self._grant().sudo().date_to = self._days(-1)

        def revoked():
            self._grant().with_user(self.greta)._close("revoked", "No")

        def elsewhere():
            self._grant().sudo().company_id = stranger

        cases = {
            "asked only": (self._ask, {}),
            "another partner": (self._grant, {"partner": self.other_dealer}),
            "no partner": (self._grant, {"partner": self.env["res.partner"]}),
            "another part": (self._grant, {"product": other}),
            "over": (over, {}),
            "revoked": (revoked, {}),
            "another company": (elsewhere, {}),
        }
        for name, (prepare, delivery) in cases.items():
            with self.subTest(case=name):
                savepoint = self.env.cr.savepoint()
                prepare()
                with self.assertRefused(UserError, "never delivered"):
                    self._picking(**delivery).button_validate()
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_P2_partner_of_the_move_counts_as_well(self):
        self._grant()
        picking = self._picking()
        picking.move_ids.partner_id = self.other_dealer
        with self.assertRefused(UserError, "never delivered"):
            picking.button_validate()

    def test_P2_release_lets_pieces_to_a_dealers_outlet(self):
        depot = self.env["stock.location"].create(
            {"name": "Depot", "location_id": self.stock.id, "company_id": self.company.id}
        )
        self.env["aftersales.outlet"].create(
            {
                "name": "Branch",
                "code": "BR",
                "location_id": depot.id,
                "dealer_id": self.dealer.id,
                "company_id": self.company.id,
            }
        )
        with self.assertRefused(UserError, "not one of our own bases"):
            self._picking(target=depot, partner=self.env["res.partner"]).button_validate()
        self._grant()
        self._deliver(target=depot, partner=self.env["res.partner"])
        self.assertEqual(self._outside(), 1)

    def test_P2_return_gives_nothing_back(self):
        release = self._grant()
        picking = self._deliver()
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.storekeeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = picking.browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": 1, "picked": True})
        back.button_validate()
        self.env.cr.flush()
        self.assertEqual((self._outside(), release.quantity_used), (0, 1))
        with self.assertRefused(UserError, "never delivered"):
            self._picking().button_validate()
        with patch.object(
            self.env.registry["stock.move.line"],
            "_check_restricted_movements",
            lambda lines, movements: None,
        ):
            with self.assertRefused(UserError, "more pieces would lie outside"):
                self._picking().button_validate()
                self.env.cr.flush()

    def test_P2_done_delivery_shrinks_and_does_not_grow(self):
        release = self._grant(quantity=3)
        line = self._deliver(lines=(2,)).move_line_ids
        for vals in (
            {"quantity": 3},
            {"location_dest_id": self.suppliers.id},
            {"quantity": 1, "location_dest_id": self.suppliers.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                line.write(vals)
        line.quantity = 1
        self.env.cr.flush()
        self.assertEqual((self._outside(), release.quantity_used), (1, 2))
        with self.assertRefused(UserError, "more pieces would lie outside"):
            line.quantity = 2
            self.env.cr.flush()

    def test_P2_new_line_on_a_done_transfer_uses_no_release(self):
        self._grant(quantity=2)
        picking = self._deliver()
        with self.assertRefused(UserError, "never delivered"):
            self.env["stock.move.line"].with_user(self.storekeeper).create(
                {
                    "picking_id": picking.id,
                    "product_id": self.core.id,
                    "quantity": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )

    def test_P2_net_wants_the_ledger_not_the_promise(self):
        """With the guard away a release that nobody used up lets nothing out."""
        self._grant()
        with patch.object(
            self.env.registry["stock.move.line"],
            "_check_restricted_movements",
            lambda lines, movements: None,
        ):
            with self.assertRefused(UserError, "never delivered"):
                self._picking().button_validate()

    def test_P2_release_does_not_witness_scrap(self):
        self._grant()
        with self.assertRefused(UserError, "as the witness"):
            self.env["stock.scrap"].with_user(self.storekeeper).create(
                {"product_id": self.core.id, "scrap_qty": 1, "location_id": self.stock.id}
            ).do_scrap()

    def test_P2_order_refuses_a_released_part_as_well(self):
        """It leaves on a transfer of its own: it has no price."""
        self._grant()
        with self.assertRefused(ValidationError, "neither quoted nor sold"):
            self.env["sale.order"].create(
                {
                    "partner_id": self.dealer.id,
                    "order_line": [Command.create({"product_id": self.core.id})],
                }
            )

    def test_P2_released_part_is_invoiced_to_its_partner_only(self):
        journal = self._create_journal(self.dealer, self.other_dealer, self.address)

        def invoice(partner, move_type="out_invoice"):
            return self.env["account.move"].create(
                {
                    "move_type": move_type,
                    "journal_id": journal.id,
                    "partner_id": partner.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.core.id,
                                "quantity": 1,
                                "price_unit": 1,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )

        with self.assertRefused(ValidationError, "not invoiced to Dealer"):
            invoice(self.dealer)
        self._grant()
        self.assertTrue(invoice(self.address))
        with self.assertRefused(ValidationError, "not invoiced to Other dealer"):
            invoice(self.other_dealer)
        self.assertTrue(invoice(self.other_dealer, "out_refund"))

    def test_P2_expired_release_is_closed_by_the_clock(self):
        over, running, asked = self._grant(), self._grant(), self._ask()
        (over | asked).sudo().date_to = self._days(-1)
        self.env["parts.core.release"]._cron_expire()
        self.assertEqual(
            [release.state for release in (over, running, asked)], ["expired", "granted", "expired"]
        )

    # ------------------------------------------------------------------
    # Ledger and counter
    # ------------------------------------------------------------------

    def test_P2_ledger_is_not_touched_by_hand(self):
        release = self._grant(quantity=2)
        self._deliver()
        row = release.sudo().use_ids
        for user in (self.storekeeper, self.greta):
            with self.assertRefused(UserError, "written by the moves"):
                row.with_user(user).quantity = 0.5
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
        with self.assertRefused(UserError, "written by the moves"):
            row.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            row.copy()
            self.env.flush_all()

    def test_P2_counter_never_exceeds_the_release(self):
        release = self._grant().sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            release.quantity_used = 2
            release.flush_recordset()

    # ------------------------------------------------------------------
    # From the refusal to the release
    # ------------------------------------------------------------------

    def test_P2_refusal_offers_to_ask_for_a_release(self):
        picking = self._picking()
        with self.assertRaises(RestrictedPartError) as refused:
            picking.button_validate()
        message, action_id, button, context = refused.exception.args
        self.assertEqual(str(refused.exception), message)
        self.assertEqual(button, "Ask for a Release")
        action = self.env["ir.actions.act_window"].browse(action_id)
        release = self.env[action.res_model].with_user(self.storekeeper).with_context(**context)
        with Form(release) as form:
            form.reason = "From the dialog"
        self.assertRecordValues(
            form.record,
            [
                {
                    "product_id": self.core.id,
                    "partner_id": self.dealer.id,
                    "quantity": 1.0,
                    "picking_id": picking.id,
                }
            ],
        )
        gone = release.with_context(default_picking_id=0x7FFFFFFF)
        self.assertFalse(gone.default_get(["picking_id"])["picking_id"])

    def test_P2_refusal_without_a_release_in_reach_offers_none(self):
        scrap = self.env["stock.scrap"].with_user(self.storekeeper)
        with self.assertRaises(UserError) as refused:
            scrap.create(
                {"product_id": self.core.id, "scrap_qty": 1, "location_id": self.stock.id}
            ).do_scrap()
        self.assertNotIsInstance(refused.exception, RestrictedPartError)

    def test_P2_transfer_asks_for_its_release(self):
        picking = self._picking(lines=(2,))
        self.assertTrue(picking.needs_parts_release)
        action = picking.action_ask_parts_release()
        release = Form(
            self.env["parts.core.release"]
            .with_user(self.storekeeper)
            .with_context(**action["context"])
        )
        release.reason = "From the transfer"
        release = release.save()
        self.assertEqual((release.quantity, release.partner_id), (2, self.dealer))
        self.assertEqual(picking.parts_release_count, 1)
        inside = self._picking(target=self.stock)
        self.assertFalse(inside.needs_parts_release)

    def test_P2_refused_attempt_asks_for_its_release(self):
        refusal = (
            self.env["parts.core.refusal"]
            .sudo()
            .create(
                {
                    "date": "2026-01-01 00:00:00",
                    "user_id": self.storekeeper.id,
                    "company_id": self.company.id,
                    "product_id": self.core.id,
                    "product_name": "Control board",
                    "quantity": 2,
                    "partner_id": self.dealer.id,
                    "job": "outgoing",
                }
            )
        )
        action = refusal.with_user(self.storekeeper).action_ask_release()
        self.assertEqual(action["context"]["default_quantity"], 2)
        self.assertEqual(action["context"]["default_partner_id"], self.dealer.id)
        other = self._user("other", "stock.group_stock_user")
        self.assertFalse(refusal.with_user(other).search([("id", "=", refusal.id)]))

    # ------------------------------------------------------------------
    # The proof sheet
    # ------------------------------------------------------------------

    def test_P2_proof_sheet_accounts_for_every_piece(self):
        self._grant(quantity=2)
        self._deliver(lines=(2,))
        self.env["parts.core.refusal"].create(
            [
                {
                    "date": "2026-01-01 00:00:00",
                    "user_id": self.storekeeper.id,
                    "company_id": self.company.id,
                    "product_id": self.core.id,
                    "product_name": "Control board",
                    "quantity": quantity,
                    "job": "outgoing",
                }
                for quantity in (1, 2)
            ]
        )
        sheet = (
            self.env["parts.core.proof.print"]
            .with_user(self.greta)
            .create({"product_ids": self.core.ids, "date_from": "2025-01-01"})
        )
        (part,) = sheet._get_parts()
        self.assertEqual((part.inside, part.outside, part.released), (8, 2, 2))
        self.assertTrue(part.is_proved)
        self.assertEqual(sum(row["quantity"] for row in part.rows), 10)
        self.assertEqual([row["holder"] for row in part.rows], [self.company.name, "Dealer"])
        ((person, way, count, pieces, _last),) = sheet._get_attempts()
        self.assertEqual((person, way, count, pieces), (self.storekeeper.name, "Delivery", 2, 3))
        html = (
            self.env["ir.actions.report"]
            .with_user(self.greta)
            ._render_qweb_html(f"{MODULE}.report_core_proof", sheet.ids)[0]
        )
        for words in (b"Control board", b"released 2", b"parts_greta", b"parts_storekeeper"):
            self.assertIn(words, html)
        with patch.object(
            self.env.registry["parts.core.proof.print"], "_get_released", lambda *args: {}
        ):
            self.assertFalse(sheet._get_parts()[0].is_proved)

    def test_P2_proof_sheet_is_for_guardians(self):
        with self.assertRaises(AccessError):
            self.env["parts.core.proof.print"].with_user(self.storekeeper).create({})
        sheet = self.env["parts.core.proof.print"].with_user(self.greta).create({})
        with self.assertRefused(AccessError, "for the guardians"):
            sheet.with_user(self.storekeeper).sudo().action_print()

    # ------------------------------------------------------------------
    # Out of sight
    # ------------------------------------------------------------------

    def test_P2_hidden_from_orders_and_catalogue(self):
        general = self._create_part("general", name="Control board lookalike")
        order = self.env["sale.order"].create({"partner_id": self.dealer.id})
        # Even if somebody ticked “Sales” behind the back of the rule.
        self.env.cr.execute(
            "UPDATE product_template SET sale_ok = true WHERE id = %s",
            [self.core.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        lines = self.env["sale.order.line"]
        for domain in (lines._domain_product_id(), order._get_product_catalog_domain()):
            found = self.env["product.product"].search(
                [*domain, ("id", "in", (self.core | general).ids)]
            )
            self.assertEqual(found, general)
