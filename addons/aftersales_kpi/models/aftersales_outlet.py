# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_outlet_grading import GRADING_SENTINEL

# Since ever: an outlet that was graded before grades had dates.
FIRST_DAY = date(2000, 1, 1)


class AftersalesOutlet(models.Model):
    """An outlet's dated grades (K10), and what it is paid by (S10).

    The grade that stands on the outlet is that of today; typing one gives it from today on.
    """

    _inherit = "aftersales.outlet"

    grading_ids = fields.One2many(
        "aftersales.outlet.grading", "outlet_id", help="Which grade the outlet had when (K10)."
    )
    grade_id = fields.Many2one(
        "aftersales.outlet.grade",
        string="Current Grade",
        compute="_compute_grade_id",
        help="Grade of today.",
    )
    fee_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of Fees",
        help="Currency in which the outlet is paid for its jobs, by the fees in it (S10). Empty: "
        "the company's.",
    )
    distance_ids = fields.One2many(
        "aftersales.outlet.distance",
        "outlet_id",
        help="How far the outlet has to go, by area, for the distance bands of its fees (S10).",
    )
    settlement_count = fields.Integer(compute="_compute_settlement_count")
    evaluation_count = fields.Integer(compute="_compute_evaluation_count")

    @api.depends("grading_ids.date_from", "grading_ids.grade_id")
    def _compute_grade_id(self):
        found = {}
        for company, outlets in self.grouped("company_id").items():
            today = company._get_aftersales_date(fields.Datetime.now()) if company else FIRST_DAY
            found |= self.env["aftersales.outlet.grading"]._get_grades_on(outlets, today)
        for outlet in self:
            outlet.grade_id = found[outlet].grade_id if outlet in found else False

    def _compute_settlement_count(self):
        counts = dict(
            self.env["aftersales.outlet.settlement"]._read_group(
                [("outlet_id", "in", self.ids)], ["outlet_id"], ["__count"]
            )
        )
        for outlet in self:
            outlet.settlement_count = counts.get(outlet, 0)

    def _compute_evaluation_count(self):
        counts = dict(
            self.env["aftersales.outlet.evaluation.line"]._read_group(
                [("outlet_id", "in", self.ids)], ["outlet_id"], ["__count"]
            )
        )
        for outlet in self:
            outlet.evaluation_count = counts.get(outlet, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """A grade that is entered with a new outlet holds from its first day on."""
        outlets = super().create(vals_list)
        outlets._date_typed_grades()
        return outlets

    def write(self, vals):
        """A typed grade is a dated one: it decides what jobs are paid (S10).

        :raises AccessError: when the user is no KPI manager
        """
        if "grade" not in vals or self._is_noting_grade():
            return super().write(vals)
        changed = self.filtered(lambda outlet: (outlet.grade or "") != (vals["grade"] or ""))
        if changed and not self._may_grade():
            raise AccessError(
                self.env._(
                    "The grade of %(outlet)s comes from its evaluation: ask a KPI manager.",
                    outlet=changed[0].display_name,
                )
            )
        changed._check_typed_grade(vals["grade"])
        result = super().write(vals)
        changed._date_typed_grades(from_today=True)
        return result

    def action_view_settlements(self):
        """Open what the outlet was paid for its jobs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_outlet_settlement_action"
        )
        return action | {"domain": [("outlet_id", "=", self.id)], "context": {}}

    def action_view_evaluations(self):
        """Open the outlet's scores over time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_outlet_evaluation_line_action"
        )
        return action | {"domain": [("outlet_id", "=", self.id)], "context": {}}

    @api.model
    def _may_grade(self):
        return self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")

    def _check_typed_grade(self, name):
        """An outlet with dated grades has one of the company's, nothing else.

        :raises UserError: for another text
        """
        for outlet in self.filtered("grading_ids"):
            names = (
                self.env["aftersales.outlet.grade"]._get_grades(outlet.company_id).mapped("name")
            )
            if name not in names:
                raise UserError(
                    self.env._(
                        "“%(name)s” is no grade of %(company)s: choose one of %(names)s for "
                        "%(outlet)s.",
                        name=name or "",
                        company=outlet.company_id.name,
                        names=", ".join(names),
                        outlet=outlet.display_name,
                    )
                )

    def _is_noting_grade(self):
        return self.env["aftersales.outlet.grading"]._is_grading()

    def _refresh_grade(self):
        """Write the grade of today where another one stands on the outlet."""
        # sudo: the field follows from the gradings, whoever gave them. Nothing else is written.
        noting = self.sudo().with_context(aftersales_grading=GRADING_SENTINEL)
        for outlet in noting:
            if outlet.grading_ids and outlet.grade != (outlet.grade_id.name or False):
                outlet.grade = outlet.grade_id.name

    @api.model
    def _cron_refresh_grades(self):
        """Note the grades that begin today."""
        self.with_context(active_test=False).search([("grading_ids", "!=", False)])._refresh_grade()

    @api.model
    def _date_all_typed_grades(self):
        """Give dates to grades that were typed before they had any; runs with each update."""
        outlets = self.with_context(active_test=False).search(
            [("grade", "!=", False), ("grading_ids", "=", False)]
        )
        outlets._date_typed_grades()

    def _date_typed_grades(self, from_today=False):
        """Keep what is typed as a grade with a date; a text that is no grade has no coefficient.

        :param from_today: else from the outlet's first day on
        """
        vals_list, stale = [], self.env["aftersales.outlet.grading"]
        for company, outlets in self.filtered("grade").grouped("company_id").items():
            today = company._get_aftersales_date(fields.Datetime.now())
            by_name = {
                grade.name: grade
                for grade in self.env["aftersales.outlet.grade"]._get_grades(company)
            }
            for outlet in outlets.filtered(lambda outlet, by_name=by_name: outlet.grade in by_name):
                first = outlet.date_start or FIRST_DAY
                day = today if from_today and outlet.grading_ids else min(first, today)
                stale |= outlet.grading_ids.filtered(
                    lambda grading, day=day: grading.date_from == day and not grading.evaluation_id
                )
                vals_list.append(
                    {
                        "outlet_id": outlet.id,
                        "grade_id": by_name[outlet.grade].id,
                        "date_from": day,
                        "reason": self.env._("Entered on the outlet"),
                    }
                )
        # sudo: the right to type a grade was checked; gradings are for KPI managers otherwise.
        step = self.env["aftersales.outlet.grading"].sudo()
        stale.sudo().unlink()
        step.create(vals_list)

    def _get_fee_currency(self):
        """Currency that the outlet is paid in (S10)."""
        self.ensure_one()
        return self.fee_currency_id or self.company_id.currency_id

    def _get_vendor(self):
        """Whom the bill of the outlet's jobs comes from; nobody for our own people (S10)."""
        self.ensure_one()
        return self.partner_id if self.kind != "own" else self.partner_id.browse()

    @api.model
    def _get_settled_outlets(self, user):
        """Outlets whose settlements a login of the portal sees: those at its own address (S10).

        :param user: res.users
        """
        # sudo: portal users have no right on outlets; these are the login's own.
        user = user.sudo()
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("kind", "!=", "own"),
                    ("partner_id", "parent_of", user.partner_id.id),
                    ("company_id", "in", user.company_ids.ids),
                ]
            )
        )
