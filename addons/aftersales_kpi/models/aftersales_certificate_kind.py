# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesCertificateKind(models.Model):
    """A certificate that a role may ask for (K13)."""

    _name = "aftersales.certificate.kind"
    _description = "Kind of Certificate"
    _inherit = ["aftersales.code.mixin"]
    _order = "name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="As on the certificate.")
    months = fields.Integer(
        string="Valid (Months)", help="How long a new one is valid; 0: without an end."
    )
    issuer = fields.Char(help="Who issues it.")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another kind of certificate has this code."
    )
    _months_positive = models.Constraint(
        "CHECK (months >= 0)", "A certificate is not valid for less than no time."
    )
