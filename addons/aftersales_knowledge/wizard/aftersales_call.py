# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesCall(models.TransientModel):
    """Articles are proposed while the caller is on the line; one may solve the call (S6, S22)."""

    _inherit = "aftersales.call"

    suggested_article_ids = fields.Many2many(
        "aftersales.article",
        compute="_compute_suggested_article_ids",
        string="Articles That May Help",
        help="By model, fault code and what the caller says; the likeliest first.",
    )
    article_id = fields.Many2one(
        "aftersales.article",
        string="This One Solved It",
        ondelete="cascade",
        help="Noted and counted when the call is solved by phone (S6).",
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id", "product_id", "fault_id", "fault_description", "company_id")
    def _compute_suggested_article_ids(self):
        articles = self.env["aftersales.article"]
        for call in self:
            product = call.lot_id.product_id or call.product_id
            asked = product or call.fault_id or call.fault_description
            call.suggested_article_ids = asked and articles.with_company(call.company_id)._find(
                call.fault_description,
                product=product._origin,
                fault=call.fault_id._origin,
                # sudo: a number of the settings.
                limit=call.company_id.sudo().aftersales_article_suggestions,
            )

    # === ACTIONS === #

    def action_solve_by_phone(self):
        """Close the call; the article that solved it is noted and counted (S22)."""
        action = super().action_solve_by_phone()
        if self.article_id:
            self.voucher_id._note_article(self.article_id, "helped", "phone")
        return action

    # === BUSINESS METHODS === #

    def _prepare_voucher_vals(self):
        """The advice is the article's, where nobody typed another one."""
        vals = super()._prepare_voucher_vals()
        if self.article_id and not (vals.get("work_done") or "").strip():
            vals["work_done"] = self.env._("Guidance by %s", self.article_id.display_name)
        return vals
