# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesKpiSheetLine(models.Model):
    """One indicator of a sheet: the figure, its points, and the very documents behind it.

    A snapshot: what happens to the documents, bands or indicator later does not change it, nor
    what a printed sheet says about them.
    """

    _name = "aftersales.kpi.sheet.line"
    _description = "KPI Sheet Line"
    _inherit = ["aftersales.kpi.sheet.part.mixin"]
    _order = "sheet_id, sequence, id"

    employee_id = fields.Many2one(related="sheet_id.employee_id", store=True, index=True)
    subject_name = fields.Char(
        related="sheet_id.subject_name", store=True, string="Who", help="Who was measured."
    )
    period_start = fields.Date(related="sheet_id.period_start", store=True, index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        help="What was measured.",
    )
    unit = fields.Char(
        compute="_compute_terms", help="Unit of the figure when it was taken: days, percent…"
    )
    formula = fields.Text(
        compute="_compute_terms", help="How the figure came about when it was taken (K4)."
    )
    bands = fields.Text(
        compute="_compute_terms", help="The bands that graded the figure when it was taken."
    )
    table_id = fields.Many2one(
        "rate.table",
        index="btree_not_null",
        ondelete="restrict",
        help="Rate table that gave the points; its bands of that day are kept on the line. Empty "
        "where points are proportional to a target.",
    )
    is_measured = fields.Boolean(
        help="There was something to measure. Otherwise the indicator counts neither for nor "
        "against the employee."
    )
    value = fields.Float(
        digits=(16, 4),
        aggregator="avg",
        help="The figure, rounded half up to what is shown: this is what the bands were asked.",
    )
    figure = fields.Char(compute="_compute_figure", help="The figure with its unit.")
    points = fields.Float(digits=(16, 2), aggregator="avg", help="Points that the figure gave.")
    max_points = fields.Float(
        digits=(16, 2), string="Out of", aggregator="avg", help="The points that count as 100 %."
    )
    weight = fields.Float(
        compute="_compute_weight",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 2),
        aggregator=None,
        help="How much the indicator counts in the score, against the others.",
    )
    share = fields.Float(
        compute="_compute_share",
        store=True,
        digits=(16, 2),
        string="Reached (%)",
        aggregator="avg",
        help="Points in percent of what counts as 100 %: for charts of unlike indicators.",
    )
    target = fields.Float(
        digits=(16, 4), aggregator="avg", help="What the figure was held against; 0: nothing."
    )
    source_model = fields.Char(
        help="Model of the documents behind the figure, where there are any."
    )
    source_ids = fields.Json(help="The documents behind the figure, as they were counted.")
    source_count = fields.Integer(string="Jobs", help="How many documents were counted.")
    terms = fields.Json(help="Formula and bands as they were when the figure was taken.")
    trace = fields.Json(help="How the points came about.")
    explanation = fields.Text(compute="_compute_explanation", help="How the points came about.")

    _indicator_uniq = models.UniqueIndex("(sheet_id, indicator_id)")

    @api.depends("max_points")
    def _compute_weight(self):
        """What an older sheet counted by: its points."""
        for line in self:
            line.weight = line.max_points

    @api.depends("points", "max_points")
    def _compute_share(self):
        for line in self:
            line.share = 100 * line.points / line.max_points if line.max_points else 0.0

    @api.depends("terms", "target")
    @api.depends_context("lang")
    def _compute_terms(self):
        """Words for the terms, in the reader's language: the table of today may be another."""
        for line in self:
            terms = line.terms or {}
            indicator = self.env["aftersales.kpi.indicator"].new(terms.get("indicator", {}))
            line.unit, line.formula = indicator.unit, indicator.formula
            if terms.get("grading") == "proportional":
                line.bands = line._describe_proportion()
                continue
            bands = self.env["rate.table"].new(
                {
                    "method": "band",
                    "inputs": "one",
                    "rate_unit": "amount",
                    "bound": terms.get("bound"),
                    "open_below": terms.get("open_below"),
                    "line_ids": [
                        fields.Command.create({"from_value": start, "value": value})
                        for start, value in terms.get("rows", ())
                    ],
                }
            )
            line.bands = bands.description

    @api.depends("value", "is_measured", "unit")
    @api.depends_context("lang")
    def _compute_figure(self):
        for line in self:
            line.figure = False
            if line.is_measured:
                number = line._format_number(line.value)
                line.figure = self.env._("%(number)s %(unit)s", number=number, unit=line.unit)

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    @api.depends("sheet_id", "indicator_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.sheet_id.display_name}: {line.indicator_id.name}"

    def action_view_sources(self):
        """Open the very documents that were counted."""
        return self._get_source_action(self)

    @api.model
    def _get_source_action(self, part):
        """Action that lists the documents behind a line or a gate."""
        part.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": f"{part.sheet_id.display_name}: {part.indicator_id.name}",
            "res_model": part.source_model,
            "view_mode": "list,form",
            "domain": [("id", "in", part.source_ids or [])],
            "context": {"create": False},
        }

    # === WORDS === #

    def _explain(self):
        """How the points came about, in the reader's language. Hook."""
        self.ensure_one()
        if not self.trace:
            return self.env._("Nothing to measure this month.")
        if self.trace["method"] != "proportional":
            return self.table_id.explain(self.trace)
        values = {
            name: self._format_number(self.trace[name])
            for name in ("points", "input", "target", "result")
        }
        if to_decimal(self.trace["result"]) != to_decimal(self.points):
            values["given"] = self._format_number(self.points)
            return self._explain_limited(values)
        if self.trace["better"] == "lower":
            return self.env._("%(points)s × %(target)s ÷ %(input)s = %(result)s", **values)
        return self.env._("%(points)s × %(input)s ÷ %(target)s = %(result)s", **values)

    def _explain_limited(self, values):
        if self.trace["better"] == "lower":
            return self.env._(
                "%(points)s × %(target)s ÷ %(input)s = %(result)s, within its limits %(given)s",
                **values,
            )
        return self.env._(
            "%(points)s × %(input)s ÷ %(target)s = %(result)s, within its limits %(given)s",
            **values,
        )

    def _describe_proportion(self):
        """What stands in place of bands where points are proportional."""
        values = {
            name: self._format_number(self.terms[name]) for name in ("points", "most", "least")
        }
        values["target"] = self._format_number(self.target)
        if self.terms["better"] == "lower":
            return self.env._(
                "%(points)s × target %(target)s ÷ figure, at most %(most)s, at least %(least)s",
                **values,
            )
        return self.env._(
            "%(points)s × figure ÷ target %(target)s, at most %(most)s, at least %(least)s",
            **values,
        )

    def _format_number(self, number):
        return self.env["rate.table"]._format_number(to_decimal(number))
