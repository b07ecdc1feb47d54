# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal

from .aftersales_kpi_scheme_gate import EFFECTS, OPERATORS


class AftersalesKpiSheetGate(models.Model):
    """The verdict on a condition of the scheme, and what it cost (K10).

    A snapshot as the lines of a sheet are.
    """

    _name = "aftersales.kpi.sheet.gate"
    _description = "Gate of a KPI Sheet"
    _inherit = ["aftersales.kpi.sheet.part.mixin"]
    _order = "sheet_id, sequence, id"

    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        help="What was measured.",
    )
    unit = fields.Char(related="indicator_id.unit")
    sequence = fields.Integer(default=10)
    operator = fields.Selection(OPERATORS, string="Must Be", required=True)
    threshold = fields.Float(digits=(16, 4), help="What the figure is held against.")
    is_measured = fields.Boolean(help="There was something to measure.")
    value = fields.Float(digits=(16, 4), aggregator="avg", help="The figure.")
    holds = fields.Boolean(help="The condition holds: the score stays as it is.")
    effect = fields.Selection(EFFECTS, string="Otherwise", required=True)
    cap_score = fields.Float(string="Score (%)", digits=(16, 2), help="The most that was left.")
    cost = fields.Float(
        compute="_compute_cost",
        store=True,
        digits=(16, 2),
        string="Cost (% Points)",
        help="How much of the score this condition cost, taken by itself.",
    )
    source_model = fields.Char(help="Model of the documents behind the figure.")
    source_ids = fields.Json(help="The documents behind the figure, as they were counted.")

    @api.depends("holds", "effect", "cap_score", "sheet_id.score_before_gates")
    def _compute_cost(self):
        for gate in self:
            before = to_decimal(gate.sheet_id.score_before_gates)
            gate.cost = float(max(before - gate._get_limit(before), 0))

    def _get_limit(self, score):
        """The score that this gate leaves of one."""
        self.ensure_one()
        if self.holds:
            return score
        return min(score, to_decimal(self.cap_score if self.effect == "cap" else 0))

    def action_view_sources(self):
        """Open the very documents that were counted."""
        return self.env["aftersales.kpi.sheet.line"]._get_source_action(self)
