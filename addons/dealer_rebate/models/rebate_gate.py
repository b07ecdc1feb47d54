# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateGate(models.Model):
    """A condition without which a component pays nothing (R6, R7, R8, R9).

    Every gate is shown with its value, its threshold and its verdict, and with what it cost.
    """

    _name = "rebate.gate"
    _description = "Gate of a Rebate Component"
    _inherit = ["rebate.term.mixin", "rebate.condition.mixin"]
    _order = "component_id, sequence, id"

    kind = fields.Selection(
        [("metric", "A metric reaches its threshold"), ("in_time", "Reported in time")],
        required=True,
        default="metric",
        help="Reported in time: the report of exactly this period was handed in by its deadline. "
        "A late month forfeits the month's component only (R3).",
    )

    def _describe(self):
        if self.kind == "in_time":
            return self.env._("%s reported in time", self.metric_id.name or "")
        return super()._describe()

    def _get_condition_terms(self):
        return [self.kind, *super()._get_condition_terms()]

    def _read_verdicts(self, earnings, windows, cutoff):
        by_kind = self.grouped("kind")
        judged = by_kind.get("metric", self.browse())
        verdicts = super(RebateGate, judged)._read_verdicts(earnings, windows, cutoff)
        for gate in by_kind.get("in_time", self.browse()):
            late = self.env["rebate.metric.value"]._read_late(gate.metric_id, windows)
            for earning in earnings:
                in_time = (*earning.subject, earning.start) not in late
                verdicts[gate, earning.subject, earning.start] = {
                    "name": gate._describe(),
                    "value": None,
                    "limit": None,
                    "holds": in_time,
                }
        return verdicts
