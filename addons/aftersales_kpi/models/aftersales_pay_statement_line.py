# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from odoo.addons.rate_table.calculators import as_text


class AftersalesPayStatementLine(models.Model):
    """A component of somebody's pay: base × rate × factor × share of days, and why (K1, K3, K8).

    Amounts are in the company's currency, rounded so that they add up to the statement's total.
    """

    _name = "aftersales.pay.statement.line"
    _description = "Pay Statement Line"
    _inherit = ["aftersales.computed.part.mixin"]
    _step_model = "aftersales.pay.statement"
    _order = "statement_id, sequence, id"

    statement_id = fields.Many2one(
        "aftersales.pay.statement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(related="statement_id.employee_id", store=True, index=True)
    period_start = fields.Date(related="statement_id.period_start", store=True, index=True)
    sequence = fields.Integer(default=10)
    component = fields.Selection(
        [
            ("base", "Base pay"),
            ("performance", "Performance pay"),
            ("points", "Pay in proportion to points"),
            ("level", "Level of pay"),
            ("turnover", "Retention commission"),
            ("bonus", "Bonus for all targets"),
            ("wage", "Base pay (wage)"),
            ("delta", "Correction of an earlier month"),
        ],
        required=True,
        help="What is paid.",
    )
    base = fields.Monetary(
        aggregator=None, help="Money that the rate and the factor are applied to."
    )
    rate = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        aggregator=None,
        help="Share of the base that is paid.",
    )
    factor = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        aggregator=None,
        help="KPI value, points ÷ the most that could be reached, or 0 for a lost bonus.",
    )
    day_share = fields.Float(
        "Days",
        digits=(16, 6),
        min_display_digits=2,
        aggregator=None,
        help="Days worked ÷ days of the month.",
    )
    amount = fields.Monetary(help="What is paid, rounded so that the lines add up to the total.")
    origin_id = fields.Many2one(
        "aftersales.pay.statement",
        string="Corrects",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Statement of an earlier month that this line makes good.",
    )
    source_model = fields.Char(help="Model of the documents behind the amount, if there are any.")
    source_ids = fields.Json(help="The documents behind the amount, as they were counted.")
    source_count = fields.Integer(
        "Documents", aggregator=None, help="How many documents were counted."
    )
    trace = fields.Json(help="How the amount came about.")
    explanation = fields.Text(
        compute="_compute_explanation", help="How the amount came about, in words."
    )

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            explain = getattr(line, f"_explain_{line.component}")
            sentences = [explain(line.trace or {})]
            days = (line.trace or {}).get("days")
            if days:
                sentences.append(
                    self.env._("%(worked)s of %(days)s days of the month were worked.", **days)
                )
            line.explanation = "\n".join(sentences)

    # === CRUD METHODS === #

    def action_view_sources(self):
        """Open the very documents that were counted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.statement_id.display_name,
            "res_model": self.source_model,
            "view_mode": "list,form",
            "domain": [("id", "in", self.source_ids or [])],
            "context": {"create": False},
        }

    # === WORDS === #

    def _get_component_label(self):
        """What is paid, in the reader's language."""
        self.ensure_one()
        return dict(self._fields["component"]._description_selection(self.env))[self.component]

    def _explain_base(self, trace):
        return self.env._(
            "Last year's average month %(month)s × base share %(share)s (K1).",
            month=self._format_money(trace["base"]),
            share=self._format_number(trace["rate"]),
        )

    def _explain_performance(self, trace):
        sentence = self.env._(
            "Last year's average month %(month)s × performance share %(share)s × KPI value "
            "%(kpi)s (K1).",
            month=self._format_money(trace["base"]),
            share=self._format_number(trace["rate"]),
            kpi=self._format_number(trace["factor"]),
        )
        if Decimal(trace["kpi"]) == Decimal(trace["factor"]):
            return sentence
        return (
            sentence
            + " "
            + self.env._(
                "The sheet gave %(kpi)s; the KPI value counts from %(low)s to %(high)s.",
                kpi=self._format_number(trace["kpi"]),
                low=self._format_number(trace["low"]),
                high=self._format_number(trace["high"]),
            )
        )

    def _explain_points(self, trace):
        if not Decimal(trace["of"]):
            return self.env._(
                "Nothing could be measured this month, which counts neither for nor against: "
                "the wage %s (K3).",
                self._format_money(trace["base"]),
            )
        return self.env._(
            "Wage %(wage)s × %(points)s of %(of)s points (K3).",
            wage=self._format_money(trace["base"]),
            points=self._format_number(trace["points"]),
            of=self._format_number(trace["of"]),
        )

    def _explain_level(self, trace):
        level = self.env["rate.table"].new({}).explain(trace["table"])
        if "scaled" not in trace:
            return self.env._("Points of the sheet: %(level)s (K3).", level=level)
        return self.env._(
            "%(points)s of %(of)s points that could be measured, on a scale of %(scale)s: "
            "%(level)s (K3).",
            points=self._format_number(trace["points"]),
            of=self._format_number(trace["of"]),
            scale=self._format_number(trace["scaled"]),
            level=level,
        )

    def _explain_turnover(self, trace):
        return self.env._(
            "Repeat orders of customers made regulars, invoiced this month, untaxed and net of "
            "credit notes: %(turnover)s × %(rate)s ‰ (K8).",
            turnover=self._format_money(trace["base"]),
            rate=self._format_number(Decimal(trace["rate"]) * 1000),
        )

    def _explain_bonus(self, trace):
        if not trace["missed"]:
            return self.env._("Every target was met by everybody of the department (K8).")
        return self.env._(
            "Lost for the whole department. Missed in it: %s (K8).",
            "; ".join(self._describe_target(*target) for target in trace["missed"]),
        )

    def _describe_target(self, indicator_id, target):
        """A target in the reader's language, also after the rule has another one."""
        # sudo: an employee reads what the pay was lost by; only name and unit are shown.
        indicator = self.env["aftersales.kpi.indicator"].sudo().browse(indicator_id).exists()
        values = {
            "indicator": indicator.name or "?",
            "target": self._format_number(target),
            "unit": indicator.unit or "",
        }
        if indicator.better == "lower":
            return self.env._("%(indicator)s at most %(target)s %(unit)s", **values).strip()
        return self.env._("%(indicator)s at least %(target)s %(unit)s", **values).strip()

    def _explain_wage(self, trace):
        return self.env._("Base pay of a month %s (K8).", self._format_money(trace["base"]))

    def _explain_delta(self, trace):
        # sudo: only the month of the statement that the line corrects.
        return self.env._(
            "%(month)s: by what is known today %(due)s are due, %(paid)s were paid.",
            month=self.origin_id.sudo()._get_month_label(),
            due=self._format_money(trace["due"]),
            paid=self._format_money(trace["paid"]),
        )

    def _format_money(self, text):
        return formatLang(self.env, float(text), currency_obj=self.currency_id)

    def _format_number(self, value):
        """The number as the reader's language writes it, with the decimals it has."""
        value = Decimal(as_text(Decimal(value)))
        digits = max(-value.as_tuple().exponent, 0)
        return formatLang(self.env, float(value), digits=min(digits, 6))

    @api.model
    def _get_step_refusal(self):
        return self.env._(
            "The lines of a pay statement are computed, not typed: compute the month again."
        )
