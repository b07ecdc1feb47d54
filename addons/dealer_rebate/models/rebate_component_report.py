# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..earnings import ZERO, deduct
from .rebate_basis_mixin import Subject


class RebateComponentReport(models.Model):
    """Components paid on what is reported instead of on our documents (R3, R12), and what is
    taken off documents because it was approved before them (R6).
    """

    _inherit = "rebate.component"

    basis = fields.Selection(selection_add=[("metric", "A metric")], ondelete={"metric": "cascade"})
    basis_metric_id = fields.Many2one(
        "rebate.metric",
        string="Paid on the Metric",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="What the dealer reports, e.g. its own sales (R3, R12), or another figure. Verified "
        "reports stand in the ledger one by one, as invoices do.",
    )
    deduct_metric_id = fields.Many2one(
        "rebate.metric",
        string="Less",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', 'items'), ('company_id', 'in', (company_id, False))]",
        help="Approved amounts, such as warranty and goodwill, that are taken off the documents "
        "that follow them, each once (R6).",
    )
    deduct_days = fields.Integer(
        string="Days Before",
        default=7,
        help="A document is reduced by what was approved 1 to so many days before its date.",
    )

    @api.constrains("basis", "basis_metric_id")
    def _check_basis_metric(self):
        for component in self:
            if component.basis == "metric" and not component.basis_metric_id:
                raise ValidationError(
                    self.env._(
                        "Choose the metric that %(component)s is paid on.",
                        component=component.name,
                    )
                )

    @api.constrains("deduct_metric_id")
    def _check_deduct_metric(self):
        for component in self:
            if component.deduct_metric_id and component.deduct_metric_id.kind != "items":
                raise ValidationError(
                    self.env._(
                        "%(metric)s has no single amounts with a date: choose a metric that is "
                        "counted from items.",
                        metric=component.deduct_metric_id.name,
                    )
                )

    def _get_plain_terms(self):
        return (*super()._get_plain_terms(), "basis_metric_id", "deduct_metric_id", "deduct_days")

    def _get_terms(self):
        terms = super()._get_terms()
        for name in ("basis_metric_id", "deduct_metric_id"):
            terms[name] = self[name].code or ""
        return terms

    def _get_idle_terms(self):
        idle = super()._get_idle_terms()
        return idle if self.deduct_metric_id else idle | {"deduct_days"}

    def _get_metrics(self):
        return super()._get_metrics() | self.basis_metric_id | self.deduct_metric_id

    def _check_table_ready(self):
        if self.basis == "metric" and self.agreement_id.paid_only:
            raise UserError(
                self.env._(
                    "%(component)s is paid on reports: nobody knows which of them are paid. Untick "
                    "“Only What Is Paid”.",
                    component=self.name,
                )
            )
        return super()._check_table_ready()

    # ------------------------------------------------------------------
    # Reports as basis
    # ------------------------------------------------------------------

    def _read_counted(self, windows, cutoff, partner_ids=None):
        if self.basis == "metric" and not self._has_reports():
            values = self.basis_metric_id._read_values(self.agreement_id, windows, cutoff=cutoff)
            return {
                (Subject(partner, outlet), key): (value, 1)
                for (_metric, partner, outlet, key), value in values.items()
                if partner_ids is None or partner in partner_ids
            }
        counted = super()._read_counted(windows, cutoff, partner_ids)
        if self.deduct_metric_id:
            return self._deduct_approved(counted, windows, cutoff, partner_ids)
        return counted

    def _has_reports(self):
        """Whether single reports add up to the basis, so that each stands in the ledger."""
        self.ensure_one()
        metric = self.basis_metric_id
        return (
            self.basis == "metric"
            and metric.kind == "reported"
            and metric.aggregation == "sum"
            and metric.window == "period"
        )

    def _get_basis_query(self, agreement, windows, partner_ids=None, with_taxes=False, cutoff=None):
        if not windows or not self._has_reports():
            return super()._get_basis_query(agreement, windows, partner_ids, with_taxes, cutoff)
        values = self.env["rebate.metric.value"]
        return SQL(
            """
            SELECT counted.id AS source_id, 0 AS move_id, counted.partner_id,
                   counted.outlet_id, counted.key AS period_key,
                   ROUND(counted.value, %(digits)s) AS base, FALSE AS missing_rate %(tax_key)s
              FROM (WITH counted AS (
                       SELECT fact.id, move.commercial_partner_id AS partner_id,
                              %(outlet)s AS outlet_id, period.key, fact.date_from, fact.date_to,
                              fact.value
                         FROM rebate_metric_value fact
                         JOIN rebate_metric metric ON metric.id = fact.metric_id
                         JOIN (VALUES %(windows)s) AS period (key, date_from, date_to)
                           ON fact.date_from >= period.date_from
                          AND fact.date_to <= period.date_to
                         JOIN LATERAL (
                              SELECT partner.commercial_partner_id,
                                     fact.date_to AS invoice_date
                                FROM res_partner partner WHERE partner.id = fact.partner_id
                              ) AS move ON TRUE
                        WHERE fact.metric_id = %(metric)s AND %(counting)s AND %(dealers)s
                    )
                    SELECT * FROM %(outermost)s AS longest) AS counted
            """,
            digits=agreement.currency_id.decimal_places,
            tax_key=SQL(", '' AS tax_key") if with_taxes else SQL(),
            outlet=SQL("COALESCE(fact.outlet_id, 0)") if agreement.subject == "store" else SQL("0"),
            windows=SQL(", ").join(SQL("(%s::date, %s::date, %s::date)", *w) for w in windows),
            metric=self.basis_metric_id.id,
            counting=values._get_counting_sql(),
            dealers=agreement._get_dealer_sql(partner_ids),
            outermost=values._get_outermost_query(("partner_id", "outlet_id", "key")),
        )

    def _flush_basis(self):
        result = super()._flush_basis()
        self.env["rebate.metric.value"].flush_model()
        self.env["rebate.metric"].flush_model()
        return result

    # ------------------------------------------------------------------
    # Approved amounts taken off
    # ------------------------------------------------------------------

    def _deduct_approved(self, counted, windows, cutoff, partner_ids=None):
        """Take approved amounts off the documents that follow them (R6).

        All documents since the agreement's start are walked through, because an amount that an
        earlier one used up is gone.
        """
        agreement = self.agreement_id
        last = max(window[2] for window in windows)
        start = min(agreement.date_start, *(window[1] for window in windows))
        orders = self._read_orders((start, start, last), cutoff, partner_ids)
        credits = self._read_approved(start - timedelta(days=self.deduct_days), last)
        taken = {}
        for subject, dated in orders.items():
            left = deduct(dated, credits.get(subject, []), self.deduct_days)
            for (day, amount), rest in zip(dated, left, strict=True):
                for key, first, end in windows:
                    if amount != rest and first <= day <= end:
                        taken[subject, key] = taken.get((subject, key), ZERO) + amount - rest
        return {
            place: (total - taken.get(place, ZERO), count)
            for place, (total, count) in counted.items()
        }

    def _read_orders(self, window, cutoff, partner_ids=None):
        """{Subject: [(date, amount)]} of all documents of a window, in the order of time."""
        self._flush_basis()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT counted.partner_id, counted.outlet_id, move.invoice_date,
                       SUM(counted.base)::text
                  FROM (%s) AS counted JOIN account_move move ON move.id = counted.move_id
              GROUP BY counted.partner_id, counted.outlet_id, move.invoice_date, move.id
              ORDER BY move.invoice_date, move.id
                """,
                self._get_basis_query(self.agreement_id, [window], partner_ids, cutoff=cutoff),
            )
        )
        orders = {}
        for partner, outlet, day, amount in rows:
            orders.setdefault(Subject(partner, outlet), []).append((day, Decimal(amount)))
        return orders

    def _read_approved(self, start, end):
        """{Subject: [(date, amount)]} of approved amounts, in the order of time."""
        items = self.env["rebate.metric.item"]
        items.flush_model()
        by_store = self.agreement_id.subject == "store"
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, %(outlet)s, fact.date,
                       (fact.quantity * fact.weight)::text
                  FROM rebate_metric_item fact
                  JOIN rebate_metric metric ON metric.id = fact.metric_id
                  JOIN res_partner partner ON partner.id = fact.partner_id
                 WHERE fact.metric_id = %(metric)s AND fact.date BETWEEN %(start)s AND %(end)s
                   AND %(counting)s
              ORDER BY fact.date, fact.id
                """,
                outlet=SQL("COALESCE(fact.outlet_id, 0)") if by_store else SQL("0"),
                metric=self.deduct_metric_id.id,
                start=start,
                end=end,
                counting=items._get_counting_sql(),
            )
        )
        approved = {}
        for partner, outlet, day, amount in rows:
            approved.setdefault(Subject(partner, outlet), []).append((day, Decimal(amount)))
        return approved

    def _describe_source(self):
        """How a report is named in the ledger: the metric; the days are added."""
        self.ensure_one()
        return self.basis_metric_id.name if self._has_reports() else ""
