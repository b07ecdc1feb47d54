# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesOutletRisk(models.Model):
    """A risk of an outlet: how likely, how bad, what is done, by whom, until when (N1)."""

    _name = "aftersales.outlet.risk"
    _description = "Risk of an Outlet"
    _order = "is_closed, score desc, id desc"
    _check_company_auto = True

    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    name = fields.Char(string="Risk", required=True)
    kind = fields.Selection(
        [
            ("market", "Market"),
            ("money", "Money"),
            ("people", "People"),
            ("partner", "Partner"),
            ("quality", "Quality"),
            ("law", "Law"),
        ],
        required=True,
        default="market",
    )
    likelihood = fields.Integer(
        required=True, default=3, aggregator="avg", help="From 1, hardly, to 5, almost surely."
    )
    impact = fields.Integer(
        required=True, default=3, aggregator="avg", help="From 1, hardly felt, to 5, ruinous."
    )
    score = fields.Integer(
        compute="_compute_score",
        store=True,
        precompute=True,
        help="Likelihood × impact: from 1 to 25.",
    )
    measure = fields.Text(help="What is done about it.")
    user_id = fields.Many2one("res.users", string="Responsible", help="Who does it.")
    date_until = fields.Date(string="Until")
    is_closed = fields.Boolean(
        string="Closed", help="Gone, or no longer a risk: it does not count in the total."
    )

    _scale = models.Constraint(
        "CHECK(likelihood BETWEEN 1 AND 5 AND impact BETWEEN 1 AND 5)",
        "Likelihood and impact go from 1 to 5.",
    )

    @api.depends("likelihood", "impact")
    def _compute_score(self):
        for risk in self:
            risk.score = risk.likelihood * risk.impact

    @api.constrains("measure", "user_id", "date_until")
    def _check_measure(self):
        for risk in self:
            if (risk.measure or "").strip() and not (risk.user_id and risk.date_until):
                raise ValidationError(
                    self.env._(
                        "Risk “%(risk)s” has a measure: enter who takes it, and until when.",
                        risk=risk.name,
                    )
                )
