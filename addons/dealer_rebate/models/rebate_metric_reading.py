# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from calendar import monthrange
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..metric_reader import MetricReader


class RebateMetricReading(models.Model):
    """Reading metrics: all metrics, windows and dealers at once (R6 to R10, R13).

    What has to be known is planned first, then loaded with one query for each source (reported
    values, items, targets, payments, and one for each metric of documents), then combined.
    """

    _inherit = "rebate.metric"

    def _read_values(self, agreement, windows, subjects=None, cutoff=None):
        """Values of these metrics for every dealer and window.

        The number of queries depends on the metrics, not on windows, dealers, values or documents.

        :param agreement: whose dealers, stores, currency and switches count for documents
        :param windows: list of (first day, last day), or of (key, first day, last day)
        :param subjects: only these (partner id, outlet id or 0). By default all who take part in
            the agreement, or took part and were paid
        :param cutoff: day up to which payments count, where only what is paid counts
        :return: {(metric id, partner id, outlet id or 0, key): Decimal}; the key of a window is
            its first day by default. What has no value is absent.
        :raise UserError: naming the documents, when an exchange rate is missing
        """
        windows = self._as_windows(windows)
        reader = MetricReader(self.env, agreement, subjects, cutoff)
        found = reader.get_figures(self, {window[1:] for window in windows})
        return {
            (metric.id, partner, outlet, key): value
            for metric in self
            for key, first, last in windows
            for (partner, outlet), value in found[metric, (first, last)].items()
        }

    # ------------------------------------------------------------------
    # Windows
    # ------------------------------------------------------------------

    @api.model
    def _as_windows(self, windows):
        """Windows as (key, first day, last day).

        :raise ValueError: when two windows have the same key
        """
        windows = [
            tuple(window) if len(window) == 3 else (window[0], *window) for window in windows
        ]
        if len({key for key, _first, _last in windows}) != len(windows):
            raise ValueError("Two windows have the same key: name them (key, first, last).")
        return windows

    def _get_window(self, window):
        """The days that count when this metric is asked for a window.

        :param window: (first day, last day)
        :return: (first day, last day)
        """
        self.ensure_one()
        first, last = window
        if self.window == "period":
            return first, last
        start, end = self._get_year(last)
        return start, last if self.window == "ytd" else end

    def _get_year(self, day):
        """First and last day of the year around a day."""
        self.ensure_one()
        if self.fiscal_year:
            year = self.company_id.compute_fiscalyear_dates(day)
            return year["date_from"], year["date_to"]
        return date(day.year, 1, 1), date(day.year, 12, 31)

    def _get_months(self, last):
        """Whole months of the year around a day, up to that day (R6)."""
        start, _end = self._get_year(last)
        months = []
        while True:
            end = start + relativedelta(months=1) - timedelta(days=1)
            if end > last:
                return months
            months.append((start, end))
            start = end + timedelta(days=1)

    @api.model
    def _get_previous(self, window):
        """The same days of the previous year; the end of a month stays the end of a month."""
        first, last = window
        before = last + relativedelta(years=-1)
        if last.day == monthrange(last.year, last.month)[1]:
            before += relativedelta(day=31)
        return first + relativedelta(years=-1), before

    def _get_operand_windows(self, window):
        """Metrics that this one is computed from, with the windows they are asked for.

        :param window: the days that count for this metric
        :return: list of (metric, (first day, last day))
        """
        self.ensure_one()
        if self.kind == "formula":
            return [(metric, window) for metric in self.formula_metric_ids]
        if self.kind != "computed":
            return []
        if self.measure == "completion":
            return [(self.operand_id, window)]
        if self.measure == "growth":
            return [(self.operand_id, window), (self.operand_id, self._get_previous(window))]
        if self.measure == "share":
            return [(self.operand_id, window), (self.divisor_id, window)]
        if self.measure == "months_reached":
            return [(self.operand_id, month) for month in self._get_months(window[1])]
        return []

    # ------------------------------------------------------------------
    # Sources
    # ------------------------------------------------------------------

    @api.model
    def _get_partner_sql(self, partner_ids):
        """Condition on the dealer (``partner``)."""
        if partner_ids is None:
            return SQL("TRUE")
        return SQL("partner.commercial_partner_id IN %s", tuple(partner_ids) or (0,))

    @api.model
    def _get_asked_sql(self, asked):
        """Rows (number, metric, first day, last day) of what is asked."""
        return SQL(", ").join(
            SQL("(%s, %s, %s::date, %s::date)", number, metric.id, first, last)
            for number, (metric, (first, last)) in enumerate(asked)
        )

    @api.model
    def _read_other_sources(self, by_kind, reader):
        """Figures of kinds of metrics that other add-ons bring. Hook.

        :param dict by_kind: {kind or measure: list of (metric, (first day, last day))}
        :param reader: :class:`MetricReader` with agreement, ``by_outlet`` and ``partner_ids``
        :return: {(metric, (first day, last day)): {(partner id, outlet id or 0): Decimal}}
        """
        return {}

    @api.model
    def _read_reported(self, asked, partner_ids=None):
        """Reported values by store: of the longest periods inside each window.

        :param asked: list of (metric, (first day, last day))
        :return: rows (number in ``asked``, partner id, outlet id or 0, sum, count, last) as text
        """
        values = self.env["rebate.metric.value"]
        values.flush_model()
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH counted AS (
                    SELECT asked.number, partner.commercial_partner_id AS partner_id,
                           COALESCE(fact.outlet_id, 0) AS outlet_id, fact.date_from, fact.date_to,
                           fact.value
                      FROM rebate_metric_value fact
                      JOIN (VALUES %(asked)s) AS asked (number, metric_id, window_from, window_to)
                        ON fact.metric_id = asked.metric_id
                       AND fact.date_from >= asked.window_from
                       AND fact.date_to <= asked.window_to
                      JOIN rebate_metric metric ON metric.id = fact.metric_id
                      JOIN res_partner partner ON partner.id = fact.partner_id
                     WHERE %(counting)s AND %(dealers)s
                ), outermost AS (
                    SELECT *, date_to = MAX(date_to) OVER (
                                  PARTITION BY number, partner_id, outlet_id) AS is_last
                      FROM %(outermost)s AS spans
                )
                SELECT number, partner_id, outlet_id, SUM(value)::text, COUNT(*)::text,
                       AVG(value) FILTER (WHERE is_last)::text
                  FROM outermost GROUP BY number, partner_id, outlet_id
                """,
                asked=self._get_asked_sql(asked),
                counting=values._get_counting_sql(),
                dealers=self._get_partner_sql(partner_ids),
                outermost=values._get_outermost_query(("number", "partner_id", "outlet_id")),
            )
        )

    @api.model
    def _read_items(self, asked, by_outlet=False, partner_ids=None):
        """Sums of quantity × weight of items, within each metric's limit (R8, R10).

        Of each customer and vehicle the heaviest pieces of a calendar quarter count first; an item
        that names neither is a case of its own. A limit looks at the window only.

        :param asked: list of (metric, (first day, last day))
        :param by_outlet: by store; otherwise the limit holds over all stores of a dealer
        :return: rows (number in ``asked``, partner id, outlet id or 0, sum as text)
        """
        items = self.env["rebate.metric.item"]
        items.flush_model()
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                WITH counted AS (
                    SELECT asked.number, partner.commercial_partner_id AS partner_id,
                           %(outlet)s AS outlet_id, fact.id, fact.date, fact.quantity, fact.weight,
                           metric.item_limit,
                           COALESCE(fact.exempt, FALSE)
                               OR COALESCE(metric.item_limit, 0) = 0 AS free,
                           LOWER(BTRIM(COALESCE(fact.customer, ''))) AS customer,
                           LOWER(BTRIM(COALESCE(fact.vehicle, ''))) AS vehicle
                      FROM rebate_metric_item fact
                      JOIN (VALUES %(asked)s) AS asked (number, metric_id, window_from, window_to)
                        ON fact.metric_id = asked.metric_id
                       AND fact.date BETWEEN asked.window_from AND asked.window_to
                      JOIN rebate_metric metric ON metric.id = fact.metric_id
                      JOIN res_partner partner ON partner.id = fact.partner_id
                     WHERE %(counting)s AND %(dealers)s
                ), ranked AS (
                    SELECT *, SUM(quantity) OVER (
                                  PARTITION BY number, partner_id, outlet_id, free, customer,
                                               vehicle, DATE_TRUNC('quarter', date),
                                               CASE WHEN customer = '' AND vehicle = '' THEN id END
                                  ORDER BY weight DESC, date, id
                                  ROWS UNBOUNDED PRECEDING) - quantity AS before
                      FROM counted
                )
                SELECT number, partner_id, outlet_id,
                       SUM(weight * CASE WHEN free THEN quantity
                                         ELSE LEAST(quantity, GREATEST(item_limit - before, 0))
                                    END)::text
                  FROM ranked GROUP BY number, partner_id, outlet_id
                """,
                outlet=SQL("COALESCE(fact.outlet_id, 0)") if by_outlet else SQL("0"),
                asked=self._get_asked_sql(asked),
                counting=items._get_counting_sql(),
                dealers=self._get_partner_sql(partner_ids),
            )
        )

    @api.model
    def _read_paid_subjects(self, agreement):
        """Whom the agreement paid already: they stay in, even if they no longer take part.

        :return: set of (partner id, outlet id or 0)
        """
        self.env["rebate.settlement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner_id, COALESCE(outlet_id, 0) FROM rebate_settlement_line
                 WHERE component_key IN %s AND state = 'posted'
                """,
                tuple(agreement.component_ids.mapped("component_key")) or ("",),
            )
        )
        return {tuple(row) for row in rows}

    @api.model
    def _read_paid_late(self, asked, agreement, partner_ids=None):
        """Number of documents not fully paid on their due date, as of each window's end (R4).

        Each instalment is judged; a document counts once. A document that was reversed altogether
        was none. Where the agreement is a supplier's, our own payments are judged.

        :param asked: list of (metric, (first day, last day))
        :return: rows (number in ``asked``, partner id, outlet id or 0, number as text)
        """
        for model in ("account.move", "account.move.line", "account.partial.reconcile"):
            self.env[model].flush_model()
        self.flush_model()
        outbound = agreement.direction == "dealer"
        outlet, outlet_join = self._get_outlet_sql(agreement)
        return self.env.execute_query(
            SQL(
                """
                SELECT asked.number, move.commercial_partner_id, %(outlet)s,
                       COUNT(DISTINCT move.id)::text
                  FROM account_move move
                  JOIN account_move_line term ON term.move_id = move.id
                  JOIN account_account account ON account.id = term.account_id
                   AND account.account_type = %(account_type)s
                  JOIN (VALUES %(asked)s) AS asked (number, metric_id, window_from, window_to)
                    ON TRUE
                  JOIN rebate_metric metric ON metric.id = asked.metric_id
                  %(outlet_join)s
                 WHERE move.company_id = %(company)s
                   AND move.state = 'posted' AND move.move_type = %(move_type)s
                   AND move.payment_state <> 'reversed'
                   AND term.date_maturity + metric.late_grace_days <= asked.window_to
                   AND CASE metric.late_judged WHEN 'due' THEN
                            term.date_maturity + metric.late_grace_days ELSE move.invoice_date END
                       BETWEEN asked.window_from AND asked.window_to
                   AND %(dealers)s
                   AND ABS(term.amount_currency) > (
                       SELECT COALESCE(SUM(CASE part.debit_move_id WHEN term.id
                                           THEN part.debit_amount_currency
                                           ELSE part.credit_amount_currency END), 0)
                         FROM account_partial_reconcile part
                        WHERE (part.debit_move_id = term.id OR part.credit_move_id = term.id)
                          AND part.max_date <= term.date_maturity + metric.late_grace_days)
              GROUP BY 1, 2, 3
                """,
                outlet=outlet,
                account_type="asset_receivable" if outbound else "liability_payable",
                move_type="out_invoice" if outbound else "in_invoice",
                asked=self._get_asked_sql(asked),
                outlet_join=outlet_join,
                company=agreement.company_id.id,
                dealers=agreement._get_dealer_sql(partner_ids),
            )
        )
