# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleOrderBelowList(models.Model):
    """Nobody sells parts below list beyond the limit of their role; above it, approval (P6)."""

    _inherit = "sale.order"

    below_list_warning = fields.Text(
        compute="_compute_below_list_warning",
        help="Parts that are sold further below list than your role allows.",
    )
    can_approve_below_list = fields.Boolean(
        compute="_compute_below_list_warning",
        help="Your role's limit covers what others may not decide on this order.",
    )

    @api.depends(
        "order_line.below_list_percent",
        "order_line.below_list_approved_percent",
        "state",
        "user_id",
    )
    @api.depends_context("uid")
    def _compute_below_list_warning(self):
        limits = self.env["parts.discount.limit"]
        for order in self:
            open_order = order.state in ("draft", "sent")
            order.below_list_warning = open_order and order._get_below_list_message()
            order.can_approve_below_list = bool(
                open_order
                and order._get_lines_beyond(limits._get_limit(order.user_id, order.company_id))
                and not order._get_lines_beyond(limits._get_limit(self.env.user, order.company_id))
            )

    def write(self, vals):
        """Also an order that is set to *sale* by hand or by code is held against the limit."""
        if vals.get("state") == "sale":
            for order in self.filtered(lambda order: order.state in ("draft", "sent")):
                order._check_below_list()
        return super().write(vals)

    def action_approve_below_list(self):
        """Approve the prices as they stand, down to what the approver's role allows (P6).

        :raise AccessError: when the approver's own limit does not cover them
        """
        limits = self.env["parts.discount.limit"]
        for order in self:
            order.check_access("write")
            limit = limits._get_limit(self.env.user, order.company_id)
            if order._get_lines_beyond(limit):
                raise AccessError(order._get_below_list_message())
            lines = order.order_line.filtered(
                lambda line: line.below_list_percent > line.below_list_approved_percent
            )
            if lines:
                order._approve_lines_below_list(lines)
        return True

    def _approve_lines_below_list(self, lines):
        for line in lines:
            # sudo: nobody types an approval; the right was checked by the caller.
            line.sudo().below_list_approved_percent = line.below_list_percent
        self.message_post(
            body=self.env._(
                "%(user)s approved prices below list: %(lines)s.",
                user=self.env.user.name,
                lines=self._name_lines_below_list(lines),
            )
        )

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._get_below_list_message()

    def _check_below_list(self, lines=None):
        """Hold lines against the limit of who is writing (P6).

        :param lines: of these orders; all by default
        :raise UserError: naming the lines, the limit and who may approve
        """
        for order in self:
            message = order._get_below_list_message(lines)
            if message:
                raise UserError(message)

    def _get_lines_beyond(self, limit, lines=None):
        """Lines further below list than a limit and than what is approved."""
        self.ensure_one()
        lines = self.order_line if lines is None else lines & self.order_line
        return lines.filtered(
            lambda line: line.below_list_percent > max(limit, line.below_list_approved_percent)
        )

    def _get_below_list_message(self, lines=None):
        """Which lines go beyond the limit of the user, and whom to ask; False when none does."""
        self.ensure_one()
        limits = self.env["parts.discount.limit"]
        limit = limits._get_limit(self._get_limit_holder(), self.company_id)
        beyond = self._get_lines_beyond(limit, lines)
        if not beyond:
            return False
        approvers = limits._get_approvers(max(beyond.mapped("below_list_percent")), self.company_id)
        return self.env._(
            "%(lines)s: your role sells parts at most %(limit)s %% below list. Raise the price, or "
            "ask somebody who may approve it: %(approvers)s.",
            lines=self._name_lines_below_list(beyond),
            limit=f"{limit:g}",
            approvers=", ".join(approvers.mapped("name")) or self.env._("nobody has that right"),
        )

    def _get_limit_holder(self):
        """Whose limit counts: who is writing; where a customer signs or pays, the salesperson."""
        by_customer = self.env.user.share or self.env.uid == SUPERUSER_ID
        return self.user_id if by_customer and self.user_id else self.env.user

    def _name_lines_below_list(self, lines):
        return ", ".join(
            self.env._(
                "%(part)s (%(percent)s %% below)",
                part=line.product_id.display_name,
                percent=f"{line.below_list_percent:g}",
            )
            for line in lines
        )

    def _get_reference_pricelists(self):
        """Lists that the parts of this order must not be sold below; the dearest counts (P6, P9).

        The order's list, and what the customer is entitled to where somebody chose a cheaper one:
        a dealer's own list, for users the market guide.
        """
        self.ensure_one()
        lists = self.pricelist_id
        pricelists = self.env["product.pricelist"].with_company(self.company_id)
        partner = self.partner_id.with_company(self.company_id)
        if partner.commercial_partner_id.is_dealer or partner.specific_property_product_pricelist:
            lists |= partner.property_product_pricelist
        elif lists.parts_list_kind in ("settlement", "tier"):
            lists |= pricelists._get_guide_pricelist()
        return lists
