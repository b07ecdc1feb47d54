# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesClaimVersion(models.Model):
    """What a claim said when it was sent, or what the answer said: frozen (S17).

    Versions are added by the steps and never change, whoever asks.
    """

    _name = "aftersales.claim.version"
    _description = "Version of a Claim"
    _order = "claim_id, id"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    number = fields.Integer(
        string="Version", required=True, readonly=True, help="1, and one more for each appeal."
    )
    direction = fields.Selection(
        [("sent", "Claimed"), ("received", "Answered")], required=True, readonly=True
    )
    at = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    text = fields.Text(string="Appeal or Answer", readonly=True)
    amount = fields.Monetary(readonly=True, help="What was claimed, or approved, in all.")
    line_ids = fields.One2many("aftersales.claim.version.line", "version_id", readonly=True)

    @api.depends("claim_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.claim_id.name} v{version.number}"

    def write(self, vals):
        """A version does not change.

        :raises UserError: always
        """
        if self and vals:
            self._raise_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._raise_frozen()

    def _raise_frozen(self):
        raise UserError(
            self.env._("%(version)s was sent or received so: it stays.", version=self.display_name)
        )
