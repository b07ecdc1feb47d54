# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

TERMS = frozenset({"employee_id", "partner_id", "company_id", "date_from", "date_to", "since"})
MADE_FIELDS = frozenset({"origin", "sale_order_id", "voucher_id"})


class AftersalesCustomerAgent(models.Model):
    """Who turned a customer from a first-time buyer into a regular, and since when (K8).

    Made from the customer's second dealing with the company, an order of sale or a finished job:
    its salesperson or technician is the agent, whoever had the first. Corrected with a reason.
    """

    _name = "aftersales.customer.agent"
    _description = "Agent of a Regular Customer"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The regular customer, with all its addresses.",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Agent",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who made the customer a regular and earns on its repeat orders; empty: nobody.",
    )
    employee_user_id = fields.Many2one(
        "res.users", related="employee_id.user_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From",
        required=True,
        tracking=True,
        default=fields.Date.context_today,
        help="Day of the second order: from here on, orders are repeat orders of the agent's.",
    )
    date_to = fields.Date(string="To", tracking=True, help="Last day; empty: until further notice.")
    since = fields.Datetime(
        readonly=True, help="Moment of the second order: orders before it are no repeat orders."
    )
    origin = fields.Selection(
        [("order", "Second order"), ("typed", "By hand")],
        required=True,
        readonly=True,
        default="typed",
        help="Found by the system, or entered.",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The order that made the customer a regular.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The job that made the customer a regular.",
    )
    reason = fields.Char(
        tracking=True, help="Why it was entered or corrected by hand; needed for each correction."
    )

    # One for each second dealing, however often and by whom it is looked for. Not by customer:
    # merging two customers must not fail, nor delete one of theirs.
    _sale_order_uniq = models.UniqueIndex("(sale_order_id) WHERE sale_order_id IS NOT NULL")
    _voucher_uniq = models.UniqueIndex("(voucher_id) WHERE voucher_id IS NOT NULL")
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "An agent's time with a customer ends before it begins."
    )
    _customer_idx = models.Index("(company_id, partner_id, date_from)")

    # === CONSTRAINTS === #

    @api.constrains("partner_id", "company_id", "date_from", "date_to")
    def _check_one_agent(self):
        """A customer has one agent at a time: what it orders is paid for once."""
        others = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        for record in self:
            for other in others - record:
                if (
                    (other.partner_id, other.company_id) == (record.partner_id, record.company_id)
                    and (not other.date_to or other.date_to >= record.date_from)
                    and (not record.date_to or record.date_to >= other.date_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "%(customer)s would have the agents %(agent)s and %(other)s at the "
                            "same time: end the one before the other begins.",
                            customer=record.partner_id.display_name,
                            agent=record.employee_id.name or self.env._("nobody"),
                            other=other.employee_id.name or self.env._("nobody"),
                        )
                    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """What is entered by hand says why.

        :raises UserError: without a reason
        """
        made = MADE_FIELDS | {"since"}
        typed = self.with_context(default_origin="typed", default_since=False)
        vals_list = [
            self._with_customer({k: v for k, v in vals.items() if k not in made})
            for vals in vals_list
        ]
        for vals in vals_list:
            self._check_reason(vals)
        return super(AftersalesCustomerAgent, typed).create(vals_list)

    def write(self, vals):
        """A correction says why.

        :raises UserError: without a reason, or on what was found by the system
        """
        if MADE_FIELDS & set(vals):
            raise UserError(self.env._("Where an agent was found is not typed."))
        if TERMS & set(vals):
            self._check_reason(vals)
        return super().write(self._with_customer(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_found(self):
        for record in self:
            if record.origin == "order":
                raise UserError(
                    self.env._(
                        "The agent of %s was found by its second order: correct it instead of "
                        "deleting it, or leave the agent empty.",
                        record.partner_id.display_name,
                    )
                )

    # === ACTIONS === #

    def action_assign(self):
        """Look for new regulars now, not at night only."""
        self.check_access("write")
        self._assign(self.env.company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #

    @api.model
    def _cron_assign(self):
        """Find the new regulars of each company."""
        companies = self.env["res.company"].search([("active", "=", True)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            self._assign(company)
            if not progress(1):
                break

    @api.model
    def _assign(self, company):
        """Give each customer with a second dealing its agent, in one statement. K8.

        It is dated by that dealing: when it is found makes no difference.

        :param company: ``res.company`` whose orders and jobs count
        """
        for model in ("sale.order", "aftersales.voucher", "hr.employee", "res.partner", self._name):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO aftersales_customer_agent
                          (partner_id, employee_id, employee_user_id, company_id, date_from, since,
                           origin, sale_order_id, voucher_id,
                           create_uid, create_date, write_uid, write_date)
                   SELECT dealing.partner_id, employee.id, employee.user_id, %(company)s,
                          %(day)s, dealing.moment, 'order', dealing.order_id, dealing.voucher_id,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (%(dealings)s) AS dealing
                LEFT JOIN hr_employee AS employee ON employee.id = dealing.employee_id
                    WHERE dealing.nth = 2
              ON CONFLICT DO NOTHING""",
                company=company.id,
                day=SQL(
                    "(dealing.moment AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
                    company._get_aftersales_timezone().zone,
                ),
                dealings=self._get_dealings(company),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_dealings(self, company):
        """Orders and jobs of customers who have no agent yet, numbered by time.

        A job and the order that charges it are one dealing. Internal work, rework and calls solved
        by phone are none. Hook: further kinds of dealings.

        :return: SQL of a SELECT with partner_id, moment, employee_id, order_id, voucher_id, nth
        """
        charged = SQL(" OR ").join(
            SQL("charged.%s = sale.id", SQL.identifier(name))
            for name in self.env["aftersales.voucher"]._get_order_fields()
        )
        return SQL(
            """SELECT found.*, ROW_NUMBER() OVER (
                          PARTITION BY found.partner_id
                              ORDER BY found.moment, found.order_id, found.voucher_id) AS nth
                 FROM (SELECT partner.commercial_partner_id AS partner_id,
                              sale.date_order AS moment,
                              (SELECT MIN(seller.id) FROM hr_employee AS seller
                                WHERE seller.user_id = sale.user_id
                                  AND seller.company_id = sale.company_id) AS employee_id,
                              sale.id AS order_id, NULL::integer AS voucher_id
                         FROM sale_order AS sale
                         JOIN res_partner AS partner ON partner.id = sale.partner_id
                        WHERE sale.company_id = %(company)s AND sale.state = 'sale'
                          AND NOT EXISTS (SELECT FROM aftersales_voucher AS charged
                                           WHERE %(charged)s)
                        UNION ALL
                       SELECT partner.commercial_partner_id, job.registered_at, job.technician_id,
                              NULL, job.id
                         FROM aftersales_voucher AS job
                         JOIN res_partner AS partner ON partner.id = job.partner_id
                        WHERE job.company_id = %(company)s AND job.state IN ('done', 'closed')
                          AND job.solved_by_phone IS NOT TRUE AND job.service_type != 'D'
                          AND job.rework_of_id IS NULL) AS found
                WHERE NOT EXISTS (SELECT FROM aftersales_customer_agent AS known
                                   WHERE known.partner_id = found.partner_id
                                     AND known.company_id = %(company)s)""",
            company=company.id,
            charged=charged,
        )

    # === HELPERS === #

    @api.model
    def _with_customer(self, vals):
        """Addresses and contacts are their customer."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    def _check_reason(self, vals):
        if not (vals.get("reason") or "").strip():
            raise UserError(
                self.env._(
                    "Say why: the agent of a regular customer is found by its second order, and "
                    "somebody is paid by it."
                )
            )
