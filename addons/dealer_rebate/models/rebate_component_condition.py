# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..earnings import ZERO


class RebateComponentCondition(models.Model):
    """What a component's rate depends on besides its own basis: metrics, gates, adjustments."""

    _inherit = "rebate.component"

    rate_by = fields.Selection(
        selection_add=[("metric", "A metric"), ("matrix", "Two metrics")],
        ondelete={"metric": "cascade", "matrix": "cascade"},
    )
    rate_metric_id = fields.Many2one(
        "rebate.metric",
        string="Metric",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="The figure that is looked up: a completion, a growth, a penetration, a score.",
    )
    rate_metric_2_id = fields.Many2one(
        "rebate.metric",
        string="Second Metric",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="The second figure of a matrix (R6: purchase and retail completion).",
    )
    gate_ids = fields.One2many(
        "rebate.gate",
        "component_id",
        string="Gates",
        copy=True,
        help="All of them have to hold, or the component pays nothing.",
    )
    adjustment_ids = fields.One2many(
        "rebate.adjustment",
        "component_id",
        string="Adjustments",
        copy=True,
        help="Points that are added to the rate, each under its own condition.",
    )

    @api.constrains("rate_by", "rate_metric_id", "rate_metric_2_id")
    def _check_rate_metrics(self):
        for component in self:
            needed = {"metric": 1, "matrix": 2}.get(component.rate_by, 0)
            metrics = (component.rate_metric_id, component.rate_metric_2_id)
            if not all(metrics[:needed]):
                raise ValidationError(
                    self.env._(
                        "Choose the metric that the rate of %(component)s is looked up by.",
                        component=component.name,
                    )
                )

    @api.constrains("rate_table_id", "rate_by")
    def _check_rate_table(self):
        return super()._check_rate_table()

    def _get_input_count(self):
        return "two" if self.rate_by == "matrix" else super()._get_input_count()

    def _get_plain_terms(self):
        return (*super()._get_plain_terms(), "rate_metric_id", "rate_metric_2_id")

    def _get_terms(self):
        terms = super()._get_terms()
        for name in ("rate_metric_id", "rate_metric_2_id"):
            terms[name] = self[name].code or ""
        return terms | {
            "gates": sorted(gate._get_condition_terms() for gate in self.gate_ids),
            "adjustments": sorted(a._get_condition_terms() for a in self.adjustment_ids),
        }

    def _get_metrics(self):
        conditions = (self.gate_ids, self.adjustment_ids)
        return (
            super()._get_metrics()
            | self.rate_metric_id
            | self.rate_metric_2_id
            | conditions[0].metric_id
            | conditions[0].threshold_metric_id
            | conditions[1].metric_id
            | conditions[1].threshold_metric_id
        )

    def _describe_terms(self):
        terms = super()._describe_terms()
        for number, gate in enumerate(self.gate_ids, 1):
            terms[self.env._("Gate %s", number)] = gate.display_name
        for number, adjustment in enumerate(self.adjustment_ids, 1):
            terms[self.env._("Adjustment %s", number)] = adjustment.display_name
        return terms

    def _check_table_ready(self):
        if self.rate_by == "matrix" and self.rate_table_id.inputs != "two":
            raise UserError(self._get_table_message())
        if self.rate_by in ("metric", "matrix") and self.rate_table_id.method == "incremental":
            raise UserError(
                self.env._(
                    "The table %(table)s has slices of money; %(component)s looks up a metric. "
                    "Choose a table of the method “whole”.",
                    table=self.rate_table_id.name,
                    component=self.name,
                )
            )
        # Points alone need no table (R6: adjustments on the year).
        if self.adjustment_ids and not self.rate_table_id:
            return None
        return super()._check_table_ready()

    # ------------------------------------------------------------------
    # Computing
    # ------------------------------------------------------------------

    def _apply_table(self, earnings, windows, cutoff):
        if self.rate_table_id:
            super()._apply_table(earnings, windows, cutoff)
            return
        for earning in earnings:
            earning.trace |= {"method": "points", "basis": as_text(earning.base), "amount": "0"}

    def _get_table_inputs(self, earnings, windows, cutoff):
        if self.rate_by not in ("metric", "matrix"):
            return super()._get_table_inputs(earnings, windows, cutoff)
        metrics = self.rate_metric_id | self.rate_metric_2_id
        values = metrics._read_values(
            self.agreement_id, windows, self._get_asked_subjects(earnings), cutoff
        )
        chosen = [self.rate_metric_id]
        if self.rate_by == "matrix":
            chosen.append(self.rate_metric_2_id)
        inputs = []
        for earning in earnings:
            found = [values.get((metric.id, *earning.subject, earning.start)) for metric in chosen]
            earning.trace["metrics"] = [
                {"name": metric.name, "value": as_text(value) if value is not None else None}
                for metric, value in zip(chosen, found, strict=True)
            ]
            if None in found:
                inputs.append(None)
            else:
                inputs.append(found[0] if len(found) == 1 else tuple(found))
        return inputs, [earning.base for earning in earnings]

    def _get_asked_subjects(self, earnings):
        """Subjects to read metrics of, where they are few; None for everybody."""
        if self._get_asked(earnings) is None:
            return None
        return {tuple(earning.subject) for earning in earnings}

    def _apply_conditions(self, earnings, windows, cutoff):
        """Add points, then shut what a gate shuts; each leaves its verdict in the trace."""
        result = super()._apply_conditions(earnings, windows, cutoff)
        self._apply_adjustments(earnings, windows, cutoff)
        self._apply_gates(earnings, windows, cutoff)
        return result

    def _apply_adjustments(self, earnings, windows, cutoff):
        if not self.adjustment_ids:
            return
        verdicts = self.adjustment_ids._read_verdicts(earnings, windows, cutoff)
        for earning in earnings:
            shown, total = [], ZERO
            for adjustment in self.adjustment_ids:
                verdict = verdicts[adjustment, earning.subject, earning.start]
                points = to_decimal(adjustment.points)
                shown.append(verdict | {"points": as_text(points)})
                if verdict["holds"]:
                    total += points
            earning.rate += total
            earning.amount += earning.base * total / 100
            earning.trace["adjustments"] = shown
            earning.trace["points"] = as_text(total)

    def _apply_gates(self, earnings, windows, cutoff):
        if not self.gate_ids:
            return
        verdicts = self.gate_ids._read_verdicts(earnings, windows, cutoff)
        for earning in earnings:
            shown = [verdicts[gate, earning.subject, earning.start] for gate in self.gate_ids]
            earning.trace["gates"] = shown
            if not all(verdict["holds"] for verdict in shown) and earning.amount > 0:
                earning.trace["shut"] = as_text(earning.amount)
                earning.reduce(ZERO)
