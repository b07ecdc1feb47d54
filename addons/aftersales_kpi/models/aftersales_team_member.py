# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesTeamMember(models.Model):
    """From when to when an employee belongs to a team, as what, with which share (K20, K22).

    An employee is in one team of a company at a time: what he does counts once.
    """

    _name = "aftersales.team.member"
    _description = "Member of an After-Sales Team"
    _order = "team_id, date_from, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    team_id = fields.Many2one("aftersales.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict", check_company=True
    )
    role = fields.Selection(
        [
            ("member", "Member"),
            ("deputy", "Deputy"),
            ("leader", "Team Leader"),
            ("manager", "Manager"),
            ("storekeeper", "Storekeeper"),
            ("director", "Director"),
        ],
        string="Role in the Team",
        required=True,
        default="member",
        help="What the employee is in the team: rules of a commission plan are by role.",
    )
    share = fields.Float(
        digits=(16, 4),
        default=1.0,
        help="Part of what the team shares, as a proportion: 50, 30 and 20, or 1, 1 and 1 (K22).",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today, help="First day."
    )
    date_to = fields.Date(string="To", help="Last day; empty: until further notice.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A member leaves the team before coming to it: correct the dates.",
    )
    _share_not_negative = models.Constraint(
        "CHECK (share >= 0)", "A member's share in the team must not be negative."
    )
    _employee_idx = models.Index("(employee_id, company_id, date_from)")

    @api.constrains("employee_id", "team_id", "date_from", "date_to")
    def _check_one_team(self):
        """What somebody does counts for one team only."""
        others = self.search(
            [("employee_id", "in", self.employee_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        for member in self:
            for other in others - member:
                if (
                    other.employee_id == member.employee_id
                    and other.company_id == member.company_id
                    and (not other.date_to or other.date_to >= member.date_from)
                    and (not member.date_to or member.date_to >= other.date_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "%(employee)s would be in %(team)s and in %(other)s at the same time: "
                            "end the one membership before the other begins.",
                            employee=member.employee_id.name,
                            team=member.team_id.display_name,
                            other=other.team_id.display_name,
                        )
                    )

    @api.model
    def _search_in_period(self, company, start, end):
        """Members of a company's teams at any time of a period."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", end),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", start),
            ]
        )

    def _get_part(self, start, end):
        """Part of a period for which somebody is a member, 0 to 1."""
        self.ensure_one()
        first, last = max(self.date_from, start), min(self.date_to or end, end)
        return Decimal((last - first).days + 1) / ((end - start).days + 1)
