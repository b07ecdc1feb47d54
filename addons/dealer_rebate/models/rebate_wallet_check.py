# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class RebateWalletCheck(models.Model):
    """Account, counter, lots and holds of each dealer side by side: they must agree (P12)."""

    _name = "rebate.wallet.check"
    _description = "Wallet Reconciliation"
    _auto = False
    _order = "is_equal, wallet_id, partner_id"
    _rec_name = "partner_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "partner_id",
            "parent_state",
            "amount_currency",
            "amount_residual_currency",
        ],
        "rebate.wallet": ["account_id", "state"],
        "rebate.wallet.balance": ["balance", "held", "available", "owner"],
        "rebate.wallet.hold": ["remaining", "state", "partner_id"],
        "res.partner": ["commercial_partner_id"],
    }

    wallet_id = fields.Many2one("rebate.wallet", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Dealer", readonly=True)
    account_balance = fields.Monetary(readonly=True, help="Sum of the account for this dealer.")
    counter_balance = fields.Monetary(readonly=True, help="Balance that spending is checked by.")
    lot_balance = fields.Monetary(readonly=True, help="What is left of all grants.")
    hold_balance = fields.Monetary(readonly=True, help="What orders hold.")
    counter_held = fields.Monetary(readonly=True, help="Held amount that spending is checked by.")
    is_equal = fields.Boolean(string="Agrees", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """SELECT row_number() OVER (ORDER BY sums.wallet_id, sums.partner_id) AS id, sums.*,
                      sums.account_balance = sums.counter_balance
                      AND sums.account_balance = sums.lot_balance
                      AND sums.hold_balance = sums.counter_held AS is_equal
                 FROM (
                      SELECT wallet_id, company_id, currency_id, partner_id,
                             SUM(account_balance) AS account_balance,
                             SUM(counter_balance) AS counter_balance,
                             SUM(lot_balance) AS lot_balance,
                             SUM(hold_balance) AS hold_balance,
                             SUM(counter_held) AS counter_held
                        FROM (%s UNION ALL %s UNION ALL %s) AS parts
                       GROUP BY wallet_id, company_id, currency_id, partner_id
                      ) AS sums""",
            SQL(
                """SELECT wallet.id AS wallet_id, wallet.company_id, wallet.currency_id,
                          partner.commercial_partner_id AS partner_id,
                          -line.amount_currency AS account_balance, 0 AS counter_balance,
                          CASE WHEN line.amount_currency < 0
                               THEN -line.amount_residual_currency ELSE 0 END AS lot_balance,
                          0 AS hold_balance, 0 AS counter_held
                     FROM account_move_line line
                     JOIN rebate_wallet wallet ON wallet.account_id = line.account_id
                                              AND wallet.state != 'draft'
                     LEFT JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.parent_state = 'posted'"""
            ),
            SQL(
                """SELECT wallet.id, wallet.company_id, wallet.currency_id, row.partner_id,
                          0, row.balance, 0, 0, row.held
                     FROM rebate_wallet_balance row
                     JOIN rebate_wallet wallet ON wallet.id = row.wallet_id"""
            ),
            SQL(
                """SELECT wallet.id, wallet.company_id, wallet.currency_id,
                          partner.commercial_partner_id, 0, 0, 0, hold.remaining, 0
                     FROM rebate_wallet_hold hold
                     JOIN rebate_wallet wallet ON wallet.id = hold.wallet_id
                     JOIN res_partner partner ON partner.id = hold.partner_id
                    WHERE hold.state = 'held'"""
            ),
        )
