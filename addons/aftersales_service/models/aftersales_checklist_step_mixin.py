# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesChecklistStepMixin(models.AbstractModel):
    """What a step of a template and its copy on a job have in common."""

    _name = "aftersales.checklist.step.mixin"
    _description = "Terms of a Checklist Step"

    sequence = fields.Integer(default=10)
    required = fields.Boolean(
        default=True, help="The job cannot go on to its next phase while this step is open."
    )
    answer_kind = fields.Selection(
        [
            ("tick", "Tick"),
            ("result", "OK / Not OK / N.A."),
            ("text", "Text"),
            ("number", "Number"),
            ("photo", "Photo"),
        ],
        string="Answer",
        default="tick",
        required=True,
        help="How the step is answered.",
    )
    number_min = fields.Float(
        string="Lowest", help="A lower number is a finding. Both limits alike: no limits."
    )
    number_max = fields.Float(
        string="Highest", help="A higher number is a finding. Both limits alike: no limits."
    )
    unit = fields.Char(string="Measured In", help="What the number is, such as km, °C or bar.")
