# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVoucher(models.Model):
    """Parts that are not genuine are fitted with the customer's signed notice only (S26)."""

    _inherit = "aftersales.voucher"

    has_nongenuine = fields.Boolean(
        compute="_compute_has_nongenuine",
        search="_search_has_nongenuine",
        string="Non-Genuine Parts",
        help="A part on the job is not made or approved by the maker of the goods.",
    )
    nongenuine_notice = fields.Boolean(
        string="Customer Told of Non-Genuine Parts",
        copy=False,
        tracking=True,
        help="The customer was told, before signing, that parts which are not genuine are fitted; "
        "his signature covers it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.is_genuine")
    def _compute_has_nongenuine(self):
        for voucher in self:
            voucher.has_nongenuine = bool(voucher._get_nongenuine_lines())

    def _search_has_nongenuine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("line_ids", "any", [("is_genuine", "=", False), ("line_type", "=", "part")])]

    # === CRUD METHODS === #

    def write(self, vals):
        """A notice that is ticked after the signature is not what was signed."""
        ticked = "nongenuine_notice" in vals and "signature" not in vals
        changed = ticked and self.filtered(
            lambda v: v.signature and v.nongenuine_notice != bool(vals["nongenuine_notice"])
        )
        result = super().write(vals)
        if vals.get("nongenuine_notice") and "line_ids" in vals:
            # The notice counts for the parts that are written beside it.
            self.filtered(lambda v: not v.nongenuine_notice)._write_step(
                {"nongenuine_notice": True}
            )
        if changed:
            changed._write_step({"signature": False})
        return result

    # === STEPS === #

    def _done(self, at=None):
        """No part that is not genuine stays undisclosed; what was fitted has its own warranty.

        :raises UserError: when the customer was not told
        """
        self._check_nongenuine_notice()
        result = super()._done(at=at)
        self.line_ids._give_part_warranties()
        return result

    # === BUSINESS METHODS === #

    def _get_nongenuine_lines(self):
        """Parts of the job that are not genuine."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: line.line_type == "part" and not line.is_genuine)

    def _check_nongenuine_notice(self):
        """S26: undisclosed, it would be a case of R8."""
        for voucher in self:
            parts = voucher._get_nongenuine_lines()
            if parts and voucher._has_customer() and not voucher.nongenuine_notice:
                raise UserError(
                    self.env._(
                        "%(parts)s on %(voucher)s is not genuine. Tell the customer, tick the "
                        "notice, and have it signed before the job is done.",
                        parts=", ".join(parts.product_id.mapped("display_name")),
                        voucher=voucher.display_name,
                    )
                )

    def _withdraw_nongenuine_notice(self):
        """Other parts than those that the customer was told of: he is told anew."""
        told = self.filtered(lambda v: v.nongenuine_notice and not v._is_frozen())
        if told:
            # sudo: whoever may change the parts may thereby take the notice back.
            told.sudo()._write_step({"nongenuine_notice": False})
