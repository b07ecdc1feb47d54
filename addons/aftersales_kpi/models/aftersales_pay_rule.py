# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import product

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.rate_table.calculators import to_decimal

from ..pay import find_share_fault

# What may change once somebody was paid by the rule: how it is called, and that it ends.
OPEN_FIELDS = frozenset({"name", "active", "date_to", "note"})


class AftersalesPayRule(models.Model):
    """How a group of employees is paid by their KPI sheets, from when to when (K1, K3, K8).

    A rule holds for months that begin inside its dates. It is for the employees whose scheme,
    department and job position, on the last day of the month, are among its own. Two rules never
    fit the same employee. Amounts are in the company's currency.
    """

    _name = "aftersales.pay.rule"
    _description = "Pay Rule"
    _inherit = ["mail.thread"]
    _order = "company_id, date_from desc, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
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
        help="First day of the rule.",
    )
    date_to = fields.Date(
        string="To", tracking=True, help="Last day of the rule; empty: until further notice."
    )
    scheme_ids = fields.Many2many(
        "aftersales.kpi.scheme",
        string="Schemes",
        check_company=True,
        help="Whom the rule is for: people measured by these schemes. Empty: by any or none.",
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        help="Whom the rule is for: people of these departments and of those below them. "
        "Empty: of any department.",
    )
    job_ids = fields.Many2many(
        "hr.job",
        string="Job Positions",
        check_company=True,
        help="Whom the rule is for: people in these positions. Empty: in any position.",
    )
    way = fields.Selection(
        [
            ("performance", "Base and performance pay"),
            ("proportional", "In proportion to points"),
            ("graded", "Level of pay by points"),
            ("retention", "Retention commission"),
        ],
        string="Way of Paying",
        required=True,
        default="performance",
        tracking=True,
        help="Base and performance pay: last year's average month × base share + the same month "
        "× performance share × KPI value (K1).\n"
        "In proportion to points: wage × points ÷ the most that could be reached (K3).\n"
        "Level of pay by points: a rate table gives the pay (K3).\n"
        "Retention commission: a share of the repeat orders of customers whom the employee made "
        "regulars + a bonus for all or nothing + base pay (K8).",
    )
    base_share = fields.Float(
        digits=(16, 4),
        min_display_digits=2,
        default=0.7,
        tracking=True,
        help="Part of last year's average month that is paid in any case (K1).",
    )
    performance_share = fields.Float(
        digits=(16, 4),
        min_display_digits=2,
        default=0.3,
        tracking=True,
        help="Part of it that is multiplied by the KPI value; both shares add up to 1 (K1).",
    )
    base_share_min = fields.Float(
        "Base Share from",
        digits=(16, 4),
        min_display_digits=2,
        default=0.5,
        help="Smallest base share agreed on (K1).",
    )
    base_share_max = fields.Float(
        "Base Share to",
        digits=(16, 4),
        min_display_digits=2,
        default=0.8,
        help="Largest base share agreed on (K1).",
    )
    performance_share_min = fields.Float(
        "Performance Share from",
        digits=(16, 4),
        min_display_digits=2,
        default=0.2,
        help="Smallest performance share agreed on (K1).",
    )
    performance_share_max = fields.Float(
        "Performance Share to",
        digits=(16, 4),
        min_display_digits=2,
        default=0.5,
        help="Largest performance share agreed on (K1).",
    )
    kpi_min = fields.Float(
        "KPI Value from",
        digits=(16, 4),
        min_display_digits=2,
        default=0.5,
        tracking=True,
        help="A lower KPI value counts as this one (K1).",
    )
    kpi_max = fields.Float(
        "KPI Value to",
        digits=(16, 4),
        min_display_digits=2,
        default=5.0,
        tracking=True,
        help="A higher KPI value counts as this one (K1).",
    )
    wage_source = fields.Selection(
        [("version", "The employee's wage"), ("fixed", "The same for everybody")],
        string="Wage",
        required=True,
        default="version",
        help="The wage of proportional pay, and the base pay of a retention commission: as in the "
        "employee's file on the last day of the month, or one amount.",
    )
    wage = fields.Monetary("Amount", help="Monthly wage or base pay, the same for everybody.")
    table_id = fields.Many2one(
        "rate.table",
        string="Levels of Pay",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('method', '=', 'band'), ('inputs', '=', 'one')]",
        help="Rate table of bands: the points of the sheet give the pay of the month (K3).",
    )
    table_description = fields.Text(related="table_id.description", string="Bands")
    points_of = fields.Float(
        "Points out of",
        digits=(16, 2),
        help="Scale of the bands, 40 for four indicators of 10 points. Where an indicator could "
        "not be measured the points are scaled up to it. 0: points are taken as they are.",
    )
    turnover_indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        string="Turnover",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "aftersales_kpi.indicator_retention_turnover", raise_if_not_found=False
        ),
        help="What the commission is paid on; as a rule the turnover of repeat orders (K8).",
    )
    permille = fields.Float(
        "Commission (‰)",
        digits=(16, 4),
        min_display_digits=2,
        default=3.0,
        tracking=True,
        help="Commission on that turnover, per mille (K8).",
    )
    bonus = fields.Monetary(
        tracking=True,
        help="Paid only if every target is met by everybody of the department: one missed loses "
        "the whole department's (K8).",
    )
    target_ids = fields.One2many(
        "aftersales.pay.rule.target",
        "rule_id",
        string="Targets",
        copy=True,
        help="What has to be met for the bonus.",
    )
    note = fields.Html(help="What was agreed, and why.")
    statement_count = fields.Integer(
        compute="_compute_statement_count", string="Statements", help="Paid by this rule."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A pay rule ends before it starts: correct its dates."
    )
    _kpi_bounds_in_order = models.Constraint(
        "CHECK (kpi_min >= 0 AND kpi_max >= kpi_min)",
        "The bounds of the KPI value are not in order: the lower one comes first and is not "
        "negative.",
    )
    _money_not_negative = models.Constraint(
        "CHECK (wage >= 0 AND bonus >= 0 AND permille >= 0 AND points_of >= 0)",
        "Wage, bonus, commission and points of a pay rule must not be negative.",
    )

    # === COMPUTE METHODS === #

    def _compute_statement_count(self):
        counts = dict(
            self.env["aftersales.pay.statement"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.statement_count = counts.get(rule, 0)

    # === CONSTRAINTS === #

    @api.constrains(
        "way",
        "base_share",
        "performance_share",
        "base_share_min",
        "base_share_max",
        "performance_share_min",
        "performance_share_max",
    )
    def _check_shares(self):
        """K1: both shares within their bounds, together the whole month."""
        for rule in self.filtered(lambda rule: rule.way == "performance"):
            fault = find_share_fault(*rule._get_shares(), *rule._get_share_bounds())
            if fault:
                raise ValidationError(rule._get_share_message(fault))

    @api.constrains("way", "table_id", "turnover_indicator_id")
    def _check_terms(self):
        """Each way has what it computes by."""
        for rule in self:
            if rule.way == "graded" and (
                rule.table_id.method != "band" or rule.table_id.inputs != "one"
            ):
                raise ValidationError(
                    self.env._(
                        "Pay rule “%s” pays by levels: choose a rate table of bands that gives "
                        "the pay for points.",
                        rule.name,
                    )
                )
            if rule.way == "retention" and not rule.turnover_indicator_id:
                raise ValidationError(
                    self.env._(
                        "Pay rule “%s” pays a retention commission: choose the indicator of the "
                        "turnover.",
                        rule.name,
                    )
                )
            if rule.way == "retention":
                # Refused here, not at month's end.
                rule.turnover_indicator_id._check_subject_kind("employee")

    @api.constrains("scheme_ids", "department_ids", "job_ids")
    def _check_audience(self):
        for rule in self:
            if not (rule.scheme_ids or rule.department_ids or rule.job_ids):
                raise ValidationError(
                    self.env._(
                        "Pay rule “%s” is for nobody in particular: choose the schemes, "
                        "departments or job positions it was agreed with.",
                        rule.name,
                    )
                )

    @api.constrains(
        "active", "company_id", "date_from", "date_to", "scheme_ids", "department_ids", "job_ids"
    )
    def _check_overlap(self):
        """Nobody is paid by two rules."""
        for company, rules in self.filtered("active").grouped("company_id").items():
            others = self.search([("company_id", "=", company.id)])
            places = {rule: rule._get_places() for rule in rules | others}
            for rule in rules:
                for other in others - rule:
                    if rule._overlaps(other, places):
                        raise ValidationError(
                            self.env._(
                                "Pay rules “%(rule)s” and “%(other)s” fit the same people at the "
                                "same time: end the one before the other begins, or tell their "
                                "schemes, departments or job positions apart.",
                                rule=rule.name,
                                other=other.name,
                            )
                        )

    # === CRUD METHODS === #

    def write(self, vals):
        """Terms by which somebody was paid do not change: a new version does.

        :raises UserError: naming the rule and what to do
        """
        names = get_business_fields(vals)
        if names - OPEN_FIELDS or "date_to" in names:
            last = self._get_last_months()
            for rule in self:
                if rule in last:
                    rule._check_open(names, vals, last[rule])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for rule in self:
            if rule.statement_count:
                raise UserError(
                    self.env._(
                        "By pay rule “%s” somebody was paid: archive it instead of deleting it.",
                        rule.name,
                    )
                )

    def copy_data(self, default=None):
        """Mark the copy's name."""
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for rule, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", rule.name)
        return vals_list

    def copy(self, default=None):
        """A copy starts where its original ends: both at once would fit the same people.

        :raises UserError: when the original does not end
        """
        if "date_from" in (default or {}):
            return super().copy(default)
        copies = self.browse()
        for rule in self:
            if not rule.date_to:
                raise UserError(
                    self.env._(
                        "Pay rule “%s” has no end: make a new version of it, from a date.",
                        rule.name,
                    )
                )
            start = rule.date_to + relativedelta(days=1)
            copies |= super(AftersalesPayRule, rule).copy(
                {**(default or {}), "date_from": start, "date_to": False}
            )
        return copies

    # === ACTIONS === #

    def action_new_version(self):
        """End the rule with this month and open its successor, to be changed.

        :return: an action: the form of the successor
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        start = max(today.replace(day=1), self.date_from) + relativedelta(months=1, day=1)
        if self.date_to and self.date_to < start:
            start = self.date_to + relativedelta(days=1)
        else:
            self.date_to = start - relativedelta(days=1)
        successor = self.copy({"name": self.name, "date_from": start, "date_to": False})
        return {
            "type": "ir.actions.act_window",
            "name": successor.name,
            "res_model": self._name,
            "res_id": successor.id,
            "view_mode": "form",
        }

    def action_view_statements(self):
        """Open what was paid by the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_pay_statement_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _search_in_force(self, company, day):
        """Return the rules of a company that hold for the month beginning on ``day``."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    def _match_employees(self, persons, schemes):
        """Which rule pays whom.

        :param persons: {employee id: ``Person``} as of the last day of the month
        :param schemes: {employee id: scheme} they are measured by
        :return: dict {employee id: rule}
        :raises UserError: when two rules fit an employee, e.g. after departments were moved
        """
        audiences = {rule: [set(wanted.ids) for wanted in rule._get_audience()] for rule in self}
        matched = {}
        for employee_id, person in persons.items():
            scheme = schemes.get(employee_id)
            place = (scheme and scheme.id, person.department_id, person.job_id)
            for rule, audience in audiences.items():
                if not all(
                    not wanted or found in wanted
                    for wanted, found in zip(audience, place, strict=True)
                ):
                    continue
                if employee_id in matched:
                    raise UserError(
                        self.env._(
                            "Pay rules “%(rule)s” and “%(other)s” both fit %(employee)s: tell "
                            "their schemes, departments or job positions apart.",
                            rule=matched[employee_id].name,
                            other=rule.name,
                            employee=self.env["hr.employee"].browse(employee_id).name,
                        )
                    )
                matched[employee_id] = rule
        return matched

    # === HELPERS === #

    def _get_shares(self):
        return to_decimal(self.base_share), to_decimal(self.performance_share)

    def _get_share_bounds(self):
        return (
            (to_decimal(self.base_share_min), to_decimal(self.base_share_max)),
            (to_decimal(self.performance_share_min), to_decimal(self.performance_share_max)),
        )

    def _get_kpi_bounds(self):
        return to_decimal(self.kpi_min), to_decimal(self.kpi_max)

    def _get_share_message(self, fault):
        values = {
            "rule": self.name,
            "base": f"{self.base_share:g}",
            "performance": f"{self.performance_share:g}",
        }
        if fault == "sum":
            return self.env._(
                "Pay rule “%(rule)s”: base share %(base)s and performance share %(performance)s "
                "do not add up to 1. Change one of them.",
                **values,
            )
        if fault == "base":
            return self.env._(
                "Pay rule “%(rule)s”: the base share %(base)s is not between %(low)s and "
                "%(high)s. Change it, or its bounds.",
                **values,
                low=f"{self.base_share_min:g}",
                high=f"{self.base_share_max:g}",
            )
        return self.env._(
            "Pay rule “%(rule)s”: the performance share %(performance)s is not between %(low)s "
            "and %(high)s. Change it, or its bounds.",
            **values,
            low=f"{self.performance_share_min:g}",
            high=f"{self.performance_share_max:g}",
        )

    def _get_audience(self):
        """Schemes, departments with all below them, and jobs; empty: any."""
        self.ensure_one()
        departments = self.department_ids
        if departments:
            # An archived department still had its people in an earlier month.
            model = self.env["hr.department"].with_context(active_test=False)
            departments = model.search([("id", "child_of", departments.ids)])
        return self.scheme_ids, departments, self.job_ids

    def _get_places(self):
        """Where the people of the rule are: pairs of (departments, jobs), each empty for any.

        People of a scheme are in its departments and jobs, as far as they are in the rule's own.
        """
        self.ensure_one()
        _schemes, departments, jobs = self._get_audience()
        if not self.scheme_ids:
            return [(departments, jobs)]
        places = []
        for scheme in self.scheme_ids:
            pairs = ((departments, scheme._get_departments()), (jobs, scheme.job_ids))
            if all(not own or not theirs or own & theirs for own, theirs in pairs):
                places.append(
                    tuple(own & theirs if own and theirs else own | theirs for own, theirs in pairs)
                )
        return places

    def _overlaps(self, other, places):
        """Whether both could fit somebody in some month. Nobody is in two schemes at a time."""
        if self.date_to and self.date_to < other.date_from:
            return False
        if other.date_to and other.date_to < self.date_from:
            return False
        if self.scheme_ids and other.scheme_ids and not self.scheme_ids & other.scheme_ids:
            return False
        return any(
            all(not mine or not theirs or mine & theirs for mine, theirs in zip(*pair, strict=True))
            for pair in product(places[self], places[other])
        )

    def _get_last_months(self):
        """Return {rule: last month that somebody was told to be paid by it}."""
        return dict(
            self.env["aftersales.pay.statement"]._read_group(
                [("rule_id", "in", self.ids), ("state", "!=", "computed")],
                ["rule_id"],
                ["period_start:max"],
            )
        )

    def _check_open(self, names, vals, last):
        """Refuse to change terms that somebody was paid by, and to end them before that."""
        self.ensure_one()
        end = fields.Date.to_date(vals.get("date_to"))
        if names - OPEN_FIELDS or (end and end < last):
            raise UserError(
                self.env._(
                    "By pay rule “%s” somebody was paid: its terms do not change any more. Make a "
                    "new version of it.",
                    self.name,
                )
            )
