# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

MEASURES = (
    "labour_fee",
    "proposed_parts",
    "claimed_parts_profit",
    "broken_parts",
    "sales_profit",
)


class AftersalesKpiIndicator(models.Model):
    """Measures that commissions stand on, in the company's currency (K20, K22)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("labour_fee", "Labour fees that count"),
            ("proposed_parts", "Extra parts proposed, as paid by customers"),
            ("claimed_parts_profit", "Gross profit on claimed parts"),
            ("broken_parts", "Parts broken in rework, at cost"),
            ("sales_profit", "Gross profit of sales, at the cost of each sale"),
        ],
        ondelete=dict.fromkeys(MEASURES, "cascade"),
    )

    # === LABOUR === #

    def _get_rows_labour_fee(self, scope):
        """Labour fees of jobs done, less what rework takes back; one row a labour line. K22.

        Rework earns nothing. It takes back the fee of the same operation from who did the earlier
        job, once: in the month in which it is done, or confirmed where that is later.
        """
        return self._get_line_rows(
            scope,
            self._get_labour_facts(scope),
            SQL("fact.sign * line.price_subtotal * %s", self._get_line_rate_sql()),
        )

    def _get_labour_facts(self, scope):
        """Labour lines that count (1) or are taken back (−1) in the period."""
        return SQL(
            """
            SELECT line.id AS line_id, 1 AS sign
              FROM aftersales_voucher AS voucher
              JOIN aftersales_voucher_line AS line ON line.voucher_id = voucher.id
             WHERE %(counts)s AND line.line_type = 'labour'
               AND voucher.done_at >= %(start)s AND voucher.done_at < %(end)s
               AND NOT (voucher.rework_of_id IS NOT NULL
                        AND COALESCE(voucher.rework_confirmed_at, voucher.done_at) < %(end)s)
             UNION ALL
            SELECT line.id, -1
              FROM aftersales_voucher AS voucher
              JOIN aftersales_voucher_line AS line ON line.voucher_id = voucher.id
             WHERE %(counts)s AND line.line_type = 'labour'
               AND voucher.rework_of_id IS NOT NULL
               AND voucher.done_at < %(start)s
               AND voucher.rework_confirmed_at >= %(start)s
               AND voucher.rework_confirmed_at < %(end)s
             UNION ALL
            SELECT taken.line_id, -1
              FROM (SELECT earlier_line.id AS line_id,
                           MIN(GREATEST(voucher.done_at, voucher.rework_confirmed_at)) AS at
                      FROM aftersales_voucher AS voucher
                      JOIN aftersales_voucher_line AS line
                        ON line.voucher_id = voucher.id AND line.line_type = 'labour'
                      JOIN aftersales_voucher AS earlier ON earlier.id = voucher.rework_of_id
                      JOIN aftersales_voucher_line AS earlier_line
                        ON earlier_line.voucher_id = earlier.id
                       AND earlier_line.line_type = 'labour'
                       AND earlier_line.operation_id IS NOT DISTINCT FROM line.operation_id
                       AND (line.operation_id IS NOT NULL
                            OR earlier_line.product_id = line.product_id)
                     WHERE %(counts)s AND voucher.rework_of_id IS NOT NULL
                       AND earlier.rework_of_id IS NULL
                       AND earlier.service_type != 'D'
                  GROUP BY earlier_line.id) AS taken
             WHERE taken.at >= %(start)s AND taken.at < %(end)s""",
            counts=self._get_counting_jobs_sql(scope),
            start=scope.start_at,
            end=scope.end_at,
        )

    # === PARTS === #

    def _get_rows_proposed_parts(self, scope):
        """What customers pay for parts that the team proposed; one row a part. K22."""
        facts = self._get_part_facts(scope, SQL("line.is_proposed"))
        return self._get_line_rows(
            scope, facts, SQL("line.amount_customer * %s", self._get_line_rate_sql())
        )

    def _get_rows_broken_parts(self, scope):
        """Cost of parts that were broken on confirmed rework; one row a part. K22."""
        facts = self._get_part_facts(
            scope, SQL("line.is_broken AND voucher.rework_of_id IS NOT NULL")
        )
        return self._get_line_rows(scope, facts, self._get_line_cost_sql())

    def _get_part_facts(self, scope, condition):
        """Lines of parts of jobs done in the period."""
        return SQL(
            """SELECT line.id AS line_id, 1 AS sign
                 FROM aftersales_voucher AS voucher
                 JOIN aftersales_voucher_line AS line ON line.voucher_id = voucher.id
                WHERE %(counts)s AND line.line_type = 'part' AND %(condition)s
                  AND voucher.done_at >= %(start)s AND voucher.done_at < %(end)s""",
            counts=self._get_counting_jobs_sql(scope),
            condition=condition,
            start=scope.start_at,
            end=scope.end_at,
        )

    def _get_rows_claimed_parts_profit(self, scope):
        """What payers approved for claimed parts, less what these parts cost. K22.

        Counted in the month of the payer's answer, for who fitted the part; the cost is that of
        the very delivery, by the payer's share.
        """
        self.env["aftersales.claim.line"].flush_model()
        facts = SQL(
            """SELECT claimed.voucher_line_id AS line_id, 1 AS sign, claimed.id AS claimed_id
                 FROM aftersales_claim_line AS claimed
                 JOIN aftersales_claim AS claim ON claim.id = claimed.claim_id
                WHERE claim.company_id = %(company)s AND claim.kind = 'recovery'
                  AND claim.state IN ('answered', 'credited')
                  AND claim.answered_at >= %(start)s AND claim.answered_at < %(end)s
                  AND claimed.line_type = 'part'
                  AND claimed.answer IN ('approved', 'partly')
                  AND claimed.voucher_line_id IS NOT NULL""",
            company=scope.company.id,
            start=scope.start_at,
            end=scope.end_at,
        )
        amount = SQL(
            """(SELECT claimed.answered_amount * %(rate)s - claimed.share / 100 * %(cost)s
                  FROM aftersales_claim_line AS claimed
                  JOIN aftersales_claim AS claim ON claim.id = claimed.claim_id
                 WHERE claimed.id = fact.claimed_id)""",
            rate=self._get_rate_sql(SQL("claim.currency_id"), SQL("claim.answered_at")),
            cost=self._get_line_cost_sql(),
        )
        return self._get_line_rows(scope, facts, amount, record=SQL("fact.claimed_id"))

    # === SALES === #

    def _get_rows_sales_profit(self, scope):
        """Posted invoice lines of goods, untaxed, less the cost of their own deliveries. K20.

        Both in the company's currency: the income as it was booked, at the rate of its document;
        the cost as the stock was valued when it left, not at today's cost. A line that is not
        delivered yet counts when it is.
        """
        for model in ("account.move", "account.move.line", "sale.order.line", "stock.move"):
            self.env[model].flush_model()
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("seller.id"),
            dealer=SQL("move.commercial_partner_id"),
            day=SQL("COALESCE(move.invoice_date, move.date)"),
        )
        quantity = SQL("moved.quantity * unit.factor")
        outward = SQL("CASE WHEN moved.is_in THEN -1 ELSE 1 END")
        return SQL(
            """SELECT %(column)s AS subject_id, line.id AS res_id,
                      (-line.balance - sale.quantity * delivered.unit_cost
                         * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                      )::numeric AS amount,
                      sale.quantity::numeric AS weight
                 FROM account_move AS move
                 JOIN account_move_line AS line
                   ON line.move_id = move.id AND line.display_type = 'product'
                 JOIN product_product AS product ON product.id = line.product_id
                 JOIN product_template AS template ON template.id = product.product_tmpl_id
                 JOIN uom_uom AS base ON base.id = template.uom_id
                 JOIN uom_uom AS unit ON unit.id = COALESCE(line.product_uom_id, base.id)
            LEFT JOIN LATERAL (
                      SELECT employee.id FROM hr_employee AS employee
                       WHERE employee.user_id = move.invoice_user_id
                         AND employee.company_id = move.company_id
                    ORDER BY employee.active DESC, employee.id LIMIT 1) AS seller ON TRUE
           CROSS JOIN LATERAL (
                      SELECT line.quantity * unit.factor / base.factor AS quantity) AS sale
           CROSS JOIN LATERAL (
                      SELECT SUM(%(outward)s * moved.value)
                             / NULLIF(SUM(%(outward)s * %(quantity)s / base.factor), 0)
                             AS unit_cost
                        FROM sale_order_line_invoice_rel AS link
                        JOIN stock_move AS moved
                          ON moved.sale_line_id = link.order_line_id AND moved.state = 'done'
                        JOIN uom_uom AS unit ON unit.id = moved.product_uom
                       WHERE link.invoice_line_id = line.id
                         AND (moved.is_out OR moved.is_in)) AS delivered
                      %(join)s
                WHERE move.company_id = %(company)s AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')
                  AND move.invoice_date >= %(start)s AND move.invoice_date <= %(end)s
                  AND template.type = 'consu'
                  AND delivered.unit_cost IS NOT NULL""",
            column=column,
            outward=outward,
            quantity=quantity,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    # === HELPERS === #

    def _get_line_rows(self, scope, facts, amount, record=None):
        """Rows of an indicator over lines of jobs, shared out between those who did the job.

        :param SQL facts: SELECT of ``line_id`` and ``sign``; a line that counts and is taken back
            in the same period comes to nothing
        :param SQL amount: expression over ``line``, ``voucher`` and ``fact``
        :param SQL record: expression of the id of the record behind; default the line's
        :return: SQL, see ``_get_rows``
        """
        for model in (
            "aftersales.voucher",
            "aftersales.voucher.line",
            "aftersales.voucher.share",
            "stock.move",
        ):
            self.env[model].flush_model()
        column, join = self._get_subject_sql(
            scope,
            employee=SQL("part.employee_id"),
            outlet=SQL("voucher.outlet_id"),
            day=self._get_day_sql(scope, SQL("voucher.done_at")),
        )
        return SQL(
            """SELECT subject_id, res_id, SUM(amount) AS amount, SUM(weight) AS weight
                 FROM (SELECT %(column)s AS subject_id, %(record)s AS res_id,
                              ((%(amount)s) * part.fraction)::numeric AS amount,
                              fact.sign * part.fraction AS weight
                         FROM (%(facts)s) AS fact
                         JOIN aftersales_voucher_line AS line ON line.id = fact.line_id
                         JOIN aftersales_voucher AS voucher ON voucher.id = line.voucher_id
                   CROSS JOIN LATERAL (
                              SELECT share.employee_id, share.share / 100 AS fraction
                                FROM aftersales_voucher_share AS share
                               WHERE share.voucher_id = voucher.id
                               UNION ALL
                              SELECT voucher.technician_id, 1
                               WHERE NOT EXISTS (
                                     SELECT FROM aftersales_voucher_share AS share
                                      WHERE share.voucher_id = voucher.id)) AS part
                              %(join)s) AS shared
             GROUP BY subject_id, res_id""",
            column=column,
            record=record or SQL("line.id"),
            amount=amount,
            facts=facts,
            join=join,
        )

    def _get_counting_jobs_sql(self, scope):
        """Jobs for customers that are done; internal work (type D) earns nothing."""
        return SQL(
            """voucher.company_id = %s AND voucher.state IN ('done', 'closed')
               AND voucher.solved_by_phone IS NOT TRUE AND voucher.service_type != 'D'""",
            scope.company.id,
        )

    def _get_line_cost_sql(self):
        """What the part of a line cost: the value at which it left the stock, less returns."""
        return SQL(
            """COALESCE((
                   SELECT SUM(CASE WHEN moved.is_in THEN -moved.value ELSE moved.value END)
                     FROM stock_move AS moved
                    WHERE moved.aftersales_voucher_line_id = line.id AND moved.state = 'done'
               ), 0)"""
        )

    def _get_line_rate_sql(self):
        """Factor from a job's currency into the company's, on the day on which it was done."""
        return self._get_rate_sql(SQL("line.currency_id"), SQL("voucher.done_at"))

    def _get_rate_sql(self, currency, moment):
        """Factor into the currency of the job's company, as Odoo looks rates up.

        :param SQL currency: expression of the currency's id
        :param SQL moment: expression of the moment; its day decides
        """
        self.env["res.currency.rate"].flush_model()
        return SQL(
            """(SELECT CASE WHEN company.currency_id = %(currency)s THEN 1.0
                            ELSE COALESCE((%(own)s), 1.0) / COALESCE((%(foreign)s), 1.0) END
                  FROM res_company AS company WHERE company.id = voucher.company_id)""",
            currency=currency,
            own=self._get_rate_of_sql(SQL("company.currency_id"), moment),
            foreign=self._get_rate_of_sql(currency, moment),
        )

    def _get_rate_of_sql(self, currency, moment):
        return SQL(
            """SELECT rate.rate
                 FROM res_currency_rate AS rate
                WHERE rate.currency_id = %(currency)s
                  AND (rate.company_id IS NULL
                       OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::integer)
             ORDER BY rate.name <= (%(moment)s)::date DESC,
                      CASE WHEN rate.name <= (%(moment)s)::date THEN rate.name END DESC,
                      rate.name, rate.company_id
                LIMIT 1""",
            currency=currency,
            moment=moment,
        )

    # === WHAT IS MEASURED === #

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "labour_fee": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ labour of the jobs done in the month, before tax, whoever pays it, by the "
                    "shares of those who did it. Rework earns nothing and takes the fee of the "
                    "same operation back from the earlier job: in the month in which it is done, "
                    "or confirmed where that is later. Internal work does not count."
                ),
                model="aftersales.voucher.line",
                is_ratio=False,
            ),
            "proposed_parts": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ what customers pay, before tax, for parts marked “Proposed by Us” on the "
                    "jobs done in the month."
                ),
                model="aftersales.voucher.line",
                is_ratio=False,
            ),
            "claimed_parts_profit": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ (what payers approved − the payer's share of the part's cost when it left "
                    "the stock), over the parts of claims answered in the month."
                ),
                model="aftersales.claim.line",
                is_ratio=False,
            ),
            "broken_parts": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ cost of the parts marked “Broken by Us” on confirmed rework done in the "
                    "month, as they left the stock."
                ),
                model="aftersales.voucher.line",
                better="lower",
                is_ratio=False,
            ),
            "sales_profit": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Σ (invoiced goods before tax − cost of the very goods when they were "
                    "delivered), over the invoices of the month, less credit notes."
                ),
                model="account.move.line",
                is_ratio=False,
                subjects=("employee", "team", "dealer", "company"),
            ),
        }
