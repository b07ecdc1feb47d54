# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesAuditOutlet(models.Model):
    """An outlet's result of a record audit: passed or failed, and what it loses (K12)."""

    _name = "aftersales.audit.outlet"
    _description = "Outlet in a Record Audit"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "audit_id desc, outlet_id"
    _rec_name = "outlet_id"

    audit_id = fields.Many2one(
        "aftersales.audit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Date(readonly=True, help="Last day of the audit's window.")
    line_ids = fields.One2many("aftersales.audit.line", "result_id", readonly=True)
    pool_count = fields.Integer(
        string="Closed", readonly=True, help="Vouchers that took part in the draw."
    )
    line_count = fields.Integer(string="Drawn", readonly=True)
    failed_count = fields.Integer(string="Inaccurate", readonly=True)
    verdict = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        readonly=True,
        index="btree_not_null",
        help="Settled when the audit is published.",
    )
    loss = fields.Float(
        string="Lost Bonus (%)",
        digits=(16, 4),
        readonly=True,
        aggregator="avg",
        help="Percent of its bonus class that the outlet loses; as the setting was (K12).",
    )

    _audit_outlet_uniq = models.UniqueIndex(
        "(audit_id, outlet_id)", "An outlet has one result in an audit."
    )

    def _settle(self):
        """Passed with no more inaccurate vouchers than tolerated, else the bonus is cut (K12)."""
        for result in self:
            company = result.company_id
            failed = len(result.line_ids.filtered(lambda line: line.verdict == "inaccurate"))
            passed = failed <= company.aftersales_audit_tolerated
            result.write(
                {
                    "failed_count": failed,
                    "verdict": "passed" if passed else "failed",
                    "loss": 0 if passed else company.aftersales_audit_loss,
                }
            )

    def _get_protected_fields(self):
        return super()._get_protected_fields() | (set(self._fields) - {"id", "display_name"})

    def _get_protected_advice(self):
        return self.env._("written by the steps of the audit, not entered.")
