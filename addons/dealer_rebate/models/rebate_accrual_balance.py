# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class RebateAccrualBalance(models.Model):
    """Each accrual account's balance beside the open accruals: the difference must be 0 (R15)."""

    _name = "rebate.accrual.balance"
    _description = "Accrual Account against Open Accruals"
    _auto = False
    _order = "company_id, account_id"
    _rec_name = "account_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    balance = fields.Monetary(
        string="Account Balance",
        readonly=True,
        help="Posted items of the account, debits less credits.",
    )
    accrued = fields.Monetary(
        string="Open Accruals", readonly=True, help="Accrued and not settled, debits less credits."
    )
    difference = fields.Monetary(
        readonly=True, help="Not 0: somebody booked on the account besides the accruals."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH accrued AS (
                SELECT company_id, account_id,
                       SUM(balance) FILTER (WHERE state = 'open') AS amount
                  FROM rebate_accrual GROUP BY company_id, account_id
            )
            SELECT ROW_NUMBER() OVER (ORDER BY accrued.company_id, accrued.account_id) AS id,
                   accrued.company_id, company.currency_id, accrued.account_id,
                   COALESCE(booked.amount, 0) AS balance,
                   COALESCE(accrued.amount, 0) AS accrued,
                   COALESCE(booked.amount, 0) - COALESCE(accrued.amount, 0) AS difference
              FROM accrued
              JOIN res_company company ON company.id = accrued.company_id
         LEFT JOIN LATERAL (
                   SELECT SUM(line.balance) AS amount
                     FROM account_move_line line
                    WHERE line.account_id = accrued.account_id
                      AND line.company_id = accrued.company_id
                      AND line.parent_state = 'posted') AS booked ON TRUE
            """
        )

    def action_view_strangers(self):
        """Open what was booked on the account besides the accruals: it makes the difference."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Booked besides Accruals"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("account_id", "=", self.account_id.id),
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("move_id.rebate_accrual_agreement_id", "=", False),
            ],
        }

    def action_view_accruals(self):
        """Open the open accruals of the account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_accrual_action"
        )
        action["domain"] = [("account_id", "=", self.account_id.id), ("state", "=", "open")]
        action["context"] = {}
        return action
