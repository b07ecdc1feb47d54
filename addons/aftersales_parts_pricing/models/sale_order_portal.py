# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class SaleOrder(models.Model):
    """Quotations that dealers ask for on the portal wait for somebody of ours."""

    _inherit = "sale.order"

    def _schedule_portal_order_activity(self, author):
        """Tell the salesperson, or the sales team's head, that a dealer waits for an answer."""
        for order in self:
            user = order.user_id or order.team_id.user_id
            if user:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("%(person)s waits for an offer", person=author.name),
                )
