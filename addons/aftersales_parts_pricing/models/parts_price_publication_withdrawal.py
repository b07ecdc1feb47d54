# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class PartsPricePublicationWithdrawal(models.Model):
    """A publication dated ahead may be taken back before its first day, with a reason (P7)."""

    _inherit = "parts.price.publication"

    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdrawn_on = fields.Datetime(readonly=True, copy=False)
    withdraw_reason = fields.Char(readonly=True, copy=False)
    is_ahead = fields.Boolean(
        string="Dated Ahead",
        compute="_compute_is_ahead",
        search="_search_is_ahead",
        help="Published, but its prices have not started yet: it can still be withdrawn.",
    )

    def _compute_is_ahead(self):
        prices = self.env["parts.price"]
        for publication in self:
            today = prices._get_price_day(company=publication.company_id)
            publication.is_ahead = (
                publication.state == "published" and publication.date_from > today
            )

    def _search_is_ahead(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env["parts.price"]._get_price_day()
        ahead = fields.Domain([("state", "=", "published"), ("date_from", ">", today)])
        return ahead if True in value else ~ahead

    def action_withdraw(self):
        """Ask for the reason; :meth:`_withdraw` does the rest."""
        self.ensure_one()
        self._check_withdrawable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw %(publication)s", publication=self.name),
            "res_model": "parts.price.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {"default_publication_id": self.id},
        }

    def _withdraw(self, reason):
        """Take the prices back that have not started: the earlier ones go on.

        The proposal and its approvals stay as they are, with who withdrew it and why.

        :param reason: text
        :raise UserError: when the prices have started or later ones were compared with them
        """
        self.ensure_one()
        self.policy_id._get_pricelists()._count_publication()
        self._check_withdrawable()
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM parts_price WHERE publication_id = %s", self.id))
        self._forget_prices()
        self._step(
            {
                "state": "withdrawn",
                "withdrawn_by_id": self.env.uid,
                "withdrawn_on": fields.Datetime.now(),
                "withdraw_reason": reason,
            }
        )
        self.message_post(body=self.env._("Withdrawn: %(reason)s", reason=reason))

    def _check_withdrawable(self):
        """Only a manager, only before the first day, only the last one of its lists.

        :raise AccessError: without the right of a pricing manager
        :raise UserError: naming what stands in the way
        """
        self._check_state("published")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_parts_pricing.group_pricing_manager"
        ):
            raise AccessError(
                self.env._("Published prices are withdrawn by a pricing manager: ask one.")
            )
        if not self.is_ahead:
            raise UserError(
                self.env._(
                    "The prices of %(publication)s are in force since %(date)s and stay: publish "
                    "new ones from a later day.",
                    publication=self.name,
                    date=fields.Date.to_string(self.date_from),
                )
            )
        later = self.env["parts.price"].search(
            [
                ("pricelist_id", "in", self.price_ids.pricelist_id.ids),
                ("date_from", ">", self.date_from),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "%(later)s was compared with the prices of %(publication)s and follows them: "
                    "withdraw %(later)s first.",
                    later=later.publication_id.name,
                    publication=self.name,
                )
            )
