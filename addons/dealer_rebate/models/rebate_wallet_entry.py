# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL

KINDS = [
    ("grant", "Grant"),
    ("spend", "Spent"),
    ("restore", "Given back"),
    ("take_back", "Taken back"),
    ("expiry", "Expired"),
    ("other", "Other"),
]


class RebateWalletEntry(models.Model):
    """The wallet's ledger: one row for each posted journal item on a wallet account (P12).

    It is read from accounting, never written: amounts and what is left of a grant are the journal
    item's own, so the ledger cannot differ from the account.
    """

    _name = "rebate.wallet.entry"
    _description = "Wallet Entry"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "account.move.line": [
            "account_id",
            "partner_id",
            "parent_state",
            "amount_currency",
            "amount_residual_currency",
            "rebate_wallet_expiry",
            "date",
            "name",
        ],
        "account.move": ["name", "ref", "rebate_wallet_kind"],
        "account.partial.reconcile": ["debit_move_id", "credit_move_id", "credit_amount_currency"],
        "rebate.wallet": ["account_id", "state"],
        "res.partner": ["commercial_partner_id"],
    }

    wallet_id = fields.Many2one("rebate.wallet", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Dealer", readonly=True)
    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    document = fields.Char(readonly=True, help="Number of the journal entry.")
    name = fields.Char(string="Label", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    amount = fields.Monetary(
        readonly=True, help="Added to the wallet; negative when taken out of it."
    )
    expires_on = fields.Date(readonly=True, help="Last day on which it can be spent.")
    notice_on = fields.Date(readonly=True, help="Day the dealer was told that it will expire.")
    spent = fields.Monetary(readonly=True, help="What has been spent or taken back of this grant.")
    expired = fields.Monetary(readonly=True, help="What has expired of this grant.")
    remaining = fields.Monetary(readonly=True, help="What is left of this grant.")

    @property
    def _table_query(self):
        return SQL(
            """SELECT line.id, line.id AS move_line_id, line.move_id, wallet.id AS wallet_id,
                      wallet.company_id, wallet.currency_id,
                      partner.commercial_partner_id AS partner_id,
                      move.name AS document, line.name, line.date,
                      CASE WHEN move.rebate_wallet_kind IS NOT NULL THEN move.rebate_wallet_kind
                           WHEN move.origin_payment_id IS NOT NULL AND line.amount_currency > 0
                             OR move.move_type = 'out_invoice' THEN 'spend'
                           WHEN move.origin_payment_id IS NOT NULL
                             OR move.move_type = 'out_refund' THEN 'restore'
                           ELSE 'other' END AS kind,
                      -line.amount_currency AS amount,
                      CASE WHEN line.amount_currency < 0 THEN line.rebate_wallet_expiry END
                          AS expires_on,
                      line.rebate_wallet_notice_on AS notice_on,
                      CASE WHEN line.amount_currency < 0
                           THEN -line.amount_currency + line.amount_residual_currency
                                - COALESCE(used.expired, 0)
                           ELSE 0 END AS spent,
                      COALESCE(used.expired, 0) AS expired,
                      CASE WHEN line.amount_currency < 0 THEN -line.amount_residual_currency
                           ELSE 0 END AS remaining
                 FROM account_move_line line
                 JOIN rebate_wallet wallet ON wallet.account_id = line.account_id
                                          AND wallet.state != 'draft'
                 JOIN account_move move ON move.id = line.move_id
                 JOIN res_partner partner ON partner.id = line.partner_id
                 LEFT JOIN LATERAL (
                      SELECT SUM(part.credit_amount_currency) AS expired
                        FROM account_partial_reconcile part
                        JOIN account_move_line debit ON debit.id = part.debit_move_id
                        JOIN account_move entry ON entry.id = debit.move_id
                       WHERE part.credit_move_id = line.id
                         AND entry.rebate_wallet_kind = 'expiry'
                      ) AS used ON TRUE
                WHERE line.parent_state = 'posted' AND line.amount_currency != 0"""
        )

    def action_view_document(self):
        """Open the journal entry behind this row, for who may read accounting."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def _get_reference(self):
        """The document behind the entry: credit note, invoice paid, order; for the statement."""
        self.ensure_one()
        # sudo: numbers of the dealer's own documents, for who may read the dealer's wallet.
        move = self.move_id.sudo()
        if move.rebate_wallet_origin_id:
            return move.rebate_wallet_origin_id.name
        return ", ".join(move.origin_payment_id.reconciled_invoice_ids.mapped("name"))

    def _get_kind_label(self):
        """Kind in the reader's language."""
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]
