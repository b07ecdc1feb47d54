# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.rate_table.calculators import UNIT_EXPONENT, as_text, to_decimal

from ..commission import Fine, Rates

MEASURED_KINDS = ("base", "rate", "unit", "table", "fine")
# Whose figure: key of ``measure_of`` -> who is measured; the place is the outlet or the company.
SUBJECT_OF = {"team": "team", "company": "company", "employee": "employee"}


class AftersalesCommissionRule(models.Model):
    """One line of a commission plan: what is measured, what it earns, and who gets it (K20-K23).

    Rates apply to the total of the period, never to its documents one by one. A loss is a
    negative rate or amount.
    """

    _name = "aftersales.commission.rule"
    _description = "Rule of a Commission Plan"
    _order = "plan_id, sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "aftersales.commission.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    name = fields.Char(required=True, translate=True, help="As it stands on the statement.")
    code = fields.Char(
        required=True, help="The same in all versions of the plan: what was paid is found by it."
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("base", "Rates Below and Above a Base"),
            ("rate", "One Rate"),
            ("unit", "Amount per Unit"),
            ("table", "Rate Table"),
            ("fixed", "Fixed Amount"),
            ("plan", "Percentage of Other Commissions"),
            ("fine", "Errors with Fines"),
        ],
        required=True,
        default="base",
        help="How the figure becomes money. Rates apply to the period's total.",
    )

    # What is measured
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="Figure that the rule stands on.",
    )
    measure_of = fields.Selection(
        [
            ("team", "The Team"),
            ("place", "The Team's Outlet, or the Company"),
            ("company", "The Company"),
            ("employee", "Each Employee"),
        ],
        string="Figure Of",
        required=True,
        default="team",
        help="Whose figure. Each employee: everybody is paid by what he did himself.",
    )

    # How it becomes money
    rate_unit = fields.Selection(
        [("percent", "%"), ("permille", "‰")], string="Rates In", required=True, default="percent"
    )
    base_amount = fields.Float(
        string="Base", digits=(16, 2), help="Total of the period that has to be reached (≥)."
    )
    rate_below = fields.Float(
        string="Not Reached", digits=(16, 4), help="Rate on the whole total below the base."
    )
    rate_upto = fields.Float(
        string="Up to the Base", digits=(16, 4), help="Where it is reached: rate up to the base."
    )
    rate_above = fields.Float(
        string="Above the Base", digits=(16, 4), help="Where it is reached: rate on the rest."
    )
    rate = fields.Float(digits=(16, 4), help="Rate on the total; negative: who it is for bears it.")
    amount = fields.Float(
        digits=(16, 4), help="Money per unit, or the fixed amount, in the company's currency."
    )
    table_id = fields.Many2one(
        "rate.table",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Table of one input: the period's total gives the amount.",
    )
    condition = fields.Selection(
        [("always", "Always"), ("attendance", "Full Attendance")],
        required=True,
        default="always",
        help="Full attendance: only who is confirmed to have been there the whole month.",
    )
    source_rule_ids = fields.Many2many(
        "aftersales.commission.rule",
        "aftersales_commission_rule_source_rel",
        "rule_id",
        "source_id",
        string="Commissions",
        help="Rules whose commissions count, in whatever version of their plan holds.",
    )
    source_average = fields.Boolean(
        string="Average of the Teams",
        default=True,
        help="Percentage of the sum of the teams' commissions ÷ number of teams; otherwise of the "
        "sum.",
    )
    fine_limit = fields.Float(digits=(16, 2), help="Errors above this amount cost the higher fine.")
    fine_above = fields.Float(digits=(16, 2))
    fine_upto = fields.Float(string="Fine Otherwise", digits=(16, 2))
    joint_role = fields.Selection(
        selection=lambda self: self._selection_role(),
        string="Liable Besides",
        help="Who bears a part of the fine besides, when somebody else of the team made the error.",
    )
    joint_percent = fields.Float(
        string="Part of the Fine (%)", digits=(16, 4), help="What he bears of it."
    )

    # Who gets it
    share_by = fields.Selection(
        [
            ("each", "Each Person in Full"),
            ("members", "Shared by the Members' Shares"),
            ("roles", "Shared by Roles"),
        ],
        string="Paid To",
        required=True,
        default="members",
        help="Shares are cut to the cent and sum to the amount.",
    )
    role = fields.Selection(
        selection=lambda self: self._selection_role(),
        string="Role in the Team",
        help="Only members in this role; empty: all members.",
    )
    share_ids = fields.One2many(
        "aftersales.commission.rule.share", "rule_id", copy=True, string="Shares of Roles"
    )
    prorate = fields.Boolean(
        string="By Days in the Team",
        default=True,
        help="Who belongs to the team for a part of the month gets that part of his own amount.",
    )
    terms = fields.Char(compute="_compute_terms", help="The rule in words.")

    _code_uniq = models.UniqueIndex(
        "(plan_id, code)", "Another rule of the plan has this code: choose a new one."
    )

    @api.model
    def _selection_role(self):
        return self.env["aftersales.team.member"]._fields["role"]._description_selection(self.env)

    @api.depends(lambda self: self._get_term_fields())
    @api.depends_context("lang")
    def _compute_terms(self):
        for rule in self:
            rule.terms = rule._get_terms_text()

    # === CONSTRAINTS === #

    @api.constrains("kind", "indicator_id", "table_id", "source_rule_ids", "measure_of", "share_by")
    def _check_complete(self):
        for rule in self:
            problem = rule._find_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "Rule “%(rule)s”: %(problem)s", rule=rule.name or "", problem=problem
                    )
                )

    def _find_problem(self):
        """What is missing or does not fit, as a sentence; empty where all is well."""
        self.ensure_one()
        indicator = self.indicator_id
        if self.kind in MEASURED_KINDS and not indicator:
            return self.env._("choose the indicator that it stands on.")
        if self.kind == "table" and self.table_id.inputs != "one":
            return self.env._("choose a rate table of one input.")
        if self.kind == "plan" and not self.source_rule_ids:
            return self.env._("choose the commissions that it is a percentage of.")
        if self.kind == "plan" and "plan" in self.source_rule_ids.mapped("kind"):
            return self.env._("a percentage of a percentage of commissions is not computed.")
        if self.kind == "fine" and self.measure_of != "employee":
            return self.env._("errors are each employee's own: choose his figure.")
        if self.share_by == "roles" and not self.share_ids:
            return self.env._("enter the shares of the roles.")
        subjects = set(self._get_subjects()) if self.kind in MEASURED_KINDS else set()
        if subjects - set(indicator._get_kind().subjects if indicator else subjects):
            return self.env._("indicator %s does not measure them.", indicator.display_name)
        return ""

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Add rules to plans that have paid nothing yet."""
        rules = super().create(vals_list)
        rules.plan_id._check_not_used()
        return rules

    def write(self, vals):
        """Refuse new terms for what was confirmed.

        :raises UserError: naming the plan and what to do instead
        """
        if set(vals) - {"name", "sequence"}:
            self.plan_id._check_not_used()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.plan_id._check_not_used()
        dependent = self.search([("source_rule_ids", "in", self.ids)]) - self
        if dependent:
            raise UserError(
                self.env._(
                    "“%(rule)s” of %(plan)s is a percentage of this rule: change that one first.",
                    rule=dependent[0].name,
                    plan=dependent[0].plan_id.name,
                )
            )

    # === BUSINESS METHODS === #

    def _get_subjects(self):
        """Kinds of subject whose figure the rule may need."""
        self.ensure_one()
        if self.measure_of == "place":
            return ("outlet", "company")
        return (SUBJECT_OF[self.measure_of],)

    def _is_own(self):
        """Is everybody paid by his own figure?"""
        self.ensure_one()
        return bool(self.indicator_id) and self.measure_of == "employee"

    def _get_subject(self, team, employee=None):
        """Whose figure a team's commission stands on.

        :return: tuple (kind of subject, id)
        """
        self.ensure_one()
        if self.measure_of == "employee":
            return "employee", employee.id
        if self.measure_of == "team":
            return "team", team.id
        if self.measure_of == "place" and team.outlet_id:
            return "outlet", team.outlet_id.id
        return "company", self.company_id.id

    def _get_rates(self):
        """Base and rates as exact numbers."""
        self.ensure_one()
        return Rates(
            to_decimal(self.base_amount),
            to_decimal(self.rate_below),
            to_decimal(self.rate_upto),
            to_decimal(self.rate_above),
            UNIT_EXPONENT[self.rate_unit],
        )

    def _get_fine(self):
        """Terms of the fine as exact numbers."""
        self.ensure_one()
        return Fine(
            to_decimal(self.fine_limit), to_decimal(self.fine_above), to_decimal(self.fine_upto)
        )

    def _earn(self, total):
        """What the total of a period earns.

        :param Decimal total: figure of the period
        :return: tuple (Decimal amount, not rounded, how it came about)
        """
        self.ensure_one()
        return getattr(self, f"_earn_{self.kind}")(total)

    def _earn_base(self, total):
        rates = self._get_rates()
        unit = self._get_unit_label()
        amount = rates.get_amount(total)
        if not rates.is_reached(total):
            words = self.env._(
                "%(total)s is below the base of %(base)s: %(rate)s %(unit)s of all",
                total=as_text(total),
                base=as_text(rates.base),
                rate=as_text(rates.below),
                unit=unit,
            )
        else:
            words = self.env._(
                "%(total)s reaches the base of %(base)s: %(upto)s %(unit)s up to it, %(above)s "
                "%(unit)s of the rest",
                total=as_text(total),
                base=as_text(rates.base),
                upto=as_text(rates.upto),
                above=as_text(rates.above),
                unit=unit,
            )
        return amount, words

    def _earn_rate(self, total):
        rate = to_decimal(self.rate)
        words = self.env._(
            "%(rate)s %(unit)s of %(total)s",
            rate=as_text(rate),
            unit=self._get_unit_label(),
            total=as_text(total),
        )
        return (total * rate).scaleb(UNIT_EXPONENT[self.rate_unit]), words

    def _earn_unit(self, total):
        amount = to_decimal(self.amount)
        words = self.env._("%(total)s × %(amount)s", total=as_text(total), amount=as_text(amount))
        return total * amount, words

    def _earn_table(self, total):
        result = self.table_id.evaluate([total])[0]
        words = self.env._("%(total)s by table “%(table)s”", total=total, table=self.table_id.name)
        return result.amount, words

    def _earn_plan(self, total):
        rate = to_decimal(self.rate)
        words = self.env._(
            "%(rate)s %(unit)s of %(total)s",
            rate=as_text(rate),
            unit=self._get_unit_label(),
            total=as_text(total.quantize(Decimal("0.0001"))),
        )
        return (total * rate).scaleb(UNIT_EXPONENT[self.rate_unit]), words

    def _earn_fixed(self, total):
        return to_decimal(self.amount), self.env._("fixed amount")

    # === HELPERS === #

    def _get_unit_label(self):
        return {"percent": "%", "permille": "‰"}[self.rate_unit]

    @api.model
    def _get_term_fields(self):
        return [
            "kind",
            "indicator_id",
            "rate_unit",
            "base_amount",
            "rate_below",
            "rate_upto",
            "rate_above",
            "rate",
            "amount",
            "table_id",
            "condition",
            "source_rule_ids",
            "fine_limit",
            "fine_above",
            "fine_upto",
        ]

    def _get_terms_text(self):
        """The rule in words, in the reader's language."""
        self.ensure_one()
        unit = self._get_unit_label() if self.rate_unit else ""

        def number(value):
            return as_text(to_decimal(value or 0.0))

        if self.kind == "base":
            return self.env._(
                "base %(base)s; reached: %(upto)s %(unit)s up to it, %(above)s %(unit)s above; "
                "not reached: %(below)s %(unit)s",
                base=number(self.base_amount),
                upto=number(self.rate_upto),
                above=number(self.rate_above),
                below=number(self.rate_below),
                unit=unit,
            )
        if self.kind in ("rate", "plan"):
            return self.env._("%(rate)s %(unit)s", rate=number(self.rate), unit=unit)
        if self.kind == "unit":
            return self.env._("%s each", number(self.amount))
        if self.kind == "table":
            return self.table_id.name or ""
        if self.kind == "fine":
            return self.env._(
                "the amount; fine %(above)s above %(limit)s, else %(upto)s",
                above=number(self.fine_above),
                limit=number(self.fine_limit),
                upto=number(self.fine_upto),
            )
        if self.condition == "attendance":
            return self.env._("%s for full attendance", number(self.amount))
        return number(self.amount)
