# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesAuditCheck(models.Model):
    """One criterion of a drawn voucher: does the record keep it (K12)?"""

    _name = "aftersales.audit.check"
    _description = "Check of a Record Audit"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "line_id, id"
    _rec_name = "criterion_id"

    line_id = fields.Many2one(
        "aftersales.audit.line", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id")
    criterion_id = fields.Many2one(
        "aftersales.audit.criterion", required=True, readonly=True, ondelete="restrict"
    )
    result = fields.Selection(
        [("ok", "Accurate"), ("failed", "Failed"), ("na", "Does Not Apply")],
        help="What the auditor found.",
    )
    note = fields.Char(help="What is wrong, or where it was seen.")

    _line_criterion_uniq = models.UniqueIndex(
        "(line_id, criterion_id)", "A criterion is checked once a voucher."
    )

    def write(self, vals):
        """Check while the audit is running; a failure says what is wrong.

        :raises UserError: naming the voucher
        """
        if not self.env.su:
            self.line_id.audit_id._check_state("drawn")
        result = super().write(vals)
        for check in self:
            if check.result == "failed" and not (check.note or "").strip():
                raise UserError(
                    self.env._(
                        "%(voucher)s, “%(criterion)s”: note what is wrong.",
                        voucher=check.line_id.display_name,
                        criterion=check.criterion_id.name,
                    )
                )
        return result

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"line_id", "criterion_id"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written when the vouchers are drawn, not entered.")
