# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.aftersales_base.periods import format_period

EDITABLE_FIELDS = frozenset({"note"})


class AftersalesPayDocumentMixin(models.AbstractModel):
    """What an employee earns in a month, and who said so: computed, confirmed, paid.

    The employee sees it once it is confirmed; from then on nothing on it changes, and what turns
    out otherwise is made good in a later month. Only pay officers take its steps.
    """

    _name = "aftersales.pay.document.mixin"
    _description = "Month's Document of an Employee's Pay"
    _inherit = ["aftersales.state.mixin", "aftersales.step.mixin", "mail.thread"]
    _order = "period_start desc, company_id, employee_id, id"
    _check_company_auto = True
    _mail_post_access = "read"

    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose pay this is.",
    )
    employee_user_id = fields.Many2one(
        "res.users",
        related="employee_id.user_id",
        store=True,
        index="btree_not_null",
        string="Employee's User",
        help="Login of the employee, who sees the statement once it is confirmed.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    period_start = fields.Date(
        string="Month", required=True, readonly=True, index=True, help="First day of the month."
    )
    period_end = fields.Date(
        compute="_compute_period_end", store=True, precompute=True, help="Last day of the month."
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        help="The employee's department on the last day of the month.",
    )
    job_id = fields.Many2one(
        "hr.job",
        string="Job Position",
        readonly=True,
        index="btree_not_null",
        help="The employee's job position on the last day of the month.",
    )
    state = fields.Selection(
        [("computed", "Computed"), ("confirmed", "Confirmed"), ("paid", "Paid")],
        required=True,
        readonly=True,
        default="computed",
        index=True,
        tracking=True,
        group_expand=True,
        help="Computed: computing again refreshes it; the employee does not see it. Confirmed: the "
        "employee sees it, nothing changes. Paid: handed to payroll, for good.",
    )
    computed_at = fields.Datetime(readonly=True, copy=False, help="When it was computed.")
    confirmed_at = fields.Datetime(readonly=True, copy=False, help="When it was confirmed.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    paid_at = fields.Datetime(readonly=True, copy=False, help="When it was handed to payroll.")
    paid_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Text(help="Remark of the pay officer; the employee sees it.")

    @api.depends("employee_id", "period_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for document in self:
            document.display_name = f"{document.employee_id.name}, {document._get_month_label()}"

    @api.depends("period_start")
    def _compute_period_end(self):
        for document in self:
            start = document.period_start
            document.period_end = start and self._get_month(start)[1]

    @api.model_create_multi
    def create(self, vals_list):
        """Documents come of the computation only.

        :raises UserError: for one made by hand
        """
        if not self._is_step():
            raise UserError(self._get_typing_refusal())
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes by hand, and any change once the state allows none.

        :raises UserError: on a computed field, or on a document that is closed
        """
        names = get_business_fields(vals)
        if names and not self._is_step():
            self._check_open()
            if names - EDITABLE_FIELDS:
                raise UserError(
                    self.env._(
                        "The amounts and the state of a statement are not typed: use the buttons, "
                        "or compute the month again."
                    )
                )
        return super().write(vals)

    def action_pay(self):
        """Hand confirmed documents to payroll: from here on nothing changes on them.

        :raises UserError: when one is not confirmed
        """
        self._check_officer()
        self._check_state("confirmed")
        self._write_step(
            {"state": "paid", "paid_at": fields.Datetime.now(), "paid_by_id": self.env.uid}
        )
        # Two at once write the same rows: the second fails here, is tried again and refused.
        self.flush_recordset()
        return True

    @api.model
    def _get_typing_refusal(self):
        """Why no document is made by hand, and what to do instead. Hook."""
        return self.env._("A pay document is computed, not typed.")

    @api.model
    def _get_month(self, day):
        """Return the first and the last day of the month of ``day``."""
        start = day.replace(day=1)
        return start, start + relativedelta(months=1, days=-1)

    def _get_month_label(self):
        """Month and year in the user's language."""
        return format_period(self.env, self.period_start)

    def _prepare_confirmation(self):
        """Values of a document that is confirmed now by the user."""
        return {
            "state": "confirmed",
            "confirmed_at": fields.Datetime.now(),
            "confirmed_by_id": self.env.uid,
        }

    def _is_officer(self):
        return self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_payroll")

    def _check_officer(self, company=None):
        """Refuse who is no pay officer, or none of the company that is to be worked for.

        Steps on records are held to the company by the record rules.
        """
        if not self._is_officer():
            raise AccessError(
                self.env._("Only a pay officer computes, confirms and hands out pay: ask yours.")
            )
        if company and not self.env.su and company not in self.env.user.company_ids:
            # sudo: the name of the company that was asked for.
            raise AccessError(
                self.env._("You are not a pay officer of %s.", company.sudo().display_name)
            )

    def _check_open(self):
        """Refuse a change that the state does not allow. Hook."""
        self._check_state("computed")

    def _check_month_over(self):
        """Pay for half a month would be frozen as that of the whole."""
        for document in self:
            today = document.company_id._get_aftersales_date(fields.Datetime.now())
            if document.period_end >= today:
                raise UserError(
                    self.env._(
                        "The month of %s is not over: its pay is not complete. Confirm it from "
                        "the first of next month on.",
                        document.display_name,
                    )
                )
