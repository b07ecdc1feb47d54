# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AccountMovePenalty(models.Model):
    """Documents that penalties hang on: their entries, and the credit notes paid late (R12)."""

    _inherit = "account.move"

    rebate_penalty_ids = fields.One2many(
        "rebate.penalty", "move_id", string="Penalties for Late Payment", copy=False
    )

    def _check_not_rebate_paid(self):
        result = super()._check_not_rebate_paid()
        # sudo: whoever touches the entry must be stopped, whether or not they read rebates.
        self.env["rebate.penalty"].sudo()._check_entries_untouched(self)
        return result

    def _post(self, soft=True):
        """Post; what reverses a penalty's entry gives the penalty up."""
        posted = super()._post(soft)
        origins = posted.reversed_entry_id
        if origins:
            # sudo: follows from the documents, whoever reversed them.
            penalties = self.env["rebate.penalty"].sudo()
            penalties.search(
                [("entry_id", "in", origins.ids), ("state", "=", "posted")]
            ).state = "reversed"
            penalties.search([("move_id", "in", origins.ids), ("state", "=", "draft")]).unlink()
            penalties.search([("move_id", "in", origins.ids), ("state", "=", "posted")]).with_env(
                self.env
            )._take_back()
        return posted
