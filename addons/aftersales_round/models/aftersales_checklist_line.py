# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from odoo.addons.aftersales_service.models.aftersales_checklist_line import ANSWER_FIELDS


class AftersalesChecklistLine(models.Model):
    """A step of a round: of a safety check it is about one equipment, and its keeper does it."""

    _inherit = "aftersales.checklist.line"

    equipment_id = fields.Many2one(
        "maintenance.equipment",
        index="btree_not_null",
        ondelete="restrict",
        help="Equipment that is checked (S21).",
    )
    keeper_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        ondelete="restrict",
        help="Who keeps the equipment, and so does the check.",
    )
    keeper_user_id = fields.Many2one(
        "res.users",
        related="keeper_id.user_id",
        store=True,
        index="btree_not_null",
        string="Keeper's User",
    )
    round_date = fields.Date(related="voucher_id.round_date", store=True, index="btree_not_null")
    is_missed = fields.Boolean(
        compute="_compute_is_missed",
        search="_search_is_missed",
        string="Missed",
        help="The day of the check has passed and nobody has done it.",
    )
    finding_ids = fields.One2many(
        "aftersales.round.finding", "checklist_line_id", string="Findings of the Step"
    )

    _missed_idx = models.Index(
        "(round_date) WHERE equipment_id IS NOT NULL AND is_answered IS NOT TRUE"
    )

    # === COMPUTE METHODS === #

    @api.depends("round_date", "equipment_id", "is_answered")
    def _compute_is_missed(self):
        for line in self:
            line.is_missed = bool(
                line.equipment_id
                and not line.is_answered
                and line.round_date
                and line.round_date < line.company_id._get_round_today()
            )

    def _search_is_missed(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            ("equipment_id", "!=", False),
            ("is_answered", "=", False),
            ("round_date", "<", self.env.company._get_round_today()),
        ]

    # === CRUD METHODS === #

    def write(self, vals):
        """What is answered with "not in order" on a round becomes a finding."""
        result = super().write(vals)
        if ANSWER_FIELDS.intersection(vals):
            self._raise_findings()
        return result

    # === BUSINESS METHODS === #

    def _raise_findings(self):
        """Make a finding of each step of a round that is not in order, once."""
        # sudo: a keeper sees his step only, not the job; findings are made of what he answered.
        lines = self.sudo().filtered(
            lambda line: line.is_finding and line.voucher_id.round_kind and not line.finding_ids
        )
        if lines:
            self.env["aftersales.round.finding"].sudo().create(
                [line._prepare_finding_vals() for line in lines]
            )

    def _prepare_finding_vals(self):
        """Values of the finding of this step. Hook."""
        self.ensure_one()
        voucher = self.voucher_id
        person = self.keeper_id or voucher.outlet_id.manager_id or voucher.technician_id
        what = ": ".join(text for text in (self.name, self.note) if text)
        return {
            "name": what,
            "voucher_id": voucher.id,
            "company_id": voucher.company_id.id,
            "checklist_line_id": self.id,
            "equipment_id": self.equipment_id.id,
            "category": "safety" if self.equipment_id else "other",
            "employee_id": person.id,
            "rectification": self.note or self.env._("Put in order: %(step)s", step=self.name),
            "photo": self.photo,
        }

    # === HELPERS === #

    def _check_open_job(self):
        """As superuser: the keeper does not see the job, only whether it is open is asked."""
        return super(AftersalesChecklistLine, self.sudo())._check_open_job()
