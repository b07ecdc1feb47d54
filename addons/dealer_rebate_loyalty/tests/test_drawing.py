# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import random

from odoo.tests import BaseCase, tagged

from odoo.addons.aftersales_base.drawing import get_digest

from ..drawing import choose_winners, number_entries


@tagged("post_install", "-at_install")
class TestDrawing(BaseCase):
    """The choice itself, without a database (R5)."""

    def test_R5_digest_is_what_any_tool_says(self):
        """R5: the digest is SHA-256 of seed, colon, number; nothing else goes into it."""
        self.assertEqual(get_digest("abc", 17), hashlib.sha256(b"abc:17").hexdigest())

    def test_R5_numbers_follow_each_other(self):
        """R5: numbers run from 1 without a gap; who has no coupon has none."""
        self.assertEqual(
            number_entries({7: 2, 3: 1, 5: 0, 9: 3}), [(3, 1, 1), (7, 2, 3), (9, 4, 6)]
        )

    def test_R5_lowest_digests_win(self):
        """R5: equal to sorting all coupons by hand, whatever order they come in."""
        entries = number_entries({holder: holder % 5 for holder in range(1, 40)})
        scored = sorted(
            (hashlib.sha256(f"seed:{number}".encode()).hexdigest(), number, holder)
            for holder, first, last in entries
            for number in range(first, last + 1)
        )
        self.assertEqual(choose_winners("seed", entries, 6, once=False), scored[:6])
        shuffled = random.Random(1).sample(entries, len(entries))
        self.assertEqual(choose_winners("seed", shuffled, 6, once=False), scored[:6])
        once, seen = [], set()
        for coupon in scored:
            if coupon[2] not in seen:
                seen.add(coupon[2])
                once.append(coupon)
        self.assertEqual(choose_winners("seed", entries, 6), once[:6])

    def test_R5_another_seed_another_choice(self):
        """R5: the seed decides; more prizes only add winners."""
        entries = number_entries(dict.fromkeys(range(1, 101), 1))
        self.assertNotEqual(choose_winners("a", entries, 5), choose_winners("b", entries, 5))
        self.assertEqual(choose_winners("a", entries, 9)[:5], choose_winners("a", entries, 5))
        self.assertEqual(len(choose_winners("a", entries, 500)), 100)

    def test_R5_chances_follow_coupons(self):
        """R5: who has nine of ten coupons wins about nine of ten draws."""
        entries = number_entries({1: 9, 2: 1})
        wins = sum(choose_winners(f"s{n}", entries, 1)[0][2] == 1 for n in range(1000))
        self.assertTrue(850 < wins < 950, wins)
