# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesKpiFiguresLine(models.TransientModel):
    """What an indicator says about one subject in a month, with the way to its records."""

    _name = "aftersales.kpi.figures.line"
    _inherit = ["aftersales.kpi.figure.mixin"]
    _description = "Computed Figure"
    _order = "indicator_id, id"

    figures_id = fields.Many2one(
        "aftersales.kpi.figures", required=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(ondelete="cascade")
    employee_id = fields.Many2one(ondelete="cascade")
    team_id = fields.Many2one(ondelete="cascade")
    outlet_id = fields.Many2one(ondelete="cascade")
    dealer_id = fields.Many2one(ondelete="cascade")
    is_measured = fields.Boolean(help="There was something to measure.")
    amount = fields.Float(digits=(16, 4), help="What was added up.")
    weight = fields.Float(
        digits=(16, 4), help="What it was divided by; of a sum, how many records were added."
    )
    has_target = fields.Boolean()
    target = fields.Float(digits=(16, 4), aggregator="avg")
    is_reached = fields.Boolean(string="Target Reached")
    note = fields.Char(string="Remark", help="Why there is no figure.")

    @api.model
    def _prepare_line_vals(self, indicator, measure, target):
        """Values of a line that could be measured."""
        compared = indicator._compare_figure(measure, target)
        names = ("value", "amount", "weight", "has_target", "target", "is_reached")
        return {"is_measured": True, **{name: compared[name] for name in names}}

    def action_view_records(self):
        """Open the very records behind the figure, or the parts of its formula.

        :raises AccessError: for a figure of somebody else, when the user is not a KPI manager
        :raises UserError: where there is nothing to open
        """
        self.ensure_one()
        self.figures_id._check_company_allowed(self.company_id)
        if not self.employee_id or self.employee_id not in self.env.user.employee_ids:
            # sudo: whose lines they are is read from their own dialogue.
            self.sudo().figures_id.sudo(False)._check_allowed()
        action, _measure = self.indicator_id._get_figure_action(
            self.company_id,
            self.period_start,
            self.period_start + relativedelta(months=1, days=-1),
            self.subject_kind,
            self._get_subject(),
        )
        if not action:
            raise UserError(
                self.env._(
                    "%s has no records to show: it is computed without them, or nothing was found.",
                    self.indicator_id.name,
                )
            )
        return action
