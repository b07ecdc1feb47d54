# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal

from ..grading import COMPARE

OPERATORS = [
    (">=", "At Least"),
    (">", "More Than"),
    ("<=", "At Most"),
    ("<", "Less Than"),
]
EFFECTS = [("zero", "Score Is 0"), ("cap", "Score Is at Most")]


class AftersalesKpiSchemeGate(models.Model):
    """A condition of a scheme: without it the score is nothing, or no more than so much (K10)."""

    _name = "aftersales.kpi.scheme.gate"
    _description = "Gate of a KPI Scheme"
    _order = "sequence, id"

    scheme_id = fields.Many2one(
        "aftersales.kpi.scheme", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        help="What is measured.",
    )
    unit = fields.Char(related="indicator_id.unit")
    operator = fields.Selection(
        OPERATORS, string="Must Be", required=True, default=">=", help="How the figure must lie."
    )
    threshold = fields.Float(
        digits=(16, 4), help="What the figure is held against, in the indicator's unit."
    )
    effect = fields.Selection(
        EFFECTS,
        string="Otherwise",
        required=True,
        default="zero",
        help="What happens to the score where the condition does not hold.",
    )
    cap_score = fields.Float(
        string="Score (%)", digits=(16, 2), help="The most that the score may be then."
    )
    needs_measure = fields.Boolean(
        string="Must Be Measured",
        help="Where there is nothing to measure, the condition does not hold. Otherwise it does.",
    )

    _cap_score_not_negative = models.Constraint(
        "CHECK (cap_score >= 0)", "The score that a gate leaves must not be negative."
    )

    @api.constrains("indicator_id")
    def _check_indicator_id(self):
        """An indicator that cannot measure the scheme's subjects is refused."""
        for gate in self:
            gate.indicator_id._check_subject_kind(gate.scheme_id.subject_kind)

    def _prepare_sheet_gate_vals(self, measure):
        """Values of the verdict on one subject.

        :param measure: its ``Measure``, ``None`` where there was nothing to measure
        """
        self.ensure_one()
        holds = not self.needs_measure
        if measure:
            holds = COMPARE[self.operator](measure.rounded, to_decimal(self.threshold))
        return {
            "sequence": self.sequence,
            "indicator_id": self.indicator_id.id,
            "operator": self.operator,
            "threshold": self.threshold,
            "effect": self.effect,
            "cap_score": self.cap_score,
            "is_measured": bool(measure),
            "value": float(measure.rounded) if measure else 0.0,
            "source_model": self.indicator_id._get_kind().model,
            "source_ids": list(measure.source_ids) if measure else [],
            "holds": holds,
        }

    def _get_terms_in_words(self):
        """The terms in words, to say what a new version changes."""
        self.ensure_one()
        return self.env._(
            "Gate: %(indicator)s %(operator)s %(threshold)s, otherwise at most %(cap)s %%",
            indicator=self.indicator_id.name,
            operator=self.operator,
            threshold=f"{self.threshold:g}",
            cap=f"{self.cap_score if self.effect == 'cap' else 0:g}",
        )
