# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_base.export import as_xlsx, make_download


class AftersalesPayStatement(models.Model):
    """What an employee earns in a month by the KPI sheet, and how it came about (K1, K3, K8).

    Computed, confirmed by the pay officer (from then on the employee sees it), paid. Only the
    employee and the pay officers of the company read it. What turns out otherwise after that is a
    correction in the next month that is still open. All amounts are in the company's currency;
    the total is rounded once, half up.
    """

    _name = "aftersales.pay.statement"
    _description = "Pay Statement"
    _inherit = ["aftersales.pay.document.mixin"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    rule_id = fields.Many2one(
        "aftersales.pay.rule",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Rule by which the month was computed; none where only an earlier one is corrected.",
    )
    way = fields.Selection(related="rule_id.way", store=True, help="How the month is paid.")
    sheet_id = fields.Many2one(
        "aftersales.kpi.sheet",
        string="KPI Sheet",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Agreed sheet that the month was computed from.",
    )
    day_share = fields.Float(
        "Days",
        readonly=True,
        digits=(16, 6),
        min_display_digits=2,
        aggregator=None,
        help="Days on which the employee belonged to the company ÷ days of the month.",
    )
    line_ids = fields.One2many(
        "aftersales.pay.statement.line",
        "statement_id",
        readonly=True,
        help="One line a component, with how it came about.",
    )
    own_amount = fields.Monetary(
        string="This Month", readonly=True, help="What the month itself gives."
    )
    delta_amount = fields.Monetary(
        string="Corrections", readonly=True, help="What is made good of earlier months."
    )
    total = fields.Monetary(readonly=True, help="This month and corrections: what is paid.")
    notices = fields.Json(readonly=True, help="What the pay officer should know.")
    notice = fields.Text(
        compute="_compute_notice", help="What is missing, and what follows from it."
    )
    is_blocked = fields.Boolean(
        "Cannot Be Confirmed", readonly=True, help="Something without which nothing can be paid."
    )
    has_sheet = fields.Boolean(
        compute="_compute_has_sheet", search="_search_has_sheet", string="Has an Agreed Sheet"
    )
    mailed_at = fields.Datetime(
        readonly=True, copy=False, help="When it was last sent to the employee by e-mail."
    )

    _employee_month_uniq = models.UniqueIndex(
        "(company_id, employee_id, period_start)",
        "This employee has a pay statement of this company for this month already.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)",
        "A pay statement starts on the first of a month.",
    )

    # === COMPUTE METHODS === #

    @api.depends("sheet_id")
    def _compute_has_sheet(self):
        for statement in self:
            statement.has_sheet = bool(statement.sheet_id)

    def _search_has_sheet(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("sheet_id", "!=" if True in value else "=", False)]

    @api.depends("notices")
    @api.depends_context("lang")
    def _compute_notice(self):
        sentences = self._get_notices()
        for statement in self:
            year = statement.period_start and statement.period_start.year
            statement.notice = "\n".join(
                sentences[key] % {"year": year}
                for key in statement.notices or ()
                if key in sentences
            )

    def _get_notices(self):
        """Sentences about what is missing. Hook for ways of your own.

        :return: dict {key: sentence}
        """
        return {
            "no_sheet": self.env._(
                "No KPI sheet of the month is agreed: what depends on it is not paid yet. Once it "
                "is agreed, it is made good in the next open month."
            ),
            "no_basis": self.env._(
                "No pay basis of %(year)s is confirmed: confirm one under Pay Bases and compute "
                "the month again."
            ),
            "no_wage": self.env._(
                "No wage is known: enter it in the employee's file, or in the pay rule, and "
                "compute the month again."
            ),
            "no_table": self.env._(
                "The points reach no level of pay: complete the rate table of the pay rule."
            ),
        }

    @api.model
    def _get_blocking_notices(self):
        """Keys of the notices with which nothing can be paid."""
        return {"no_basis", "no_wage", "no_table"}

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_state("computed")

    # === ACTIONS === #

    def action_confirm(self):
        """Confirm statements: the employees see them, and their sheets are locked.

        :raises UserError: when one is not computed, its month is not over, or it lacks something
        """
        self._check_officer()
        self._check_state("computed")
        self._check_month_over()
        for statement in self.filtered("is_blocked"):
            raise UserError(
                self.env._(
                    "The pay of %(statement)s cannot be confirmed. %(notice)s",
                    statement=statement.display_name,
                    notice=statement.notice,
                )
            )
        self._write_step(self._prepare_confirmation())
        # Two at once write the same rows: the second fails here, is tried again and refused.
        self.flush_recordset()
        # sudo: pay officers only read sheets. Taking an agreed sheet over is what locks it.
        self.sheet_id.sudo().filtered(lambda sheet: sheet.state == "agreed").action_lock()
        return True

    def action_reset(self):
        """Take confirmed statements back before they are paid, to be computed again.

        :raises UserError: when one is not confirmed, or another month corrects it already
        """
        self._check_officer()
        self._check_state("confirmed")
        for line in self.env["aftersales.pay.statement.line"].search(
            [("origin_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "%(statement)s is corrected by %(other)s: take that one back first.",
                    statement=line.origin_id.display_name,
                    other=line.statement_id.display_name,
                )
            )
        self._write_step({"state": "computed", "confirmed_at": False, "confirmed_by_id": False})
        return True

    def action_recompute(self):
        """Compute the statements anew.

        :raises UserError: when one is confirmed or paid
        """
        self._check_officer()
        self._check_state("computed")
        for (company, month), statements in self.grouped(
            lambda statement: (statement.company_id, statement.period_start)
        ).items():
            self._generate(company, month, employees=statements.employee_id)
        return True

    def action_send(self):
        """Send confirmed statements to their employees by e-mail, each to its own.

        :raises UserError: when one is not confirmed, or an employee has no e-mail address
        """
        self._check_officer()
        self._check_state("confirmed", "paid")
        for statement in self:
            if not statement._get_email():
                raise UserError(
                    self.env._(
                        "%s has no work e-mail address: enter it in the employee's file, or hand "
                        "the statement over on paper.",
                        statement.employee_id.name,
                    )
                )
        template = self.env.ref("aftersales_kpi.mail_template_pay_statement")
        template.send_mail_batch(self.ids)
        self._write_step({"mailed_at": fields.Datetime.now()})
        return True

    def action_export(self):
        """Download the statements for payroll as XLSX: one row each, and one row a component.

        :return: an action: the download, which only this user can read
        """
        self._check_officer()
        self.check_access("read")
        months = sorted({f"{month:%Y-%m}" for month in self.mapped("period_start")})
        name = f"pay-{'-'.join(months[:1] + months[1:][-1:])}.xlsx"
        # Kept at no record: the file holds the pay of many, and is its maker's alone.
        return make_download(self.env["ir.attachment"], name, as_xlsx(self._get_tables()))

    def action_view_sheet(self):
        """Open the sheet that the pay was computed from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.sheet_id.display_name,
            "res_model": "aftersales.kpi.sheet",
            "res_id": self.sheet_id.id,
            "view_mode": "form",
        }

    # === EXPORT === #

    def _get_tables(self):
        """The statements for payroll: {name of the sheet: (header, rows)}."""
        statements = self.sorted(lambda s: (s.period_start, s.employee_id.name or "", s.id))
        return {
            self.env._("Statements"): (
                [
                    self.env._("Month"),
                    self.env._("Employee"),
                    self.env._("Department"),
                    self.env._("This month"),
                    self.env._("Corrections"),
                    self.env._("Total"),
                    self.env._("Currency"),
                    self.env._("State"),
                ],
                [
                    [
                        statement.period_start,
                        statement.employee_id.name,
                        statement.department_id.name or "",
                        statement.own_amount,
                        statement.delta_amount,
                        statement.total,
                        statement.currency_id.name,
                        statement._get_state_label(),
                    ]
                    for statement in statements
                ],
            ),
            self.env._("Components"): (
                [
                    self.env._("Month"),
                    self.env._("Employee"),
                    self.env._("Component"),
                    self.env._("Base"),
                    self.env._("Rate"),
                    self.env._("Factor"),
                    self.env._("Days"),
                    self.env._("Amount"),
                    self.env._("Currency"),
                    self.env._("How it came about"),
                ],
                [
                    [
                        line.period_start,
                        line.employee_id.name,
                        line._get_component_label(),
                        line.base,
                        line.rate,
                        line.factor,
                        line.day_share,
                        line.amount,
                        line.currency_id.name,
                        line.explanation or "",
                    ]
                    for statement in statements
                    for line in statement.line_ids
                ],
            ),
        }

    # === HELPERS === #

    def _get_email(self):
        """Where the employee reads mail: at work, else the address of the login."""
        self.ensure_one()
        # sudo: the addresses of one's own staff; readers of pay need not have HR's rights.
        employee = self.employee_id.sudo()
        return employee.work_email or employee.user_id.email

    @api.model
    def _get_typing_refusal(self):
        return self.env._("A pay statement is computed, not typed: use Pay > Compute Pay.")

    def _check_open(self):
        self._check_state("computed", "confirmed")
