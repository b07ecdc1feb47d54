# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL


class RebateComponentUncounted(models.Model):
    """Which invoices of a dealer's period did not count, and why (R12)."""

    _inherit = "rebate.component"

    def _read_uncounted(self, line):
        """Invoice lines of the dealer, dated in the line's period, that are not in its ledger.

        The first reason that holds is given, from the document to its line; the conditions are
        those of :meth:`_get_basis_query`, so that both always speak of the same.

        :param line: a settlement line of this component that counts documents
        :return: list of (invoice line id, reason), newest documents first; see
            ``rebate.uncounted`` for the reasons
        """
        self.ensure_one()
        if not self._counts_documents():
            return []
        self._flush_basis()
        self.env["rebate.allocation"].flush_model()
        agreement = self.agreement_id
        outlet, outlet_join = self._get_outlet_sql(agreement)
        # What a product's condition may ask for; it leaves out no line.
        _amount, amount_join = self._get_document_amount_sql(agreement, line.settlement_id.date_to)
        outbound = agreement.direction == "dealer"
        kinds = ("out_invoice", "out_refund") if outbound else ("in_invoice", "in_refund")
        query = SQL(
            """
            SELECT line.id, CASE %(reasons)s ELSE 'nothing' END
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
                                         AND line.display_type = 'product'
              LEFT %(outlet_join)s
              %(amount_join)s
             WHERE move.company_id = %(company)s
               AND move.move_type IN %(kinds)s
               AND move.commercial_partner_id = %(partner)s
               AND COALESCE(move.invoice_date, move.date) BETWEEN %(first)s AND %(last)s
               AND NOT EXISTS (
                   SELECT 1 FROM rebate_allocation counted
                     JOIN rebate_settlement_line paid ON paid.id = counted.settlement_line_id
                      AND (paid.id = %(line)s OR paid.state = 'posted' AND paid.id < %(line)s)
                      AND COALESCE(paid.outlet_id, 0) = %(store)s
                    WHERE counted.component_key = %(key)s AND counted.source_id = line.id)
          ORDER BY COALESCE(move.invoice_date, move.date) DESC, line.id
            """,
            reasons=SQL(" ").join(
                SQL("WHEN %s THEN %s", condition, reason)
                for reason, condition in self._get_uncounted_reasons(line, outlet)
            ),
            outlet_join=outlet_join or SQL("JOIN (SELECT 1) AS nothing ON TRUE"),
            amount_join=amount_join,
            company=agreement.company_id.id,
            kinds=kinds,
            partner=line.partner_id.id,
            first=line.period_from,
            last=self._get_window_end(line),
            line=line.id,
            store=line.outlet_id.id or 0,
            key=self.component_key,
        )
        return self.env.execute_query(query)

    def _get_uncounted_reasons(self, line, outlet):
        """(reason, condition) in the order in which they are asked. For extension.

        :param outlet: expression of the store that a document belongs to
        """
        agreement = self.agreement_id
        cutoff = line.settlement_id.date_to
        reasons = [
            ("draft", SQL("move.state = 'draft'")),
            ("cancel", SQL("move.state = 'cancel'")),
            ("rebate", SQL("move.rebate_settlement_id IS NOT NULL")),
            ("claim", SQL("move.aftersales_no_turnover IS TRUE")),
            ("cutoff", SQL("move.invoice_date > %s", min(line.period_to, cutoff))),
            ("party", SQL("NOT (%s)", agreement._get_dealer_sql())),
        ]
        if agreement.subject == "store":
            reasons.append(("store", SQL("%s IS DISTINCT FROM %s", outlet, line.outlet_id.id or 0)))
        if self.date_scope_from:
            reasons.append(("dates", SQL("move.invoice_date < %s", self.date_scope_from)))
        if self.date_scope_to:
            reasons.append(("dates", SQL("move.invoice_date > %s", self.date_scope_to)))
        domain = self._get_product_domain()
        if not domain.is_true():
            reasons.append(("product", SQL("NOT (%s)", self._get_product_sql(agreement, domain))))
        reasons.append(("scope", SQL("NOT (%s)", self._get_scope_sql(agreement))))
        if self.basis == "quantity" and self.uom_id:
            units = tuple(self._get_compatible_units().ids)
            reasons.append(
                (
                    "unit",
                    SQL("line.product_uom_id IS NULL OR line.product_uom_id NOT IN %s", units),
                )
            )
        counted_now = SQL(
            "line.id IN (SELECT source_id FROM (%s) AS present WHERE base <> 0)",
            self._get_basis_query(
                agreement,
                [(line.period_from, line.period_from, line.period_to)],
                {line.partner_id.id},
                cutoff=cutoff,
            ),
        )
        reasons.append(("later", counted_now))
        if agreement.paid_only:
            reasons.append(("unpaid", SQL("TRUE")))
        return reasons

    def _counts_documents(self):
        """Whether invoices are what is counted, not reports, metrics or fixed sums."""
        return self.basis not in ("metric", "fixed", "guarantee")

    def _get_window_end(self, line):
        """Last day of the window that a line is about, also where it was cut off before."""
        _first, last = self.agreement_id._get_period_bounds(line.period_from, self.period)
        return max(last, line.period_to)
