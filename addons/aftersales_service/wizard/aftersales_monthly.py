# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base import export

from ..models.aftersales_service_report import MONEY_READERS

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class AftersalesMonthly(models.TransientModel):
    """Asks for the month, and whose report it is (S20)."""

    _name = "aftersales.monthly"
    _description = "Print the Monthly Report"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    year = fields.Integer(required=True, default=lambda self: self._default_day().year)
    month = fields.Selection(
        MONTHS, required=True, default=lambda self: str(self._default_day().month)
    )
    scope = fields.Selection(
        [("department", "The Department"), ("person", "One Person")],
        required=True,
        default=lambda self: "department" if self._may_see_department() else "person",
        help="The department's report has income and cost; a person's own has what he did.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Whose own report it is.",
    )
    may_see_department = fields.Boolean(compute="_compute_may_see_department")

    @api.model
    def _default_day(self):
        """A day of the month that is over."""
        return fields.Date.context_today(self) - relativedelta(months=1)

    @api.depends_context("uid")
    def _compute_may_see_department(self):
        self.may_see_department = self._may_see_department()

    # === ACTIONS === #

    def action_print(self):
        """The report as PDF."""
        self._check_scope()
        return self.env.ref("aftersales_service.action_report_monthly").report_action(self)

    def action_export(self):
        """The report as a workbook, a sheet for each table."""
        self._check_scope()
        name = f"{self._get_title()}.xlsx"
        return export.make_download(self.browse(), name, self._make_workbook())

    def action_open_pivot(self):
        """The jobs behind it, to be turned about."""
        self._check_scope()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_service_report_action"
        )
        first, last = self._get_days()
        domain = [
            ("company_id", "=", self.company_id.id),
            ("done_on", ">=", fields.Date.to_string(first)),
            ("done_on", "<=", fields.Date.to_string(last)),
        ]
        if self.scope == "person":
            domain.append(("technician_user_id", "=", self.user_id.id))
        return {**action, "name": self._get_title(), "domain": domain, "context": {}}

    # === BUSINESS METHODS === #

    def _get_tables(self):
        """Tables of the report; what each person may see is decided here.

        :raises AccessError: when it is neither the user's own nor his to read
        """
        self.ensure_one()
        self._check_scope()
        first, last = self._get_days()
        user = self.user_id if self.scope == "person" else None
        return self.env["aftersales.monthly.report"]._get_tables(
            self.company_id, first, last, user=user
        )

    def _make_workbook(self):
        """The report as a workbook, a sheet for each table; its bytes."""
        sheets = {}
        for table in self._get_tables():
            title = "".join(char for char in table.title if char not in "[]:*?/\\")[:28]
            name = title if title not in sheets else f"{title} {len(sheets)}"
            sheets[name] = (table.header, table.rows)
        return export.as_xlsx(sheets)

    def _get_days(self):
        """First and last day of the month."""
        self.ensure_one()
        if not 1900 <= self.year <= 9999:
            raise UserError(self.env._("%s is no year: enter it with four digits.", self.year))
        first = fields.Date.to_date(f"{self.year:04d}-{int(self.month):02d}-01")
        return first, first + relativedelta(months=1, days=-1)

    def _get_title(self):
        """What the file is called."""
        self.ensure_one()
        return self.env._(
            "Service report %(month)s %(who)s",
            month=f"{self.year:04d}-{int(self.month):02d}",
            who=self.user_id.name if self.scope == "person" else self.company_id.name,
        )

    @api.model
    def _may_see_department(self):
        user = self.env.user
        return self.env.su or any(user.has_group(group) for group in MONEY_READERS.split(","))

    def _check_scope(self):
        """Everybody sees his own report; the department's readers see all."""
        for wizard in self:
            own = wizard.scope == "person" and wizard.user_id == self.env.user
            if not own and not self._may_see_department():
                raise AccessError(
                    self.env._(
                        "You may print your own report only: the department's is for supervisors, "
                        "their assistants, analysts and auditors (S20)."
                    )
                )
            if wizard.company_id not in self.env.companies:
                raise AccessError(
                    self.env._("%s is not among your companies.", wizard.company_id.sudo().name)
                )
            if wizard.scope == "person" and not wizard.user_id:
                raise UserError(self.env._("Choose whose report it is."))
