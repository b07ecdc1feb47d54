# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..calculators import RateTableError, to_decimal


class RateTableTry(models.TransientModel):
    """Try figures on a rate table and see what it says, and why. Changes nothing."""

    _name = "rate.table.try"
    _description = "Try a Rate Table"

    table_id = fields.Many2one("rate.table", required=True, ondelete="cascade")
    method = fields.Selection(related="table_id.method")
    inputs = fields.Selection(related="table_id.inputs")
    description = fields.Text(related="table_id.description")
    value = fields.Float(
        string="Figure", min_display_digits=2, help="The figure that is looked up."
    )
    value_2 = fields.Float(
        string="Second Figure", min_display_digits=2, help="The second figure that is looked up."
    )
    basis = fields.Float(
        compute="_compute_basis",
        store=True,
        readonly=False,
        min_display_digits=2,
        string="Applied To",
        help="What the rate is applied to; the figure itself unless you change it.",
    )
    rate = fields.Float(compute="_compute_result", min_display_digits=2, help="The rate reached.")
    amount = fields.Float(
        compute="_compute_result", min_display_digits=2, help="The result, not rounded."
    )
    explanation = fields.Text(compute="_compute_result", help="How the result came about.")

    @api.depends("value")
    def _compute_basis(self):
        for wizard in self:
            wizard.basis = wizard.value

    @api.depends("table_id", "value", "value_2", "basis")
    @api.depends_context("lang")
    def _compute_result(self):
        for wizard in self:
            wizard.rate = wizard.amount = 0.0
            wizard.explanation = False
            if not wizard.table_id:
                continue
            try:
                result = wizard._evaluate()
            except RateTableError as error:
                wizard.explanation = wizard.table_id._get_error_message(error)
                continue
            wizard.rate = float(result.rate)
            wizard.amount = float(result.amount)
            wizard.explanation = wizard.table_id.explain(result)

    def _evaluate(self):
        """Return the table's result for the figures typed in."""
        self.ensure_one()
        value = to_decimal(self.value)
        values = (value, to_decimal(self.value_2)) if self.inputs == "two" else value
        basis = value if self.method == "incremental" else to_decimal(self.basis)
        return self.table_id._get_calculator().evaluate([values], [basis])[0]
