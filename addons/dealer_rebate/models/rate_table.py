# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError


class RateTable(models.Model):
    """A table that is part of an agreement's terms does not change under it."""

    _inherit = "rate.table"

    def write(self, vals):
        if set(vals) - self._get_rebate_free_fields():
            self._check_no_rebate_terms()
        return super().write(vals)

    def _get_rebate_free_fields(self):
        """Fields of a table that say nothing about money. To be extended by other modules."""
        return {"name", "active", "line_ids", "note", "description"}

    def _check_no_rebate_terms(self):
        """Raise when one of the tables belongs to an agreement that has left draft."""
        # sudo: an agreement of another company freezes a shared table just as well.
        component = (
            self.env["rebate.component"]
            .sudo()
            .search(
                [("rate_table_id", "in", self.ids), ("agreement_id.state", "!=", "draft")], limit=1
            )
        )
        if component:
            raise UserError(
                self.env._(
                    "The table %(table)s is part of the agreement %(agreement)s, which is no "
                    "longer a draft: its rates cannot change. Duplicate the table and agree on "
                    "new terms instead.",
                    table=component.rate_table_id.name,
                    agreement=component.agreement_id.name,
                )
            )
        self._withdraw_rebate_offers()

    def _withdraw_rebate_offers(self):
        """Drafts that are offered with one of these tables are not offered any more (R12)."""
        # sudo: a dealer may be about to sign, whoever edits the table.
        components = (
            self.env["rebate.component"]
            .sudo()
            .search([("rate_table_id", "in", self.ids), ("agreement_id.offer_hash", "!=", False)])
        )
        components.agreement_id._withdraw_edited_offer()
