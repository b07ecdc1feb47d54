# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesSurveyCall(models.TransientModel):
    """The questionnaire on the phone: a caller reads it out and notes the answers (K11)."""

    _name = "aftersales.survey.call"
    _description = "Survey by Phone"

    sample_id = fields.Many2one(
        "aftersales.survey.sample", string="Visit", required=True, readonly=True
    )
    contact_name = fields.Char(related="sample_id.contact_name")
    phone = fields.Char(related="sample_id.phone")
    outlet_id = fields.Many2one(related="sample_id.outlet_id")
    settled_on = fields.Date(related="sample_id.settled_on")
    line_ids = fields.One2many(
        "aftersales.survey.call.line",
        "call_id",
        string="Questions",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("sample_id")
    def _compute_line_ids(self):
        for call in self:
            call.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"question_id": question.id})
                for question in call.sample_id.round_id.question_ids
            ]

    def action_save(self):
        """Take the answers in, once (K11).

        :raises UserError: when the customer has answered meanwhile, or an answer is missing
        """
        self.ensure_one()
        sample = self.sample_id
        sample._check_phone()
        # sudo: answers are written by this step only; that the caller may phone was checked.
        sample = sample.sudo()
        sample.write({"caller_id": self.env.uid, "called_at": fields.Datetime.now()})
        sample._take_answers(
            {str(line.question_id.id): line._get_typed() for line in self.line_ids}, "phone"
        )
        return {"type": "ir.actions.act_window_close"}
