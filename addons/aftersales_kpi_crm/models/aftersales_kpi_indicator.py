# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.aftersales_kpi.measures import MeasureKind

LEAD_MEASURES = ("lead_follow_up", "lead_conversion", "lead_count")
VISIT_MEASURES = ("customer_visit_kept", "customer_visit_count")


class AftersalesKpiIndicator(models.Model):
    """Measures over service leads (S24) and planned visits to customers (S12).

    A dealer's leads are those of his outlets: rebates ask for them as metrics (R7, R9).
    """

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("lead_follow_up", "Service leads followed up in time (%)"),
            ("lead_conversion", "Service leads that came to the workshop (%)"),
            ("lead_count", "Service leads (number)"),
            ("customer_visit_kept", "Customer visits made in time (%)"),
            ("customer_visit_count", "Customer visits made (number)"),
        ],
        ondelete=dict.fromkeys((*LEAD_MEASURES, *VISIT_MEASURES), "cascade"),
    )
    lead_kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.lead.kind"]._fields["kind"]._description_selection(self.env)
        ),
        string="Only Leads of the Kind",
        help="Count leads of this kind only; empty: all (S24).",
    )
    visit_seniority = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.visit"]._fields["seniority"]._description_selection(self.env)
        ),
        string="Only Visits By",
        help="Count visits of this staff only; empty: all (S12).",
    )

    # === LEADS === #

    def _get_rows_lead_follow_up(self, scope):
        """1 for each lead of the period that was followed up in time, 0 for the others. S24.

        Not judged yet is a lead whose time is not over and which nobody has followed up.
        """
        return self._get_lead_rows(
            scope,
            SQL(
                """(lead.aftersales_followed_up_at IS NOT NULL
                    AND (lead.aftersales_follow_up_due IS NULL
                         OR lead.aftersales_followed_up_at <= lead.aftersales_follow_up_due)
                   )::integer"""
            ),
            SQL(
                """(lead.aftersales_followed_up_at IS NOT NULL
                    OR lead.aftersales_follow_up_due IS NULL
                    OR lead.aftersales_follow_up_due < %s)""",
                fields.Datetime.now(),
            ),
        )

    def _get_rows_lead_conversion(self, scope):
        """1 for each lead of the period that came to the workshop, 0 for the others. S24."""
        return self._get_lead_rows(scope, SQL("(lead.aftersales_voucher_id IS NOT NULL)::integer"))

    def _get_rows_lead_count(self, scope):
        """Leads of the period. S24."""
        return self._get_lead_rows(scope, SQL("1"))

    def _get_lead_rows(self, scope, amount, condition=None):
        """Rows of the service leads that came in the period, one each."""
        self.env["crm.lead"].flush_model()
        kind = SQL("lead.aftersales_lead_kind = %s", self.lead_kind)
        return self._build_rows(
            scope,
            SQL("crm_lead AS lead"),
            SQL("lead.id"),
            amount,
            SQL("1"),
            SQL(
                """lead.aftersales_lead_kind_id IS NOT NULL AND lead.company_id = %s
                   AND %s AND %s AND %s""",
                scope.company.id,
                self._get_within(scope, SQL("lead.aftersales_received_at")),
                kind if self.lead_kind else SQL("TRUE"),
                condition or SQL("TRUE"),
            ),
            self._get_day_sql(scope, SQL("lead.aftersales_received_at")),
            employee=self._get_person_sql(scope, SQL("lead.user_id")),
            outlet=SQL("lead.aftersales_outlet_id"),
        )

    # === VISITS === #

    def _get_rows_customer_visit_kept(self, scope):
        """1 for each visit that was due in the period and made by then, 0 for the others. S12.

        A visit that is still planned counts once it is overdue.
        """
        today = scope.company._get_aftersales_date(fields.Datetime.now())
        return self._get_visit_rows(
            scope,
            SQL("visit.due_on"),
            SQL("(visit.visited_on <= visit.due_on AND visit.state = 'done')::integer"),
            SQL("(visit.state = 'done' OR (visit.state = 'planned' AND visit.due_on < %s))", today),
        )

    def _get_rows_customer_visit_count(self, scope):
        """Visits that were made in the period. S12."""
        return self._get_visit_rows(
            scope, SQL("visit.visited_on"), SQL("1"), SQL("visit.state = 'done'")
        )

    def _get_visit_rows(self, scope, day, amount, condition):
        """Rows of visits of the period by one of their days, one each."""
        self.env["aftersales.visit"].flush_model()
        seniority = SQL("visit.seniority = %s", self.visit_seniority)
        return self._build_rows(
            scope,
            SQL("aftersales_visit AS visit"),
            SQL("visit.id"),
            SQL("COALESCE(%s, 0)", amount),
            SQL("1"),
            SQL(
                "visit.company_id = %s AND %s >= %s AND %s <= %s AND %s AND %s",
                scope.company.id,
                day,
                scope.start,
                day,
                scope.end,
                seniority if self.visit_seniority else SQL("TRUE"),
                condition,
            ),
            day,
            employee=SQL("visit.employee_id"),
        )

    # === WHAT IS MEASURED === #

    def _get_kind(self):
        """Say in the formula which leads or visits count."""
        kind = super()._get_kind()
        name = None
        if kind and self.measure in LEAD_MEASURES:
            name = "lead_kind"
        elif kind and self.measure in VISIT_MEASURES:
            name = "visit_seniority"
        if not name or not self[name]:
            return kind
        formula = self.env._(
            "%(formula)s Only “%(choice)s” counts.",
            formula=kind.formula,
            choice=dict(self._fields[name]._description_selection(self.env))[self[name]],
        )
        return replace(kind, formula=formula)

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["lead_kind", "visit_seniority"]

    def _get_figure_action(self, company, start, end, kind, subject):
        """Service leads open in the screens of service, for whom sales' own are not."""
        action, measure = super()._get_figure_action(company, start, end, kind, subject)
        if action and action.get("res_model") == "crm.lead":
            views = [("crm_lead_view_list_service", "list"), ("crm_lead_view_form_service", "form")]
            action["views"] = [
                [self.env.ref(f"aftersales_crm.{name}").id, mode] for name, mode in views
            ]
        return action, measure

    def _get_measure_kinds(self):
        staff = ("employee", "team", "company")
        return super()._get_measure_kinds() | {
            "lead_follow_up": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Service leads of the month that were followed up, within the time of their "
                    "kind where it has one ÷ service leads of the month × 100. Leads whose time is "
                    "not over yet are left out."
                ),
                model="crm.lead",
                scale=100,
            ),
            "lead_conversion": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Service leads of the month with a visit to the workshop within the days of "
                    "their kind, so far ÷ service leads of the month × 100."
                ),
                model="crm.lead",
                scale=100,
            ),
            "lead_count": MeasureKind(
                unit="number",
                formula=self.env._("Service leads that came in the month."),
                model="crm.lead",
                is_ratio=False,
            ),
            "customer_visit_kept": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Visits that were due in the month and made by the day on which they were due "
                    "÷ visits that were due in the month × 100. Cancelled visits are left out."
                ),
                model="aftersales.visit",
                scale=100,
                subjects=staff,
            ),
            "customer_visit_count": MeasureKind(
                unit="number",
                formula=self.env._("Planned visits to customers that were made in the month."),
                model="aftersales.visit",
                is_ratio=False,
                subjects=staff,
            ),
        }
