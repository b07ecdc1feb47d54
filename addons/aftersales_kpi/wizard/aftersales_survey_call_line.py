# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesSurveyCallLine(models.TransientModel):
    """A question of the questionnaire on the phone, with what the customer says."""

    _name = "aftersales.survey.call.line"
    _description = "Question of a Survey by Phone"
    _order = "id"

    call_id = fields.Many2one("aftersales.survey.call", required=True, ondelete="cascade")
    question_id = fields.Many2one("aftersales.survey.question", required=True, readonly=True)
    answer_kind = fields.Selection(related="question_id.answer_kind")
    step = fields.Selection(
        selection=lambda self: self.env["aftersales.survey.question"]._selection_steps(),
        string="Answer",
    )
    number = fields.Selection(
        [(str(number), str(number)) for number in range(11)], string="0 to 10"
    )
    remark = fields.Text(string="Customer's Remark")

    def _get_typed(self):
        self.ensure_one()
        return {"steps": self.step, "scale": self.number}.get(self.answer_kind, self.remark)
