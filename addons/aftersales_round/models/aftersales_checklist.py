# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesChecklist(models.Model):
    """A checklist of rounds is for the jobs that name it, and for no others (S21)."""

    _inherit = "aftersales.checklist"

    is_round = fields.Boolean(
        string="For Rounds",
        help="Only for rounds, receptions, counts and trainings that name it.",
    )

    @api.constrains("is_round", "phase")
    def _check_round_phase(self):
        for checklist in self:
            if checklist.is_round and checklist.phase != "work":
                raise ValidationError(
                    self.env._(
                        "Checklist “%(checklist)s” is for rounds, which have one phase only: "
                        "choose Work.",
                        checklist=checklist.name,
                    )
                )

    def _applies_to(self, voucher):
        if voucher.round_kind or self.is_round:
            return bool(voucher.round_checklist_id == self)
        return super()._applies_to(voucher)
