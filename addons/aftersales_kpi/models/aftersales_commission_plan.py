# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What may change while a plan pays: the day on which it ends is checked by itself.
FREE_FIELDS = frozenset({"name", "sequence", "note", "active", "date_to", "correction_months"})
WORKSHOP_KINDS = ("repair", "paint")


class AftersalesCommissionPlan(models.Model):
    """What teams earn beside their pay: rules on measured figures, from a date on (K20 to K23).

    The versions of a plan have the same code and do not overlap. What a version has paid does
    not change: new terms are a new version.
    """

    _name = "aftersales.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread"]
    _order = "company_id, sequence, code, date_from desc, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True, help="The same in all versions of the plan; other plans refer to it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="The plan holds for months that begin on this day or later.",
    )
    date_to = fields.Date(
        string="To",
        tracking=True,
        help="The plan holds for months that begin until this day; empty: until further notice.",
    )
    team_kind = fields.Selection(
        selection="_selection_team_kind",
        string="Teams",
        required=True,
        default="workshop",
        help="Which teams the plan is for.",
    )
    outlet_ids = fields.Many2many(
        "aftersales.outlet",
        string="Outlets",
        check_company=True,
        help="Only teams of these outlets; empty: all.",
    )
    team_ids = fields.Many2many(
        "aftersales.team",
        string="Only Teams",
        check_company=True,
        help="Only these teams of the kind; empty: all of them.",
    )
    correction_months = fields.Integer(
        string="Corrections Reach Back",
        default=3,
        help="Months that are already confirmed are looked at again for so long: late invoices, "
        "shares that were corrected or presence that was entered late make a difference, which is "
        "paid or taken back in the open month.",
    )
    note = fields.Text(string="Remarks")
    rule_ids = fields.One2many("aftersales.commission.rule", "plan_id", copy=True, string="Rules")
    is_used = fields.Boolean(compute="_compute_is_used", help="Something was confirmed by it.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A commission plan ends before it begins: correct the dates.",
    )
    _reach_positive = models.Constraint(
        "CHECK (correction_months BETWEEN 0 AND 36)",
        "Corrections of commissions reach back 0 to 36 months.",
    )

    @api.model
    def _selection_team_kind(self):
        kinds = self.env["aftersales.team"]._fields["kind"]._description_selection(self.env)
        return [("workshop", self.env._("Repair, Body and Paint")), *kinds]

    def _compute_is_used(self):
        # sudo: only whether anybody was paid by the plan.
        used = self.env["aftersales.commission.line"].sudo()._get_confirmed_plans(self)
        for plan in self:
            plan.is_used = plan._origin in used

    @api.constrains("code", "company_id", "date_from", "date_to", "active")
    def _check_overlap(self):
        """Of the versions of a plan one holds at a time."""
        for plan in self.filtered("active"):
            other = self.search(
                Domain("id", "!=", plan.id)
                & Domain("code", "=", plan.code)
                & Domain("company_id", "=", plan.company_id.id)
                & (Domain("date_to", "=", False) | Domain("date_to", ">=", plan.date_from))
                & Domain("date_from", "<=", plan.date_to or fields.Date.to_date("9999-12-31")),
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Two versions of plan %(code)s would hold at the same time: end “%(other)s”"
                        " (from %(date)s) before “%(plan)s” begins.",
                        code=plan.code,
                        other=other.name,
                        date=other.date_from,
                        plan=plan.name,
                    )
                )

    def write(self, vals):
        """Refuse new terms for what was confirmed.

        :raises UserError: naming the plan and what to do instead
        """
        if set(vals) - FREE_FIELDS - {"message_follower_ids", "message_ids"}:
            self._check_not_used()
        if vals.get("date_to"):
            self._check_not_cut(fields.Date.to_date(vals["date_to"]))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_not_used()

    def copy_data(self, default=None):
        """A copy is a plan of its own, unless it is made as the next version."""
        vals_list = super().copy_data(default=default)
        if "code" not in (default or {}):
            for plan, vals in zip(self, vals_list, strict=True):
                vals["code"] = self.env._("%s-copy", plan.code)
                vals["name"] = self.env._("%s (copy)", plan.name)
        return vals_list

    def action_new_version(self):
        """End this version with the month and open the next one, with the same rules."""
        self.ensure_one()
        today = self.company_id._get_aftersales_date(fields.Datetime.now())
        start = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        if self.date_from >= start:
            raise UserError(
                self.env._(
                    "“%(plan)s” begins on %(date)s only: change it as it is.",
                    plan=self.name,
                    date=self.date_from,
                )
            )
        self.date_to = start - timedelta(days=1)
        version = self.copy(
            {"code": self.code, "name": self.name, "date_from": start, "date_to": False}
        )
        return version._get_records_action(name=self.env._("New Version"))

    # === BUSINESS METHODS === #

    @api.model
    def _search_in_force(self, company, day):
        """Plans that hold for a month.

        :param date day: first day of the month
        """
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    def _is_for(self, team):
        """Is the plan for this team?"""
        self.ensure_one()
        kinds = WORKSHOP_KINDS if self.team_kind == "workshop" else (self.team_kind,)
        return (
            team.company_id == self.company_id
            and team.kind in kinds
            and (not self.outlet_ids or team.outlet_id in self.outlet_ids)
            and (not self.team_ids or team in self.team_ids)
        )

    # === HELPERS === #

    def _check_not_used(self):
        for plan in self:
            if plan.is_used:
                raise UserError(
                    self.env._(
                        "Commissions were confirmed by “%(plan)s” (from %(date)s): its terms do "
                        "not change any more. Make a new version of it.",
                        plan=plan.name,
                        date=plan.date_from,
                    )
                )

    def _check_not_cut(self, day):
        """A plan does not end before what it has paid."""
        for plan in self:
            # sudo: only the last day on which the plan has paid.
            last = self.env["aftersales.commission.line"].sudo()._get_last_confirmed(plan)
            if last and last > day:
                raise UserError(
                    self.env._(
                        "Commissions of %(month)s were confirmed by “%(plan)s”: it cannot end "
                        "before.",
                        month=last,
                        plan=plan.name,
                    )
                )
