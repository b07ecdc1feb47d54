# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

# What answers are read by: it stays once somebody has answered.
FIXED_FIELDS = frozenset({"name", "theme", "answer_kind", "company_id"})
RANGES = {"steps": (1, 5), "scale": (0, 10)}


class AftersalesSurveyQuestion(models.Model):
    """A question of the questionnaire that customers get after a visit (K11).

    What it asks about decides which figure its answers feed: satisfaction with the product, with
    the service (K5), or loyalty. Remarks feed none.
    """

    _name = "aftersales.survey.question"
    _description = "Survey Question"
    _order = "sequence, id"

    name = fields.Char(string="Question", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: asked by all companies.")
    theme = fields.Selection(
        [
            ("product", "Product Satisfaction"),
            ("service", "Service Satisfaction"),
            ("loyalty", "Loyalty"),
            ("remark", "Customer's Remark"),
        ],
        string="About",
        required=True,
        default="service",
        help="Which figure the answers feed. A remark is free text and feeds none.",
    )
    answer_kind = fields.Selection(
        [("steps", "Five Steps"), ("scale", "0 to 10"), ("text", "Free Text")],
        string="Kind of Answer",
        compute="_compute_answer_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Five steps from very dissatisfied to very satisfied, or a number from 0 to 10. Both "
        "count from 0 to 100, in equal steps.",
    )
    is_required = fields.Boolean(
        string="Must Be Answered",
        compute="_compute_is_required",
        store=True,
        readonly=False,
        precompute=True,
    )
    answer_count = fields.Integer(compute="_compute_answer_count", string="Answers")

    _text_is_a_remark = models.Constraint(
        "CHECK ((theme = 'remark') = (answer_kind = 'text'))",
        "A remark is answered by free text, and free text is a remark: it gives no figure.",
    )

    @api.depends("theme")
    def _compute_answer_kind(self):
        for question in self:
            if question.theme == "remark":
                question.answer_kind = "text"
            elif question.answer_kind in (False, "text"):
                question.answer_kind = "scale" if question.theme == "loyalty" else "steps"

    @api.depends("theme")
    def _compute_is_required(self):
        for question in self:
            question.is_required = question.theme != "remark"

    def _compute_answer_count(self):
        counts = dict(
            self.env["aftersales.survey.answer"]._read_group(
                [("question_id", "in", self.ids)], ["question_id"], ["__count"]
            )
        )
        for question in self:
            question.answer_count = counts.get(question, 0)

    def write(self, vals):
        """Keep what was answered: wording and scale stay.

        :raises UserError: naming the question that has answers
        """
        if FIXED_FIELDS.intersection(vals):
            self._check_unanswered(vals)
        return super().write(vals)

    def _check_unanswered(self, vals):
        # sudo: answers of other companies hold the question as well; only whether there is one.
        for question in self.sudo().filtered("answer_count"):
            changed = [
                name
                for name in FIXED_FIELDS.intersection(vals)
                if question._fields[name].convert_to_write(question[name], question) != vals[name]
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "“%(question)s” has been answered: archive it, and ask a new question.",
                        question=question.name,
                    )
                )

    def _get_range(self):
        """Lowest and highest answer; ``None`` for free text."""
        self.ensure_one()
        return RANGES.get(self.answer_kind)

    @api.model
    def _selection_steps(self):
        """The five steps, the best one first; the key is the value."""
        return self.env["aftersales.voucher"]._selection_rating_steps()

    def _get_choices(self):
        """What may be answered, for a page: list of (value, label); empty for free text."""
        self.ensure_one()
        if self.answer_kind == "steps":
            return self._selection_steps()
        if self.answer_kind == "scale":
            return [(str(number), str(number)) for number in range(11)]
        return []
