# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesSlaWaiver(models.Model):
    """Why a broken promise is excused, and by whom (S8). The deadline stays missed."""

    _name = "aftersales.sla.waiver"
    _description = "Waiver of a Deadline"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "id desc"
    _rec_name = "deadline_id"

    deadline_id = fields.Many2one(
        "aftersales.sla.deadline", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="deadline_id.company_id", store=True, index=True)
    reason = fields.Char(required=True, help="Why nobody is to blame.")
    user_id = fields.Many2one(
        "res.users",
        string="Waived By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    _deadline_unique = models.UniqueIndex("(deadline_id)", "This deadline is waived already.")

    @api.constrains("deadline_id", "reason")
    def _check_deadline_id(self):
        for waiver in self:
            if not waiver.deadline_id.breached_at:
                raise ValidationError(
                    self.env._(
                        "%(deadline)s is not late: only a broken promise is waived.",
                        deadline=waiver.deadline_id.display_name,
                    )
                )
            if not (waiver.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write the reason why %(deadline)s is waived.",
                        deadline=waiver.deadline_id.display_name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"user_id"}
