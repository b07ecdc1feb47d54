# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

KINDS = [
    ("routine", "Routine Maintenance"),
    ("urgent", "Urgent Outbound Call"),
    ("accident", "Maker's Accident Lead"),
    ("other", "Other"),
]


class AftersalesLeadKind(models.Model):
    """What is promised for a kind of service lead, and which visits count for it (S24).

    A lead takes its figures when it is made: changing them here moves no lead.
    """

    _name = "aftersales.lead.kind"
    _description = "Kind of Service Lead"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        KINDS, required=True, default="other", help="By which the figures of leads are told apart."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    follow_up_hours = fields.Integer(
        string="First Follow-Up within (h)",
        help="Hours from the lead to its first follow-up; 0: at any time.",
    )
    visit_days = fields.Integer(
        string="Visit within (days)",
        required=True,
        default=60,
        help="A visit to the workshop so many days after the lead came, or earlier, counts for it.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies that have no kind of their own."
    )

    _figures_positive = models.Constraint(
        "CHECK(follow_up_hours >= 0 AND visit_days >= 0)",
        "Hours and days of a kind of lead cannot be negative.",
    )

    @api.model
    def _find(self, kind, company):
        """The company's own kind of lead, else the one for all.

        :param str kind: key of ``kind``
        :param company: res.company
        """
        found = self.search([("kind", "=", kind), ("company_id", "in", (company.id, False))])
        return found.sorted(lambda record: not record.company_id)[:1]
