# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL

from .aftersales_service_report import MONEY_READERS


class AftersalesContractReport(models.Model):
    """Profit of contracts: one row a unit under contract, in the company's currency (S2 B).

    Income is what is posted for the contract, shared equally by its units. Cost is what the units'
    jobs have drawn: parts at their value when they left the stock, labour at hours × cost of an
    hour, each by the share that the contract pays.
    """

    _name = "aftersales.contract.report"
    _description = "Contract Analysis"
    _auto = False
    _order = "date_from desc, id desc"
    _rec_name = "contract_id"
    _depends = {
        "aftersales.contract": ["state", "partner_id", "user_id", "date_stop", "kind_id"],
        "aftersales.contract.unit": [
            *("contract_id", "company_id", "lot_id", "product_id", "date_from", "kind_id", "weight")
        ],
        "aftersales.contract.draw": [
            "unit_id",
            "voucher_id",
            "voucher_line_id",
            "share",
            "quantity",
        ],
        "aftersales.voucher": ["technician_id", "company_id"],
        "aftersales.voucher.line": ["line_type", "quantity", "uom_id"],
        "account.move": ["aftersales_contract_id", "state", "amount_untaxed_signed"],
        "stock.move": ["aftersales_voucher_line_id", "state", "value", "is_in"],
        "res.company": ["aftersales_hourly_cost", "currency_id"],
    }

    contract_id = fields.Many2one("aftersales.contract", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    kind_id = fields.Many2one("aftersales.contract.kind", readonly=True)
    state = fields.Selection(selection="_selection_state", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Unit", readonly=True)
    product_id = fields.Many2one("product.product", string="Model", readonly=True)
    date_from = fields.Date(string="Joined", readonly=True)
    date_stop = fields.Date(string="Last Day", readonly=True)
    weight = fields.Float(readonly=True, help="What the unit's contract counts in R10.")
    visits = fields.Float(string="Visits Drawn", readonly=True)
    income = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Posted invoices less credit notes, before tax."
    )
    parts_cost = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Value of the parts that the contract has paid."
    )
    labour_cost = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Hours that the contract has paid, at their cost."
    )
    profit = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Income less parts and labour."
    )

    def _selection_state(self):
        return self.env["aftersales.contract"]._fields["state"]._description_selection(self.env)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT unit.id AS id,
                   unit.contract_id,
                   unit.company_id,
                   company.currency_id,
                   contract.partner_id,
                   contract.user_id,
                   unit.kind_id,
                   contract.state,
                   unit.lot_id,
                   unit.product_id,
                   unit.date_from,
                   unit.date_stop,
                   unit.weight,
                   COALESCE(cost.visits, 0) AS visits,
                   COALESCE(income.amount, 0) AS income,
                   COALESCE(cost.parts, 0) AS parts_cost,
                   COALESCE(cost.labour, 0) AS labour_cost,
                   COALESCE(income.amount, 0) - COALESCE(cost.parts, 0)
                       - COALESCE(cost.labour, 0) AS profit
              FROM aftersales_contract_unit AS unit
              JOIN aftersales_contract AS contract ON contract.id = unit.contract_id
              JOIN res_company AS company ON company.id = unit.company_id
              LEFT JOIN (%(income)s) AS income ON income.contract_id = unit.contract_id
              LEFT JOIN (%(cost)s) AS cost ON cost.unit_id = unit.id
             WHERE contract.state != 'draft'
            """,
            income=self._get_income(),
            cost=self._get_cost(),
        )

    def _get_income(self):
        """Posted income of a contract for each of its units."""
        return SQL(
            """
            SELECT contract.id AS contract_id,
                   SUM(move.amount_untaxed_signed)
                       / NULLIF((SELECT COUNT(*) FROM aftersales_contract_unit AS other
                                  WHERE other.contract_id = contract.id), 0) AS amount
              FROM aftersales_contract AS contract
              JOIN account_move AS move
                ON move.aftersales_contract_id = contract.id AND move.state = 'posted'
             GROUP BY contract.id"""
        )

    def _get_cost(self):
        """Cost of what each unit has drawn."""
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        return SQL(
            """
            SELECT draw.unit_id,
                   SUM(draw.quantity) FILTER (WHERE draw.voucher_line_id IS NULL) AS visits,
                   SUM(parts.cost * draw.share / 100) AS parts,
                   SUM(CASE WHEN line.line_type = 'labour'
                            THEN line.quantity * hourly.cost * draw.share / 100
                                 * CASE WHEN uom.parent_path LIKE %(root)s
                                        THEN uom.factor / %(factor)s ELSE 1 END
                       END) AS labour
              FROM aftersales_contract_draw AS draw
              JOIN aftersales_voucher AS voucher ON voucher.id = draw.voucher_id
              JOIN res_company AS company ON company.id = voucher.company_id
              LEFT JOIN aftersales_voucher_line AS line ON line.id = draw.voucher_line_id
              LEFT JOIN uom_uom AS uom ON uom.id = line.uom_id
             CROSS JOIN LATERAL (%(hourly_cost)s) AS hourly
              LEFT JOIN LATERAL (
                   SELECT SUM(CASE WHEN move.is_in THEN -move.value ELSE move.value END) AS cost
                     FROM stock_move AS move
                    WHERE move.aftersales_voucher_line_id = line.id AND move.state = 'done'
                   ) AS parts ON TRUE
             GROUP BY draw.unit_id""",
            root=f"{hour.parent_path.split('/')[0]}/%" if hour else "",
            factor=hour.factor if hour else 1.0,
            hourly_cost=self.env["aftersales.service.report"]._get_hourly_cost(),
        )
