# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesKpiSheetLine(models.Model):
    """One indicator of a sheet: the figure, its points, and the very documents behind it.

    A snapshot: what happens to the documents, bands or indicator later does not change it, nor
    what a printed sheet says about them.
    """

    _name = "aftersales.kpi.sheet.line"
    _description = "KPI Sheet Line"
    _order = "sheet_id, sequence, id"

    sheet_id = fields.Many2one(
        "aftersales.kpi.sheet", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sheet_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(related="sheet_id.employee_id", store=True, index=True)
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
        required=True,
        index=True,
        ondelete="restrict",
        help="Rate table that gave the points; its bands of that day are kept on the line.",
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
        digits=(16, 2), string="Out of", aggregator="avg", help="The most it could give."
    )
    source_model = fields.Char(required=True, help="Model of the documents behind the figure.")
    source_ids = fields.Json(help="The documents behind the figure, as they were counted.")
    source_count = fields.Integer(string="Jobs", help="How many documents were counted.")
    terms = fields.Json(help="Formula and bands as they were when the figure was taken.")
    trace = fields.Json(help="How the points came about.")
    explanation = fields.Text(compute="_compute_explanation", help="How the points came about.")

    _indicator_uniq = models.UniqueIndex("(sheet_id, indicator_id)")

    @api.depends("terms")
    @api.depends_context("lang")
    def _compute_terms(self):
        """Words for the terms, in the reader's language: the table of today may be another."""
        explanations = self.env["aftersales.kpi.indicator"]._get_explanations()
        for line in self:
            terms = line.terms or {}
            explanation = explanations.get(terms.get("formula"))
            line.unit, line.formula = explanation or (False, False)
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
                number = line.table_id._format_number(to_decimal(line.value))
                line.figure = self.env._("%(number)s %(unit)s", number=number, unit=line.unit)

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            if line.trace:
                line.explanation = line.table_id.explain(line.trace)
            else:
                line.explanation = self.env._("Nothing to measure this month.")

    @api.depends("sheet_id", "indicator_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.sheet_id.display_name}: {line.indicator_id.name}"

    @api.model_create_multi
    def create(self, vals_list):
        """Lines come of the generation only.

        :raises UserError: for a line made by hand
        """
        self._check_step()
        return super().create(vals_list)

    def write(self, vals):
        """Lines do not change: computing again replaces them.

        :raises UserError: for a change by hand
        """
        self._check_step()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_recompute(self):
        self._check_step()

    def action_view_sources(self):
        """Open the very documents that were counted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.source_model,
            "view_mode": "list,form",
            "domain": [("id", "in", self.source_ids or [])],
            "context": {"create": False},
        }

    def _check_step(self):
        if not self.env["aftersales.kpi.sheet"]._is_step():
            raise UserError(
                self.env._(
                    "The lines of a KPI sheet are computed, not typed: compute the month again."
                )
            )
