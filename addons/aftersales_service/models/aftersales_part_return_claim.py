# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesPartReturn(models.Model):
    """The claim on which an old part stands (S17)."""

    _inherit = "aftersales.part.return"

    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Line of the Claim",
        compute="_compute_claim_line_id",
        compute_sudo=True,
        help="Line on which the maker is asked to pay for the new part; the last one counts.",
    )
    claim_name = fields.Char(
        string="Claim",
        compute="_compute_claim_line_id",
        compute_sudo=True,
        help="The claim's number, also for a storekeeper who reads no claims.",
    )

    @api.depends("voucher_line_id", "maker_id")
    def _compute_claim_line_id(self):
        """In one query for the batch."""
        lines = self.env["aftersales.claim.line"].search(
            [
                ("voucher_line_id", "in", self.voucher_line_id.ids),
                ("claim_id.state", "!=", "cancelled"),
            ],
            order="id",
        )
        found = {(line.voucher_line_id, line.partner_id): line for line in lines}
        for part in self:
            line = found.get((part.voucher_line_id, part.maker_id), lines.browse())
            part.claim_line_id = line
            part.claim_name = line.claim_id.display_name

    def _get_claim_name(self):
        self.ensure_one()
        return self.claim_name or super()._get_claim_name()
