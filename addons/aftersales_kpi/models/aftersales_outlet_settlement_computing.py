# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

# Differences are looked for in what was settled in so many months.
CORRECTION_MONTHS = 12


class AftersalesOutletSettlement(models.Model):
    """Computing settlements: a few statements, whatever the number of outlets and jobs (S10).

    A job counts in the month in which it was done, by the company's time zone. What was done since
    the outlet's first settlement and is in none yet, because it came late, comes with it. What was
    settled and judged anew since (rework, a callback, a grade that was published later) comes as
    the difference to what was computed before.
    """

    _inherit = "aftersales.outlet.settlement"

    @api.model
    def _generate(self, company, month, outlets=None):
        """Compute the settlements of a company's month; drafts anew, others stay as they are.

        :param company: ``res.company``
        :param date month: any day of the month
        :param outlets: only these; default all that have something to settle
        :return: the month's settlements of these outlets
        :raises AccessError: when the user is not a KPI manager
        """
        self._check_manager()
        start = month.replace(day=1)
        self._flush_sources()
        existing = self.search(
            [
                ("company_id", "=", company.id),
                ("period_start", "=", start),
                ("state", "!=", "cancelled"),
                *([("outlet_id", "in", outlets.ids)] if outlets is not None else []),
            ]
        )
        missing = self._find_outlets(company, start, outlets) - existing.outlet_id
        # sudo: nobody has the right to create settlements or to write lines by hand; the user was
        # checked to be a KPI manager.
        step = self._with_step().with_context(tracking_disable=True, mail_create_nolog=True).sudo()
        created = step.create([self._prepare_vals(company, start, outlet) for outlet in missing])
        drafts = created | step.browse(existing.filtered(lambda one: one.state == "draft").ids)
        # Whoever computes the same draft at the same time waits here and is tried again.
        drafts.write({"computed_at": fields.Datetime.now()})
        drafts._fill()
        return existing | self.browse(created.ids)

    @api.model
    def _prepare_vals(self, company, start, outlet):
        """Values of an outlet's settlement."""
        return {
            "name": f"{start:%Y-%m} {outlet.code}",
            "outlet_id": outlet.id,
            "company_id": company.id,
            "currency_id": outlet._get_fee_currency().id,
            "partner_id": outlet._get_vendor().id,
            "period_start": start,
        }

    @api.model
    def _flush_sources(self):
        for model in (
            "aftersales.voucher",
            "aftersales.callback",
            "aftersales.outlet",
            "aftersales.outlet.fee",
            "aftersales.outlet.fee.share",
            "aftersales.outlet.distance",
            "aftersales.outlet.grading",
            "aftersales.outlet.penalty",
            "aftersales.outlet.settlement",
            "aftersales.outlet.settlement.line",
            "aftersales.area",
            "res.currency",
        ):
            self.env[model].flush_model()

    @api.model
    def _find_outlets(self, company, start, outlets=None):
        """Outlets with a job, a late one, or a penalty to settle.

        :return: ``aftersales.outlet``
        """
        end = start + relativedelta(months=1, days=-1)
        _first, end_at = company._get_aftersales_bounds(start, end)
        start_at, _last = company._get_aftersales_bounds(start, start)
        rows = self.env.execute_query(
            SQL(
                """SELECT outlet.id FROM aftersales_outlet AS outlet
                    WHERE outlet.company_id = %(company)s AND %(wanted)s
                      AND (EXISTS (
                            SELECT FROM aftersales_voucher AS voucher
                             WHERE voucher.outlet_id = outlet.id
                               AND voucher.done_at >= COALESCE(%(since)s, %(start_at)s)
                               AND voucher.done_at < %(end_at)s AND %(counts)s
                               AND NOT EXISTS (
                                    SELECT FROM aftersales_outlet_settlement_line AS line
                                     WHERE line.voucher_id = voucher.id AND line.is_live))
                        OR EXISTS (
                            SELECT FROM aftersales_outlet_penalty AS penalty
                             WHERE penalty.outlet_id = outlet.id AND penalty.state = 'confirmed'
                               AND penalty.date <= %(end)s
                               AND NOT EXISTS (
                                    SELECT FROM aftersales_outlet_settlement_line AS line
                                     WHERE line.penalty_id = penalty.id AND line.is_live)))""",
                company=company.id,
                wanted=SQL("outlet.id = ANY(%s)", outlets.ids)
                if outlets is not None
                else SQL("TRUE"),
                since=self._get_since_sql(company, SQL("outlet.id")),
                start_at=start_at,
                end_at=end_at,
                end=end,
                counts=self._get_counting_sql(),
            )
        )
        return self.env["aftersales.outlet"].browse([outlet_id for (outlet_id,) in rows])

    @api.model
    def _get_since_sql(self, company, outlet):
        """The first moment that the outlet is paid for: its first settlement began there."""
        return SQL(
            """(SELECT MIN(first.period_start)::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'
                  FROM aftersales_outlet_settlement AS first WHERE first.outlet_id = %s)""",
            company._get_aftersales_timezone().zone,
            outlet,
        )

    @api.model
    def _get_counting_sql(self):
        """Which jobs are paid: numbered, done, and not solved by phone. Hook."""
        return SQL(
            """voucher.state IN ('done', 'closed') AND voucher.number IS NOT NULL
               AND voucher.solved_by_phone IS NOT TRUE"""
        )

    def _fill(self):
        """Write the lines of drafts anew; all of them by the same statements."""
        if not self:
            return
        lines = self.env["aftersales.outlet.settlement.line"]
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "DELETE FROM aftersales_outlet_settlement_line WHERE settlement_id = ANY(%s)",
                self.ids,
            )
        )
        for company, settlements in self.grouped("company_id").items():
            settlements._insert_lines(self._get_job_rows(company, settlements.ids))
            settlements._insert_lines(self._get_correction_rows(company, settlements.ids))
            settlements._insert_lines(self._get_penalty_rows(settlements.ids))
        lines.invalidate_model()
        self._sum_up()

    def _sum_up(self):
        """Totals of settlements, added up by PostgreSQL."""
        self.env["aftersales.outlet.settlement.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE aftersales_outlet_settlement AS settlement
                      SET job_count = total.jobs, unpriced_count = total.unpriced,
                          fee_total = total.fees, penalty_total = total.penalties,
                          amount_total = total.fees + total.penalties
                     FROM (SELECT one.id,
                                  COUNT(*) FILTER (WHERE line.kind = 'job') AS jobs,
                                  COUNT(*) FILTER (WHERE line.is_unpriced) AS unpriced,
                                  COALESCE(SUM(line.amount)
                                           FILTER (WHERE line.kind != 'penalty'), 0) AS fees,
                                  COALESCE(SUM(line.amount)
                                           FILTER (WHERE line.kind = 'penalty'), 0) AS penalties
                             FROM aftersales_outlet_settlement AS one
                        LEFT JOIN aftersales_outlet_settlement_line AS line
                               ON line.settlement_id = one.id
                            WHERE one.id = ANY(%s)
                         GROUP BY one.id) AS total
                    WHERE settlement.id = total.id""",
                self.ids,
            )
        )
        self.invalidate_recordset(
            [
                "job_count",
                "unpriced_count",
                "fee_total",
                "penalty_total",
                "amount_total",
                "line_ids",
            ]
        )

    def _insert_lines(self, rows):
        """Keep rows as lines: one statement for all settlements.

        :param SQL rows: see ``_get_job_rows``
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO aftersales_outlet_settlement_line (
                        settlement_id, company_id, outlet_id, currency_id, period_start, sequence,
                        kind, voucher_id, penalty_id, origin_line_id, day, distance, fee_id, fee,
                        grade_id, coefficient, percent, computed_amount, amount, is_unpriced,
                        is_live, is_posted, create_uid, create_date, write_uid, write_date)
                   SELECT settlement.id, settlement.company_id, settlement.outlet_id,
                          settlement.currency_id, settlement.period_start, line.sequence,
                          line.kind, line.voucher_id, line.penalty_id, line.origin_line_id,
                          line.day, line.distance, line.fee_id, line.fee, line.grade_id,
                          line.coefficient, line.percent, line.amount, line.amount,
                          line.is_unpriced, TRUE, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (%(rows)s) AS line
                     JOIN aftersales_outlet_settlement AS settlement
                       ON settlement.id = line.settlement_id
                 ORDER BY line.settlement_id, line.day, line.voucher_id, line.penalty_id""",
                uid=self.env.uid,
                now=self.env.cr.now(),
                rows=rows,
            )
        )

    @api.model
    def _get_job_rows(self, company, ids):
        """Jobs that are in no settlement yet, with what they earn.

        :return: SQL with the columns of ``_insert_lines``
        """
        zone = company._get_aftersales_timezone().zone
        return SQL(
            """SELECT job.settlement_id, 10 AS sequence, 'job' AS kind, job.voucher_id,
                      NULL::integer AS penalty_id, NULL::integer AS origin_line_id, job.day,
                      job.distance, fee.id AS fee_id, COALESCE(fee.amount, 0) AS fee,
                      grading.grade_id, COALESCE(grading.coefficient, 1) AS coefficient,
                      judged.percent,
                      ROUND(COALESCE(fee.amount, 0) * COALESCE(grading.coefficient, 1)
                            * judged.percent / 100, job.digits) AS amount,
                      fee.id IS NULL AS is_unpriced
                 FROM (%(jobs)s) AS job
            LEFT JOIN LATERAL (%(fee)s) AS fee ON TRUE
            LEFT JOIN LATERAL (%(grading)s) AS grading ON TRUE
                CROSS JOIN LATERAL (%(judged)s) AS judged""",
            jobs=SQL(
                """SELECT wanted.id AS settlement_id, wanted.company_id, wanted.outlet_id,
                          wanted.currency_id, currency.decimal_places AS digits,
                          voucher.id AS voucher_id, voucher.kind, voucher.service_type,
                          voucher.rework_of_id, %(day)s AS day,
                          COALESCE(NULLIF(voucher.outlet_distance, 0), (
                              SELECT way.distance
                                FROM aftersales_area AS place
                                JOIN aftersales_area AS above
                                  ON place.parent_path LIKE above.parent_path || '%%'
                                JOIN aftersales_outlet_distance AS way
                                  ON way.area_id = above.id
                               WHERE place.id = voucher.area_id
                                 AND way.outlet_id = wanted.outlet_id
                            ORDER BY LENGTH(above.parent_path) DESC LIMIT 1), 0) AS distance
                     FROM aftersales_outlet_settlement AS wanted
                     JOIN res_currency AS currency ON currency.id = wanted.currency_id
                     JOIN aftersales_voucher AS voucher ON voucher.outlet_id = wanted.outlet_id
                    WHERE wanted.id = ANY(%(ids)s)
                      AND voucher.company_id = wanted.company_id AND %(counts)s
                      AND voucher.done_at >= %(since)s
                      AND voucher.done_at < ((wanted.period_end + 1)::timestamp
                                             AT TIME ZONE %(zone)s AT TIME ZONE 'UTC')
                      AND NOT EXISTS (
                            SELECT FROM aftersales_outlet_settlement_line AS line
                             WHERE line.voucher_id = voucher.id AND line.kind = 'job'
                               AND line.is_live)""",
                day=self._get_day_sql(zone),
                ids=ids,
                counts=self._get_counting_sql(),
                since=self._get_since_sql(company, SQL("wanted.outlet_id")),
                zone=zone,
            ),
            fee=self._get_fee_sql(),
            grading=self._get_grading_sql(SQL("job.outlet_id"), SQL("job.day")),
            judged=self._get_judged_sql(company, SQL("job.voucher_id"), SQL("job.rework_of_id")),
        )

    @api.model
    def _get_day_sql(self, zone):
        return SQL("(voucher.done_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone)

    @api.model
    def _get_fee_sql(self):
        """The most particular fee that fits a job, see ``aftersales.outlet.fee``."""
        return SQL(
            """SELECT one.id, one.amount FROM aftersales_outlet_fee AS one
                WHERE one.company_id = job.company_id AND one.currency_id = job.currency_id
                  AND COALESCE(one.outlet_id, job.outlet_id) = job.outlet_id
                  AND COALESCE(one.kind, job.kind) = job.kind
                  AND COALESCE(one.service_type, job.service_type) = job.service_type
                  AND one.date_from <= job.day
                  AND (one.date_to IS NULL OR one.date_to >= job.day)
                  AND COALESCE(one.distance_from, 0) <= job.distance
             ORDER BY one.outlet_id IS NULL, one.kind IS NULL, one.service_type IS NULL,
                      one.distance_from DESC NULLS LAST, one.date_from DESC, one.id DESC
                LIMIT 1"""
        )

    @api.model
    def _get_grading_sql(self, outlet, day):
        """The grade of an outlet on a day (K10)."""
        return SQL(
            """SELECT given.grade_id, given.coefficient FROM aftersales_outlet_grading AS given
                WHERE given.outlet_id = %s AND given.date_from <= %s
             ORDER BY given.date_from DESC LIMIT 1""",
            outlet,
            day,
        )

    @api.model
    def _get_judged_sql(self, company, voucher, rework_of):
        """Part of the fee that is left after rework and callbacks, the lowest that fits (S9, S18).

        Who mends what another outlet did is paid for it.
        """
        return SQL(
            """SELECT COALESCE(MIN(share.percent), 100) AS percent
                 FROM aftersales_outlet_fee_share AS share
                WHERE (share.company_id = %(company)s OR share.company_id IS NULL AND NOT EXISTS (
                        SELECT FROM aftersales_outlet_fee_share AS own
                         WHERE own.judgement = share.judgement AND own.company_id = %(company)s))
                  AND ((share.judgement = 'rework' AND EXISTS (
                            SELECT FROM aftersales_voucher AS earlier
                              JOIN aftersales_voucher AS again ON again.id = %(voucher)s
                             WHERE earlier.id = %(rework_of)s
                               AND earlier.outlet_id = again.outlet_id))
                    OR EXISTS (
                            SELECT FROM aftersales_callback AS callback
                             WHERE callback.voucher_id = %(voucher)s
                               AND callback.outcome = share.judgement))""",
            company=company.id,
            voucher=voucher,
            rework_of=rework_of,
        )

    @api.model
    def _get_correction_rows(self, company, ids):
        """Jobs that were settled and are worth something else by now: the difference.

        The fee itself stays as it was; grade and judgement are those of today for the job's day.
        A job whose correction waits in another settlement is left to that one.
        """
        return SQL(
            """SELECT now.settlement_id, 20 AS sequence, 'correction' AS kind, now.voucher_id,
                      NULL::integer AS penalty_id, now.origin_line_id, now.day, now.distance,
                      now.fee_id, now.fee, now.grade_id, now.coefficient, now.percent,
                      now.due - now.before AS amount, FALSE AS is_unpriced
                 FROM (SELECT settled.settlement_id, settled.voucher_id,
                              settled.id AS origin_line_id, settled.day,
                              settled.distance, settled.fee_id, settled.fee,
                              settled.before, grading.grade_id,
                              COALESCE(grading.coefficient, 1) AS coefficient, judged.percent,
                              ROUND(settled.fee * COALESCE(grading.coefficient, 1)
                                    * judged.percent / 100, settled.digits) AS due
                         FROM (%(settled)s) AS settled
                    LEFT JOIN LATERAL (%(grading)s) AS grading ON TRUE
                        CROSS JOIN LATERAL (%(judged)s) AS judged) AS now
                WHERE now.due != now.before""",
            settled=SQL(
                """SELECT wanted.id AS settlement_id, currency.decimal_places AS digits,
                          line.id, line.outlet_id, line.voucher_id, line.day, line.distance,
                          line.fee_id, line.fee, voucher.rework_of_id,
                          (SELECT SUM(one.computed_amount)
                             FROM aftersales_outlet_settlement_line AS one
                            WHERE one.voucher_id = line.voucher_id AND one.is_live) AS before
                     FROM aftersales_outlet_settlement AS wanted
                     JOIN res_currency AS currency ON currency.id = wanted.currency_id
                     JOIN aftersales_outlet_settlement_line AS line
                       ON line.outlet_id = wanted.outlet_id
                      AND line.currency_id = wanted.currency_id
                     JOIN aftersales_voucher AS voucher ON voucher.id = line.voucher_id
                    WHERE wanted.id = ANY(%(ids)s) AND line.kind = 'job' AND line.is_live
                      AND line.is_posted AND line.period_start < wanted.period_start
                      AND line.period_start >= wanted.period_start - %(reach)s::interval
                      AND NOT EXISTS (
                            SELECT FROM aftersales_outlet_settlement_line AS waiting
                             WHERE waiting.voucher_id = line.voucher_id AND waiting.is_live
                               AND waiting.kind = 'correction'
                               AND waiting.is_posted IS NOT TRUE)""",
                ids=ids,
                reach=f"{CORRECTION_MONTHS} months",
            ),
            grading=self._get_grading_sql(SQL("settled.outlet_id"), SQL("settled.day")),
            judged=self._get_judged_sql(
                company, SQL("settled.voucher_id"), SQL("settled.rework_of_id")
            ),
        )

    @api.model
    def _get_penalty_rows(self, ids):
        """Confirmed penalties up to the month's end that no settlement has taken."""
        return SQL(
            """SELECT wanted.id AS settlement_id, 30 AS sequence, 'penalty' AS kind,
                      NULL::integer AS voucher_id, penalty.id AS penalty_id,
                      NULL::integer AS origin_line_id, penalty.date AS day,
                      NULL::numeric AS distance, NULL::integer AS fee_id, NULL::numeric AS fee,
                      NULL::integer AS grade_id, NULL::numeric AS coefficient,
                      NULL::numeric AS percent, -penalty.amount AS amount, FALSE AS is_unpriced
                 FROM aftersales_outlet_settlement AS wanted
                 JOIN aftersales_outlet_penalty AS penalty
                   ON penalty.outlet_id = wanted.outlet_id
                  AND penalty.currency_id = wanted.currency_id
                WHERE wanted.id = ANY(%s) AND penalty.state = 'confirmed'
                  AND penalty.date <= wanted.period_end
                  AND NOT EXISTS (
                        SELECT FROM aftersales_outlet_settlement_line AS line
                         WHERE line.penalty_id = penalty.id AND line.is_live)""",
            ids,
        )
