# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesAuditFinding(models.Model):
    """What an audit found wrong, who puts it right, and until when (K12)."""

    _name = "aftersales.audit.finding"
    _description = "Audit Finding"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "done_on desc, date_due, id"
    _check_company_auto = True

    name = fields.Char(string="Finding", required=True)
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_from_audit",
        store=True,
        precompute=True,
        index=True,
        required=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_from_audit",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    line_id = fields.Many2one(
        "aftersales.audit.line",
        string="Audited Voucher",
        index="btree_not_null",
        ondelete="cascade",
    )
    audit_id = fields.Many2one(
        "aftersales.audit",
        string="Record Audit",
        compute="_compute_audit_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    standard_line_id = fields.Many2one(
        "aftersales.standard.audit.line",
        string="Audited Clause",
        index="btree_not_null",
        ondelete="cascade",
    )
    standard_audit_id = fields.Many2one(
        "aftersales.standard.audit",
        string="Standards Audit",
        compute="_compute_audit_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    person_id = fields.Many2one(
        "res.partner",
        string="Put Right By",
        required=True,
        tracking=True,
        help="Who puts it right: somebody of the outlet or of ours.",
    )
    date_due = fields.Date(string="Until", required=True, tracking=True)
    rectification = fields.Text(tracking=True, help="What was, or is to be, done about it.")
    done_on = fields.Date(readonly=True, copy=False, tracking=True, string="Put Right On")
    state = fields.Selection(
        [("open", "Open"), ("late", "Late"), ("done", "Put Right")],
        compute="_compute_state",
        search="_search_state",
    )

    _comes_from_an_audit = models.Constraint(
        "CHECK (audit_id IS NOT NULL OR standard_audit_id IS NOT NULL)",
        "A finding belongs to an audit: note it there.",
    )

    @api.depends("line_id", "standard_line_id")
    def _compute_audit_id(self):
        for finding in self:
            finding.audit_id = finding.line_id.audit_id or finding.audit_id
            finding.standard_audit_id = (
                finding.standard_line_id.audit_id or finding.standard_audit_id
            )

    @api.depends("audit_id", "standard_audit_id", "line_id")
    def _compute_from_audit(self):
        for finding in self:
            audit = finding.audit_id or finding.standard_audit_id
            finding.company_id = audit.company_id or self.env.company
            finding.outlet_id = (
                finding.line_id.outlet_id
                or finding.standard_audit_id.outlet_id
                or finding.outlet_id
            )

    @api.depends("done_on", "date_due")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for finding in self:
            late = finding.date_due and finding.date_due < today
            finding.state = "done" if finding.done_on else "late" if late else "open"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "done": [("done_on", "!=", False)],
            "late": [("done_on", "=", False), ("date_due", "<", today)],
            "open": [("done_on", "=", False), ("date_due", ">=", today)],
        }
        return fields.Domain.OR([domains[key] for key in value if key in domains])

    @api.model_create_multi
    def create(self, vals_list):
        """Remind who noted it on the day by which it is to be put right."""
        findings = super().create(vals_list)
        for finding in findings:
            finding.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=finding.date_due,
                summary=self.env._("Was it put right?"),
                user_id=self.env.uid,
            )
        return findings

    def action_done(self):
        """It has been put right, and was seen."""
        self.check_access("write")
        self.filtered(lambda finding: not finding.done_on).write(
            {"done_on": fields.Date.context_today(self)}
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
