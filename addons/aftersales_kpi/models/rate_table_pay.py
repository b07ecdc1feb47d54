# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

# What may change on a table by which somebody was paid.
OPEN_FIELDS = frozenset({"name", "active", "input_label", "input_label_2"})


class RateTable(models.Model):
    """Levels by which somebody was paid do not change, as the rest of a pay rule (K3)."""

    _inherit = "rate.table"

    def write(self, vals):
        """Refuse to change levels of pay that were paid.

        :raises UserError: naming the table and what to do
        """
        if vals.keys() - OPEN_FIELDS:
            self._check_pay_levels()
        return super().write(vals)

    def _check_pay_levels(self):
        """Refuse tables by which somebody was paid.

        :raises UserError: naming the table and what to do
        """
        # sudo: who keeps rate tables need not read pay; only whether there is any is asked.
        rules = self.env["aftersales.pay.rule"].sudo().with_context(active_test=False)
        rules = rules.search([("table_id", "in", self.ids)])
        for rule in rules._get_last_months() if rules else ():
            raise UserError(
                self.env._(
                    "By the levels of rate table “%s” somebody was paid: they do not change any "
                    "more. Duplicate the table for a new version of the pay rule.",
                    rule.table_id.name,
                )
            )
