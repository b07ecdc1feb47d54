# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL


class RebateAllocation(models.Model):
    """Ledger: what of a settlement line comes from which invoice line.

    Rows are deltas and are never edited. For each component key and invoice line the sum of
    ``base_delta`` over posted settlement lines is the base counted, and for each settlement line
    the sum of ``amount_delta`` is its amount, to the cent (R15). The document is kept as text
    besides the link, because an invoice that is reset to draft may lose its lines.
    """

    _name = "rebate.allocation"
    _description = "Rebate Allocation"
    _order = "settlement_line_id, document_date, document, id"
    _log_access = False

    settlement_line_id = fields.Many2one(
        "rebate.settlement.line", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # Not stored: each foreign key costs as much as the rest of a row, and there are many rows.
    settlement_id = fields.Many2one(related="settlement_line_id.settlement_id")
    partner_id = fields.Many2one(related="settlement_line_id.partner_id", string="Dealer")
    company_id = fields.Many2one(related="settlement_line_id.company_id")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    component_key = fields.Char(required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    metric_value_id = fields.Many2one(
        "rebate.metric.value",
        string="Report",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The dealer's report behind this row, where reports are what it is paid on.",
    )
    source_id = fields.Integer(
        required=True,
        readonly=True,
        help="Number of the invoice line or report, kept when it is gone. 0: neither.",
    )
    document = fields.Char(readonly=True, help="Number of the document when it was counted.")
    document_date = fields.Date(string="Invoice Date", readonly=True)
    product = fields.Char(readonly=True, help="Product or text of the invoice line.")
    tax_key = fields.Char(
        required=True, readonly=True, help="Taxes of the invoice line: they split the credit note."
    )
    base_delta = fields.Float(
        string="Counted",
        digits=(16, 4),
        min_display_digits=2,
        readonly=True,
        help="Change of what this line adds to the basis, in currency or unit.",
    )
    amount_delta = fields.Monetary(
        string="Rebate", readonly=True, help="Change of what this line earns."
    )

    _key_source_idx = models.Index("(component_key, source_id)")

    def action_view_document(self):
        """Open the invoice, credit note or report behind this row."""
        self.ensure_one()
        source = self.metric_value_id or self.move_line_id.move_id
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "view_mode": "form",
            "res_id": source.id,
        }

    def _fill(self, component, windows, exact_by_line, cutoff=None):
        """Allocate the draft lines of one component to their invoice lines, in one statement.

        An invoice line's exact share is its base times the effective rate. Cents are given by
        largest remainder, first to the taxes (each tax's share is exact to the cent), then inside
        each tax to the invoice lines. What posted lines allocated before is taken off, so that
        rows are deltas; documents that no longer count get negative ones (R14, R15).

        :param component: the component of these lines
        :param windows: what was computed, see ``rebate.component._get_windows``
        :param exact_by_line: {settlement line: Decimal}, what each earns before rounding
        :param cutoff: day up to which payments count, where only what is paid counts
        """
        if not exact_by_line:
            return
        component._flush_basis()
        self.flush_model()
        partner_ids = {line.partner_id.id for line in exact_by_line}
        digits = component.agreement_id.currency_id.decimal_places
        query = SQL(
            """
            WITH base AS MATERIALIZED (%(base)s),
            todo AS (
                SELECT line.id, line.partner_id, COALESCE(line.outlet_id, 0) AS outlet_id,
                       line.period_from, line.currency_id, exact.amount,
                       ROUND(line.earned / %(unit)s) AS units
                  FROM (VALUES %(exact)s) AS exact (line_id, amount)
                  JOIN rebate_settlement_line line ON line.id = exact.line_id
            ),
            share AS (%(share)s),
            tax AS (%(tax)s),
            target AS (%(target)s),
            prior AS (
                SELECT todo.id AS line_id, done.source_id, done.tax_key,
                       SUM(done.base_delta) AS base, SUM(done.amount_delta) AS amount,
                       MAX(done.document) AS document, MAX(done.document_date) AS document_date,
                       MAX(done.product) AS product
                  FROM todo
                  JOIN rebate_settlement_line paid
                    ON paid.component_key = %(key)s AND paid.state = 'posted'
                   AND paid.partner_id = todo.partner_id
                   AND COALESCE(paid.outlet_id, 0) = todo.outlet_id
                   AND paid.period_from = todo.period_from
                  JOIN rebate_allocation done ON done.settlement_line_id = paid.id
              GROUP BY todo.id, done.source_id, done.tax_key
            ),
            delta AS (
                SELECT line_id, source_id, tax_key, document, document_date, product,
                       COALESCE(target.base, 0) - COALESCE(prior.base, 0) AS base,
                       COALESCE(target.amount, 0) - COALESCE(prior.amount, 0) AS amount
                  FROM target FULL JOIN prior USING (line_id, source_id, tax_key)
            )
            INSERT INTO rebate_allocation
                        (settlement_line_id, currency_id, component_key, move_line_id,
                         metric_value_id, source_id, document, document_date, product, tax_key,
                         base_delta, amount_delta)
            SELECT todo.id, todo.currency_id, %(key)s, line.id, report.id, delta.source_id,
                   COALESCE(move.name, %(source)s || ' ' || report.date_from || ' – '
                                       || report.date_to, delta.document),
                   COALESCE(move.invoice_date, report.date_to, delta.document_date),
                   COALESCE(LEFT(line.name, 200), delta.product), delta.tax_key,
                   delta.base, delta.amount
              FROM delta
              JOIN todo ON todo.id = delta.line_id
         LEFT JOIN account_move_line line ON line.id = delta.source_id AND NOT %(reports)s
         LEFT JOIN account_move move ON move.id = line.move_id
         LEFT JOIN rebate_metric_value report ON report.id = delta.source_id AND %(reports)s
             WHERE delta.base <> 0 OR delta.amount <> 0
            """,
            base=component._get_basis_query(
                component.agreement_id, windows, partner_ids, with_taxes=True, cutoff=cutoff
            ),
            unit=SQL("%s::numeric", str(Decimal(1).scaleb(-digits))),
            exact=SQL(", ").join(
                SQL("(%s, %s::numeric)", line.id, str(exact))
                for line, exact in exact_by_line.items()
            ),
            key=component.component_key,
            reports=component._has_reports(),
            source=component._describe_source(),
            **self._get_share_ctes(digits),
        )
        self.env.cr.execute(query)
        self.invalidate_model()

    def _get_share_ctes(self, digits):
        """The steps from exact shares to cents: ``share``, ``tax`` and ``target`` of ``_fill``."""
        unit = SQL("%s::numeric", str(Decimal(1).scaleb(-digits)))
        share = SQL(
            """
            SELECT todo.id AS line_id, todo.units, base.source_id, base.tax_key, base.base,
                   SUM(base.base) OVER by_line <> 0 AS shared,
                   COALESCE(base.base * todo.amount
                            / NULLIF(SUM(base.base) OVER by_line, 0), 0) / %s AS exact
              FROM todo
              JOIN base ON base.partner_id = todo.partner_id
                       AND base.outlet_id = todo.outlet_id
                       AND base.period_key = todo.period_from
            WINDOW by_line AS (PARTITION BY todo.id)
            """,
            unit,
        )
        tax = SQL(
            """
            SELECT line_id, tax_key,
                   FLOOR(exact) + CASE WHEN shared AND rank <= units - floors THEN 1 ELSE 0 END
                       AS units
              FROM (SELECT line_id, tax_key, units, shared, SUM(exact) AS exact,
                           SUM(FLOOR(SUM(exact))) OVER (PARTITION BY line_id) AS floors,
                           ROW_NUMBER() OVER (PARTITION BY line_id
                               ORDER BY SUM(exact) - FLOOR(SUM(exact)) DESC, tax_key) AS rank
                      FROM share GROUP BY line_id, tax_key, units, shared) AS by_tax
            """
        )
        target = SQL(
            """
            SELECT cut.line_id, cut.source_id, cut.tax_key, cut.base,
                   (cut.units + CASE WHEN cut.rank <= tax.units - cut.floors THEN 1 ELSE 0 END)
                       * %(unit)s AS amount
              FROM (SELECT line_id, source_id, tax_key, base, FLOOR(exact) AS units,
                           SUM(FLOOR(exact)) OVER (PARTITION BY line_id, tax_key) AS floors,
                           ROW_NUMBER() OVER (PARTITION BY line_id, tax_key
                               ORDER BY exact - FLOOR(exact) DESC, ABS(base) DESC, source_id)
                               AS rank
                      FROM share) AS cut
              JOIN tax USING (line_id, tax_key)
         UNION ALL
            SELECT todo.id, 0, '', 0, todo.units * %(unit)s
              FROM todo
             WHERE todo.units <> 0
               AND NOT EXISTS (SELECT 1 FROM share WHERE share.line_id = todo.id AND share.shared)
            """,
            unit=unit,
        )
        return {"share": share, "tax": tax, "target": target}

    def _find_changes(self, lines, component, windows, cutoff=None):
        """Documents whose base is no longer what was allocated (R15).

        For each invoice line behind the given settlement lines, the base counted now must be the
        sum of ``base_delta`` over posted lines and these ones. Two sums tell whether a whole
        settlement line still agrees; only where they do not are its invoice lines compared.

        :param lines: settlement lines about to be posted, of one component
        :param component: that component
        :param windows: what was computed, see ``rebate.component._get_windows``
        :param cutoff: as in :meth:`_fill`
        :return: list of document numbers, at most five
        """
        if not lines:
            return []
        component._flush_basis()
        self.flush_model()
        changed = self._find_changed_lines(lines, component, windows, cutoff)
        if not changed:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                WITH changed AS (
                    SELECT source_id FROM (%(counted)s) AS counted
                  GROUP BY source_id, line_id HAVING SUM(base) <> 0
                )
                SELECT DISTINCT COALESCE(move.name, allocated.document)
                  FROM changed
             LEFT JOIN account_move_line line ON line.id = changed.source_id AND NOT %(reports)s
             LEFT JOIN account_move move ON move.id = line.move_id
             LEFT JOIN rebate_allocation allocated
                    ON allocated.component_key = %(key)s
                   AND allocated.source_id = changed.source_id
              ORDER BY 1 LIMIT 5
                """,
                counted=self._get_counted_sql(changed, component, windows, cutoff),
                key=component.component_key,
                reports=component._has_reports(),
            )
        )
        return [name or component._describe_source() for (name,) in rows]

    def _find_changed_lines(self, lines, component, windows, cutoff=None):
        """Settlement lines whose invoice lines count for something else now, see _find_changes.

        Compared are the sum of the bases and their sum weighted with a hash of each source: an
        invoice line that took the place of another one of the same amount changes the second.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line_id FROM (%s) AS counted
              GROUP BY line_id
                HAVING SUM(base) <> 0 OR SUM(base * hashint8extended(source_id, 0)) <> 0
                """,
                self._get_counted_sql(lines, component, windows, cutoff),
            )
        )
        return lines.browse(line_id for (line_id,) in rows)

    def _get_counted_sql(self, lines, component, windows, cutoff=None):
        """What counts now and, negative, what was allocated: (source_id, line_id, base)."""
        return SQL(
            """
            WITH todo AS MATERIALIZED (
                SELECT id, partner_id, COALESCE(outlet_id, 0) AS outlet_id, period_from
                  FROM rebate_settlement_line WHERE id IN %(ids)s
            )
            SELECT base.source_id, todo.id AS line_id, base.base
              FROM (%(base)s) AS base
              JOIN todo ON todo.partner_id = base.partner_id
                       AND todo.outlet_id = base.outlet_id
                       AND todo.period_from = base.period_key
         UNION ALL
            SELECT done.source_id, todo.id, -done.base_delta
              FROM todo
              JOIN rebate_settlement_line paid
                ON paid.component_key = %(key)s
               AND paid.partner_id = todo.partner_id
               AND COALESCE(paid.outlet_id, 0) = todo.outlet_id
               AND paid.period_from = todo.period_from
               AND (paid.state = 'posted' OR paid.id = todo.id)
              JOIN rebate_allocation done ON done.settlement_line_id = paid.id
            """,
            ids=tuple(lines.ids),
            base=component._get_basis_query(
                component.agreement_id, windows, set(lines.partner_id.ids), cutoff=cutoff
            ),
            key=component.component_key,
        )

    def _read_tax_shares(self, lines):
        """How each line's amount splits over the taxes of its origin.

        :param lines: settlement lines
        :return: {settlement line id: [(tuple of tax ids, Decimal amount), …]}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT settlement_line_id, tax_key, SUM(amount_delta)::text
                  FROM rebate_allocation WHERE settlement_line_id IN %s
              GROUP BY settlement_line_id, tax_key ORDER BY settlement_line_id, tax_key
                """,
                tuple(lines.ids) or (0,),
            )
        )
        shares = {}
        for line_id, tax_key, amount in rows:
            tax_ids = tuple(int(tax_id) for tax_id in tax_key.split(",") if tax_id)
            shares.setdefault(line_id, []).append((tax_ids, Decimal(amount)))
        return shares
