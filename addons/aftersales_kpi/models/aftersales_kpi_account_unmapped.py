# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class AftersalesKpiAccountUnmapped(models.Model):
    """Posted items of profit and loss that no account group counts, or counts in part only (K9).

    What is missing here is missing in every ratio: the list is to be empty.
    """

    _name = "aftersales.kpi.account.unmapped"
    _description = "Not Mapped to an Account Group"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "account_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "company_id",
            "date",
            "balance",
            "parent_state",
            "analytic_distribution",
        ],
        "account.account": ["account_type", "tag_ids"],
        "aftersales.kpi.account.mapping": [
            "company_id",
            "group_id",
            "account_ids",
            "tag_ids",
            "analytic_account_id",
        ],
        "aftersales.kpi.account.group": ["parent_path"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    date = fields.Date(readonly=True)
    balance = fields.Monetary(readonly=True, help="Debits − credits of the item.")
    unmapped = fields.Monetary(
        string="Not Counted", readonly=True, help="What of it belongs to no account group."
    )

    @property
    def _table_query(self):
        mapping = self.env["aftersales.kpi.account.mapping"]
        return SQL(
            """
            SELECT item.id, item.company_id, company.currency_id, item.account_id, item.date,
                   item.balance, item.balance * (1 - counted.share) AS unmapped
              FROM account_move_line AS item
              JOIN account_account AS account ON account.id = item.account_id
              JOIN res_company AS company ON company.id = item.company_id
              LEFT JOIN (%(mapped)s) AS mapped ON mapped.account_id = item.account_id
                                              AND mapped.company_id = item.company_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN mapped.account_id IS NULL THEN 0 ELSE %(share)s END AS share
                   ) AS counted
             WHERE item.parent_state = 'posted'
               AND (account.account_type LIKE 'income%%' OR account.account_type LIKE 'expense%%')
               AND item.balance != 0
               AND counted.share != 1""",
            mapped=mapping._get_mapped_sql(None),
            share=mapping._get_share_sql(),
        )
