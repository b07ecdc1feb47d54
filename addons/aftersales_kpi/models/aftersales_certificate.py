# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

BATCH = 100


class AftersalesCertificate(models.Model):
    """A certificate that an employee holds, from a day to a day, with its scan (K13).

    Where core's *Skills* are installed, certifications kept there count as well: a glue add-on
    joins them to what this list holds.
    """

    _name = "aftersales.certificate"
    _description = "Certificate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to, employee_id, id"
    _rec_name = "kind_id"
    _rec_names_search = ["kind_id", "number", "employee_id"]
    _check_company_auto = True

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="cascade", check_company=True
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
        help="Login of the employee: who sees this certificate.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind_id = fields.Many2one(
        "aftersales.certificate.kind",
        string="Certificate",
        required=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Char(help="As on the certificate.")
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Last day on which it is valid; empty: without an end. Proposed from its kind.",
    )
    scan = fields.Binary(attachment=True)
    scan_name = fields.Char()
    warned_for = fields.Date(
        readonly=True, copy=False, help="End that somebody has been told of already."
    )
    state = fields.Selection(
        [("valid", "Valid"), ("soon", "Ends Soon"), ("ended", "Ended"), ("future", "Not Yet")],
        compute="_compute_state",
        search="_search_state",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A certificate ends before it begins: correct the dates."
    )

    @api.depends("kind_id", "date_from")
    def _compute_date_to(self):
        for certificate in self:
            months = certificate.kind_id.months
            if months and certificate.date_from:
                certificate.date_to = certificate.date_from + relativedelta(months=months, days=-1)

    @api.depends("date_from", "date_to", "company_id")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for certificate in self:
            soon = today + timedelta(days=certificate.company_id.aftersales_certificate_days)
            end = certificate.date_to
            if certificate.date_from and certificate.date_from > today:
                certificate.state = "future"
            elif end and end < today:
                certificate.state = "ended"
            else:
                certificate.state = "soon" if end and end <= soon else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=self.env.company.aftersales_certificate_days)
        running = [("date_from", "<=", today)]
        domains = {
            "future": [("date_from", ">", today)],
            "ended": [*running, ("date_to", "<", today)],
            "soon": [*running, ("date_to", ">=", today), ("date_to", "<=", soon)],
            "valid": [*running, "|", ("date_to", "=", False), ("date_to", ">", soon)],
        }
        return fields.Domain.OR([domains[key] for key in value if key in domains])

    @api.depends("kind_id", "employee_id")
    def _compute_display_name(self):
        for certificate in self:
            names = (certificate.kind_id.name, certificate.employee_id.name)
            certificate.display_name = " – ".join(name for name in names if name)

    @api.model
    def _get_holding_sql(self):
        """Who holds which certificate from when to when. Hook: other lists of certificates.

        :return: SQL of a SELECT with ``employee_id``, ``kind_id``, ``date_from``, ``date_to``
        """
        self.flush_model()
        return SQL("SELECT employee_id, kind_id, date_from, date_to FROM aftersales_certificate")

    @api.model
    def _cron_warn(self):
        """Tell who answers for the employee that a certificate ends, once an end (K13)."""
        companies = self._read_group([("date_to", "!=", False)], ["company_id"])
        for (company,) in companies:
            today = company._get_aftersales_date(fields.Datetime.now())
            domain = [
                ("company_id", "=", company.id),
                ("date_to", ">=", today),
                ("date_to", "<=", today + timedelta(days=company.aftersales_certificate_days)),
                ("employee_id.active", "=", True),
            ]
            ending = self.search(domain).filtered(lambda one: one.warned_for != one.date_to)
            for start in range(0, len(ending), BATCH):
                batch = ending[start : start + BATCH]
                batch._warn()
                if not self.env["ir.cron"]._commit_progress(
                    len(batch), remaining=len(ending) - start - len(batch)
                ):
                    return

    def _warn(self):
        for certificate in self:
            employee = certificate.employee_id
            user = employee.parent_id.user_id or employee.user_id or certificate.create_uid
            certificate.warned_for = certificate.date_to
            certificate.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=certificate.date_to,
                user_id=user.id,
                summary=self.env._("Certificate ends"),
                note=self.env._(
                    "%(certificate)s of %(employee)s ends on %(date)s: have it renewed.",
                    certificate=certificate.kind_id.name,
                    employee=employee.name,
                    date=format_date(self.env, certificate.date_to),
                ),
            )
