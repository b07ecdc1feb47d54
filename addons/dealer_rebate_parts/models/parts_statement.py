# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.tools import SQL, format_date


class PartsStatement(models.Model):
    """Statements of parts tell rebates and virtual currency apart (P12)."""

    _inherit = "parts.statement"

    def _get_kind_sql(self):
        """Credit notes of settlements are rebates; what moves a wallet is virtual currency."""
        return SQL(
            """
            CASE WHEN move.move_type IN ('out_refund', 'out_invoice')
                  AND move.rebate_settlement_id IS NOT NULL THEN 'rebate'
                 WHEN move.move_type = 'entry' AND EXISTS (
                          SELECT 1
                            FROM account_move_line wallet_item
                            JOIN rebate_wallet wallet
                              ON wallet.account_id = wallet_item.account_id
                           WHERE wallet_item.move_id = move.id) THEN 'wallet'
                 ELSE %s
            END
            """,
            super()._get_kind_sql(),
        )

    def _flush_sources(self):
        self.env["rebate.wallet"].flush_model()
        return super()._flush_sources()

    def _read_sections(self, company, dealers, date_from, date_to):
        """Add what the dealer's wallets held, got and spent."""
        return super()._read_sections(company, dealers, date_from, date_to) + self._read_wallets(
            company, dealers, date_from, date_to
        )

    def _read_wallets(self, company, dealers, date_from, date_to):
        """Movements of virtual currency in the period, after what was there before it."""
        rows = self._read_rows(
            "wallet",
            SQL(
                """
                SELECT partner.commercial_partner_id AS dealer_id, item.currency_id,
                       item.date < %(date_from)s AS is_before,
                       CASE WHEN item.date >= %(date_from)s THEN item.date END AS date,
                       CASE WHEN item.date >= %(date_from)s THEN move.name END AS document,
                       wallet.name AS description,
                       CASE WHEN item.date >= %(date_from)s THEN move.id END AS move_id,
                       -SUM(item.amount_currency) AS amount
                  FROM account_move_line item
                  JOIN rebate_wallet wallet ON wallet.account_id = item.account_id
                                           AND wallet.company_id = item.company_id
                  JOIN account_move move ON move.id = item.move_id
                  JOIN res_partner partner ON partner.id = item.partner_id
                 WHERE item.company_id = %(company)s
                   AND item.parent_state = 'posted'
                   AND item.date <= %(date_to)s
                   AND partner.commercial_partner_id = ANY(%(dealers)s)
              GROUP BY 1, 2, 3, 4, 5, 6, 7
                HAVING SUM(item.amount_currency) <> 0
              ORDER BY is_before DESC, date, document
                """,
                company=company.id,
                dealers=dealers.ids,
                date_from=date_from,
                date_to=date_to,
            ),
        )
        for row in rows:
            if row.pop("is_before"):
                row["description"] = self.env._(
                    "%(wallet)s before %(date)s",
                    wallet=row["description"],
                    date=format_date(self.env, date_from),
                )
        return rows
