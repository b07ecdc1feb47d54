# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL


class AftersalesCashReport(models.Model):
    """What is in whose hands, and for how long: technician cash that was not handed over (S4)."""

    _name = "aftersales.cash.report"
    _description = "Technician Cash in Hand"
    _auto = False
    _order = "date, id"
    _rec_name = "voucher_id"
    _depends = {
        "account.payment": [
            "amount",
            "date",
            "state",
            "partner_id",
            "company_id",
            "aftersales_voucher_id",
            "aftersales_technician_id",
            "aftersales_handover_id",
        ],
        "aftersales.cash.handover": ["state"],
        "hr.employee": ["user_id"],
        "res.company": ["currency_id"],
    }

    voucher_id = fields.Many2one("aftersales.voucher", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    user_id = fields.Many2one("res.users", string="Technician's User", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(string="Collected", readonly=True)
    amount = fields.Monetary(readonly=True)
    days = fields.Integer(
        readonly=True, aggregator="max", help="Days since the customer paid; the oldest of a group."
    )
    age = fields.Selection(
        [
            ("today", "Today"),
            ("days3", "1 to 3 Days"),
            ("week", "4 to 7 Days"),
            ("older", "Over a Week"),
        ],
        readonly=True,
    )
    is_counted = fields.Boolean(
        string="Being Counted", readonly=True, help="A hand-over of it has been begun."
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT p.id AS id,
                   p.aftersales_voucher_id AS voucher_id,
                   p.aftersales_technician_id AS technician_id,
                   e.user_id AS user_id,
                   p.partner_id AS partner_id,
                   p.company_id AS company_id,
                   c.currency_id AS currency_id,
                   p.date AS date,
                   p.amount AS amount,
                   %(today)s::date - p.date AS days,
                   CASE WHEN %(today)s::date - p.date <= 0 THEN 'today'
                        WHEN %(today)s::date - p.date <= 3 THEN 'days3'
                        WHEN %(today)s::date - p.date <= 7 THEN 'week'
                        ELSE 'older'
                   END AS age,
                   h.id IS NOT NULL AS is_counted
              FROM account_payment p
              JOIN res_company c ON c.id = p.company_id
              JOIN hr_employee e ON e.id = p.aftersales_technician_id
         LEFT JOIN aftersales_cash_handover h ON h.id = p.aftersales_handover_id
             WHERE p.aftersales_voucher_id IS NOT NULL
               AND p.state IN ('in_process', 'paid')
               AND COALESCE(h.state, 'draft') = 'draft'
            """,
            today=today,
        )

    @api.readonly
    def action_view_voucher(self):
        """Open the job that was paid."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    def action_hand_over(self):
        """Begin to count what the technicians of these payments have in hand.

        :raises AccessError: for who is no accountant
        """
        handovers = self.env["aftersales.cash.handover"]
        handovers.check_access("create")
        for technician, rows in self.grouped("technician_id").items():
            company = rows.company_id[:1]
            existing = handovers.search(
                [
                    ("technician_id", "=", technician.id),
                    ("company_id", "=", company.id),
                    ("state", "=", "draft"),
                ]
            )
            handovers |= existing or handovers.create(
                {"technician_id": technician.id, "company_id": company.id}
            )
        return handovers._get_records_action()
