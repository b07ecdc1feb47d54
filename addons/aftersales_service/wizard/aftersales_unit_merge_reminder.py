# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL


class AftersalesUnitMerge(models.TransientModel):
    """Reminders and campaigns of two files that become one (S13, S14)."""

    _inherit = "aftersales.unit.merge"

    def _move(self, model, field):
        """What both files have, the one that stays keeps; the other's stays where it is, closed."""
        if field != "lot_id" or model not in ("aftersales.reminder", "aftersales.campaign.unit"):
            return super()._move(model, field)
        is_reminder = model == "aftersales.reminder"
        same = SQL(
            "twin.rule_id = gone.rule_id AND twin.cycle_start = gone.cycle_start"
            " AND twin.cycle = gone.cycle"
            if is_reminder
            else "twin.campaign_id = gone.campaign_id"
        )
        table = SQL.identifier(self.env[model]._table)
        follows = SQL()
        if not is_reminder:
            follows = SQL(
                ", product_id = %s, partner_id = %s",
                self.kept_id.product_id.id,
                self.kept_id.user_partner_id.id or None,
            )
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s gone SET lot_id = %(kept)s %(follows)s
                    WHERE gone.lot_id = %(lot)s AND NOT EXISTS (
                          SELECT 1 FROM %(table)s twin
                           WHERE twin.lot_id = %(kept)s AND %(same)s)""",
                table=table,
                kept=self.kept_id.id,
                lot=self.lot_id.id,
                follows=follows,
                same=same,
            )
        )
        self.env.invalidate_all()
        # sudo: the supervisor's right was asked by the merge.
        left = self.env[model].sudo().search([("lot_id", "=", self.lot_id.id)])
        if is_reminder:
            left.filtered(lambda row: row.state in ("due", "sent"))._cancel(self.reason)
        else:
            left.filtered(lambda row: row.state in ("waiting", "told")).write(
                {"state": "excluded", "to_tell": False, "note": self.reason}
            )
        return None
