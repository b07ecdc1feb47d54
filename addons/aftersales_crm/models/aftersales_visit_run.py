# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL

# Visits that one statement and one transaction plan.
CHUNK = 10000
# Activities that are made in one transaction.
BATCH = 500
# On average; only spreads the first visits over the first interval.
DAYS_A_MONTH = 30


class AftersalesVisit(models.Model):
    """The nightly run plans the next visit of each customer and seniority (S12)."""

    _inherit = "aftersales.visit"

    @api.model
    def _cron_plan_visits(self):
        """Plan what the plans ask for; a chunk a statement and a transaction (can be stopped).

        What is planned already is not planned again, so a run that was stopped simply goes on.
        """
        self._cancel_unwanted()
        self._leave_departed()
        companies = self.env["aftersales.visit.plan"].search([("active", "=", True)]).company_id
        for left, company in enumerate(reversed(companies)):
            today = company._get_aftersales_date(fields.Datetime.now())
            while True:
                more = self._plan_chunk(company, today) == CHUNK
                more = self._remind_batch(company, today) == BATCH or more
                remaining = len(companies) - left - (not more)
                if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                    if remaining:
                        self.env.ref("aftersales_crm.ir_cron_plan_visits")._trigger()
                    return
                # What is planned is not needed any more: memory does not grow with the run.
                self.env.invalidate_all()
                if not more:
                    break

    @api.model
    def _plan_chunk(self, company, today):
        """Plan visits that are asked for and not planned yet, by one statement.

        The next one is due so many months after the last one was made, or, where it was
        cancelled, was due. The first ones are spread over the first interval. One that falls into
        a leave of its visitor is planned for the day after.

        :param company: res.company
        :param date today: day of the run in that company
        :return: number of visits
        """
        self.env.flush_all()
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO aftersales_visit (
                    company_id, partner_id, class_id, plan_id, seniority, employee_id, user_id,
                    due_on, planned_on, state, kept_rate, days_late,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, asked.partner_id, asked.class_id, asked.plan_id,
                       asked.seniority, asked.employee_id, asked.user_id, asked.due_on,
                       GREATEST(asked.due_on, %(today)s, absence.until + 1), 'planned', 0, 0,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(asked)s) AS asked
                  LEFT JOIN LATERAL (
                       SELECT max((leave.date_to AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date)
                              AS until
                         FROM resource_calendar_leaves leave
                        WHERE leave.resource_id = asked.resource_id
                          AND leave.time_type = 'leave'
                          AND (leave.date_from AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                              <= GREATEST(asked.due_on, %(today)s)
                          AND (leave.date_to AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                              >= GREATEST(asked.due_on, %(today)s)) AS absence ON true
                RETURNING id
                """,
                asked=self._get_asked_sql(company, today),
                company=company.id,
                today=today,
                zone=company._get_aftersales_timezone().zone,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
        return len(made)

    @api.model
    def _get_asked_sql(self, company, today):
        """What the plans of a company ask for and is not planned: customer, seniority, day, who."""
        partners = self.env["res.partner"].with_company(company)
        own = SQL(
            "CASE plan.seniority WHEN 'senior' THEN %s ELSE %s END",
            partners._field_to_sql("partner", "aftersales_senior_visitor_id"),
            partners._field_to_sql("partner", "aftersales_visitor_id"),
        )
        return SQL(
            """
            SELECT partner.id AS partner_id, plan.class_id, plan.id AS plan_id, plan.seniority,
                   visitor.id AS employee_id, visitor.user_id, visitor.resource_id,
                   (CASE WHEN last.day IS NULL
                         THEN %(today)s + 1 + partner.id %% (plan.months * %(month)s)
                         ELSE last.day + plan.months * interval '1 month' END)::date AS due_on
              FROM res_partner partner
              JOIN aftersales_visit_plan plan
                ON plan.class_id = %(class)s AND plan.company_id = %(company)s AND plan.active
              JOIN aftersales_customer_class class ON class.id = plan.class_id AND class.active
              LEFT JOIN hr_employee own
                     ON own.id = %(own)s AND own.active AND own.company_id = %(company)s
              LEFT JOIN hr_employee stand_in
                     ON stand_in.id = plan.employee_id AND stand_in.active
              LEFT JOIN hr_employee visitor ON visitor.id = COALESCE(own.id, stand_in.id)
              LEFT JOIN LATERAL (
                   SELECT COALESCE(visit.visited_on, visit.due_on) AS day
                     FROM aftersales_visit visit
                    WHERE visit.company_id = %(company)s AND visit.partner_id = partner.id
                      AND visit.seniority = plan.seniority AND visit.state != 'planned'
                    ORDER BY COALESCE(visit.visited_on, visit.due_on) DESC LIMIT 1
                   ) AS last ON true
             WHERE partner.active AND %(contactable)s
               AND (partner.company_id IS NULL OR partner.company_id = %(company)s)
               AND NOT EXISTS (
                   SELECT 1 FROM aftersales_visit visit
                    WHERE visit.company_id = %(company)s AND visit.partner_id = partner.id
                      AND visit.seniority = plan.seniority AND visit.state = 'planned')
             ORDER BY partner.id, plan.seniority
             LIMIT %(chunk)s
            """,
            **{"class": partners._field_to_sql("partner", "aftersales_class_id")},
            company=company.id,
            own=own,
            today=today,
            month=DAYS_A_MONTH,
            contactable=partners._get_aftersales_contactable_sql("partner"),
            chunk=CHUNK,
        )

    @api.model
    def _remind_batch(self, company, today):
        """Give visitors their activities for the visits that come soon.

        :return: number of visits that were looked at
        """
        visits = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("user_id.active", "=", True),
                (
                    "planned_on",
                    "<=",
                    fields.Date.add(today, days=company.aftersales_visit_lead_days),
                ),
                ("activity_ids", "=", False),
            ],
            limit=BATCH,
        )
        visits._plan_activities()
        return len(visits)

    @api.model
    def _cancel_unwanted(self):
        """Visits to customers who asked to be left alone since, or were archived."""
        wanted = self.env["res.partner"]._get_aftersales_contactable_sql("partner")
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT visit.id FROM aftersales_visit visit
                     JOIN res_partner partner ON partner.id = visit.partner_id
                    WHERE visit.state = 'planned' AND NOT (partner.active AND %s)""",
                wanted,
            )
        )
        self.browse([visit_id for (visit_id,) in found])._cancel(
            self.env._("The customer asked not to be contacted, or is archived.")
        )

    @api.model
    def _leave_departed(self):
        """Visits whose visitor was archived in another way than by the button."""
        self.search([("state", "=", "planned"), ("employee_id.active", "=", False)])._hand_over()

    @api.model
    def _plan_demo(self):
        """One pass of the run for the company of the user: for the demo's story."""
        company = self.env.company
        today = company._get_aftersales_date(fields.Datetime.now())
        self._plan_chunk(company, today)
        self._remind_batch(company, today)
