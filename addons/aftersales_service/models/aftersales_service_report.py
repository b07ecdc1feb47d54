# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL

# Who reads what service earns and costs.
MONEY_READERS = (
    "aftersales_service.group_service_assistant,aftersales_service.group_service_analyst,"
    "aftersales_service.group_service_auditor"
)


class AftersalesServiceReport(models.Model):
    """One row a job, with its days in the company's time and its money in its currency (S20)."""

    _name = "aftersales.service.report"
    _description = "Service Analysis"
    _auto = False
    _order = "registered_on desc, id desc"
    _rec_name = "voucher_id"
    _depends = {
        "aftersales.voucher": [
            "company_id",
            "state",
            "kind",
            "service_type",
            "channel",
            "outlet_id",
            "technician_id",
            "technician_user_id",
            "product_id",
            "fault_id",
            "registered_at",
            "done_at",
            "callback_outcome",
            "rework_of_id",
            "solved_by_phone",
            "sale_order_id",
            "insurer_id",
            "insurer_order_id",
        ],
        "aftersales.cover": ["voucher_line_id", "payer", "amount"],
        "aftersales.voucher.line": [
            "voucher_id",
            "line_type",
            "quantity",
            "uom_id",
            "amount_customer",
        ],
        "aftersales.sla.deadline": ["res_model", "res_id", "state", "is_waived"],
        "sale.order": ["currency_rate"],
        "stock.move": ["aftersales_voucher_line_id", "state", "value", "is_in"],
        "res.company": ["aftersales_hourly_cost", "currency_id", "partner_id"],
        "res.partner": ["tz"],
    }

    voucher_id = fields.Many2one("aftersales.voucher", string="Job", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        selection=lambda self: self._selection_of("state"),
        readonly=True,
    )
    kind = fields.Selection(
        selection=lambda self: self._selection_of("kind"), string="Kind of Job", readonly=True
    )
    service_type = fields.Selection(
        selection=lambda self: self._selection_of("service_type"), readonly=True
    )
    channel = fields.Selection(selection=lambda self: self._selection_of("channel"), readonly=True)
    outlet_id = fields.Many2one("aftersales.outlet", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    technician_user_id = fields.Many2one("res.users", string="Technician's User", readonly=True)
    product_id = fields.Many2one("product.product", string="Model", readonly=True)
    fault_id = fields.Many2one("aftersales.fault", string="Fault Code", readonly=True)
    registered_on = fields.Date(string="Registered", readonly=True)
    done_on = fields.Date(string="Done", readonly=True)
    callback_outcome = fields.Selection(
        selection=lambda self: self._selection_of("callback_outcome"),
        string="Last Callback",
        readonly=True,
    )
    is_rework = fields.Boolean(string="Rework", readonly=True)
    solved_by_phone = fields.Boolean(readonly=True)
    labour_hours = fields.Float(
        readonly=True, help="Hours of work on the job; work that is counted in pieces counts as is."
    )
    sla_met = fields.Integer(string="Deadlines Met", readonly=True)
    sla_missed = fields.Integer(string="Deadlines Missed", readonly=True)
    sla_waived = fields.Integer(string="Deadlines Waived", readonly=True)
    income = fields.Monetary(
        readonly=True,
        groups=MONEY_READERS,
        help="What customers and insurers are charged, before tax, in the company's currency.",
    )
    insurer_id = fields.Many2one("res.partner", readonly=True)
    income_insurer = fields.Monetary(
        string="Of Insurers",
        readonly=True,
        groups=MONEY_READERS,
        help="What of the income insurers are charged (S25).",
    )
    ticket_size = fields.Monetary(
        readonly=True,
        groups=MONEY_READERS,
        aggregator="avg",
        help="Income of a job; of many: their average.",
    )
    parts_cost = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Value of the parts that left the stock."
    )
    labour_cost = fields.Monetary(
        readonly=True,
        groups=MONEY_READERS,
        help="Hours of work at the hourly cost of the technician, else of the company.",
    )
    margin = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Income less parts and labour."
    )

    def _selection_of(self, name):
        return self.env["aftersales.voucher"]._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT voucher.id AS id,
                   voucher.id AS voucher_id,
                   voucher.company_id,
                   company.currency_id,
                   voucher.state,
                   voucher.kind,
                   voucher.service_type,
                   voucher.channel,
                   voucher.outlet_id,
                   voucher.technician_id,
                   voucher.technician_user_id,
                   voucher.product_id,
                   voucher.fault_id,
                   (voucher.registered_at AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date
                       AS registered_on,
                   (voucher.done_at AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date AS done_on,
                   voucher.callback_outcome,
                   voucher.rework_of_id IS NOT NULL AS is_rework,
                   COALESCE(voucher.solved_by_phone, FALSE) AS solved_by_phone,
                   work.labour_hours,
                   voucher.insurer_id,
                   work.income,
                   work.income_insurer,
                   work.income AS ticket_size,
                   parts.cost AS parts_cost,
                   work.labour_hours * hourly.cost AS labour_cost,
                   work.income - parts.cost - work.labour_hours * hourly.cost AS margin,
                   promise.met AS sla_met,
                   promise.missed AS sla_missed,
                   promise.waived AS sla_waived
              FROM aftersales_voucher AS voucher
              JOIN res_company AS company ON company.id = voucher.company_id
              JOIN res_partner AS address ON address.id = company.partner_id
              LEFT JOIN resource_calendar AS calendar
                     ON calendar.id = company.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(address.tz, calendar.tz, 'UTC') AS tz) AS zone
             CROSS JOIN LATERAL (%(hourly_cost)s) AS hourly
             CROSS JOIN LATERAL (%(work)s) AS work
             CROSS JOIN LATERAL (%(parts)s) AS parts
             CROSS JOIN LATERAL (
                   SELECT COUNT(*) FILTER (WHERE state = 'met') AS met,
                          COUNT(*) FILTER (WHERE state IN ('missed', 'overdue')
                                             AND NOT COALESCE(is_waived, FALSE)) AS missed,
                          COUNT(*) FILTER (WHERE is_waived) AS waived
                     FROM aftersales_sla_deadline
                    WHERE res_model = 'aftersales.voucher' AND res_id = voucher.id) AS promise
            """,
            hourly_cost=self._get_hourly_cost(),
            work=self._get_work(),
            parts=self._get_parts(),
        )

    def _get_work(self):
        """Hours and income of a job. Work in units of time is turned into hours."""
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        return SQL(
            """
            SELECT COALESCE(SUM(line.quantity * CASE
                       WHEN uom.parent_path LIKE %(root)s THEN uom.factor / %(factor)s
                       ELSE 1 END) FILTER (WHERE line.line_type = 'labour'), 0) AS labour_hours,
                   COALESCE(SUM((line.amount_customer + insured.amount)
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1)), 0) AS income,
                   COALESCE(SUM(insured.amount
                       / COALESCE(NULLIF(sale.currency_rate, 0), 1)), 0) AS income_insurer
              FROM aftersales_voucher_line AS line
             CROSS JOIN LATERAL (
                   SELECT COALESCE(SUM(cover.amount), 0) AS amount
                     FROM aftersales_cover AS cover
                    WHERE cover.voucher_line_id = line.id AND cover.payer = 'insurer') AS insured
              LEFT JOIN uom_uom AS uom ON uom.id = line.uom_id
              LEFT JOIN sale_order AS sale
                     ON sale.id = COALESCE(voucher.sale_order_id, voucher.insurer_order_id)
             WHERE line.voucher_id = voucher.id""",
            root=f"{hour.parent_path.split('/')[0]}/%" if hour else "",
            factor=hour.factor if hour else 1.0,
        )

    def _get_parts(self):
        """Value of the parts that left the stock for a job, less what came back."""
        return SQL(
            """
            SELECT COALESCE(SUM(CASE WHEN move.is_in THEN -move.value ELSE move.value END), 0)
                       AS cost
              FROM aftersales_voucher_line AS line
              JOIN stock_move AS move ON move.aftersales_voucher_line_id = line.id
             WHERE line.voucher_id = voucher.id AND move.state = 'done'"""
        )

    def _get_hourly_cost(self):
        """Cost of an hour: the employee's own where Odoo's module for it is there (S20)."""
        cost = SQL("COALESCE(company.aftersales_hourly_cost, 0)")
        if "hourly_cost" not in self.env["hr.employee"]._fields:
            return SQL("SELECT %s AS cost", cost)
        return SQL(
            """SELECT COALESCE(
                          (SELECT NULLIF(employee.hourly_cost, 0) FROM hr_employee AS employee
                            WHERE employee.id = voucher.technician_id), %s) AS cost""",
            cost,
        )
