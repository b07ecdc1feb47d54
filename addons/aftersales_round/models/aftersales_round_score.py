# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MARKS = (
    "sort_mark",
    "order_mark",
    "sweep_mark",
    "clean_mark",
    "safety_mark",
    "discipline_mark",
)


class AftersalesRoundScore(models.Model):
    """Six marks for one area on one walk: sort, set in order, sweep, clean, safety, discipline."""

    _name = "aftersales.round.score"
    _description = "6S Score"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "round_date desc, voucher_id desc, area_id"
    _rec_name = "area_id"
    _check_company_auto = True

    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Round",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
        check_company=True,
    )
    area_id = fields.Many2one(
        "aftersales.round.area",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    keeper_id = fields.Many2one(
        "hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Who kept the area on the day of the walk.",
    )
    keeper_user_id = fields.Many2one(
        "res.users", related="keeper_id.user_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        related="voucher_id.company_id", store=True, index=True, precompute=True
    )
    outlet_id = fields.Many2one(related="area_id.outlet_id", store=True, index="btree_not_null")
    round_date = fields.Date(related="voucher_id.round_date", store=True, index="btree_not_null")
    mark_max = fields.Integer(
        string="Highest Mark",
        compute="_compute_mark_max",
        store=True,
        precompute=True,
        aggregator=None,
        help="As the settings were on the day of the walk.",
    )
    sort_mark = fields.Integer(string="Sort", aggregator="avg", help="What is not needed is gone.")
    order_mark = fields.Integer(
        string="Set in Order", aggregator="avg", help="Everything has its place and is there."
    )
    sweep_mark = fields.Integer(
        string="Sweep", aggregator="avg", help="Swept; nothing on the floor: oil, parts, tools."
    )
    clean_mark = fields.Integer(string="Clean", aggregator="avg", help="Kept so all the time.")
    safety_mark = fields.Integer(string="Safety", aggregator="avg")
    discipline_mark = fields.Integer(
        string="Discipline", aggregator="avg", help="The rules are kept without being told."
    )
    total = fields.Integer(compute="_compute_total", store=True, aggregator="avg")
    percent = fields.Float(
        compute="_compute_total", store=True, aggregator="avg", string="Score (%)", digits=(5, 1)
    )
    is_low = fields.Boolean(compute="_compute_is_low")
    is_frozen = fields.Boolean(related="voucher_id.is_frozen")
    note = fields.Char(string="Remark")
    is_scored = fields.Boolean(readonly=True, string="Marked")
    scored_by_id = fields.Many2one("res.users", readonly=True, string="Marked By")

    _area_once = models.UniqueIndex("(voucher_id, area_id)", "An area is marked once on each walk.")

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_mark_max(self):
        for score in self:
            score.mark_max = score.mark_max or score.voucher_id.company_id.aftersales_six_s_max

    @api.depends("mark_max", *MARKS)
    def _compute_total(self):
        for score in self:
            score.total = sum(score[name] for name in MARKS)
            score.percent = 100.0 * score.total / ((score.mark_max or 1) * len(MARKS))

    @api.depends("percent", "is_scored")
    def _compute_is_low(self):
        for score in self:
            score.is_low = score.is_scored and (
                score.percent < score.company_id.aftersales_six_s_low
            )

    # === CONSTRAINTS === #

    @api.constrains(*MARKS)
    def _check_marks(self):
        for score in self:
            if any(not 0 <= score[name] <= score.mark_max for name in MARKS):
                raise ValidationError(
                    self.env._(
                        "%(area)s: a mark is 0 to %(max)s.",
                        area=score.area_id.name,
                        max=score.mark_max,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Mark areas of a walk that is under way; who marked them is kept.

        :raises UserError: when the walk is done or struck off
        """
        if not self.env.su:
            frozen = self.voucher_id.filtered(lambda voucher: voucher._is_frozen())
            if frozen:
                raise UserError(
                    self.env._(
                        "%(round)s is %(state)s: its marks do not change any more.",
                        round=frozen[0].display_name,
                        state=frozen[0]._get_state_label().lower(),
                    )
                )
        result = super().write(vals)
        if set(MARKS).intersection(vals) and "is_scored" not in vals:
            # sudo: the stamp of what was just written with the user's own rights.
            self.sudo().write({"is_scored": True, "scored_by_id": self.env.uid})
        return result

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "voucher_id",
            "area_id",
            "keeper_id",
            "mark_max",
            "is_scored",
            "scored_by_id",
        }
