# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .hr_employee_qualification import EDUCATION


class AftersalesQualificationRequirement(models.Model):
    """What a role asks for: people, certificates, education, years in the trade (K13).

    For each outlet of its kinds, people required × certificates required is what must be held.
    """

    _name = "aftersales.qualification.requirement"
    _description = "Qualification Required"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(string="Role", required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    outlet_kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.outlet"]._fields["kind"]._description_selection(self.env)
        ),
        string="Kind of Outlet",
        help="Outlets that must have the role; empty: all.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        "aftersales_qualification_job_rel",
        "requirement_id",
        "job_id",
        string="Job Positions",
        help="Proposed for the role: people with these jobs.",
    )
    kind_ids = fields.Many2many(
        "aftersales.certificate.kind",
        "aftersales_qualification_kind_rel",
        "requirement_id",
        "kind_id",
        string="Certificates",
        help="Each of the required people must hold all of them.",
    )
    people_min = fields.Integer(
        string="People Required", default=1, required=True, tracking=True, help="In each outlet."
    )
    people_max = fields.Integer(
        string="At Most", tracking=True, help="So many may hold the role in an outlet; 0: no limit."
    )
    second_post = fields.Boolean(
        string="As a Second Post",
        default=True,
        tracking=True,
        help="May be held beside another role by the same person.",
    )
    education = fields.Selection(
        EDUCATION, string="Education at Least", tracking=True, help="Empty: any."
    )
    years_min = fields.Integer(
        string="Years in the Trade at Least",
        default=0,
        tracking=True,
        help="Full years on the day that is looked at.",
    )
    post_ids = fields.One2many("aftersales.qualification.post", "requirement_id", string="Held By")
    post_count = fields.Integer(compute="_compute_post_count", string="People")

    _numbers_positive = models.Constraint(
        "CHECK (people_min >= 0 AND people_max >= 0 AND years_min >= 0)",
        "Numbers of people and years are not negative.",
    )
    _numbers_in_order = models.Constraint(
        "CHECK (people_max = 0 OR people_max >= people_min)",
        "A role cannot require more people than it allows.",
    )

    @api.depends("post_ids")
    def _compute_post_count(self):
        today = fields.Date.context_today(self)
        counts = dict(
            self.env["aftersales.qualification.post"]._read_group(
                [
                    ("requirement_id", "in", self.ids),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ],
                ["requirement_id"],
                ["employee_id:count_distinct"],
            )
        )
        for requirement in self:
            requirement.post_count = counts.get(requirement, 0)

    def action_view_posts(self):
        """Open who holds the role."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_qualification_post_action"
        )
        return action | {
            "domain": [("requirement_id", "=", self.id)],
            "context": {"default_requirement_id": self.id},
        }
