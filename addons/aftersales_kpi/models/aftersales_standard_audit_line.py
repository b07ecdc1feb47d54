# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesStandardAuditLine(models.Model):
    """A clause in a standards audit: score or verdict, evidence and what was found (K12)."""

    _name = "aftersales.standard.audit.line"
    _description = "Clause in a Standards Audit"
    _order = "audit_id, clause_sequence, id"
    _rec_name = "clause_id"

    audit_id = fields.Many2one(
        "aftersales.standard.audit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="audit_id.company_id", store=True, index=True)
    outlet_id = fields.Many2one(related="audit_id.outlet_id", store=True, index="btree_not_null")
    state = fields.Selection(related="audit_id.state", string="Audit Status")
    clause_id = fields.Many2one(
        "aftersales.standard.clause", required=True, index=True, ondelete="restrict"
    )
    clause_sequence = fields.Integer(related="clause_id.sequence", store=True)
    kind = fields.Selection(related="clause_id.kind", store=True)
    is_scored = fields.Boolean(string="Checked", help="The score was entered, also one of 0.")
    score = fields.Float(
        string="Score (%)", digits=(16, 2), aggregator="avg", help="From 0 to 100 % of the clause."
    )
    holds = fields.Selection(
        [("yes", "Holds"), ("no", "Does Not Hold")],
        string="Precondition",
        help="Of a precondition: does it hold?",
    )
    note = fields.Text(help="What was seen.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", bypass_search_access=True, help="Pictures, papers."
    )
    finding_ids = fields.One2many("aftersales.audit.finding", "standard_line_id", string="Findings")

    _clause_uniq = models.UniqueIndex(
        "(audit_id, clause_id)", "A clause is audited once in an audit."
    )
    _score_in_range = models.Constraint(
        "CHECK (score BETWEEN 0 AND 100)", "A score lies between 0 and 100 %."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Add clauses to running audits only.

        :raises UserError: naming the audit
        """
        lines = super().create([self._add_scored(vals) for vals in vals_list])
        lines._check_running()
        return lines

    def write(self, vals):
        """Change results of running audits only.

        :raises UserError: naming the audit
        """
        self._check_running()
        return super().write(self._add_scored(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_running()

    def _check_running(self):
        if not self.env.su:
            self.audit_id._check_state("draft")

    @api.model
    def _add_scored(self, vals):
        """Who enters a score has checked the clause."""
        return {"is_scored": True, **vals} if vals.get("score") else vals

    def _is_checked(self):
        self.ensure_one()
        return bool(self.holds if self.kind == "precondition" else self.is_scored)

    def _get_sum(self):
        """Sum of the scores, exactly as they are shown."""
        return sum((to_decimal(line.score) for line in self), Decimal(0))

    def _get_mean(self):
        """Mean of the scores; 0 of none."""
        return self._get_sum() / len(self) if self else Decimal(0)
