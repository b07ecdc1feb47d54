# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.tools import SQL

from ..measures import MeasureKind

# K9 takes customers for active who came in so many calendar months; units here likewise (ours).
ACTIVE_MONTHS = 6
CONTRACT_SUBJECTS = ("dealer", "company")


class AftersalesKpiIndicator(models.Model):
    """Service contracts among units: penetration and coverage (R10)."""

    _inherit = "aftersales.kpi.indicator"

    measure = fields.Selection(
        selection_add=[
            ("contract_penetration", "Penetration of contracts"),
            ("contract_coverage", "Coverage by contracts"),
        ],
        ondelete={"contract_penetration": "cascade", "contract_coverage": "cascade"},
    )

    def _get_rows_contract_penetration(self, scope):
        """Contracts by weight, and the units that were sold, both of the period. R10.

        A unit counts as one contract of its kind's weight in the period in which it joined; drafts
        do not count, contracts that ended early do. Eligible are the units sold in the period.
        """
        for model in ("aftersales.contract.unit", "stock.lot"):
            self.env[model].flush_model()
        column, join = self._get_subject_sql(scope, dealer=SQL("lot.dealer_id"))
        return SQL(
            """SELECT %(column)s AS subject_id, lot.id AS res_id,
                      contracted.weight::numeric AS amount, 0::numeric AS weight
                 FROM aftersales_contract_unit AS contracted
                 JOIN stock_lot AS lot ON lot.id = contracted.lot_id %(join)s
                WHERE contracted.company_id = %(company)s AND contracted.state != 'draft'
                  AND contracted.date_from BETWEEN %(start)s AND %(end)s
            UNION ALL
               SELECT %(column)s, lot.id, 0, 1
                 FROM stock_lot AS lot %(join)s
                WHERE COALESCE(lot.company_id, %(company)s) = %(company)s
                  AND lot.sold_on BETWEEN %(start)s AND %(end)s""",
            column=column,
            join=join,
            company=scope.company.id,
            start=scope.start,
            end=scope.end,
        )

    def _get_rows_contract_coverage(self, scope):
        """Active units, and those of them under a valid contract on the last day. R10.

        A unit is active with a finished job in the six calendar months up to that day (ours). A
        unit under two contracts is one; kinds that do not count for coverage are left out.
        """
        for model in ("aftersales.contract.unit", "aftersales.contract.kind", "stock.lot"):
            self.env[model].flush_model()
        self.env["aftersales.voucher"].flush_model()
        column, join = self._get_subject_sql(scope, dealer=SQL("lot.dealer_id"))
        since = scope.end.replace(day=1) - relativedelta(months=ACTIVE_MONTHS - 1)
        since_at, _end_at = scope.company._get_aftersales_bounds(since, scope.end)
        return SQL(
            """SELECT %(column)s AS subject_id, lot.id AS res_id,
                      (EXISTS (
                          SELECT FROM aftersales_contract_unit AS contracted
                            JOIN aftersales_contract_kind AS kind
                              ON kind.id = contracted.kind_id AND kind.counts_for_coverage
                           WHERE contracted.lot_id = lot.id AND contracted.state != 'draft'
                             AND contracted.company_id = %(company)s
                             AND %(end)s BETWEEN contracted.date_from AND contracted.date_stop
                      ))::integer::numeric AS amount,
                      1::numeric AS weight
                 FROM stock_lot AS lot %(join)s
                WHERE lot.id IN (
                      SELECT voucher.lot_id FROM aftersales_voucher AS voucher
                       WHERE voucher.company_id = %(company)s
                         AND voucher.state IN ('done', 'closed')
                         AND voucher.solved_by_phone IS NOT TRUE
                         AND voucher.done_at >= %(since_at)s AND voucher.done_at < %(end_at)s)""",
            column=column,
            join=join,
            company=scope.company.id,
            end=scope.end,
            since_at=since_at,
            end_at=scope.end_at,
        )

    def _get_measure_kinds(self):
        return super()._get_measure_kinds() | {
            "contract_penetration": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Σ units that came under a contract × weight of its kind, ÷ units sold, both "
                    "in the period. Drafts do not count."
                ),
                model="stock.lot",
                scale=100,
                subjects=CONTRACT_SUBJECTS,
            ),
            "contract_coverage": MeasureKind(
                unit="percent",
                formula=self.env._(
                    "Units under a valid contract on the last day, ÷ active units: those with a "
                    "job done in the six calendar months up to that day."
                ),
                model="stock.lot",
                scale=100,
                subjects=CONTRACT_SUBJECTS,
            ),
        }
