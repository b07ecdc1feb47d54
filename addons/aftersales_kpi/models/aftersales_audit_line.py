# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesAuditLine(models.Model):
    """A voucher drawn in a record audit, with its verdict (K12).

    One failed criterion makes it inaccurate; a criterion may not apply.
    """

    _name = "aftersales.audit.line"
    _description = "Voucher in a Record Audit"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "audit_id desc, outlet_id, digest, id"
    _rec_name = "voucher_id"

    audit_id = fields.Many2one(
        "aftersales.audit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    audit_state = fields.Selection(related="audit_id.state", string="Audit Status")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    result_id = fields.Many2one(
        "aftersales.audit.outlet", required=True, readonly=True, index=True, ondelete="cascade"
    )
    outlet_id = fields.Many2one("aftersales.outlet", required=True, readonly=True, index=True)
    technician_id = fields.Many2one("hr.employee", readonly=True, index="btree_not_null")
    voucher_id = fields.Many2one(
        "aftersales.voucher", required=True, readonly=True, ondelete="restrict"
    )
    digest = fields.Char(readonly=True, help="SHA-256 of “seed:voucher”: why it was drawn.")
    check_ids = fields.One2many("aftersales.audit.check", "line_id", string="Checks")
    finding_ids = fields.One2many("aftersales.audit.finding", "line_id", string="Findings")
    verdict = fields.Selection(
        [("open", "To Check"), ("accurate", "Accurate"), ("inaccurate", "Inaccurate")],
        compute="_compute_verdict",
        store=True,
        index=True,
        help="Inaccurate as soon as one criterion failed; accurate when all are checked.",
    )

    _voucher_uniq = models.UniqueIndex(
        "(voucher_id)", "This voucher was drawn in another audit meanwhile: draw again."
    )

    @api.depends("check_ids.result")
    def _compute_verdict(self):
        for line in self:
            results = line.check_ids.mapped("result")
            if "failed" in results:
                line.verdict = "inaccurate"
            elif not results or False in results:
                line.verdict = "open"
            else:
                line.verdict = "accurate"

    def action_all_right(self):
        """Every criterion that is not answered yet holds."""
        self.check_ids.filtered(lambda check: not check.result).write({"result": "ok"})

    def action_view_voucher(self):
        """Open the voucher, to check it."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            set(self._fields) - {"id", "display_name", "check_ids", "finding_ids"}
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the audit, not entered.")
