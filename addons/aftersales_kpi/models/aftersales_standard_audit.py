# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.rate_table.calculators import to_decimal


class AftersalesStandardAudit(models.Model):
    """An outlet audited by the clauses of a standard, on a day (K12).

    The mean of the clauses tied to the bonus, 90 % or more, earns it in full, but only if every
    precondition holds.
    """

    _name = "aftersales.standard.audit"
    _description = "Standards Audit"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    standard_id = fields.Many2one(
        "aftersales.standard",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'released'), ('company_id', 'in', (False, company_id))]",
        default=lambda self: self.env["aftersales.standard"].search(
            [("state", "=", "released"), ("company_id", "in", (False, self.env.company.id))],
            limit=1,
        ),
        check_company=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, help="Day of the audit.")
    auditor_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, domain="[('share', '=', False)]"
    )
    state = fields.Selection(
        [("draft", "Checking"), ("published", "Published")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Published: the results stay, and count for the outlet.",
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many(
        "aftersales.standard.audit.line",
        "audit_id",
        string="Clauses",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    finding_ids = fields.One2many(
        "aftersales.audit.finding", "standard_audit_id", string="Findings"
    )
    mean = fields.Float(
        string="All Clauses (%)",
        compute="_compute_result",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        help="Mean of all scored clauses.",
    )
    bonus_mean = fields.Float(
        string="Bonus Clauses (%)",
        compute="_compute_result",
        store=True,
        digits=(16, 4),
        aggregator="avg",
        help="Mean of the clauses tied to the bonus.",
    )
    preconditions_hold = fields.Boolean(
        compute="_compute_result", store=True, help="Every precondition of the bonus holds."
    )
    pass_mark = fields.Float(
        string="Full Bonus From (%)",
        digits=(16, 2),
        readonly=True,
        copy=False,
        default=lambda self: self.env.company.aftersales_standard_pass,
        help="As the setting was when the audit began.",
    )
    is_full_bonus = fields.Boolean(
        string="Full Bonus",
        compute="_compute_result",
        store=True,
        help="The bonus clauses reach the mark, and the preconditions hold (K12).",
    )

    @api.depends("outlet_id", "date")
    def _compute_name(self):
        for audit in self:
            audit.name = f"{audit.outlet_id.name or ''} {audit.date or ''}".strip()

    @api.depends("standard_id")
    def _compute_line_ids(self):
        for audit in self:
            audit.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"clause_id": clause.id})
                for clause in audit.standard_id.clause_ids
            ]

    @api.depends("line_ids.score", "line_ids.holds", "line_ids.kind", "pass_mark")
    def _compute_result(self):
        for audit in self:
            scored = audit.line_ids.filtered(lambda line: line.kind != "precondition")
            bonus = scored.filtered(lambda line: line.kind == "bonus")
            audit.mean = float(scored._get_mean())
            mean = bonus._get_mean()
            audit.bonus_mean = float(mean)
            audit.preconditions_hold = all(
                line.holds == "yes" for line in audit.line_ids if line.kind == "precondition"
            )
            mark = to_decimal(audit.pass_mark)
            audit.is_full_bonus = bool(
                bonus and audit.preconditions_hold and bonus._get_sum() >= mark * len(bonus)
            )

    def write(self, vals):
        """Keep what is published.

        :raises UserError: naming the audit
        """
        if not self.env.su and get_business_fields(vals) - {"finding_ids"}:
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_state("draft")

    def action_publish(self):
        """Let the results count: they stay from here on (K12).

        :raises UserError: while a clause is not checked
        """
        self.check_access("write")
        self._check_state("draft")
        for audit in self:
            unchecked = audit.line_ids.filtered(lambda line: not line._is_checked())
            if unchecked or not audit.line_ids:
                raise UserError(
                    self.env._(
                        "%(audit)s: %(count)s clauses are not checked, e.g. %(clause)s.",
                        audit=audit.display_name,
                        count=len(unchecked),
                        clause=unchecked[:1].clause_id.display_name,
                    )
                )
            # sudo: the right was checked; the state is written by this step only.
            audit.sudo().write({"state": "published", "published_at": fields.Datetime.now()})

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "published_at", "pass_mark"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the audit, not entered.")
