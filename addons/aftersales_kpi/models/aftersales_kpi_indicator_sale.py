# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

# Money as the ledger has it: company currency at the document's own rate, credit notes negative.
MONEY = SQL("-line.balance")
# Pieces in the product's own unit of measure.
PIECES = SQL(
    """ROUND(line.quantity * COALESCE(sold_in.factor / NULLIF(kept_in.factor, 0), 1), 6)
       * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END"""
)


class AftersalesKpiIndicator(models.Model):
    """Measures over what was sold, from posted invoices (K9, K20, K22).

    Untaxed, in the company's currency as it was booked, net of credit notes, by invoice date.
    Documents that settle a claim are no sales.
    """

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("parts_sold", "Parts sold (money)"),
            ("care_sold", "Care products sold (pieces)"),
            ("oil_sold", "Oil sold (pieces)"),
            ("accessories_sold", "Accessories sold (money)"),
            ("units_sold", "Units sold (number)"),
            ("direct_units_sold", "Units sold directly (number)"),
            ("external_sales", "Sales outside the group (money)"),
            ("direct_sales", "Direct sales (money)"),
            ("group_sales", "Sales inside the group (money)"),
            ("direct_ratio", "Direct ratio (%)"),
            ("accessories_ratio", "Accessories ratio (%)"),
            ("accessories_per_unit", "Accessories per unit (money)"),
            ("fitting_rate", "Fitting rate of accessories (%)"),
        ],
        ondelete={
            "parts_sold": "cascade",
            "care_sold": "cascade",
            "oil_sold": "cascade",
            "accessories_sold": "cascade",
            "units_sold": "cascade",
            "direct_units_sold": "cascade",
            "external_sales": "cascade",
            "direct_sales": "cascade",
            "group_sales": "cascade",
            "direct_ratio": "cascade",
            "accessories_ratio": "cascade",
            "accessories_per_unit": "cascade",
            "fitting_rate": "cascade",
        },
    )

    # === ROWS === #

    def _get_rows_parts_sold(self, scope):
        """Money of parts. K20."""
        return self._get_sale_rows(scope, MONEY, condition=self._get_group_sql("part"))

    def _get_rows_care_sold(self, scope):
        """Bottles of care products. K20, K22."""
        return self._get_sale_rows(scope, PIECES, condition=self._get_group_sql("care"))

    def _get_rows_oil_sold(self, scope):
        """Bottles or drums of oil, as the product is counted. K20, K22."""
        return self._get_sale_rows(scope, PIECES, condition=self._get_group_sql("oil"))

    def _get_rows_accessories_sold(self, scope):
        """Money of accessories, without care and cleaning products. K9."""
        return self._get_sale_rows(scope, MONEY, condition=self._get_group_sql("accessory"))

    def _get_rows_units_sold(self, scope):
        """Units that left the group. K9."""
        return self._get_unit_rows(scope, SQL("TRUE"))

    def _get_rows_direct_units_sold(self, scope):
        """Units sold to users, not to dealers. K9."""
        return self._get_unit_rows(scope, self._get_direct_sql())

    def _get_rows_external_sales(self, scope):
        """Money of sales outside the group. K9."""
        return self._get_sale_rows(scope, MONEY, condition=self._get_external_sql())

    def _get_rows_direct_sales(self, scope):
        """Money of sales to users. K9."""
        condition = SQL("%s AND %s", self._get_external_sql(), self._get_direct_sql())
        return self._get_sale_rows(scope, MONEY, condition=condition)

    def _get_rows_group_sales(self, scope):
        """Money of sales inside the group, shown apart. K9."""
        return self._get_sale_rows(scope, MONEY, condition=self._get_inside_sql())

    def _get_rows_direct_ratio(self, scope):
        """Direct ÷ external sales. K9."""
        direct = SQL("CASE WHEN %s THEN %s ELSE 0 END", self._get_direct_sql(), MONEY)
        return self._get_sale_rows(scope, direct, MONEY, self._get_external_sql())

    def _get_rows_accessories_ratio(self, scope):
        """Accessories ÷ all sales outside the group. K9."""
        amount = SQL("CASE WHEN %s THEN %s ELSE 0 END", self._get_group_sql("accessory"), MONEY)
        return self._get_sale_rows(scope, amount, MONEY, self._get_external_sql())

    def _get_rows_accessories_per_unit(self, scope):
        """Money of accessories ÷ units sold. K9."""
        accessory, unit = self._get_group_sql("accessory"), self._get_group_sql("unit")
        return self._get_sale_rows(
            scope,
            SQL("CASE WHEN %s THEN %s ELSE 0 END", accessory, MONEY),
            SQL("CASE WHEN %s THEN %s ELSE 0 END", unit, PIECES),
            SQL("(%s OR %s) AND %s", accessory, unit, self._get_external_sql()),
        )

    def _get_rows_fitting_rate(self, scope):
        """Units sold with an accessory on the same invoice ÷ units sold. K9."""
        fitted = SQL(
            """EXISTS (SELECT FROM account_move_line AS fitted
                         JOIN product_product AS article ON article.id = fitted.product_id
                         JOIN product_template AS model ON model.id = article.product_tmpl_id
                         JOIN product_category AS family ON family.id = model.categ_id
                        WHERE fitted.move_id = move.id AND fitted.display_type = 'product'
                          AND family.aftersales_product_group = 'accessory')"""
        )
        return self._get_unit_rows(
            scope, SQL("TRUE"), SQL("CASE WHEN %s THEN %s ELSE 0 END", fitted, PIECES), PIECES
        )

    def _get_unit_rows(self, scope, condition, amount=PIECES, weight=None):
        """Rows of units that left the group."""
        condition = SQL(
            "%s AND %s AND %s", self._get_group_sql("unit"), self._get_external_sql(), condition
        )
        return self._get_sale_rows(scope, amount, weight, condition)

    def _get_sale_rows(self, scope, amount, weight=None, condition=None):
        """Rows of posted invoice lines, one a line and subject.

        What charges a job counts for its technician and outlet, all else for the seller. A dealer
        is who bought.

        :param SQL amount: expression over ``move``, ``line``, ``category``, ``buyer``, ``job``
        :param SQL weight: expression over them; default 1
        :param SQL condition: further condition
        """
        return self._build_rows(
            scope,
            self._get_sale_source(scope),
            SQL("line.id"),
            amount,
            weight or SQL("1"),
            SQL("%s AND %s", self._get_sale_condition(scope), condition or SQL("TRUE")),
            SQL("move.invoice_date"),
            **self._get_sale_subjects(scope),
        )

    # === PIECES OF SQL === #

    def _get_sale_source(self, scope):
        """FROM of invoice lines with their product group, buyer and, where asked for, job."""
        self._flush_sales()
        job = SQL("NULL::integer AS id, NULL::integer AS technician_id, NULL::integer AS outlet_id")
        if scope.subject in ("employee", "team", "outlet"):
            job = SQL(
                """voucher.id, voucher.technician_id, voucher.outlet_id
                     FROM sale_order_line_invoice_rel AS rel
                     JOIN sale_order_line AS charged ON charged.id = rel.order_line_id
                     JOIN aftersales_voucher_line AS work
                       ON work.id = charged.aftersales_voucher_line_id
                     JOIN aftersales_voucher AS voucher ON voucher.id = work.voucher_id
                    WHERE rel.invoice_line_id = line.id
                 ORDER BY voucher.id LIMIT 1"""
            )
        return SQL(
            """account_move AS move
               JOIN account_move_line AS line ON line.move_id = move.id
               JOIN res_partner AS buyer ON buyer.id = move.commercial_partner_id
          LEFT JOIN product_product AS product ON product.id = line.product_id
          LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
          LEFT JOIN product_category AS category ON category.id = template.categ_id
          LEFT JOIN uom_uom AS sold_in ON sold_in.id = line.product_uom_id
          LEFT JOIN uom_uom AS kept_in ON kept_in.id = template.uom_id
          LEFT JOIN LATERAL (SELECT %s) AS job ON TRUE""",
            job,
        )

    def _flush_sales(self):
        for model in (
            "account.move",
            "account.move.line",
            "aftersales.voucher",
            "aftersales.voucher.line",
            "product.category",
            "product.template",
            "res.partner",
            "sale.order.line",
        ):
            self.env[model].flush_model()

    def _get_sale_condition(self, scope):
        """What a sale is: a line of a posted invoice or credit note of the period.

        Hook: what pays a rebate out is no sale either.

        :return: SQL over the aliases ``move`` and ``line``
        """
        return SQL(
            """move.company_id = %s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND move.invoice_date BETWEEN %s AND %s
               AND move.aftersales_no_turnover IS NOT TRUE
               AND line.display_type = 'product'""",
            scope.company.id,
            scope.start,
            scope.end,
        )

    def _get_sale_subjects(self, scope):
        """Who sold, where, to which dealer."""
        return {
            "employee": SQL(
                "COALESCE(job.technician_id, %s)",
                self._get_person_sql(scope, SQL("move.invoice_user_id")),
            ),
            "outlet": SQL("job.outlet_id"),
            "dealer": SQL("CASE WHEN buyer.is_dealer THEN buyer.id END"),
        }

    @api.model
    def _get_group_sql(self, group):
        return SQL("category.aftersales_product_group = %s", group)

    @api.model
    def _get_inside_sql(self):
        """The buyer belongs to the group: by its flag, or as a company of the database."""
        self.env["res.company"].flush_model(["partner_id"])
        return SQL(
            """(buyer.aftersales_in_group IS TRUE OR buyer.id IN (
                   SELECT own.commercial_partner_id FROM res_company
                     JOIN res_partner AS own ON own.id = res_company.partner_id))"""
        )

    @api.model
    def _get_external_sql(self):
        return SQL("NOT %s", self._get_inside_sql())

    @api.model
    def _get_direct_sql(self):
        """The buyer is no dealer."""
        return SQL("buyer.is_dealer IS NOT TRUE")

    # === WHAT IS MEASURED === #

    def _get_sale_note(self):
        """What holds for all figures of sales, in the reader's language."""
        return self.env._(
            "From posted customer invoices by invoice date, without tax, in the company's "
            "currency at the rate of the document, less credit notes; documents that settle "
            "claims do not count. What charges a job counts for its technician and outlet, all "
            "else for the salesperson; a dealer is who bought."
        )

    def _get_sale_kind(self, unit, formula, **terms):
        """Terms of a measure over invoice lines."""
        return MeasureKind(
            unit=unit,
            formula=f"{formula} {self._get_sale_note()}",
            model="account.move.line",
            **{"is_ratio": False, **terms},
        )

    def _get_measure_kinds(self):
        ratio = {"is_ratio": True, "scale": 100}
        _ = self.env._
        return super()._get_measure_kinds() | {
            "parts_sold": self._get_sale_kind(
                "money",
                _("Σ amounts of lines whose product belongs to a category of the group Parts."),
            ),
            "care_sold": self._get_sale_kind(
                "number",
                _(
                    "Σ pieces of lines whose product belongs to a category of the group Care and "
                    "Cleaning Products, in the product's own unit."
                ),
            ),
            "oil_sold": self._get_sale_kind(
                "number",
                _(
                    "Σ pieces of lines whose product belongs to a category of the group Oil, in "
                    "the product's own unit."
                ),
            ),
            "accessories_sold": self._get_sale_kind(
                "money",
                _(
                    "Σ amounts of lines whose product belongs to a category of the group "
                    "Accessories; care and cleaning products are none."
                ),
            ),
            "units_sold": self._get_sale_kind(
                "number",
                _("Σ pieces of the product group Units that were sold outside the own group."),
            ),
            "direct_units_sold": self._get_sale_kind(
                "number",
                _(
                    "Σ pieces of the product group Units that were sold outside the own group "
                    "to customers who are no dealers."
                ),
            ),
            "external_sales": self._get_sale_kind(
                "money", _("Σ amounts of lines for customers outside the own group.")
            ),
            "direct_sales": self._get_sale_kind(
                "money",
                _("Σ amounts of lines for customers outside the own group who are no dealers."),
            ),
            "group_sales": self._get_sale_kind(
                "money", _("Σ amounts of lines for customers inside the own group.")
            ),
            "direct_ratio": self._get_sale_kind(
                "percent",
                _(
                    "Sales to customers who are no dealers ÷ all sales, × 100; sales inside the "
                    "own group are left out of both."
                ),
                **ratio,
            ),
            "accessories_ratio": self._get_sale_kind(
                "percent",
                _("Sales of accessories ÷ all sales outside the own group, × 100."),
                **ratio,
            ),
            "accessories_per_unit": self._get_sale_kind(
                "money",
                _("Sales of accessories ÷ pieces of the group Units sold, outside the own group."),
                is_ratio=True,
            ),
            "fitting_rate": self._get_sale_kind(
                "percent",
                _(
                    "Units sold with an accessory on the same invoice ÷ units sold, × 100, "
                    "outside the own group."
                ),
                **ratio,
            ),
        }
