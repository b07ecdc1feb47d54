# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from ast import literal_eval
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

DOCUMENT_BASES = [
    ("turnover", "Turnover"),
    ("quantity", "Quantity"),
    ("delivery", "Delivery charges"),
    ("margin", "Margin"),
]


class Subject(NamedTuple):
    """Who earns: a dealer with all its addresses, or one of its stores (R2)."""

    partner_id: int
    outlet_id: int


def check_filter(record, name, model):
    """Refuse a filter that is no domain of plain values on existing fields.

    :raise ValidationError: naming the record and what is wrong
    """
    try:
        record.env[model]._search(Domain(literal_eval(record[name])))
    except (ValueError, SyntaxError, TypeError, KeyError, AttributeError) as error:
        raise ValidationError(
            record.env._(
                "The filter of %(name)s cannot be read: %(error)s",
                name=record.display_name,
                error=str(error),
            )
        ) from error


class RebateBasisMixin(models.AbstractModel):
    """What counts: the choke point of every figure that is read from documents.

    One query decides which invoice lines count, for whom, in which period, and with which amount;
    components, metrics, progress and simulation all ask it. Amounts are in the agreement's
    currency, quantities in the unit that is chosen here.
    """

    _name = "rebate.basis.mixin"
    _description = "Basis of a Rebate"

    basis = fields.Selection(
        DOCUMENT_BASES,
        required=True,
        default="turnover",
        help="Turnover: posted customer invoices less credit notes, by invoice date, without tax, "
        "after line discounts. Quantity: pieces in the chosen unit. Delivery charges: turnover of "
        "the delivery products (R11). Margin: turnover less the cost booked with the sale. Rebate "
        "credit notes themselves never count.",
    )
    uom_id = fields.Many2one(
        "uom.uom", string="Unit", help="Unit of the quantity, e.g. litres for oil."
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Only products of these categories (and those below them) count. Empty: all lines.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        help="Only these products count: the named models of R1. Empty: all lines.",
    )
    product_domain = fields.Char(
        string="Product Filter",
        help="Only products that match count, for example those of one brand.",
    )
    date_scope_from = fields.Date(
        string="Counts From", help="First invoice date that counts, e.g. of a promotion."
    )
    date_scope_to = fields.Date(
        string="Counts To", help="Last invoice date that counts, e.g. of a promotion."
    )

    _date_scope_ordered = models.Constraint(
        "CHECK (date_scope_to IS NULL OR date_scope_from IS NULL "
        "OR date_scope_to >= date_scope_from)",
        "The last day that counts cannot lie before the first.",
    )

    @api.constrains("product_domain")
    def _check_product_domain(self):
        for record in self.filtered("product_domain"):
            check_filter(record, "product_domain", "product.product")

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _read_basis(self, agreement, windows, partner_ids=None, cutoff=None):
        """Basis of every subject and window, in one grouped query (T4: by commercial entity).

        :param agreement: who counts, in which currency, with which switches
        :param windows: list of (key, first day, last day); keys are dates and must be unique
        :param partner_ids: only these dealers
        :param cutoff: day up to which payments count, where only what is paid counts
        :return: {(Subject, key): (Decimal, number of lines)}
        :raise UserError: naming the documents, when one has no exchange rate
        """
        self.ensure_one()
        if not windows:
            return {}
        self._flush_basis()
        query = self._get_basis_query(agreement, windows, partner_ids, cutoff=cutoff)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, outlet_id, period_key, SUM(base)::text, COUNT(*),
                       BOOL_OR(missing_rate)
                  FROM (%s) AS counted
              GROUP BY partner_id, outlet_id, period_key
                """,
                query,
            )
        )
        if any(missing for *_row, missing in rows):
            self._raise_missing_rate(agreement, query)
        return {
            (Subject(partner, outlet), key): (Decimal(base), count)
            for partner, outlet, key, base, count, _missing in rows
        }

    def _read_documents(self, agreement, windows, partner_ids=None, cutoff=None):
        """Basis of each document, see :meth:`_read_basis`.

        :return: {(Subject, key): [Decimal of each document]}
        """
        self.ensure_one()
        self._flush_basis()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, outlet_id, period_key, SUM(base)::text
                  FROM (%s) AS counted
              GROUP BY partner_id, outlet_id, period_key, move_id ORDER BY move_id
                """,
                self._get_basis_query(agreement, windows, partner_ids, cutoff=cutoff),
            )
        )
        documents = {}
        for partner, outlet, key, base in rows:
            documents.setdefault((Subject(partner, outlet), key), []).append(Decimal(base))
        return documents

    def _get_basis_query(self, agreement, windows, partner_ids=None, with_taxes=False, cutoff=None):
        """Query of all that counts: one row per source line.

        Columns: ``source_id`` (invoice line), ``move_id``, ``partner_id`` (commercial entity),
        ``outlet_id`` (0 where the subject is the dealer), ``period_key``, ``base`` (rounded to
        the digits of currency or unit), ``missing_rate``, and with taxes ``tax_key`` (ids of the
        line's taxes). See :meth:`_read_basis` for the parameters.

        :param with_taxes: add the taxes; costs an index lookup a line
        """
        self.ensure_one()
        if not windows:
            return self._get_empty_query(with_taxes)
        outbound = agreement.direction == "dealer"
        invoice, refund = ("out_invoice", "out_refund") if outbound else ("in_invoice", "in_refund")
        amount, missing, amount_join = self._get_amount_sql(agreement, cutoff)
        outlet, outlet_join = self._get_outlet_sql(agreement)
        tax_key = SQL(
            """, COALESCE((SELECT STRING_AGG(rel.account_tax_id::text, ','
                                             ORDER BY rel.account_tax_id)
                             FROM account_move_line_account_tax_rel rel
                            WHERE rel.account_move_line_id = line.id), '') AS tax_key"""
        )
        return SQL(
            """
            SELECT line.id AS source_id, move.id AS move_id,
                   move.commercial_partner_id AS partner_id, %(outlet)s AS outlet_id,
                   period.key AS period_key,
                   ROUND(%(amount)s, %(digits)s)
                       * CASE move.move_type WHEN %(refund)s THEN -1 ELSE 1 END AS base,
                   %(missing)s AS missing_rate
                   %(tax_key)s
              FROM account_move move
              JOIN (VALUES %(windows)s) AS period (key, date_from, date_to)
                ON move.invoice_date BETWEEN period.date_from AND period.date_to
              JOIN account_move_line line ON line.move_id = move.id
              %(outlet_join)s
              %(amount_join)s
             WHERE move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN (%(invoice)s, %(refund)s)
               AND move.rebate_settlement_id IS NULL
               AND move.aftersales_no_turnover IS NOT TRUE
               AND line.display_type = 'product'
               AND %(dealers)s
               AND %(scope)s
            """,
            amount=amount,
            digits=self._get_basis_digits(agreement),
            missing=missing,
            tax_key=tax_key if with_taxes else SQL(),
            windows=SQL(", ").join(SQL("(%s::date, %s::date, %s::date)", *w) for w in windows),
            outlet=outlet,
            outlet_join=outlet_join,
            amount_join=amount_join,
            company=agreement.company_id.id,
            invoice=invoice,
            refund=refund,
            dealers=agreement._get_dealer_sql(partner_ids),
            scope=self._get_scope_sql(agreement),
        )

    def _get_empty_query(self, with_taxes=False):
        """The basis query of what has no documents behind it, or no day to count."""
        return SQL(
            """SELECT 0 AS source_id, 0 AS move_id, 0 AS partner_id, 0 AS outlet_id,
                      NULL::date AS period_key, 0::numeric AS base, FALSE AS missing_rate %s
                WHERE FALSE""",
            SQL(", '' AS tax_key") if with_taxes else SQL(),
        )

    def _get_basis_digits(self, agreement):
        """Decimal places that a line's basis is rounded to."""
        if self.basis == "quantity":
            return self.env["decimal.precision"].precision_get("Product Unit")
        return agreement.currency_id.decimal_places

    def _flush_basis(self):
        """Write pending changes of all that the basis query reads."""
        for model, names in (
            ("account.move", None),
            ("account.move.line", None),
            ("res.partner", ["is_dealer", "commercial_partner_id"]),
            ("res.currency.rate", None),
            ("product.template", ["categ_id"]),
            ("aftersales.outlet", ["partner_id", "dealer_id", "date_start", "active"]),
            ("rebate.member", None),
            ("rebate.settlement.line", None),
        ):
            self.env[model].flush_model(names)

    # ------------------------------------------------------------------
    # Amounts
    # ------------------------------------------------------------------

    def _get_amount_sql(self, agreement, cutoff=None):
        """(amount, missing rate?, join) of a line in the agreement's currency, or in the unit.

        A document's own rate takes it to the company's currency; an agreement in a third currency
        goes on from there with the rate of the invoice date. No rate is an error, never 1 (R12).
        """
        if self.basis == "quantity":
            return self._get_quantity_sql()
        own = agreement.currency_id
        company = agreement.company_id
        document, join = self._get_document_amount_sql(agreement, cutoff)
        in_company = SQL("%s / NULLIF(move.invoice_currency_rate, 0)", document)
        # Odoo writes the rate 1 where a currency has none at all.
        no_rate = SQL(
            """(move.currency_id <> %(company_currency)s
                AND (COALESCE(move.invoice_currency_rate, 0) <= 0
                     OR move.invoice_currency_rate = 1
                    AND NOT EXISTS (SELECT 1 FROM res_currency_rate r
                                     WHERE r.currency_id = move.currency_id
                                       AND (r.company_id IS NULL OR r.company_id = %(company)s))))
            """,
            company_currency=company.currency_id.id,
            company=company.root_id.id,
        )
        if own == company.currency_id:
            converted = in_company
        else:
            converted = SQL("%s * third.rate", in_company)
            no_rate = SQL("(%s OR third.rate IS NULL)", no_rate)
            join = SQL(
                "%s LEFT JOIN LATERAL (SELECT %s / COALESCE(%s, 1) AS rate) AS third ON TRUE",
                join,
                self._get_rate_sql(company, own),
                self._get_rate_sql(company, company.currency_id),
            )
        amount = SQL(
            "CASE WHEN move.currency_id = %s THEN %s ELSE %s END", own.id, document, converted
        )
        return amount, SQL("(move.currency_id <> %s AND %s)", own.id, no_rate), join

    def _get_document_amount_sql(self, agreement, cutoff=None):
        """(amount, join) of a line in the document's currency, by the agreement's switches.

        Before discount: a line given away altogether (100 %) has no price left to go back to but
        its unit price. Paid only: the share of the document's total that is paid up to the
        cut-off; a reversed document counts on both sides (R14).
        """
        if agreement.amount_basis == "total":
            amount = SQL("line.price_total")
        elif agreement.amount_basis == "undiscounted":
            amount = SQL(
                """CASE WHEN line.discount < 100
                        THEN line.price_subtotal / (1 - COALESCE(line.discount, 0) / 100)
                        ELSE line.price_unit * line.quantity END"""
            )
        else:
            amount = SQL("line.price_subtotal")
        join = SQL()
        if self.basis == "margin":
            # The cost that was booked with this very sale, in the company's currency.
            join = SQL(
                """LEFT JOIN LATERAL (
                       SELECT SUM(ABS(cogs.balance)) * COALESCE(
                                  NULLIF(move.invoice_currency_rate, 0), 1) AS amount
                         FROM account_move_line cogs
                        WHERE cogs.cogs_origin_id = line.id AND cogs.display_type = 'cogs'
                          AND cogs.account_id IN (
                              SELECT id FROM account_account
                               WHERE account_type IN ('expense', 'expense_direct_cost'))
                   ) AS cost ON TRUE"""
            )
            amount = SQL("%s - COALESCE(cost.amount, 0)", amount)
        if agreement.paid_only:
            amount = SQL("(%s) * paid.share", amount)
            join = SQL("%s %s", join, self._get_paid_join_sql(cutoff))
        return amount, join

    def _get_paid_join_sql(self, cutoff):
        """Share of a document that is paid up to a day, from its receivable or payable lines."""
        return SQL(
            """JOIN LATERAL (
                   SELECT COALESCE(SUM(settled.amount) / NULLIF(SUM(ABS(term.balance)), 0), 1)
                              AS share
                     FROM account_move_line term
                     JOIN account_account account ON account.id = term.account_id
                      AND account.account_type IN ('asset_receivable', 'liability_payable')
                     JOIN LATERAL (
                          SELECT COALESCE(SUM(part.amount), 0) AS amount
                            FROM account_partial_reconcile part
                           WHERE (part.debit_move_id = term.id OR part.credit_move_id = term.id)
                             AND part.max_date <= %s::date) AS settled ON TRUE
                    WHERE term.move_id = move.id
               ) AS paid ON TRUE""",
            cutoff or fields.Date.context_today(self),
        )

    def _get_quantity_sql(self):
        """(quantity, never missing, join) in the unit that is chosen here."""
        if not self.uom_id:
            return SQL("line.quantity"), SQL("FALSE"), SQL()
        # Units of another kind do not count: litres of oil are no pieces.
        return (
            SQL("line.quantity * unit.factor / %s::numeric", str(self.uom_id.factor)),
            SQL("FALSE"),
            SQL(
                """JOIN uom_uom unit ON unit.id = line.product_uom_id
                    AND unit.id IN %s""",
                tuple(self._get_compatible_units().ids),
            ),
        )

    def _get_compatible_units(self):
        """Units that convert into the chosen one: those of the same reference unit."""
        root = self.uom_id
        while root.relative_uom_id:
            root = root.relative_uom_id
        units = self.env["uom.uom"].with_context(active_test=False)
        return units.search([("id", "child_of", root.id)])

    def _get_rate_sql(self, company, currency):
        """Newest rate of a currency on or before the invoice date (``move``)."""
        return SQL(
            """(SELECT r.rate FROM res_currency_rate r
                 WHERE r.currency_id = %s AND r.name <= move.invoice_date
                   AND (r.company_id IS NULL OR r.company_id = %s)
              ORDER BY r.company_id NULLS LAST, r.name DESC LIMIT 1)""",
            currency.id,
            company.root_id.id,
        )

    # ------------------------------------------------------------------
    # Scope and subject
    # ------------------------------------------------------------------

    def _get_scope_sql(self, agreement):
        """Condition on what counts (``line``, ``move``). For extension by class, tier."""
        conditions = [SQL("TRUE")]
        if self.date_scope_from:
            conditions.append(SQL("move.invoice_date >= %s", self.date_scope_from))
        if self.date_scope_to:
            conditions.append(SQL("move.invoice_date <= %s", self.date_scope_to))
        domain = self._get_product_domain()
        if not domain.is_true():
            conditions.append(self._get_product_sql(agreement, domain))
        return SQL(" AND ").join(conditions)

    def _get_product_sql(self, agreement, domain):
        """Condition on the product of a ``line``. For extension by lines that stand for others."""
        products = self.env["product.product"].with_context(active_test=False)
        return SQL("line.product_id IN %s", products._search(domain).subselect())

    def _get_product_domain(self):
        """Products that count, as a domain on ``product.product``; a true one for all lines."""
        domain = Domain.TRUE
        if self.basis == "delivery":
            domain &= self._get_delivery_domain()
        if self.categ_ids:
            domain &= Domain("categ_id", "child_of", self.categ_ids.ids)
        if self.product_ids:
            domain &= Domain("id", "in", self.product_ids.ids)
        if self.product_domain:
            domain &= Domain(literal_eval(self.product_domain))
        return domain

    def _get_delivery_domain(self):
        """Products that are delivery charges (R11): the chosen ones, else those of carriers.

        :raise UserError: when there are neither
        """
        if self.product_ids or self.categ_ids:
            return Domain.TRUE
        if "delivery.carrier" in self.env:
            # sudo: which products carriers charge with is no secret to who sets up rebates.
            carriers = self.env["delivery.carrier"].sudo().with_context(active_test=False)
            products = carriers.search([("product_id", "!=", False)]).product_id
            return Domain("id", "in", products.ids)
        raise UserError(
            self.env._(
                "Choose the products that are delivery charges for %(name)s: without Odoo's "
                "delivery methods nobody can tell.",
                name=self.display_name,
            )
        )

    def _get_outlet_sql(self, agreement):
        """(outlet id, join): the store that a document belongs to, where stores earn (R2).

        A store is known by the delivery address, else by the customer of the document.
        """
        if agreement.subject != "store":
            return SQL("0"), SQL()
        return SQL("outlet.id"), SQL(
            """JOIN LATERAL (
                   SELECT o.id, o.date_start FROM aftersales_outlet o
                    WHERE o.company_id = move.company_id
                      AND o.partner_id IN (move.partner_shipping_id, move.partner_id)
                 ORDER BY (o.partner_id = move.partner_shipping_id) DESC, o.id LIMIT 1
               ) AS outlet ON TRUE"""
        )

    def _raise_missing_rate(self, agreement, query):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.name FROM (%s) AS counted
                  JOIN account_move move ON move.id = counted.move_id
                 WHERE counted.missing_rate ORDER BY move.name LIMIT 5
                """,
                query,
            )
        )
        raise UserError(
            self.env._(
                "No exchange rate into %(currency)s for %(documents)s. Enter the rate of the "
                "invoice date in Accounting, Configuration, Currencies, and compute again: "
                "nothing is left out silently.",
                currency=agreement.currency_id.name,
                documents=", ".join(name for (name,) in rows),
            )
        )
