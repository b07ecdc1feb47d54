# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesAuditCriterion(models.Model):
    """What an auditor checks each drawn voucher against: is the record accurate (K12)?"""

    _name = "aftersales.audit.criterion"
    _description = "Criterion of a Record Audit"
    _order = "sequence, id"

    name = fields.Char(string="Criterion", required=True, translate=True)
    description = fields.Text(translate=True, help="How to check it, and what counts as a failure.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
