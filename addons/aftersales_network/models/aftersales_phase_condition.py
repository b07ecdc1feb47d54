# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesPhaseCondition(models.Model):
    """What has to be true before an outlet leaves a phase for the next (N1): configuration."""

    _name = "aftersales.phase.condition"
    _description = "Condition of a Phase"
    _order = "phase, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    phase = fields.Selection(
        selection=lambda self: self._selection_phase(),
        required=True,
        default="preparation",
        help="The outlet answers it in this phase.",
    )
    is_required = fields.Boolean(
        string="Required", default=True, help="An outlet does not go forward while it is open."
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: holds in every company.")

    def _selection_phase(self):
        return self.env["aftersales.outlet"]._fields["phase"]._description_selection(self.env)

    @api.model
    def _find(self, phases, company):
        """Conditions of phases that hold in a company."""
        return self.search(
            [("phase", "in", list(phases)), ("company_id", "in", [False, company.id])]
        )
