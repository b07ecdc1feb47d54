# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesCertificateKind(models.Model):
    """A certificate that HR keeps as a certification among the skills (K13)."""

    _inherit = "aftersales.certificate.kind"

    skill_id = fields.Many2one(
        "hr.skill",
        string="Certification in Skills",
        domain="[('skill_type_id.is_certification', '=', True)]",
        index="btree_not_null",
        ondelete="set null",
        help="Whoever has this certification among his skills holds the certificate, for as long "
        "as it is valid there. Nothing needs to be entered twice.",
    )
