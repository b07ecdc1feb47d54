# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MODULE, PartsCommon


@tagged("post_install", "-at_install")
class TestRemoval(PartsCommon):
    """A part leaves the class restricted by two guardians, never by one (P1, P2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.core = cls._create_part("restricted", name="Control board")
        cls.greta, cls.gustav = (
            cls._user(login, f"{MODULE}.group_restricted_guardian,product.group_product_manager")
            for login in ("greta", "gustav")
        )
        cls.clerk = cls._user("clerk", f"{MODULE}.group_pricing_manager")

    def _ask(self, user=None, **vals):
        action = self.core.product_tmpl_id.with_user(user or self.greta).action_ask_removal()
        removal = self.env[action["res_model"]].with_user(user or self.greta)
        removal = removal.with_context(**action["context"]).create(
            {"part_class": "general", "reason": "Patent is over"} | vals
        )
        removal.action_ask()
        return removal

    def test_P2_one_guardian_alone_does_not_remove_the_class(self):
        for record in (self.core, self.core.product_tmpl_id):
            for value in ("general", False):
                with self.assertRefused(AccessError, "two guardians.*Control board"):
                    record.with_user(self.greta).part_class = value
        other = self._create_part("general").product_tmpl_id
        with self.assertRefused(AccessError, "two guardians"):
            self.core.with_user(self.greta).product_tmpl_id = other
        self.assertEqual(self.core.part_class, "restricted")

    def test_P2_one_asks_and_another_confirms(self):
        removal = self._ask()
        self.assertRegex(removal.name, r"^UNR/\d{4}/\d+$")
        for attempt in (removal, removal.sudo()):
            with self.assertRefused(AccessError, "another guardian decides"):
                attempt.action_grant()
        self.assertEqual(self.core.part_class, "restricted")
        with self.assertRaises(AccessError):
            removal.with_user(self.clerk).action_grant()
        removal.with_user(self.gustav).action_grant()
        self.assertEqual(self.core.part_class, "general")
        self.assertEqual(
            (removal.requested_by_id, removal.granted_by_id), (self.greta, self.gustav)
        )
        with self.assertRefused(UserError, "This step needs"):
            removal.with_user(self.gustav).action_grant()

    def test_P2_part_may_cease_to_be_one(self):
        self._ask(part_class=False).with_user(self.gustav).action_grant()
        self.assertFalse(self.core.part_class)

    def test_P2_class_is_removed_only_when_no_piece_is_left(self):
        self._put_in_stock(self.core, 2)
        with self.assertRefused(UserError, "2 pieces of “Control board” are still in stock"):
            self._ask()
        self._put_in_stock(self.core, -2)
        removal = self._ask()
        self._put_in_stock(self.core, 1)
        with self.assertRefused(UserError, "are still in stock"):
            removal.with_user(self.gustav).action_grant()
        self.assertEqual(self.core.part_class, "restricted")

    def test_P2_refused_removal_leaves_the_class(self):
        removal = self._ask()
        removal.with_user(self.gustav)._close("refused", "Not yet")
        self.assertEqual((removal.state, self.core.part_class), ("refused", "restricted"))
        with self.assertRefused(UserError, "This step needs"):
            removal.with_user(self.gustav).action_grant()

    def test_P2_open_releases_end_with_the_class(self):
        release = self.env["parts.core.release"].with_user(self.clerk)
        release = release.create(
            {"product_id": self.core.id, "partner_id": self.dealer.id, "reason": "Test"}
        )
        release.action_ask()
        release.with_user(self.greta).action_grant()
        self._ask().with_user(self.gustav).action_grant()
        self.assertEqual(release.state, "revoked")

    def test_P1_both_changes_are_in_the_log(self):
        part = self._create_part("general", name="Board")
        template = part.product_tmpl_id.with_user(self.greta)
        template = template.with_context(tracking_disable=False, mail_notrack=False)
        self.cr.flush()
        template.part_class = "restricted"
        self.cr.flush()
        self.core = part
        removal = self._ask().with_context(tracking_disable=False, mail_notrack=False)
        removal.with_user(self.gustav).action_grant()
        self.cr.flush()
        messages = template.message_ids.sudo().filtered("tracking_value_ids").sorted("id")
        values = messages.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "part_class"
        )
        self.assertEqual(
            [(value.old_value_char, value.new_value_char) for value in values.sorted("id")],
            [("General", "Restricted core"), ("Restricted core", "General")],
        )
        authors = values.sorted("id").mail_message_id.mapped("author_id")
        self.assertEqual(authors, (self.greta | self.gustav).partner_id)
