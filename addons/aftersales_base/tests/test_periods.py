# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.aftersales_base.periods import format_period


@tagged("post_install", "-at_install")
class TestPeriods(TransactionCase):
    """A period is written as the reader's language writes it."""

    def test_period_in_two_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.env(context={"lang": "zh_CN"})
        english = self.env(context={"lang": "en_US"})
        day = date(2026, 9, 5)
        for kind, words, characters in (
            ("month", "September 2026", "2026年9月"),
            ("short_month", "Sep 2026", "2026年9月"),
            ("quarter", "Q3 2026", "2026年第3季度"),
            ("year", "2026", "2026年"),
        ):
            self.assertEqual(format_period(english, day, kind), words)
            self.assertEqual(format_period(chinese, day, kind), characters)
        self.assertEqual(format_period(english, False), "")
