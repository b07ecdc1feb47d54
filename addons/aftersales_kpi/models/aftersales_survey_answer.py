# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesSurveyAnswer(models.Model):
    """What a customer answered to one question about one visit (K11).

    Answers are a log: they are taken in with the questionnaire and never change. A bad one is no
    complaint (K9): nobody has complained.
    """

    _name = "aftersales.survey.answer"
    _description = "Survey Answer"
    _order = "answered_at desc, sample_id, id"
    _rec_name = "question_id"

    sample_id = fields.Many2one(
        "aftersales.survey.sample", required=True, readonly=True, index=True, ondelete="cascade"
    )
    question_id = fields.Many2one(
        "aftersales.survey.question",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    theme = fields.Selection(related="question_id.theme", store=True, string="About")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    voucher_id = fields.Many2one(
        "aftersales.voucher", string="Visit", readonly=True, index=True, ondelete="cascade"
    )
    outlet_id = fields.Many2one("aftersales.outlet", readonly=True, index="btree_not_null")
    technician_id = fields.Many2one("hr.employee", readonly=True, index="btree_not_null")
    technician_user_id = fields.Many2one(
        "res.users",
        related="technician_id.user_id",
        store=True,
        index="btree_not_null",
        string="Technician's User",
    )
    answered_at = fields.Datetime(required=True, readonly=True)
    value = fields.Integer(
        readonly=True, aggregator=None, help="As answered: 1 to 5, or 0 to 10; 0 for a remark."
    )
    score = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="The answer from 0 (worst) to 100 (best), in equal steps. Remarks have none.",
    )
    remark = fields.Text(string="Customer's Remark", readonly=True)

    _sample_question_uniq = models.UniqueIndex(
        "(sample_id, question_id)", "This question of the questionnaire has its answer."
    )
    _period_idx = models.Index("(company_id, theme, answered_at)")
