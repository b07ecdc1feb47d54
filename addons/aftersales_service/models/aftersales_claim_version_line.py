# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesClaimVersionLine(models.Model):
    """A line of a claim as it stood in one version (S17)."""

    _name = "aftersales.claim.version.line"
    _description = "Line of a Claim's Version"
    _order = "version_id, id"

    version_id = fields.Many2one(
        "aftersales.claim.version", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    currency_id = fields.Many2one(related="version_id.currency_id")
    line_id = fields.Many2one(
        "aftersales.claim.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    unit = fields.Char(readonly=True)
    user = fields.Char(readonly=True)
    name = fields.Char(string="Description", readonly=True)
    quantity = fields.Float(readonly=True)
    claimed_amount = fields.Monetary(string="Claimed", readonly=True)
    answer = fields.Char(readonly=True)
    answered_amount = fields.Monetary(string="Approved", readonly=True)
    reason = fields.Char(readonly=True)

    def write(self, vals):
        """A version does not change.

        :raises UserError: always
        """
        if self and vals:
            self.version_id[:1]._raise_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self.version_id[:1]._raise_frozen()
