# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The days of rounds, without a database."""

from datetime import date

from odoo.tests import BaseCase, tagged

from ..schedule import get_due_day, get_period


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def test_S21_periods(self):
        day = date(2026, 2, 19)
        self.assertEqual(get_period("daily", day), (day, day))
        self.assertEqual(get_period("weekly", day), (date(2026, 2, 16), date(2026, 2, 22)))
        self.assertEqual(get_period("monthly", day), (date(2026, 2, 1), date(2026, 2, 28)))

    def test_S21_due_days(self):
        day = date(2026, 2, 19)
        self.assertEqual(get_due_day("weekly", day, weekday=4), date(2026, 2, 20))
        self.assertEqual(get_due_day("monthly", day, month_day=31), date(2026, 2, 28))
        self.assertEqual(get_due_day("daily", day), day)

    def test_S21_put_off_to_the_next_working_day_of_the_period(self):
        day = date(2026, 2, 19)

        def is_working(due):
            return due.weekday() < 5

        self.assertEqual(
            get_due_day("monthly", day, month_day=7, is_working=is_working), date(2026, 2, 9)
        )
        self.assertIsNone(get_due_day("weekly", day, weekday=5, is_working=is_working))
        self.assertIsNone(get_due_day("daily", date(2026, 2, 21), is_working=is_working))
