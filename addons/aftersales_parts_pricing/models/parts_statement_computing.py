# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date


def as_decimal(number):
    """What PostgreSQL summed as ``numeric``, and Odoo's driver reads as float, as a Decimal."""
    return Decimal(str(number))


def round_half_up(amount, places):
    """Round a Decimal to a currency's decimal places."""
    return amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


class PartsStatementComputing(models.Model):
    """Where the figures of statements come from: one query a section, for all dealers (P12).

    The account: all posted items on receivable accounts up to the end of the period, by document,
    less what frozen statements told about that document. So opening balance and lines always add
    up to what the accounts say, and late, changed and cancelled documents come out by themselves.
    Where an item is matched with one in another currency, both statements show the part that
    moved, as the accounts' open amounts do.
    """

    _inherit = "parts.statement"

    # ------------------------------------------------------------------
    # Statements
    # ------------------------------------------------------------------

    @api.model
    def _make(self, settlement, dealers):
        """Make the drafts that a settlement has not made yet.

        Dealers whose statement of an earlier period was not sent are left out, and named on the
        settlement: what they were told decides what comes next.

        :param dealers: commercial partners
        :return: new ``parts.statement``
        """
        company, date_to = settlement.company_id, settlement.date_to
        earlier = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", dealers.ids),
                ("state", "=", "draft"),
                ("date_to", "<", date_to),
            ]
        )
        if earlier:
            settlement.message_post(
                body=self.env._(
                    "Left out, because an earlier statement was not sent yet: %(statements)s.",
                    statements=", ".join(earlier.mapped("display_name")),
                )
            )
        told = self.search_fetch(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", dealers.ids),
                ("date_to", ">=", date_to),
            ],
            ["partner_id", "currency_id"],
        )
        taken = {(statement.partner_id.id, statement.currency_id.id) for statement in told}
        dealers -= earlier.partner_id
        figures = self._collect(company, dealers, settlement.date_from, date_to)
        found = {key: vals for key, vals in figures.items() if key not in taken}
        quiet = self.with_context(tracking_disable=True, mail_create_nosubscribe=True)
        statements = quiet.create(
            [
                self._prepare_statement(settlement, dealer_id, currency_id)
                for dealer_id, currency_id in found
            ]
        )
        for statement in statements:
            statement.name = f"PS/{date_to:%Y-%m}/{statement.id:05d}"
        statements._apply(figures)
        return statements.with_env(self.env)

    def _prepare_statement(self, settlement, dealer_id, currency_id):
        """Values of a new draft. For extension."""
        key = (settlement.company_id.id, dealer_id, currency_id, settlement.date_to)
        return {
            "settlement_id": settlement.id,
            "partner_id": dealer_id,
            "currency_id": currency_id,
            "date_from": settlement.date_from,
            "date_to": settlement.date_to,
            "user_id": settlement.user_id.id,
            "key": "/".join(str(part) for part in key),
        }

    def _compute_statements(self):
        """Compute these drafts again."""
        for settlement, statements in self.grouped("settlement_id").items():
            statements._apply(
                self._collect(
                    settlement.company_id,
                    statements.partner_id.commercial_partner_id,
                    settlement.date_from,
                    settlement.date_to,
                )
            )

    def _apply(self, figures):
        """Write what was collected: the amounts, and the lines in one batch."""
        self.line_ids.unlink()
        nothing = self._prepare_figures([], {})
        lines = []
        for statement in self:
            key = (statement.partner_id.commercial_partner_id.id, statement.currency_id.id)
            found = figures.get(key, nothing | {"date_from": statement.settlement_id.date_from})
            lines += [
                row | {"statement_id": statement.id, "sequence": at}
                for at, row in enumerate(found["lines"], 1)
            ]
            statement.write({name: value for name, value in found.items() if name != "lines"})
        self.env["parts.statement.line"].create(lines)

    # ------------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------------

    @api.model
    def _collect(self, company, dealers, date_from, date_to):
        """{(dealer id, currency id): values of a statement, and ``lines``} of dealers with any.

        :param dealers: commercial partners
        """
        if not dealers:
            return {}
        self._flush_sources()
        balances = self._read_balances(company, dealers, date_from, date_to)
        rows = self._read_account(company, dealers, date_from, date_to)
        rows += self._read_sections(company, dealers, date_from, date_to)
        by_key = {}
        for row in rows:
            key = row.pop("dealer_id"), row.pop("currency_id")
            by_key.setdefault(key, []).append(row)
        currencies = self.env["res.currency"]
        result = {}
        for key in by_key.keys() | balances.keys():
            balance = balances.get(key, {"total": 0, "told": 0, "date_from": date_from})
            if not by_key.get(key) and not balance["total"] and not balance["told"]:
                continue
            currency = currencies.browse(key[1])
            result[key] = self._prepare_figures(
                self._add_remainder(by_key.get(key, []), balance, currency), balance, currency
            )
        return result

    def _add_remainder(self, rows, balance, currency):
        """What the documents do not explain: open before the first statement, or late before it."""
        account = sum(row["amount"] for row in rows if row["section"] == "account")
        remainder = balance["total"] - balance["told"] - account
        balance["remainder"] = remainder
        if balance.get("start") and not currency.is_zero(float(remainder)):
            text = self.env._(
                "Documents dated before %s that were entered or changed since",
                format_date(self.env, balance["start"]),
            )
            rows.append(
                {
                    "section": "account",
                    "kind": "entry",
                    "description": text,
                    "amount": remainder,
                    "parts_amount": 0,
                    "is_late": True,
                }
            )
        return rows

    def _prepare_figures(self, rows, balance, currency=None):
        """Values of a statement from its rows and balance. Amounts are Decimals until here."""
        first = not balance.get("start")
        opening = balance.get("remainder", 0) if first else balance["told"]

        def total(section, kinds=None, field="amount"):
            return float(
                sum(
                    row[field]
                    for row in rows
                    if row["section"] == section and (not kinds or row["kind"] in kinds)
                )
            )

        sections = self.env["parts.statement.line"]._fields["section"].get_values(self.env)
        rows.sort(key=lambda row: sections.index(row["section"]))
        billed = self._get_billed_kinds()
        return {
            "is_first": first,
            "opening_balance": float(opening),
            "base_balance": float(opening) if first else 0.0,
            "closing_balance": float(balance.get("total", 0)),
            "date_from": balance.get("date_from"),
            "amount_invoiced": total("account", billed),
            "parts_amount": total("account", billed, "parts_amount"),
            "amount_paid": total("account", ("payment",)),
            "amount_ordered": total("order"),
            "amount_delivered": total("delivery"),
            "amount_to_invoice": total("to_invoice"),
            "amount_to_deliver": total("to_deliver"),
            "computed_on": fields.Datetime.now(),
            "lines": [
                row | {"amount": float(row["amount"]), "parts_amount": float(row["parts_amount"])}
                for row in rows
            ],
        }

    @api.model
    def _get_billed_kinds(self):
        """Kinds of lines that are invoices or credit notes. Hook."""
        return ("invoice", "credit_note")

    def _flush_sources(self):
        """The queries see what the current transaction has changed."""
        for model in (
            "account.move",
            "account.move.line",
            "account.partial.reconcile",
            "account.account",
            "parts.statement",
            "parts.statement.line",
            "product.template",
            "res.partner",
            "sale.order",
            "sale.order.line",
            "stock.move",
            "stock.picking",
        ):
            self.env[model].flush_model()

    # ------------------------------------------------------------------
    # The account
    # ------------------------------------------------------------------

    def _get_kind_sql(self):
        """Hook: SQL of what a journal entry is on a statement; ``move`` is its row."""
        return SQL(
            """
            CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN 'invoice'
                 WHEN move.move_type = 'out_refund' THEN 'credit_note'
                 WHEN move.origin_payment_id IS NOT NULL
                   OR move.statement_line_id IS NOT NULL THEN 'payment'
                 ELSE 'entry'
            END
            """
        )

    def _get_account_ctes(self, company, dealers, date_to):
        """SQL of ``chain`` (what dealers were told) and ``posted`` (the accounts, in currency)."""
        return SQL(
            """
            chain AS (
                SELECT partner.commercial_partner_id AS dealer_id, statement.currency_id,
                       SUM(statement.closing_balance - statement.opening_balance
                           + statement.base_balance) AS told,
                       MAX(statement.date_from) FILTER (WHERE statement.is_first) AS start,
                       MAX(statement.date_to) AS last
                  FROM parts_statement statement
                  JOIN res_partner partner ON partner.id = statement.partner_id
                 WHERE statement.company_id = %(company)s
                   AND statement.state <> 'draft'
                   AND partner.commercial_partner_id = ANY(%(dealers)s)
              GROUP BY 1, 2
            ),
            posted AS (
                SELECT partner.commercial_partner_id AS dealer_id, item.currency_id,
                       item.move_id AS move_key, item.date, item.amount_currency AS amount
                  FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                  JOIN res_partner partner ON partner.id = item.partner_id
                 WHERE item.company_id = %(company)s
                   AND item.parent_state = 'posted'
                   AND item.date <= %(date_to)s
                   AND account.account_type = 'asset_receivable'
                   AND partner.commercial_partner_id = ANY(%(dealers)s)
             UNION ALL
                SELECT partner.commercial_partner_id, item.currency_id, credit.move_id,
                       match.max_date,
                       CASE WHEN item.id = debit.id THEN -match.debit_amount_currency
                            ELSE match.credit_amount_currency END
                  FROM account_partial_reconcile match
                  JOIN account_move_line debit ON debit.id = match.debit_move_id
                  JOIN account_move_line credit ON credit.id = match.credit_move_id
                  JOIN account_move_line item ON item.id IN (debit.id, credit.id)
                  JOIN account_account account ON account.id = item.account_id
                  JOIN res_partner partner ON partner.id = item.partner_id
                 WHERE match.company_id = %(company)s
                   AND debit.currency_id <> credit.currency_id
                   AND match.max_date <= %(date_to)s
                   AND item.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND partner.commercial_partner_id = ANY(%(dealers)s)
            )
            """,
            company=company.id,
            dealers=dealers.ids,
            date_to=date_to,
        )

    def _read_balances(self, company, dealers, date_from, date_to):
        """{(dealer id, currency id): total of the accounts, what was told, since when}."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(ctes)s,
                     totals AS (
                         SELECT dealer_id, currency_id, SUM(amount) AS total
                           FROM posted
                       GROUP BY 1, 2)
                SELECT dealer_id, currency_id, COALESCE(totals.total, 0) AS total,
                       COALESCE(chain.told, 0) AS told, chain.start,
                       GREATEST(chain.last + 1, %(date_from)s) AS date_from
                  FROM totals
             FULL JOIN chain USING (dealer_id, currency_id)
                """,
                ctes=self._get_account_ctes(company, dealers, date_to),
                date_from=date_from,
            )
        )
        for row in rows:
            row |= {name: as_decimal(row[name]) for name in ("total", "told")}
        return {(row.pop("dealer_id"), row.pop("currency_id")): row for row in rows}

    def _read_account(self, company, dealers, date_from, date_to):
        """Rows of the account: what each document says now, less what was told of it."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH %(ctes)s,
                     current AS (
                         SELECT dealer_id, currency_id, move_key, MIN(date) AS date,
                                SUM(amount) AS amount
                           FROM posted
                       GROUP BY 1, 2, 3),
                     told AS (
                         SELECT partner.commercial_partner_id AS dealer_id,
                                statement.currency_id, line.move_key,
                                SUM(line.amount) AS amount, SUM(line.parts_amount) AS parts,
                                MAX(line.document) AS document, MAX(line.kind) AS kind
                           FROM parts_statement_line line
                           JOIN parts_statement statement ON statement.id = line.statement_id
                           JOIN res_partner partner ON partner.id = statement.partner_id
                          WHERE statement.company_id = %(company)s
                            AND statement.state <> 'draft'
                            AND line.move_key IS NOT NULL
                            AND partner.commercial_partner_id = ANY(%(dealers)s)
                       GROUP BY 1, 2, 3),
                     delta AS (
                         SELECT dealer_id, currency_id, move_key, current.date,
                                COALESCE(current.amount, 0) - COALESCE(told.amount, 0) AS amount,
                                COALESCE(told.parts, 0) AS told_parts, told.document,
                                told.kind AS told_kind, current.amount IS NULL AS is_gone
                           FROM current
                      FULL JOIN told USING (dealer_id, currency_id, move_key)
                      LEFT JOIN chain USING (dealer_id, currency_id)
                          WHERE COALESCE(current.amount, 0) <> COALESCE(told.amount, 0)
                            AND (told.move_key IS NOT NULL
                                 OR current.date >= COALESCE(chain.start, %(date_from)s)))
                SELECT delta.dealer_id, delta.currency_id, delta.move_key,
                       delta.date, delta.amount, delta.is_gone,
                       move.id AS move_id, COALESCE(move.name, delta.document) AS document,
                       move.ref AS description,
                       COALESCE(%(kind)s, delta.told_kind) AS kind,
                       CASE WHEN delta.is_gone THEN 0 ELSE COALESCE(parts.amount, 0) END
                           - delta.told_parts AS parts_amount,
                       delta.document IS NOT NULL
                           OR delta.date < GREATEST(chain.last + 1, %(date_from)s) AS is_late
                  FROM delta
             LEFT JOIN chain USING (dealer_id, currency_id)
             LEFT JOIN account_move move ON move.id = delta.move_key
             LEFT JOIN LATERAL (%(parts)s) parts ON TRUE
              ORDER BY delta.date NULLS FIRST, document, delta.move_key
                """,
                ctes=self._get_account_ctes(company, dealers, date_to),
                company=company.id,
                dealers=dealers.ids,
                date_from=date_from,
                kind=SQL("CASE WHEN move.id IS NOT NULL THEN %s END", self._get_kind_sql()),
                parts=self._get_parts_amount_sql(),
            )
        )
        gone = self.env._("Cancelled, changed or moved to another period")
        for row in rows:
            if row.pop("is_gone"):
                row["description"] = gone
            row |= {name: as_decimal(row[name]) for name in ("amount", "parts_amount")}
            row["section"] = "account"
        return rows

    def _get_parts_amount_sql(self):
        """SQL of the share of parts in an invoice or credit note, with tax."""
        return SQL(
            """
            SELECT SUM(CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                       * item.price_total) AS amount
              FROM account_move_line item
              JOIN product_product variant ON variant.id = item.product_id
              JOIN product_template product ON product.id = variant.product_tmpl_id
             WHERE item.move_id = move.id
               AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               AND move.currency_id = delta.currency_id
               AND item.display_type = 'product'
               AND product.part_class IS NOT NULL
            """
        )

    # ------------------------------------------------------------------
    # Orders and deliveries
    # ------------------------------------------------------------------

    def _read_sections(self, company, dealers, date_from, date_to):
        """Rows of the sections beside the account. Hook: add your own by ``super``."""
        return [
            *self._read_orders(company, dealers, date_from, date_to),
            *self._read_deliveries(company, dealers, date_from, date_to),
            *self._read_open_lines(company, dealers, date_to),
        ]

    def _get_settlement_timezone(self, company):
        # sudo: only the time zone of the company's address is read.
        return company.sudo().partner_id.tz or self.env.user.tz or "UTC"

    def _get_day_sql(self, moment, company):
        """SQL of the day, where the company is, of a UTC moment."""
        timezone = self._get_settlement_timezone(company)
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, timezone)

    def _get_part_lines_sql(self, company, dealers, restricted=False):
        """SQL of the confirmed order lines of parts; ``price`` is of one unit, without tax.

        :param restricted: also lines of restricted parts, which no dealer reads about
        """
        return SQL(
            """
            SELECT line.id, sale.id AS order_id, sale.name AS document, line.currency_id,
                   partner.commercial_partner_id AS dealer_id, line.product_id,
                   line.product_uom_id AS uom_id, line.product_uom_qty AS ordered,
                   line.price_subtotal, %(day)s AS date, sale.client_order_ref,
                   product.invoice_policy, line.qty_delivered,
                   CASE WHEN line.product_uom_qty <> 0
                        THEN line.price_subtotal / line.product_uom_qty
                        ELSE line.price_unit * (1 - COALESCE(line.discount, 0) / 100)
                   END AS price
              FROM sale_order_line line
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN res_partner partner ON partner.id = sale.partner_id
              JOIN product_product variant ON variant.id = line.product_id
              JOIN product_template product ON product.id = variant.product_tmpl_id
             WHERE sale.state = 'sale'
               AND sale.company_id = %(company)s
               AND partner.commercial_partner_id = ANY(%(dealers)s)
               AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE
               AND product.part_class IS NOT NULL
               %(listed)s
            """,
            day=self._get_day_sql(SQL("sale.date_order"), company),
            company=company.id,
            dealers=dealers.ids,
            listed=SQL() if restricted else SQL("AND product.part_class <> 'restricted'"),
        )

    def _get_delivery_moves_sql(self, company):
        """SQL of deliveries and returns of ``part_line``, counted as Odoo's sale orders do."""
        return SQL(
            """
            SELECT part_line.id AS line_id, move.picking_id, move.reference, %(day)s AS date,
                   CASE WHEN target.usage IN ('customer', 'transit') THEN 1 ELSE -1 END
                       * ROUND(move.quantity * move_unit.factor / line_unit.factor, %(digits)s)
                       AS quantity
              FROM part_line
              JOIN stock_move move ON move.sale_line_id = part_line.id
                                  AND move.product_id = part_line.product_id
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location target ON target.id = move.location_dest_id
              JOIN uom_uom move_unit ON move_unit.id = move.product_uom
              JOIN uom_uom line_unit ON line_unit.id = part_line.uom_id
             WHERE move.state = 'done'
               AND ((%(outside_target)s AND NOT %(outside_source)s
                     AND (move.origin_returned_move_id IS NULL OR move.to_refund))
                 OR (%(outside_source)s AND NOT %(outside_target)s AND move.to_refund))
            """,
            day=self._get_day_sql(SQL("move.date"), company),
            digits=self.env["decimal.precision"].precision_get("Product Unit"),
            outside_target=SQL(
                "(target.usage = 'customer' OR target.usage = 'transit'"
                " AND target.company_id IS NULL)"
            ),
            outside_source=SQL(
                "(source.usage = 'customer' OR source.usage = 'transit'"
                " AND source.company_id IS NULL)"
            ),
        )

    def _get_delivered_sql(self, company, date_to):
        """SQL of the quantity of each ``part_line`` delivered up to a day, less returns.

        Lines without moves of their own product, such as kits, count what Odoo says of them now.
        """
        return SQL(
            """
            SELECT line_id, SUM(quantity) AS quantity
              FROM (%s) delivery
             WHERE date <= %s
          GROUP BY line_id
         UNION ALL
            SELECT part_line.id, part_line.qty_delivered
              FROM part_line
             WHERE part_line.qty_delivered <> 0
               AND NOT EXISTS (
                       SELECT 1
                         FROM stock_move own
                        WHERE own.sale_line_id = part_line.id
                          AND own.product_id = part_line.product_id)
            """,
            self._get_delivery_moves_sql(company),
            date_to,
        )

    def _get_invoiced_sql(self, date_to=None):
        """SQL of the invoiced quantity of each ``part_line``.

        :param date_to: posted up to this day only; default: all that is not cancelled
        """
        return SQL(
            """
            SELECT part_line.id AS line_id,
                   SUM(CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                       * ROUND(item.quantity * item_unit.factor / line_unit.factor, %(digits)s)
                   ) AS quantity
              FROM part_line
              JOIN sale_order_line_invoice_rel link ON link.order_line_id = part_line.id
              JOIN account_move_line item ON item.id = link.invoice_line_id
              JOIN account_move move ON move.id = item.move_id
              JOIN uom_uom item_unit ON item_unit.id = item.product_uom_id
              JOIN uom_uom line_unit ON line_unit.id = part_line.uom_id
             WHERE move.move_type IN ('out_invoice', 'out_refund')
               AND %(counted)s
          GROUP BY part_line.id
            """,
            digits=self.env["decimal.precision"].precision_get("Product Unit"),
            counted=SQL("move.state = 'posted' AND move.date <= %s", date_to)
            if date_to
            else SQL("move.state <> 'cancel'"),
        )

    def _get_last_sql(self, company, date_from):
        """SQL of ``since``: first day of a statement of each ``part_line``'s dealer."""
        return SQL(
            """
            COALESCE((SELECT MAX(statement.date_to) + 1
                        FROM parts_statement statement
                        JOIN res_partner told ON told.id = statement.partner_id
                       WHERE told.commercial_partner_id = part_line.dealer_id
                         AND statement.currency_id = part_line.currency_id
                         AND statement.company_id = %(company)s
                         AND statement.state <> 'draft'
                         AND statement.date_to >= %(date_from)s), %(date_from)s)
            """,
            company=company.id,
            date_from=date_from,
        )

    def _read_orders(self, company, dealers, date_from, date_to):
        """Orders of parts of the period: one row an order."""
        return self._read_rows(
            "order",
            SQL(
                """
                WITH part_line AS (%(lines)s)
                SELECT dealer_id, currency_id, order_id, date, document,
                       client_order_ref AS description, SUM(price_subtotal) AS amount
                  FROM part_line
                 WHERE date <= %(date_to)s
                   AND date >= %(since)s
              GROUP BY 1, 2, 3, 4, 5, 6
              ORDER BY date, document
                """,
                lines=self._get_part_lines_sql(company, dealers),
                date_to=date_to,
                since=self._get_last_sql(company, date_from),
            ),
        )

    def _read_deliveries(self, company, dealers, date_from, date_to):
        """Deliveries and returns of parts in the period: one row a delivery and order."""
        return self._read_rows(
            "delivery",
            SQL(
                """
                WITH part_line AS (%(lines)s),
                     delivery AS (%(deliveries)s)
                SELECT part_line.dealer_id, part_line.currency_id, part_line.order_id,
                       delivery.picking_id, delivery.date, delivery.reference AS document,
                       part_line.document AS description,
                       SUM(delivery.quantity * part_line.price) AS amount
                  FROM part_line
                  JOIN delivery ON delivery.line_id = part_line.id
                 WHERE delivery.date <= %(date_to)s
                   AND delivery.date >= %(since)s
              GROUP BY 1, 2, 3, 4, 5, 6, 7
              ORDER BY delivery.date, delivery.reference
                """,
                lines=self._get_part_lines_sql(company, dealers),
                deliveries=self._get_delivery_moves_sql(company),
                date_to=date_to,
                since=self._get_last_sql(company, date_from),
            ),
        )

    def _read_open_lines(self, company, dealers, date_to):
        """What was delivered and not invoiced, and ordered and not delivered, on the last day."""
        return self._read_rows(
            None,
            SQL(
                """
                WITH part_line AS (%(lines)s),
                     delivered AS (%(delivered)s),
                     invoiced AS (%(invoiced)s),
                     open AS (
                         SELECT part_line.*,
                                COALESCE(delivered.quantity, 0) AS delivered,
                                COALESCE(delivered.quantity, 0)
                                    - COALESCE(invoiced.quantity, 0) AS to_invoice
                           FROM part_line
                      LEFT JOIN delivered ON delivered.line_id = part_line.id
                      LEFT JOIN invoiced ON invoiced.line_id = part_line.id
                          WHERE part_line.date <= %(date_to)s)
                SELECT 'to_invoice' AS section, dealer_id, currency_id, order_id, date, document,
                       product_id, uom_id, to_invoice AS quantity, to_invoice * price AS amount
                  FROM open
                 WHERE ROUND(to_invoice, 6) > 0
                    OR ROUND(to_invoice, 6) < 0 AND invoice_policy = 'delivery'
             UNION ALL
                SELECT 'to_deliver', dealer_id, currency_id, order_id, date, document,
                       product_id, uom_id, ordered - delivered, (ordered - delivered) * price
                  FROM open
                 WHERE ROUND(ordered - delivered, 6) > 0
              ORDER BY date, document, product_id
                """,
                lines=self._get_part_lines_sql(company, dealers),
                delivered=self._get_delivered_sql(company, date_to),
                invoiced=self._get_invoiced_sql(date_to),
                date_to=date_to,
            ),
        )

    def _read_rows(self, section, query):
        """Rows of a query as values of lines; amounts rounded once, to the currency."""
        rows = self.env.execute_query_dict(query)
        currencies = self.env["res.currency"].browse({row["currency_id"] for row in rows})
        places = {currency.id: currency.decimal_places for currency in currencies}
        for row in rows:
            row["amount"] = round_half_up(as_decimal(row["amount"]), places[row["currency_id"]])
            row["parts_amount"] = 0
            row.setdefault("section", section)
            row.setdefault("kind", False)
        return rows

    def _merge_drafts(self):
        """Leave one draft a dealer, currency and period, with the figures of all."""
        groups = self.grouped(
            lambda draft: (draft.settlement_id, draft.partner_id, draft.currency_id)
        )
        kept = self.browse()
        for drafts in groups.values():
            kept |= drafts[0]
            drafts[1:].unlink()
        kept._compute_statements()
