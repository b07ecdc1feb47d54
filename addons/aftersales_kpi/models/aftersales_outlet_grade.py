# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesOutletGrade(models.Model):
    """A grade of the outlet evaluation: from which score on, and what it makes of fees (K10, S10).

    A company that has grades of its own uses those alone; the others use the shared ones.
    """

    _name = "aftersales.outlet.grade"
    _description = "Grade of Outlets"
    _order = "score_from desc, id"

    name = fields.Char(required=True, help="As it stands on outlets and documents, e.g. A+.")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Company that the grade is for; empty: companies without grades of their own.",
    )
    score_from = fields.Float(
        digits=(16, 2),
        required=True,
        help="Scores from this one on, up to the next grade, earn it. The lowest grade is also "
        "that of all scores below.",
    )
    coefficient = fields.Float(
        digits=(16, 4),
        required=True,
        default=1.0,
        help="Fees of jobs are multiplied by it while the outlet has this grade (S10).",
    )
    color = fields.Integer(help="Colour in lists and on cards.")

    _name_uniq = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is a grade of this name already: choose another."
    )
    _score_uniq = models.UniqueIndex(
        "(score_from, COALESCE(company_id, 0))",
        "Another grade begins at this score: choose a different one.",
    )
    _coefficient_not_negative = models.Constraint(
        "CHECK (coefficient >= 0)", "The coefficient of a grade must not be negative."
    )

    @api.model
    def _get_grades(self, company):
        """Grades in use in a company, the best first.

        :param company: ``res.company``
        """
        # sudo: which grades there are is no secret; the caller may be anyone who prices a job.
        grades = self.sudo()
        return (
            grades.search(Domain("company_id", "=", company.id))
            or grades.search(Domain("company_id", "=", False))
        ).with_env(self.env)

    def _find_grade(self, score):
        """Grade that a score earns, among these.

        :param score: number; compared as Decimal with two digits, as it is shown
        :return: one of the records, or none where there are no grades
        """
        score = to_decimal(round(score, 2))
        best_first = self.sorted(lambda grade: (-grade.score_from, grade.id))
        return next(
            (grade for grade in best_first if to_decimal(grade.score_from) <= score),
            best_first[-1:],
        )
