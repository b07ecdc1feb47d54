# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "is_tour")
class TestTour(HttpCase):
    """A manager writes down a table and tries it, in a browser."""

    def test_tour_try(self):
        new_test_user(
            self.env,
            "tour_rates",
            password="tour_rates",
            groups="rate_table.group_rate_table_manager",
        )
        self.start_tour("/odoo/rate-tables", "rate_table_try", login="tour_rates")
        table = self.env["rate.table"].search([("name", "=", "Tour table")])
        self.assertEqual(table.line_ids.mapped("from_value"), [10000])
