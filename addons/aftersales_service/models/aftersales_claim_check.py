# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesClaimCheck(models.Model):
    """One line of a claim's check list: what is asked, and what was found (S17)."""

    _name = "aftersales.claim.check"
    _description = "Check of a Claim"
    _order = "claim_id, case_id, sequence, id"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, index=True, ondelete="cascade"
    )
    case_id = fields.Many2one(
        "aftersales.claim.case",
        string="Unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        "aftersales.claim.line", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    code = fields.Selection(
        [
            ("unit", "Unit has a file"),
            ("model", "Serial fits the model"),
            ("date", "Date inside the warranty"),
            ("meter", "Meter inside the warranty"),
            ("user_name", "User has a name"),
            ("user_phone", "User can be reached"),
            ("fault", "Fault code"),
            ("cause", "Cause"),
            ("old_part", "Old part kept"),
            ("claimed", "Not claimed before"),
            ("deadline", "Within the payer's deadline"),
        ],
        string="Check",
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed"), ("none", "Not Asked")],
        required=True,
        readonly=True,
    )
    is_blocking = fields.Boolean(
        readonly=True, help="While it fails, the claim is neither submitted nor approved."
    )
    message = fields.Char(readonly=True, help="What is wrong and what to do.")
