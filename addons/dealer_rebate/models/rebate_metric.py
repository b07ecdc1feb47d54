# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.rate_table.formula import FormulaError, is_code, parse

DOCUMENT_MEASURES = ("turnover", "quantity", "delivery", "margin")
#: Measures that are computed from other metrics: how many they need.
OPERANDS = {"completion": 1, "growth": 1, "months_reached": 1, "share": 2}


class RebateMetric(models.Model):
    """A figure about dealers that gates, tables and formulas of agreements use (R6 to R10, R13).

    It is reported by dealers, counted from items, computed from documents and other metrics, or a
    formula of other metrics. Read it with ``_read_values``: for many metrics, windows and dealers
    at once. A figure that is not there is no value, never a nought, unless the metric says so.
    """

    _name = "rebate.metric"
    _description = "Rebate Metric"
    _inherit = ["rebate.basis.mixin", "rate.formula.mixin", "mail.thread"]
    _order = "sequence, code, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Short name in formulas and imports: small letters, digits and underscores.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    unit = fields.Char(
        string="Measured In",
        help="What is counted, e.g. %, vehicles, litres, CNY. Amounts are reported in the currency "
        "of the agreement that uses them.",
    )
    note = fields.Html(string="Description", help="What it means and where the figures come from.")
    kind = fields.Selection(
        [
            ("reported", "Reported"),
            ("items", "Counted from items"),
            ("computed", "Computed"),
            ("formula", "Formula"),
        ],
        required=True,
        default="reported",
        tracking=True,
        help="Reported: typed or imported for each dealer and period, and verified.\n"
        "Counted from items: the sum of quantity × weight of single facts, such as complaints (R8) "
        "or contracts (R10).\n"
        "Computed: from posted documents, targets and other metrics.\n"
        "Formula: of other metrics, e.g. new_cars * 0.01 + 10.",
    )
    window = fields.Selection(
        [
            ("period", "The period itself"),
            ("ytd", "The year up to the period's end"),
            ("year", "The whole year"),
        ],
        required=True,
        default="period",
        tracking=True,
        help="Which days count when the metric is asked for a period.",
    )
    fiscal_year = fields.Boolean(
        tracking=True,
        help="Years are those of the company's accounting instead of calendar years.",
    )
    empty_is_zero = fields.Boolean(
        string="Nothing Counts as 0",
        compute="_compute_empty_is_zero",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="A dealer without entries has the value 0: no complaint, no purchase. Otherwise it "
        "has no value, and gates on it stay shut: nobody knows what was not reported.",
    )

    # Reported
    aggregation = fields.Selection(
        [("sum", "Sum"), ("last", "Last"), ("average", "Average")],
        string="Shorter Periods",
        required=True,
        default="sum",
        tracking=True,
        help="How values of shorter periods make the value of a longer one. Last and sum add up "
        "over the stores of a dealer; the average is that of all values.",
    )
    needs_verification = fields.Boolean(
        string="Counts Only When Verified",
        default=True,
        tracking=True,
        help="Otherwise figures count as soon as they are handed in.",
    )
    needs_evidence = fields.Boolean(
        tracking=True, help="Figures are handed in with a document attached."
    )
    has_deadline = fields.Boolean(
        tracking=True, help="Figures that come later are marked as late (R3)."
    )
    deadline_days = fields.Integer(
        default=5, tracking=True, help="Days after the end of the period, the last one included."
    )
    deadline_type = fields.Selection(
        [("calendar", "calendar days"), ("working", "working days")],
        default="calendar",
        required=True,
        tracking=True,
        help="Working days are those of the company's working hours, without its holidays. The day "
        "ends at midnight in the company's time zone.",
    )

    # Items
    item_limit = fields.Integer(
        string="At Most",
        default=0,
        tracking=True,
        help="At most so many for each customer, vehicle and calendar quarter count, the heaviest "
        "first; exempt ones count besides (R8). 0: no limit.",
    )

    # Computed
    measure = fields.Selection(
        [
            ("turnover", "Turnover"),
            ("quantity", "Quantity"),
            ("delivery", "Delivery charges"),
            ("margin", "Margin"),
            ("completion", "Completion of the target, %"),
            ("growth", "Growth on the year before, %"),
            ("share", "Share of another metric, %"),
            ("months_reached", "Months that reached their target"),
            ("paid_late", "Invoices paid late"),
        ],
        tracking=True,
        help="Completion: a metric ÷ its target × 100.\n"
        "Growth: against the same days of the previous year.\n"
        "Share: a metric ÷ another one × 100.\n"
        "Months that reached their target: whole months of the year, up to the window's end, whose "
        "completion is at least the threshold (R6).\n"
        "Invoices paid late: number of posted invoices not fully paid on their due date (R4).",
    )
    operand_id = fields.Many2one(
        "rebate.metric",
        string="Metric",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The metric that completion, growth, share or months are computed from.",
    )
    divisor_id = fields.Many2one(
        "rebate.metric",
        string="Divided By",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    threshold = fields.Float(
        default=100.0,
        min_display_digits=0,
        tracking=True,
        help="A month counts when its completion is at least so many percent.",
    )
    late_judged = fields.Selection(
        [
            ("due", "Invoices that fall due in the window"),
            ("invoiced", "Invoices dated in the window, as far as they are due at its end"),
        ],
        string="Judged Are",
        default="due",
        required=True,
        tracking=True,
        help="By due date each invoice is judged exactly once; by invoice date those that fall due "
        "after the window's end never are.",
    )
    late_grace_days = fields.Integer(
        string="Grace Days",
        default=0,
        tracking=True,
        help="An invoice may be paid so many days later.",
    )

    basis = fields.Selection(compute="_compute_basis", store=True, precompute=True)

    # Formula
    formula = fields.Char(
        tracking=True,
        help="Codes of metrics, numbers, + - * / and parentheses, min(…, …) and max(…, …). "
        "A division by zero, or a metric without a value, gives no value.",
    )
    formula_metric_ids = fields.Many2many(
        "rebate.metric",
        "rebate_metric_formula_rel",
        "metric_id",
        "used_id",
        string="Metrics in the Formula",
        compute="_compute_formula_metric_ids",
        store=True,
    )

    value_count = fields.Integer(compute="_compute_counts")
    item_count = fields.Integer(compute="_compute_counts")
    target_count = fields.Integer(compute="_compute_counts")

    _code_company_uniq = models.UniqueIndex(
        "(company_id, code)", "This code is taken by another metric of the company."
    )
    _numbers_not_negative = models.Constraint(
        "CHECK (deadline_days >= 0 AND item_limit >= 0 AND late_grace_days >= 0)",
        "Days and limits are numbers that are not negative.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("name", "code")
    def _compute_display_name(self):
        for metric in self:
            metric.display_name = f"{metric.name} ({metric.code})" if metric.code else metric.name

    @api.depends("kind", "measure")
    def _compute_empty_is_zero(self):
        for metric in self:
            metric.empty_is_zero = metric.kind == "items" or (
                metric.kind == "computed"
                and metric.measure in ("paid_late", "months_reached", *DOCUMENT_MEASURES)
            )

    @api.depends("measure")
    def _compute_basis(self):
        for metric in self:
            measure = metric.measure
            metric.basis = measure if measure in DOCUMENT_MEASURES else "turnover"

    @api.depends("kind", "formula", "company_id")
    def _compute_formula_metric_ids(self):
        codes = {metric: metric._get_formula_codes() for metric in self}
        wanted = set().union(*codes.values()) if codes else set()
        found = self.with_context(active_test=False).search(
            [("code", "in", list(wanted)), ("company_id", "in", self.company_id.ids)]
        )
        for metric, own in codes.items():
            metric.formula_metric_ids = found.filtered(
                lambda m, metric=metric, own=own: (
                    m.code in own and m.company_id == metric.company_id
                )
            )

    def _compute_counts(self):
        for name, model in (
            ("value_count", "rebate.metric.value"),
            ("item_count", "rebate.metric.item"),
            ("target_count", "rebate.target"),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("metric_id", "in", self.ids)], ["metric_id"], ["__count"]
                )
            )
            for metric in self:
                metric[name] = counts.get(metric._origin, 0)

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("code")
    def _check_code(self):
        for metric in self:
            if not is_code(metric.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be the code of %(name)s. Use a small letter, then small "
                        "letters, digits and underscores, 40 at most; min, max and round are "
                        "taken.",
                        code=metric.code,
                        name=metric.name,
                    )
                )

    @api.constrains("kind", "measure", "operand_id", "divisor_id")
    def _check_operands(self):
        for metric in self.filtered(lambda m: m.kind == "computed"):
            needed = OPERANDS.get(metric.measure, 0)
            if (
                not metric.measure
                or (needed and not metric.operand_id)
                or (needed == 2 and not metric.divisor_id)
            ):
                raise ValidationError(
                    self.env._(
                        "Say what %(name)s is computed from: choose its measure and the metrics "
                        "that it needs.",
                        name=metric.name,
                    )
                )
            operand = metric.operand_id
            if metric.measure == "months_reached" and operand.measure != "completion":
                raise ValidationError(
                    self.env._(
                        "%(name)s counts months by their completion: choose a metric of completion "
                        "instead of %(operand)s.",
                        name=metric.name,
                        operand=operand.name,
                    )
                )

    @api.constrains("kind", "formula", "company_id")
    def _check_formula(self):
        for metric in self.filtered(lambda m: m.kind == "formula"):
            try:
                formula = parse(metric.formula or "")
            except FormulaError as error:
                raise ValidationError(metric._explain_formula_error(error)) from error
            missing = formula.codes - set(metric.formula_metric_ids.mapped("code"))
            if missing:
                raise ValidationError(
                    self.env._(
                        "The formula of %(name)s names %(codes)s: there is no metric with such a "
                        "code in %(company)s.",
                        name=metric.name,
                        codes=", ".join(sorted(missing)),
                        company=metric.company_id.name,
                    )
                )

    @api.constrains("kind", "measure", "formula", "operand_id", "divisor_id")
    def _check_no_cycle(self):
        for metric in self:
            if metric in metric._get_all_formula_parts():
                raise ValidationError(
                    self.env._(
                        "%(name)s would be computed from itself. Take it out of the metrics "
                        "that it uses.",
                        name=metric.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Keep what agreements in force and other metrics rely on.

        :raise UserError: when a code is renamed that formulas name, or terms would change
        """
        if "code" in vals or "company_id" in vals:
            self._check_no_formula_names_it(vals)
        if self._get_term_fields() & set(vals):
            self._check_terms_editable()
        return super().write(vals)

    def copy_data(self, default=None):
        """Give copies names and codes of their own."""
        vals_list = super().copy_data(default=default)
        for metric, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", metric.name)
            if "code" not in (default or {}):
                vals["code"] = metric._get_free_code()
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        users = self._get_formula_users() - self
        if users:
            raise UserError(
                self.env._(
                    "%(users)s has a metric in its formula that you want to delete. Change the "
                    "formula first, or archive the metric.",
                    users=", ".join(users.mapped("name")),
                )
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_values(self):
        """Open the values of this metric."""
        return self._action_of("dealer_rebate.rebate_metric_value_action")

    def action_view_items(self):
        """Open the items of this metric."""
        return self._action_of("dealer_rebate.rebate_metric_item_action")

    def action_view_targets(self):
        """Open the targets of this metric."""
        return self._action_of("dealer_rebate.rebate_target_action")

    def _action_of(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("metric_id", "in", self.ids)]
        action["context"] = {"default_metric_id": self.id} if len(self) == 1 else {}
        return action

    # ------------------------------------------------------------------
    # Terms
    # ------------------------------------------------------------------

    def _get_agreements_in_force(self):
        """Agreements that are no longer drafts and use these metrics.

        Whatever has an agreement and a metric counts: components, gates, adjustments, and what
        other modules add.

        :return: ``rebate.agreement`` records
        """
        agreements = self.env["rebate.agreement"]
        for model in self.env.values():
            agreement = model._fields.get("agreement_id")
            if not model._auto or not agreement or agreement.comodel_name != agreements._name:
                continue
            for name, field in model._fields.items():
                if field.type == "many2one" and field.store and field.comodel_name == self._name:
                    agreements |= model.search([(name, "in", self.ids)]).agreement_id
        return agreements.filtered(lambda agreement: agreement.state != "draft")

    def _check_terms_editable(self):
        """Raise when an agreement in force relies on one of these metrics, directly or not."""
        concerned = self | self._get_all_users()
        # sudo: agreements of any company that rely on it count.
        agreement = concerned.sudo()._get_agreements_in_force()[:1]
        if agreement:
            raise UserError(
                self.env._(
                    "%(agreement)s is in force and uses %(metric)s: what it means cannot change. "
                    "Duplicate the metric and agree on new terms instead.",
                    agreement=agreement.name,
                    metric=", ".join(self.mapped("name")),
                )
            )

    def _get_term_fields(self):
        """Fields that decide a figure, and so are terms of the agreements that use it."""
        return {
            "code",
            "company_id",
            "kind",
            "window",
            "fiscal_year",
            "empty_is_zero",
            "aggregation",
            "needs_verification",
            "has_deadline",
            "deadline_days",
            "deadline_type",
            "item_limit",
            "measure",
            "operand_id",
            "divisor_id",
            "threshold",
            "late_judged",
            "late_grace_days",
            "formula",
            "uom_id",
            "categ_ids",
            "product_ids",
            "product_domain",
            "date_scope_from",
            "date_scope_to",
        }

    def _get_terms(self):
        """What these metrics mean, as plain data that does not depend on ids. For extension.

        :return: dict by code, with the metrics that they use
        """
        names = sorted(self._get_term_fields() - {"code", "company_id", "operand_id", "divisor_id"})
        return {
            metric.code: {name: metric._as_plain(name) for name in names}
            | {"uses": [metric.operand_id.code, metric.divisor_id.code]}
            for metric in self | self._get_all_formula_parts()
        }

    def _as_plain(self, name):
        value = self[name]
        return sorted(value.ids) if isinstance(value, models.BaseModel) else str(value)

    # ------------------------------------------------------------------
    # Deadlines
    # ------------------------------------------------------------------

    def _get_deadline(self, date_to):
        """Moment by which figures of a period have to be handed in (R3).

        :param date_to: last day of the period
        :return: naive datetime in UTC: the end of the last day in the company's time zone; False
            without a deadline
        """
        self.ensure_one()
        if not self.has_deadline or not date_to:
            return False
        zone = self._get_timezone()
        last = date_to + timedelta(days=self.deadline_days)
        if self.deadline_type == "working" and self.deadline_days:
            last = self._get_working_day(date_to, zone) or last
        end = zone.localize(datetime.combine(last, time(23, 59, 59)))
        return end.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_timezone(self):
        """Time zone of the company: of its working hours, else of its address."""
        company = self.company_id
        name = company.resource_calendar_id.tz or company.partner_id.tz or "UTC"
        return pytz.timezone(name)

    def _get_working_day(self, date_to, zone):
        """The last of the working days after a period, without holidays; None without hours."""
        calendar = self.company_id.resource_calendar_id
        if not calendar:
            return None
        start = zone.localize(datetime.combine(date_to + timedelta(days=1), time.min))
        end = calendar.plan_days(self.deadline_days, start, compute_leaves=True)
        return end.astimezone(zone).date() if end else None

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _get_formula_parts(self):
        computed = self.filtered(lambda m: m.kind == "computed" and m.measure in OPERANDS)
        shares = computed.filtered(lambda m: m.measure == "share")
        formulas = self.filtered(lambda m: m.kind == "formula")
        return computed.operand_id | shares.divisor_id | formulas.formula_metric_ids

    def _get_users(self):
        """Metrics that are computed from these ones, directly."""
        # sudo: users in any company, archived or not.
        metrics = self.sudo().with_context(active_test=False)
        return metrics.search(
            [
                "|",
                "|",
                ("operand_id", "in", self.ids),
                ("divisor_id", "in", self.ids),
                ("formula_metric_ids", "in", self.ids),
            ]
        )

    def _get_all_users(self):
        users = found = self._get_users()
        while found:
            found = found._get_users() - users
            users |= found
        return users

    def _get_formula_users(self):
        """Metrics whose formulas name one of these."""
        # sudo: as above.
        metrics = self.sudo().with_context(active_test=False)
        return metrics.search([("formula_metric_ids", "in", self.ids)])

    def _check_no_formula_names_it(self, vals):
        for metric in self:
            if vals.get("code", metric.code) == metric.code and (
                vals.get("company_id", metric.company_id.id) == metric.company_id.id
            ):
                continue
            users = metric._get_formula_users()
            if users:
                raise UserError(
                    self.env._(
                        "The formula of %(users)s names %(code)s: it keeps its code and company. "
                        "Change the formula first.",
                        users=", ".join(users.mapped("name")),
                        code=metric.code,
                    )
                )

    def _get_free_code(self):
        """A code that no metric of the company has."""
        # sudo: codes that the user cannot see are taken as well.
        taken = set(
            self.sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
            .mapped("code")
        )
        number = 2
        while f"{self.code[:36]}_{number}" in taken:
            number += 1
        return f"{self.code[:36]}_{number}"

    def _get_formula_codes(self):
        """Codes in the formula; none while it cannot be read."""
        self.ensure_one()
        if self.kind != "formula":
            return set()
        try:
            return set(parse(self.formula or "").codes)
        except FormulaError:
            return set()

    def _check_kind(self, kind):
        """Raise unless the metric takes figures of that kind."""
        self.ensure_one()
        if self.kind != kind:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            raise ValidationError(
                self.env._(
                    "%(name)s is “%(kind)s”: it takes no such figures. Choose a metric that is "
                    "“%(wanted)s”.",
                    name=self.name,
                    kind=labels[self.kind],
                    wanted=labels[kind],
                )
            )
