# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class RebateSignature(models.Model):
    """A dealer's signature under one version of an agreement, and under nothing else (R12).

    It keeps the fingerprint of the terms and the contract as it was signed. When the terms change
    it becomes void and stays on record. Written by the portal and by the agreement only.
    """

    _name = "rebate.signature"
    _description = "Dealer's Signature of Rebate Terms"
    _order = "signed_on desc, id desc"
    _rec_name = "partner_id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    contact_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whose login it was signed with.",
    )
    signed_by = fields.Char(string="Name", readonly=True, help="As the signer wrote it.")
    signed_on = fields.Datetime(readonly=True)
    signature = fields.Image(attachment=True, max_width=1024, max_height=1024, readonly=True)
    terms_hash = fields.Char(
        string="Fingerprint", readonly=True, help="Of the terms that were signed."
    )
    contract = fields.Binary(
        attachment=True, readonly=True, help="The contract as it was when it was signed."
    )
    contract_name = fields.Char(readonly=True)
    state = fields.Selection(
        [("valid", "Signed"), ("void", "Void")],
        required=True,
        default="valid",
        readonly=True,
        help="Void: the terms changed afterwards, or the offer was withdrawn.",
    )
    void_on = fields.Datetime(readonly=True)
    void_reason = fields.Char(readonly=True)

    @api.depends("partner_id", "agreement_id.name")
    def _compute_display_name(self):
        for signature in self:
            signature.display_name = (
                f"{signature.partner_id.display_name} · {signature.agreement_id.name}"
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_valid(self):
        signed = self.filtered(lambda signature: signature.state == "valid")
        if signed:
            raise UserError(
                self.env._(
                    "%(dealers)s signed %(agreement)s: what was signed is kept.",
                    dealers=", ".join(signed.partner_id.mapped("display_name")),
                    agreement=", ".join(signed.agreement_id.mapped("name")),
                )
            )

    def _void(self, reason):
        """The terms that were signed are no longer the terms.

        :param reason: a sentence for office and dealer
        """
        self.filtered(lambda signature: signature.state == "valid").write(
            {"state": "void", "void_on": fields.Datetime.now(), "void_reason": reason}
        )
