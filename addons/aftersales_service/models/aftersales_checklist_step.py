# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesChecklistStep(models.Model):
    """One step of a checklist, and how it is answered."""

    _name = "aftersales.checklist.step"
    _description = "Step of a Checklist"
    _inherit = ["aftersales.checklist.step.mixin"]
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "aftersales.checklist", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(string="Step", required=True, translate=True)
    unit = fields.Char(translate=True)

    @api.constrains("answer_kind", "number_min", "number_max")
    def _check_limits(self):
        for step in self:
            if step.number_max < step.number_min:
                raise ValidationError(
                    self.env._(
                        "Step “%(step)s”: the highest value lies below the lowest; swap them.",
                        step=step.name,
                    )
                )

    def _prepare_line_vals(self, voucher, repair):
        """Values of the job's own copy of this step.

        :param voucher: aftersales.voucher
        :param repair: repair.order that the step is about, or none
        """
        self.ensure_one()
        return {
            "voucher_id": voucher.id,
            "repair_id": repair.id,
            "checklist_id": self.checklist_id.id,
            "phase": self.checklist_id.phase,
            "sequence": self.sequence,
            "name": self.name,
            "required": self.required,
            "answer_kind": self.answer_kind,
            "number_min": self.number_min,
            "number_max": self.number_max,
            "unit": self.unit,
        }
