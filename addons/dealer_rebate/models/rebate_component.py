# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import uuid
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class RebateComponent(models.Model):
    """One thing an agreement pays for: a basis, its scope, and the table that turns it into money.

    Everything that is settled hangs on ``component_key``, not on the record: a component keeps
    its key over versions of an agreement, so that a new version pays the difference only.
    """

    _name = "rebate.component"
    _description = "Rebate Component"
    _order = "agreement_id, sequence, id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, help="As it stands on the statement and the credit note.")
    component_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: uuid.uuid4().hex,
        help="Identity over versions: what was settled under this key is never paid again.",
    )
    basis = fields.Selection(
        [("turnover", "Turnover untaxed, after discount")],
        required=True,
        default="turnover",
        help="Turnover: posted customer invoices less credit notes, by invoice date, without tax, "
        "after line discounts. Rebate credit notes themselves never count.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Only products of these categories (and those below them) count. Empty: all lines.",
    )
    rate_table_id = fields.Many2one(
        "rate.table",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('inputs', '=', 'one'), ('company_id', 'in', (company_id, False))]",
        help="Turns the period's basis into money (R4, R12).",
    )
    table_description = fields.Text(
        related="rate_table_id.description", string="Table in Words", help="The table in words."
    )

    _key_once = models.UniqueIndex(
        "(agreement_id, component_key)", "A component can be in an agreement only once."
    )

    @api.constrains("rate_table_id")
    def _check_rate_table(self):
        for component in self:
            table = component.rate_table_id
            if table.inputs != "one":
                raise ValidationError(
                    self.env._(
                        "%(table)s needs two figures; %(component)s has only its turnover. "
                        "Choose a table of one figure.",
                        table=table.name,
                        component=component.name,
                    )
                )
            if table.company_id and table.company_id != component.company_id:
                raise ValidationError(
                    self.env._(
                        "%(table)s belongs to another company than %(component)s.",
                        table=table.name,
                        component=component.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        components = super().create(vals_list)
        components.agreement_id._check_terms_editable()
        return components

    def write(self, vals):
        if set(vals) - {"sequence", "name"}:
            self.agreement_id._check_terms_editable()
        result = super().write(vals)
        if "agreement_id" in vals:
            # The agreement that it comes into may be in force as well.
            self.agreement_id._check_terms_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_editable()

    def _get_terms(self):
        """What this component promises, as plain data (see ``rebate.agreement._get_terms``)."""
        self.ensure_one()
        table = self.rate_table_id
        names = ("method", "bound", "open_below", "rate_unit", "step_every", "step_amount")
        return {
            "basis": self.basis,
            "categories": sorted(self.categ_ids.ids),
            "table": [str(table[name]) for name in (*names, "step_cap")],
            "rows": sorted([line.from_value, line.value] for line in table.line_ids),
        }

    def _check_table_ready(self):
        self.ensure_one()
        if self.rate_table_id.method != "step" and not self.rate_table_id.line_ids:
            raise UserError(
                self.env._(
                    "The table %(table)s of %(component)s has no rows yet: add them first.",
                    table=self.rate_table_id.name,
                    component=self.name,
                )
            )

    # ------------------------------------------------------------------
    # Basis
    # ------------------------------------------------------------------

    def _read_basis(self, periods):
        """Basis of every dealer and period, in one grouped query (T4: by commercial entity).

        :param periods: list of (first day, last day) that do not overlap
        :return: {(partner id, first day): (Decimal in the agreement's currency, number of lines)}
        :raise UserError: naming the documents, when one has no exchange rate
        """
        self.ensure_one()
        self._flush_basis()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, period_from, SUM(base)::text, COUNT(*), BOOL_OR(missing_rate)
                  FROM (%s) AS counted
              GROUP BY partner_id, period_from
                """,
                self._get_basis_query(periods),
            )
        )
        if any(missing for *_row, missing in rows):
            self._raise_missing_rate(periods)
        return {(partner, start): (Decimal(base), n) for partner, start, base, n, _missing in rows}

    def _read_settled(self, periods):
        """What posted lines paid for this component key, and on which basis.

        :param periods: list of (first day, last day)
        :return: {(partner id, first day): (amount, basis)}, Decimals in agreement currency
        """
        self.ensure_one()
        self.env["rebate.settlement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, period_from, SUM(amount)::text, SUM(base_delta)::text
                  FROM rebate_settlement_line
                 WHERE component_key = %s AND state = 'posted' AND period_from IN %s
              GROUP BY partner_id, period_from
                """,
                self.component_key,
                tuple(start for start, _end in periods),
            )
        )
        return {
            (partner, start): (Decimal(paid), Decimal(base)) for partner, start, paid, base in rows
        }

    def _get_basis_query(self, periods, partner_ids=None, with_taxes=False):
        """Query of all that counts: one row per source line. The choke point of every figure.

        Columns: ``source_id`` (invoice line), ``move_id``, ``partner_id`` (commercial entity),
        ``period_from``, ``base`` (agreement currency, rounded to its digits), ``missing_rate``,
        and with taxes ``tax_key`` (ids of the line's taxes).

        :param periods: list of (first day, last day) that do not overlap
        :param partner_ids: only these dealers
        :param with_taxes: add the taxes; costs an index lookup a line
        """
        self.ensure_one()
        agreement = self.agreement_id
        amount, missing, rate_join = self._get_amount_sql()
        tax_key = SQL(
            """, COALESCE((SELECT STRING_AGG(rel.account_tax_id::text, ','
                                             ORDER BY rel.account_tax_id)
                             FROM account_move_line_account_tax_rel rel
                            WHERE rel.account_move_line_id = line.id), '') AS tax_key"""
        )
        return SQL(
            """
            SELECT line.id AS source_id, move.id AS move_id,
                   move.commercial_partner_id AS partner_id, period.date_from AS period_from,
                   ROUND(%(amount)s, %(digits)s)
                       * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END AS base,
                   %(missing)s AS missing_rate
                   %(tax_key)s
              FROM account_move move
              JOIN (VALUES %(periods)s) AS period (date_from, date_to)
                ON move.invoice_date BETWEEN period.date_from AND period.date_to
              JOIN account_move_line line ON line.move_id = move.id
              %(rate_join)s
             WHERE move.company_id = %(company)s
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
               AND move.rebate_settlement_id IS NULL
               AND line.display_type = 'product'
               AND %(dealers)s
               AND %(scope)s
            """,
            amount=amount,
            digits=agreement.currency_id.decimal_places,
            missing=missing,
            tax_key=tax_key if with_taxes else SQL(),
            periods=SQL(", ").join(SQL("(%s::date, %s::date)", *p) for p in periods),
            rate_join=rate_join,
            company=agreement.company_id.id,
            dealers=self._get_dealer_sql(partner_ids),
            scope=self._get_scope_sql(),
        )

    def _get_amount_sql(self):
        """(amount, missing rate?, join) of a line in the agreement's currency.

        A document's own rate takes it to the company's currency; an agreement in a third currency
        goes on from there with the rate of the invoice date. No rate is an error, never 1 (R12).
        """
        own = self.agreement_id.currency_id
        company = self.agreement_id.company_id
        document = SQL("line.price_subtotal")
        in_company = SQL("line.price_subtotal / NULLIF(move.invoice_currency_rate, 0)")
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
            converted, join = in_company, SQL()
        else:
            converted = SQL("%s * third.rate", in_company)
            no_rate = SQL("(%s OR third.rate IS NULL)", no_rate)
            join = SQL(
                "LEFT JOIN LATERAL (SELECT %s / COALESCE(%s, 1) AS rate) AS third ON TRUE",
                self._get_rate_sql(own),
                self._get_rate_sql(company.currency_id),
            )
        amount = SQL(
            "CASE WHEN move.currency_id = %s THEN %s ELSE %s END", own.id, document, converted
        )
        return amount, SQL("(move.currency_id <> %s AND %s)", own.id, no_rate), join

    def _get_rate_sql(self, currency):
        """Newest rate of a currency on or before the invoice date (``move``)."""
        return SQL(
            """(SELECT r.rate FROM res_currency_rate r
                 WHERE r.currency_id = %s AND r.name <= move.invoice_date
                   AND (r.company_id IS NULL OR r.company_id = %s)
              ORDER BY r.company_id NULLS LAST, r.name DESC LIMIT 1)""",
            currency.id,
            self.agreement_id.company_id.root_id.id,
        )

    def _get_dealer_sql(self, partner_ids=None):
        """Condition on the subject: the dealer with all its addresses (``move``)."""
        agreement = self.agreement_id
        if partner_ids is not None:
            return SQL("move.commercial_partner_id IN %s", tuple(partner_ids) or (0,))
        if agreement.dealer_scope == "selected":
            dealers = agreement.partner_ids.commercial_partner_id.ids
            return SQL("move.commercial_partner_id IN %s", tuple(dealers) or (0,))
        # Who was paid stays in: a dealer that is no longer marked must not be charged back.
        return SQL(
            """move.commercial_partner_id IN (
                   SELECT id FROM res_partner WHERE is_dealer
                    UNION SELECT partner_id FROM rebate_settlement_line
                           WHERE component_key = %s AND state = 'posted')""",
            self.component_key,
        )

    def _get_scope_sql(self):
        """Condition on what counts (``line``). For extension by brand, class, promotion dates."""
        if not self.categ_ids:
            return SQL("TRUE")
        categories = self.env["product.category"].search([("id", "child_of", self.categ_ids.ids)])
        return SQL(
            """line.product_id IN (
                   SELECT product.id FROM product_product product
                     JOIN product_template template ON template.id = product.product_tmpl_id
                    WHERE template.categ_id IN %s)""",
            tuple(categories.ids),
        )

    def _flush_basis(self):
        """Write pending changes of all that the basis query reads."""
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["is_dealer"])
        self.env["res.currency.rate"].flush_model()
        self.env["product.template"].flush_model(["categ_id"])
        self.env["rebate.settlement.line"].flush_model()

    def _raise_missing_rate(self, periods):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.name FROM (%s) AS counted
                  JOIN account_move move ON move.id = counted.move_id
                 WHERE counted.missing_rate ORDER BY move.name LIMIT 5
                """,
                self._get_basis_query(periods),
            )
        )
        raise UserError(
            self.env._(
                "No exchange rate into %(currency)s for %(documents)s. Enter the rate of the "
                "invoice date in Accounting, Configuration, Currencies, and compute again: "
                "nothing is left out silently.",
                currency=self.agreement_id.currency_id.name,
                documents=", ".join(name for (name,) in rows),
            )
        )
