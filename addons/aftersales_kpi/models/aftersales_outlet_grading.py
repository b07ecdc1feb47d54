# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Only code that holds this object may give a grade without a reason or note one on the outlet: a
# context that comes in by RPC is JSON and can never contain it.
GRADING_SENTINEL = object()


class AftersalesOutletGrading(models.Model):
    """From when on an outlet has a grade (K10): of an evaluation, or given by hand with a reason.

    Only "from" is stored: a grade holds until the next one begins. A job is paid by the grade of
    its day (S10), so that a grading does not change any more.
    """

    _name = "aftersales.outlet.grading"
    _description = "Dated Grade of an Outlet"
    _order = "outlet_id, date_from desc, id desc"
    _rec_name = "grade_id"
    _check_company_auto = True

    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="outlet_id.company_id", store=True, index=True, precompute=True
    )
    grade_id = fields.Many2one(
        "aftersales.outlet.grade",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Grade from this day on.",
    )
    coefficient = fields.Float(
        compute="_compute_coefficient",
        store=True,
        precompute=True,
        digits=(16, 4),
        help="What fees are multiplied by; kept as it was when the grade was given (S10).",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="First day of the grade; jobs done on it are paid by it.",
    )
    evaluation_id = fields.Many2one(
        "aftersales.outlet.evaluation",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Evaluation that gave the grade; empty: given by hand.",
    )
    reason = fields.Char(help="Why the grade was given by hand.")

    _once_a_day = models.UniqueIndex(
        "(outlet_id, date_from)",
        "The outlet has a grade from this day already: choose another day.",
    )

    @api.depends("grade_id")
    def _compute_coefficient(self):
        for grading in self:
            grading.coefficient = grading.grade_id.coefficient

    @api.constrains("grade_id", "evaluation_id", "reason")
    def _check_reason(self):
        for grading in self:
            if not grading.evaluation_id and not (grading.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write why %(outlet)s gets grade %(grade)s without an evaluation.",
                        outlet=grading.outlet_id.display_name,
                        grade=grading.grade_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Note the current grade on the outlets.

        :raises UserError: where an evaluation is named by hand
        """
        if not self._is_grading() and any(vals.get("evaluation_id") for vals in vals_list):
            raise UserError(
                self.env._("Grades of an evaluation are given by publishing it, not typed.")
            )
        gradings = super().create(vals_list)
        gradings.outlet_id._refresh_grade()
        return gradings

    def write(self, vals):
        """Refuse changes: jobs were paid by this grade.

        :raises UserError: for any change
        """
        if not self._is_grading():
            raise UserError(
                self.env._(
                    "A grade that was given does not change: give another one from a later day, or "
                    "delete one that was given by hand."
                )
            )
        return super().write(vals)

    def unlink(self):
        """Note on the outlets what grade is left."""
        outlets = self.outlet_id
        result = super().unlink()
        outlets.exists()._refresh_grade()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for grading in self.filtered("evaluation_id"):
            raise UserError(
                self.env._(
                    "The grade of %(outlet)s comes from %(evaluation)s and stays: give another one "
                    "from a later day.",
                    outlet=grading.outlet_id.display_name,
                    evaluation=grading.evaluation_id.display_name,
                )
            )

    @api.model
    def _is_grading(self):
        return self.env.context.get("aftersales_grading") is GRADING_SENTINEL

    @api.model
    def _get_grades_on(self, outlets, day):
        """Grade of each outlet on a day, in one query.

        :param date day: in the company's calendar
        :return: dict {outlet: grading}; outlets without one are absent
        """
        gradings = self.search(
            [("outlet_id", "in", outlets.ids), ("date_from", "<=", day)],
            order="outlet_id, date_from, id",
        )
        return {grading.outlet_id: grading for grading in gradings}
