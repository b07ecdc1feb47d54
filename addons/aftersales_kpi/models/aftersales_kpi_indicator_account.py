# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..measures import MeasureKind


class AftersalesKpiIndicator(models.Model):
    """Money of posted journal items, by account group: what ratios are made of (K9)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[("accounts", "Posted items of an account group")],
        ondelete={"accounts": "cascade"},
    )
    account_group_id = fields.Many2one(
        "aftersales.kpi.account.group",
        index="btree_not_null",
        ondelete="restrict",
        help="Whose posted items are added up, with the groups below it.",
    )

    @api.constrains("measure", "account_group_id")
    def _check_account_group(self):
        for indicator in self:
            if indicator.measure == "accounts" and not indicator.account_group_id:
                raise ValidationError(
                    self.env._(
                        "Indicator %s adds up posted items: choose their account group.",
                        indicator.display_name,
                    )
                )

    def _get_rows_accounts(self, scope):
        """Posted items of the period in the company's currency, each once. K9.

        An item counts once, whole or by the share that its analytic distribution gives; for an
        outlet by the share that it gives to the outlet's analytic account. Drafts, cancelled
        entries and other companies' items do not count.
        """
        for model in ("account.move", "account.move.line", "aftersales.outlet"):
            self.env[model].flush_model()
        mapping = self.env["aftersales.kpi.account.mapping"]
        if scope.subject == "company":
            column, join = SQL("item.company_id"), SQL("")
            share = mapping._get_share_sql()
        else:
            column = SQL("place.id")
            join = SQL(
                """JOIN aftersales_outlet AS place
                     ON place.company_id = item.company_id
                    AND place.analytic_account_id IS NOT NULL"""
            )
            share = mapping._get_share_sql(SQL("place.analytic_account_id"))
        return SQL(
            """SELECT subject_id, res_id, amount * share AS amount, 1::numeric AS weight
                 FROM (SELECT %(column)s AS subject_id, item.id AS res_id,
                              item.balance * %(sign)s AS amount, %(share)s AS share
                         FROM account_move_line AS item
                         JOIN (%(mapped)s) AS mapped
                           ON mapped.account_id = item.account_id
                          AND mapped.company_id = item.company_id
                         %(join)s
                        WHERE item.company_id = %(company)s
                          AND item.parent_state = 'posted'
                          AND item.date BETWEEN %(start)s AND %(end)s) AS counted
                WHERE share != 0""",
            column=column,
            sign=SQL("-1") if self.account_group_id.is_credit else SQL("1"),
            share=share,
            mapped=mapping._get_mapped_sql(scope.company, self.account_group_id),
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_kind_fields(self):
        return super()._get_kind_fields() + ["account_group_id"]

    def _get_measure_kinds(self):
        group = self.account_group_id
        sides = {
            True: self.env._("credits − debits"),
            False: self.env._("debits − credits"),
        }
        return super()._get_measure_kinds() | {
            "accounts": MeasureKind(
                unit="money",
                formula=self.env._(
                    "Sum of the posted journal items of %(group)s dated in the period, %(side)s, "
                    "in the company's currency; of an outlet, the share that goes to its analytic "
                    "account.",
                    group=group.name or self.env._("the account group"),
                    side=sides[group.is_credit],
                ),
                model="account.move.line",
                better="higher" if group.is_credit else "lower",
                is_ratio=False,
                subjects=("company", "outlet"),
            ),
        }
