# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesTeam(models.Model):
    """People who are measured and paid together: a repair or paint team, the parts department.

    Membership is dated: a figure of a month counts for the team that its author belonged to on
    the day (K20, K22, K23).
    """

    _name = "aftersales.team"
    _description = "After-Sales Team"
    _inherit = ["aftersales.code.mixin", "mail.thread"]
    _order = "company_id, code, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(required=True, copy=False, help="Short name for lists and statements.")
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("paint", "Body and Paint"),
            ("parts", "Parts"),
            ("sales", "Sales"),
            ("management", "Management"),
            ("other", "Other"),
        ],
        required=True,
        default="repair",
        help="Repair and paint teams count for the workshop director's average (K23).",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        index="btree_not_null",
        check_company=True,
        help="Outlet in which the team works; empty: for the whole company.",
    )
    leader_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Who leads the team; bears the parts that are broken in its rework (K22).",
    )
    member_ids = fields.One2many(
        "aftersales.team.member",
        "team_id",
        help="Who belongs to the team, from when to when, with which share of its commission.",
    )

    _code_company_uniq = models.UniqueIndex(
        "(company_id, code)", "This team code is taken in the company: choose another one."
    )

    def _get_members(self, day):
        """Members of teams on a day.

        :param date day: the company's day
        :return: ``aftersales.team.member``
        """
        return self.member_ids.filtered(
            lambda member: member.date_from <= day and (not member.date_to or member.date_to >= day)
        )
