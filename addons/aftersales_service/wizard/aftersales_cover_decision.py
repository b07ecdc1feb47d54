# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesCoverDecision(models.TransientModel):
    """Somebody decides who pays lines of a job, with the reason (S2)."""

    _name = "aftersales.cover.decision"
    _description = "Decide Who Pays"

    voucher_id = fields.Many2one("aftersales.voucher", required=True, readonly=True)
    line_ids = fields.Many2many(
        "aftersales.voucher.line",
        string="Lines",
        required=True,
        domain="[('voucher_id', '=', voucher_id)]",
        help="Lines that the decision is for.",
    )
    payer = fields.Selection(
        [
            ("goodwill", "We, as Goodwill"),
            ("customer", "The Customer"),
            ("maker", "The Maker"),
            ("supplier", "A Supplier"),
            ("insurer", "An Insurer"),
        ],
        required=True,
        default="goodwill",
        help="Goodwill takes a share of what the customer would pay; the others take a share of "
        "the whole line.",
    )
    payer_partner_id = fields.Many2one(
        "res.partner", string="Paid By", help="Who gets the claim or the invoice."
    )
    share = fields.Float(
        string="Share (%)", default=100.0, help="Percent; the rest is the customer's."
    )
    reason = fields.Char(required=True, help="Kept in the log of the job.")
    limit_note = fields.Char(
        string="Your Limit",
        compute="_compute_limit_note",
        help="What you may give away on a job.",
    )

    @api.depends("voucher_id")
    @api.depends_context("uid")
    def _compute_limit_note(self):
        for decision in self:
            company = decision.voucher_id.company_id
            limit = company._get_goodwill_limit(self.env.user)
            decision.limit_note = (
                self.env._("No limit")
                if limit is None
                else self.env._(
                    "%(percent)s %% of a line, %(amount)s on a job",
                    percent=f"{limit[0]:g}",
                    amount=company.currency_id.format(limit[1]),
                )
            )

    def action_decide(self):
        """Decide; the lines themselves check the right and the limit.

        :raises AccessError: for whoever may not decide
        :raises UserError: beyond the limit, or without a reason
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.voucher_id == self.voucher_id)
        lines._decide_cover(self.payer, self.share, self.reason, self.payer_partner_id)
        return {"type": "ir.actions.act_window_close"}
