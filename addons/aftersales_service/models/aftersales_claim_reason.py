# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesClaimReason(models.Model):
    """Why a payer refuses or cuts a line of a claim: codes of the house (S17)."""

    _name = "aftersales.claim.reason"
    _description = "Reason of a Claim's Answer"
    _inherit = ["aftersales.code.mixin"]
    _order = "code"

    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="Short code, e.g. C01.")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "This reason code is taken.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for reason in self:
            reason.display_name = f"[{reason.code}] {reason.name}" if reason.code else reason.name
