# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

# Account group whose posted items are the cost of conforming quality.
CONFORMING_GROUP = "aftersales_kpi.account_group_conforming_quality"


class AftersalesKpiQualityCost(models.Model):
    """What satisfaction costs, by day and product family (K6).

    One row a job that is done: its parts and hours are the regular service cost, multiplied by
    the family's factor they are the cost of non-conformity. One row a posted item of the account
    group of conforming quality, by the product on it. In the company's currency.
    """

    _name = "aftersales.kpi.quality.cost"
    _description = "Cost of Satisfaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "category_id"
    _depends = {
        "aftersales.voucher": ["company_id", "state", "service_type", "product_id", "done_at"],
        "aftersales.voucher.line": ["voucher_id", "line_type", "quantity", "uom_id"],
        "stock.move": ["aftersales_voucher_line_id", "state", "value", "is_in"],
        "res.company": ["aftersales_hourly_cost", "currency_id", "partner_id"],
        "res.partner": ["tz"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "product.category": ["parent_path"],
        "aftersales.kpi.amplification": ["category_id", "factor"],
        "aftersales.kpi.account.mapping": [
            "company_id",
            "group_id",
            "account_ids",
            "tag_ids",
            "analytic_account_id",
        ],
        "aftersales.kpi.account.group": ["parent_path"],
        "account.account": ["tag_ids"],
        "account.move.line": [
            "account_id",
            "company_id",
            "date",
            "balance",
            "parent_state",
            "product_id",
            "analytic_distribution",
        ],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True, help="Day on which the job was done, or of the entry.")
    category_id = fields.Many2one("product.category", string="Product Family", readonly=True)
    voucher_id = fields.Many2one("aftersales.voucher", string="Job", readonly=True)
    factor = fields.Float(digits=(16, 4), readonly=True, aggregator="avg")
    conforming = fields.Monetary(
        string="Conforming Quality",
        readonly=True,
        help="Posted items of the account group of conforming quality.",
    )
    regular = fields.Monetary(
        string="Regular Service",
        readonly=True,
        help="Value of the parts that left the stock for jobs, and hours at their cost.",
    )
    non_conformity = fields.Monetary(
        string="Non-Conformity", readonly=True, help="Regular service × factor of the family."
    )
    service = fields.Monetary(
        string="Service Cost", readonly=True, help="Regular service + non-conformity."
    )
    total = fields.Monetary(
        string="Cost of Satisfaction", readonly=True, help="Conforming quality + service cost."
    )

    @property
    def _table_query(self):
        mapping = self.env["aftersales.kpi.account.mapping"]
        group = self.env.ref(CONFORMING_GROUP, raise_if_not_found=False)
        return SQL(
            """
            SELECT job.voucher_id * 2 AS id, job.company_id, company.currency_id,
                   job.done_on AS date, job.category_id, job.voucher_id, job.factor,
                   0::numeric AS conforming,
                   job.cost AS regular,
                   job.cost * job.factor AS non_conformity,
                   job.cost * (1 + job.factor) AS service,
                   job.cost * (1 + job.factor) AS total
              FROM (%(jobs)s) AS job
              JOIN res_company AS company ON company.id = job.company_id
             UNION ALL
            SELECT item.id * 2 + 1, item.company_id, company.currency_id, item.date,
                   template.categ_id, NULL, NULL,
                   item.balance * %(share)s, 0, 0, 0, item.balance * %(share)s
              FROM account_move_line AS item
              JOIN (%(mapped)s) AS mapped ON mapped.account_id = item.account_id
                                         AND mapped.company_id = item.company_id
              JOIN res_company AS company ON company.id = item.company_id
              LEFT JOIN product_product AS product ON product.id = item.product_id
              LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
             WHERE item.parent_state = 'posted' AND %(is_grouped)s AND %(share)s != 0
            """,
            jobs=self._get_jobs_sql(),
            share=mapping._get_share_sql(),
            mapped=mapping._get_mapped_sql(None, group),
            is_grouped=SQL("TRUE") if group else SQL("FALSE"),
        )

    def _get_jobs_sql(self, condition=None):
        """Jobs for customers that are done, with what they cost and the factor of their family.

        :param SQL condition: over ``voucher``, of which jobs
        :return: SQL of a SELECT with ``voucher_id``, ``company_id``, ``done_on``,
            ``category_id``, ``cost`` and ``factor`` (1 where no family above has one)
        """
        return SQL(
            """
            SELECT report.voucher_id, report.company_id, report.done_on, template.categ_id
                       AS category_id,
                   (report.parts_cost + report.labour_cost)::numeric AS cost,
                   COALESCE(family.factor, 1)::numeric AS factor
              FROM (%(report)s) AS report
              JOIN aftersales_voucher AS voucher ON voucher.id = report.voucher_id
              LEFT JOIN product_product AS product ON product.id = report.product_id
              LEFT JOIN product_template AS template ON template.id = product.product_tmpl_id
              LEFT JOIN product_category AS category ON category.id = template.categ_id
              LEFT JOIN LATERAL (
                   SELECT amplification.factor
                     FROM aftersales_kpi_amplification AS amplification
                     JOIN product_category AS above ON above.id = amplification.category_id
                    WHERE category.parent_path LIKE above.parent_path || '%%'
                 ORDER BY LENGTH(above.parent_path) DESC
                    LIMIT 1) AS family ON TRUE
             WHERE voucher.state IN ('done', 'closed')
               AND voucher.solved_by_phone IS NOT TRUE
               AND voucher.service_type != 'D'
               AND %(condition)s
            """,
            report=self.env["aftersales.service.report"]._table_query,
            condition=condition or SQL("TRUE"),
        )
