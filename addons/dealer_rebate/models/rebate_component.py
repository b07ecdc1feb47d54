# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import uuid
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_amount

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..earnings import ZERO, Earning, cap_life, cap_periods, round_half_up, split
from .rebate_agreement import PERIODS
from .rebate_agreement_version import describe_fields
from .rebate_basis_mixin import DOCUMENT_BASES, Subject

EVERYBODY = Subject(0, 0)
# Up to so many dealers are named in a query; of more, reading all is as fast.
FEW_DEALERS = 50
OTHER_BASES = [("fixed", "Fixed sum"), ("guarantee", "Guarantee")]


class RebateComponent(models.Model):
    """One thing an agreement pays for: a basis, its scope, and the table that turns it into money.

    Everything that is settled hangs on ``component_key``, not on the record: a component keeps
    its key over versions of an agreement, so that a new version pays the difference only.
    """

    _name = "rebate.component"
    _description = "Rebate Component"
    _inherit = ["rebate.term.mixin", "rebate.basis.mixin", "aftersales.protected.mixin"]
    _order = "agreement_id, sequence, id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, help="As it stands on the statement and the credit note.")
    component_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: uuid.uuid4().hex,
        help="Identity over versions: what was settled under this key is never paid again.",
    )
    period = fields.Selection(
        [value for value in PERIODS if value[0] != "custom"],
        string="Own Period",
        help="Empty: the agreement's period. A longer one is paid when it ends, a shorter one "
        "several times in each settlement (R3: month, quarter and year add up).",
    )
    basis = fields.Selection(
        selection_add=OTHER_BASES,
        ondelete={
            "fixed": "cascade",
            "guarantee": "cascade",
        },
    )
    fixed_amount = fields.Monetary(
        string="Amount",
        help="Fixed sum: what each subject gets. Guarantee: what it earns at least in a period by "
        "all other components together.",
    )
    fixed_once = fields.Boolean(
        string="Once",
        default=True,
        help="One-time grant (R2), in the period in which the store starts, the membership "
        "begins, or else the agreement. Otherwise in each period.",
    )
    guarantee_cumulative = fields.Boolean(
        string="Cumulative",
        help="The guarantee holds for all periods together: a good period makes up for a bad one.",
    )
    rate_by = fields.Selection(
        [("basis", "What it is paid on"), ("growth", "Growth over the previous year")],
        string="Rate Chosen by",
        required=True,
        default="basis",
        help="The figure that is looked up in the table. The rate is then applied to the basis.",
    )
    rate_table_id = fields.Many2one(
        "rate.table",
        index=True,
        ondelete="restrict",
        domain="[('company_id', 'in', (company_id, False))]",
        help="Turns the period's basis into money (R4, R12).",
    )
    table_description = fields.Text(
        related="rate_table_id.description", string="Table in Words", help="The table in words."
    )
    per_document = fields.Boolean(
        help="The table is read for each invoice and credit note by itself; otherwise for all of "
        "a period together (R5).",
    )
    growth_on = fields.Selection(
        [("whole", "Whole turnover"), ("increment", "Increment only")],
        string="Growth Pays on",
        required=True,
        default="whole",
        help="Increment only: the rate is applied to what exceeds the previous year (R13).",
    )
    growth_without = fields.Selection(
        [
            ("none", "Nothing"),
            ("baseline", "Agreed baseline"),
            ("base", "First row of the table"),
        ],
        string="Without Previous Year",
        required=True,
        default="none",
        help="How a dealer without turnover in the previous year is treated (R13).",
    )
    growth_baseline = fields.Monetary(
        string="Baseline",
        help="Turnover of a period that stands for the previous year where there was none.",
    )
    cap_amount = fields.Monetary(
        string="Cap per Period", help="At most so much for each period. Zero: no cap."
    )
    cap_policy = fields.Selection(
        [("lost", "Lost"), ("carried", "Carried to the next period")],
        string="What a Cap Cuts",
        required=True,
        default="lost",
        help="What exceeds the cap is lost, and shown, or waits for the next period.",
    )
    life_cap = fields.Monetary(
        string="Cap for Life",
        help="At most so much for each subject over all periods, whatever its grade. Zero: no cap.",
    )
    limit_ids = fields.One2many(
        "rebate.component.limit",
        "component_id",
        string="Caps by Grade",
        copy=True,
        help="Caps for life by the store's grade (R2).",
    )
    life_years = fields.Integer(
        string="Years from the Start",
        help="Only documents of the first years of a store count, the day of the anniversary not "
        "included (R2). Zero: no limit.",
    )
    store_format = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.outlet"]._fields["store_format"]._description_selection(self.env)
        ),
        string="Kind of Store",
        help="Only stores of this kind earn it (R2). Empty: all.",
    )
    exclusion = fields.Char(
        string="Not Combinable with",
        help="Components with the same word here exclude each other: only the best bundle of "
        "them is paid (R3). Empty: always paid.",
    )
    bundle = fields.Char(
        help="Components of the same bundle add up to one offer (R3: month, quarter and year). "
        "Empty: an offer of its own."
    )
    priority = fields.Integer(
        default=10,
        help="Of offers that exclude each other the lowest number is paid; of equal ones the "
        "higher amount.",
    )

    _key_once = models.UniqueIndex(
        "(agreement_id, component_key)", "A component can be in an agreement only once."
    )
    _amounts_positive = models.Constraint(
        "CHECK (fixed_amount >= 0 AND cap_amount >= 0 AND life_cap >= 0 AND life_years >= 0 "
        "AND growth_baseline >= 0)",
        "Sums, caps, baselines and years cannot be negative.",
    )

    @api.constrains("rate_table_id")
    def _check_rate_table(self):
        for component in self.filtered("rate_table_id"):
            table = component.rate_table_id
            if table.inputs != component._get_input_count():
                raise ValidationError(component._get_table_message())
            if table.company_id and table.company_id != component.company_id:
                raise ValidationError(
                    self.env._(
                        "%(table)s belongs to another company than %(component)s.",
                        table=table.name,
                        component=component.name,
                    )
                )

    @api.constrains("life_years", "limit_ids", "store_format", "agreement_id")
    def _check_store(self):
        for component in self:
            by_store = component.life_years or component.limit_ids or component.store_format
            if by_store and component.agreement_id.subject != "store":
                raise ValidationError(
                    self.env._(
                        "%(component)s depends on the store: choose “Store” as the subject of "
                        "%(agreement)s.",
                        component=component.name,
                        agreement=component.agreement_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_key_untouched(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_key_untouched(vals)
        return super().write(vals)

    def _check_key_untouched(self, *vals_list):
        """Whoever could choose a key could claim that another agreement's payments were its own."""
        if not self.env.su and any("component_key" in vals for vals in vals_list):
            raise AccessError(
                self.env._("The identity of a component is given by the system and stays.")
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"component_key"}

    @api.model
    def _get_free_fields(self):
        return super()._get_free_fields() | {"name"}

    def _get_input_count(self):
        """How many figures the table is asked with, as ``rate.table`` says it."""
        return "one"

    def _get_table_message(self):
        self.ensure_one()
        return self.env._(
            "%(table)s needs two figures; %(component)s has only one. Choose a table of one "
            "figure.",
            table=self.rate_table_id.name,
            component=self.name,
        )

    def _get_terms(self):
        """What this component promises, as plain data (see ``rebate.agreement._get_terms``)."""
        self.ensure_one()
        table = self.rate_table_id
        names = ("method", "bound", "open_below", "rate_unit", "step_every", "step_amount")
        terms = {name: self[name] for name in self._get_plain_terms() if self[name]}
        return terms | {
            "dates": [str(self.date_scope_from), str(self.date_scope_to)],
            "categories": sorted(self.categ_ids.ids),
            "products": sorted(self.product_ids.ids),
            "unit": self.uom_id.id,
            "limits": sorted([limit.grade or "", limit.amount] for limit in self.limit_ids),
            "table": [str(table[name]) for name in (*names, "step_cap")],
            "rows": sorted([line.from_value, line.value] for line in table.line_ids),
        }

    def _get_plain_terms(self):
        """Fields that are terms and are plain data. For extension."""
        return (
            "basis", "product_domain", "period", "fixed_amount", "fixed_once",
            "guarantee_cumulative", "per_document", "rate_by", "growth_on", "growth_without",
            "growth_baseline", "cap_amount", "cap_policy", "life_cap", "life_years",
            "store_format", "exclusion", "bundle", "priority",
        )  # fmt: skip

    def _get_policy_names(self):
        """Fields that a policy file holds, besides table, caps, gates and adjustments."""
        dates = ("date_scope_from", "date_scope_to")
        scope = ("categ_ids", "product_ids", "uom_id")
        return (*self._get_plain_terms(), *scope, *dates, "name", "sequence")

    def _get_metrics(self):
        """Metrics that these components depend on. For extension."""
        return self.env["rebate.metric"]

    def _describe_terms(self):
        """Terms in words, see ``rebate.agreement._describe_terms``. For extension."""
        self.ensure_one()
        names = {*self._get_plain_terms(), "categ_ids", "product_ids", "uom_id"}
        names |= {"date_scope_from", "date_scope_to"}
        terms = describe_fields(self, names - self._get_idle_terms())
        if self.rate_table_id:
            terms[self.env._("Table")] = self.table_description
        for limit in self.limit_ids:
            terms[self.env._("Cap of grade %s", limit.grade)] = format_amount(
                self.env, limit.amount, self.agreement_id.currency_id
            )
        return terms

    def _get_idle_terms(self):
        """Terms that say nothing here, because what they belong to is not chosen."""
        self.ensure_one()
        idle = set()
        if self.basis != "fixed":
            idle.add("fixed_once")
        if self.basis != "guarantee":
            idle.add("guarantee_cumulative")
        if self.basis in ("fixed", "guarantee"):
            idle |= {"rate_by", "per_document"}
        else:
            idle.add("fixed_amount")
        if self.rate_by != "growth":
            idle |= {"growth_on", "growth_without"}
        if self.rate_by != "growth" or self.growth_without != "baseline":
            idle.add("growth_baseline")
        if not self.cap_amount:
            idle.add("cap_policy")
        if not self.exclusion:
            idle |= {"bundle", "priority"}
        return idle

    def _check_table_ready(self):
        """Refuse what could not be computed.

        :raise UserError: naming what is missing
        """
        self.ensure_one()
        if self.basis in ("fixed", "guarantee"):
            if not self.fixed_amount:
                raise UserError(
                    self.env._("%(component)s has no amount yet: enter it.", component=self.name)
                )
            return
        if not self.rate_table_id:
            raise UserError(
                self.env._("%(component)s has no table yet: choose one.", component=self.name)
            )
        if self.rate_table_id.method != "step" and not self.rate_table_id.line_ids:
            raise UserError(
                self.env._(
                    "The table %(table)s of %(component)s has no rows yet: add them first.",
                    table=self.rate_table_id.name,
                    component=self.name,
                )
            )
        if any(line.value < 0 for line in self.rate_table_id.line_ids):
            raise UserError(
                self.env._(
                    "The table %(table)s of %(component)s has a negative value: a rebate takes "
                    "nothing from anybody. Correct the row.",
                    table=self.rate_table_id.name,
                    component=self.name,
                )
            )
        if self.rate_by == "growth" and self.rate_table_id.method == "incremental":
            raise UserError(
                self.env._(
                    "The table %(table)s has slices of money; %(component)s looks up a growth. "
                    "Choose a table of the method “whole”.",
                    table=self.rate_table_id.name,
                    component=self.name,
                )
            )

    # ------------------------------------------------------------------
    # Windows
    # ------------------------------------------------------------------

    def _get_windows(self, periods):
        """Windows of this component that are due with the given periods of the agreement.

        A component with a period of its own is due where that period ends: a year's component of
        a monthly agreement comes with December, a month's one of a quarter comes three times.

        :param periods: list of (first day, cut-off) that are settled
        :return: sorted list of (key, first day, last day); the key is the first day
        """
        self.ensure_one()
        if not self.period:
            return [(start, start, end) for start, end in periods]
        windows = {}
        for start, cutoff in periods:
            day = start
            while day <= cutoff:
                first, last = self.agreement_id._get_period_bounds(day, self.period)
                if last <= cutoff:
                    windows[first] = last
                day = last + timedelta(days=1)
        return [(first, first, last) for first, last in sorted(windows.items())]

    # ------------------------------------------------------------------
    # Computing
    # ------------------------------------------------------------------

    def _compute_earnings(self, windows, cutoff, partner_ids=None):
        """What each subject earns in each window, not rounded, before it competes with others.

        :param windows: see :meth:`_get_windows`
        :param cutoff: last day that counts in this settlement
        :param partner_ids: only these dealers; not where all are computed together
        :return: list of :class:`~odoo.addons.dealer_rebate.earnings.Earning`
        """
        self.ensure_one()
        if self.basis == "fixed":
            earnings = self._compute_fixed(windows, partner_ids)
        else:
            earnings = self._compute_counted(windows, cutoff, partner_ids)
        if self.basis != "fixed" and self.agreement_id.group_mode == "together":
            groups = self._join_together(earnings)
            self._apply_table(groups, windows, cutoff)
            self._apply_caps(groups)
            self._split_together(earnings, groups)
            self._apply_conditions(earnings, windows, cutoff)
            return earnings
        self._apply_rules(earnings, windows, cutoff)
        return earnings

    def _apply_rules(self, earnings, windows, cutoff):
        """From what counts to what is earned, where each earns alone: table, gates, caps."""
        if self.basis != "fixed":
            self._apply_table(earnings, windows, cutoff)
        self._apply_conditions(earnings, windows, cutoff)
        self._apply_caps(earnings)

    def _compute_counted(self, windows, cutoff, partner_ids=None):
        """Earnings with their basis only, also for those who were settled before."""
        basis = self._read_counted(windows, cutoff, partner_ids)
        settled = self._read_settled(windows, partner_ids)
        ends = {key: last for key, _first, last in windows}
        earnings = []
        for subject, key in sorted(basis.keys() | settled.keys()):
            total, count = basis.get((subject, key), (ZERO, 0))
            earnings.append(Earning(self, subject, key, ends[key], base=total, count=count))
        return earnings

    def _read_counted(self, windows, cutoff, partner_ids=None):
        """What counts, see :meth:`_read_basis`. For extension by other sources."""
        return self._read_basis(self.agreement_id, windows, partner_ids, cutoff=cutoff)

    def _apply_table(self, earnings, windows, cutoff):
        """Look up the rate of each earning and apply it to what it is paid on."""
        if self.per_document:
            self._apply_table_per_document(earnings, windows, cutoff)
            return
        values, bases = self._get_table_inputs(earnings, windows, cutoff)
        found = [at for at, value in enumerate(values) if value is not None]
        results = self._evaluate([values[at] for at in found], [bases[at] for at in found])
        table_trace = self._get_table_trace()
        for earning in earnings:
            earning.trace |= table_trace | {
                "basis": as_text(earning.base),
                "amount": "0",
                "no_value": True,
            }
        for at, result in zip(found, results, strict=True):
            earning = earnings[at]
            earning.rate = result.rate
            earning.amount = result.amount
            earning.trace |= result.trace | {"no_value": False}

    def _evaluate(self, values, bases):
        table = self.rate_table_id
        return table.evaluate(values, None if table.method == "incremental" else bases)

    def _apply_table_per_document(self, earnings, windows, cutoff):
        """Read the table for each document by itself and add up what they give (R5)."""
        documents = self._read_documents(
            self.agreement_id, windows, self._get_asked(earnings), cutoff=cutoff
        )
        flat = [(key, total) for key, totals in documents.items() for total in totals]
        results = self._evaluate([total for _key, total in flat], [total for _key, total in flat])
        amounts = {}
        for (key, _total), result in zip(flat, results, strict=True):
            amounts[key] = amounts.get(key, ZERO) + result.amount
        table_trace = self._get_table_trace()
        for earning in earnings:
            key = (earning.subject, earning.start)
            earning.amount = amounts.get(key, ZERO)
            earning.trace |= table_trace | {
                "basis": as_text(earning.base),
                "amount": as_text(earning.amount),
                "documents": len(documents.get(key, ())),
            }

    def _get_table_trace(self):
        table = self.rate_table_id
        return {
            "method": table.method,
            "unit": table.rate_unit,
            "table_name": table.name,
            "table": [
                {
                    "from": as_text(to_decimal(line.from_value)),
                    "value": as_text(to_decimal(line.value)),
                }
                for line in table.line_ids.sorted("from_value")
            ],
            "rate_by": self.rate_by,
        }

    def _get_table_inputs(self, earnings, windows, cutoff):
        """What is looked up, and what the rate is applied to, for each earning. For extension.

        :return: (list of values or None where there is none, list of bases)
        """
        bases = [earning.base for earning in earnings]
        if self.rate_by == "growth":
            return self._get_growth_inputs(earnings, windows, cutoff)
        return bases, bases

    def _get_growth_inputs(self, earnings, windows, cutoff):
        """Growth in percent over the same period of the previous year (R13)."""
        year = relativedelta(years=1)
        before = self._read_basis(
            self.agreement_id,
            [(key, first - year, last - year) for key, first, last in windows],
            self._get_asked(earnings),
            cutoff=cutoff,
        )
        for (_subject, key), (total, count) in list(before.items()):
            everybody = before.get((EVERYBODY, key), (ZERO, 0))
            before[EVERYBODY, key] = (everybody[0] + total, everybody[1] + count)
        values, bases = [], []
        for earning in earnings:
            previous = before.get((earning.subject, earning.start), (ZERO, 0))[0]
            value, previous = self._get_growth(earning.base, previous)
            values.append(value)
            increment = earning.base - previous if previous else earning.base
            bases.append(max(increment, ZERO) if self.growth_on == "increment" else earning.base)
            earning.trace["previous"] = as_text(previous)
        return values, bases

    def _get_growth(self, current, previous):
        """(growth in percent or None, turnover that it is compared with)."""
        if previous <= 0:
            if self.growth_without == "none":
                return None, ZERO
            if self.growth_without == "base":
                lowest = min(self.rate_table_id.line_ids.mapped("from_value"), default=0)
                return to_decimal(lowest), ZERO
            previous = to_decimal(self.growth_baseline)
            if not previous:
                return None, ZERO
        return (current - previous) / previous * 100, previous

    def _get_asked(self, earnings):
        """Dealers to read for these earnings where they are few, else None: read all."""
        partner_ids = {earning.subject[0] for earning in earnings}
        few = 0 < len(partner_ids) <= FEW_DEALERS and EVERYBODY.partner_id not in partner_ids
        return partner_ids if few else None

    def _compute_fixed(self, windows, partner_ids=None):
        """A fixed sum for each subject, once or in each window."""
        amount = to_decimal(self.fixed_amount)
        trace = {"method": "fixed", "basis": "0", "amount": as_text(amount)}
        earnings = []
        agreement = self.agreement_id
        for subject, start in agreement._get_subjects(self.store_format).items():
            if partner_ids is not None and subject.partner_id not in partner_ids:
                continue
            for key, first, last in windows:
                due = first <= start <= last
                if not self.fixed_once:
                    due = start <= last and agreement._takes_part(subject, first, last)
                if due:
                    earnings.append(
                        Earning(self, subject, key, last, amount=amount, trace=dict(trace))
                    )
        return earnings

    def _apply_conditions(self, earnings, windows, cutoff):
        """Hook: gates and adjustments. Each leaves its verdict in the trace."""

    def _apply_caps(self, earnings):
        """Cut what exceeds the cap of a period or of a life, in the order of time."""
        limits = {limit.grade: to_decimal(limit.amount) for limit in self.limit_ids}
        if not (self.cap_amount or self.life_cap or limits):
            return
        grades = {}
        if limits:
            # sudo: the grade of a store decides what it earns, whoever computes.
            outlets = (
                self.env["aftersales.outlet"]
                .sudo()
                .browse({earning.subject[1] for earning in earnings})
            )
            grades = {outlet.id: outlet.grade for outlet in outlets}
        used = self._read_used_elsewhere(earnings)
        by_subject = {}
        used[EVERYBODY] = sum(used.values(), ZERO)
        for earning in sorted(earnings, key=lambda earning: earning.start):
            by_subject.setdefault(earning.subject, []).append(earning)
        for subject, course in by_subject.items():
            if self.cap_amount:
                cuts = cap_periods(
                    [earning.amount for earning in course],
                    to_decimal(self.cap_amount),
                    self.cap_policy == "carried",
                )
                self._cut(course, cuts, "period_cap", to_decimal(self.cap_amount))
            if limits or self.life_cap:
                limit = limits.get(grades.get(subject[1]), to_decimal(self.life_cap))
                cuts = cap_life(
                    [earning.amount for earning in course], limit, used.get(subject, ZERO)
                )
                self._cut(course, cuts, "life", limit)

    def _cut(self, course, cuts, name, limit):
        for earning, (paid, cut) in zip(course, cuts, strict=True):
            if paid != earning.amount:
                earning.trace[name] = {
                    "limit": as_text(limit),
                    # With what waited from earlier periods, where a cap carries it on.
                    "before": as_text(paid + cut),
                    "cut": as_text(cut),
                }
                earning.reduce(paid)

    def _read_used_elsewhere(self, earnings):
        """What was paid under this key in windows that are not computed again."""
        starts = {earning.start for earning in earnings}
        self.env["rebate.settlement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, COALESCE(outlet_id, 0), SUM(amount)::text
                  FROM rebate_settlement_line
                 WHERE component_key = %s AND state = 'posted' AND period_from NOT IN %s
              GROUP BY partner_id, COALESCE(outlet_id, 0)
                """,
                self.component_key,
                tuple(starts) or (None,),
            )
        )
        return {Subject(partner, outlet): Decimal(amount) for partner, outlet, amount in rows}

    def _join_together(self, earnings):
        """One earning of everybody for each window (R12)."""
        groups = {}
        for earning in earnings:
            group = groups.setdefault(
                earning.start, Earning(self, EVERYBODY, earning.start, earning.end)
            )
            group.base += earning.base
            group.count += earning.count
        return list(groups.values())

    def _split_together(self, earnings, groups):
        """Split what everybody earned in a window by each one's basis, to the cent (R12)."""
        unit = Decimal(1).scaleb(-self.agreement_id.currency_id.decimal_places)
        for group in groups:
            members = [earning for earning in earnings if earning.start == group.start]
            total = round_half_up(group.amount, unit)
            parts = split(total, [max(member.base, ZERO) for member in members], unit)
            lost = split(
                round_half_up(group.forgone, unit),
                [max(member.base, ZERO) for member in members],
                unit,
            )
            for member, part, forgone in zip(members, parts, lost, strict=True):
                member.rate = group.rate
                member.amount = part
                member.forgone = forgone
                member.trace = group.trace | {
                    "group_total": as_text(group.base),
                    "group_amount": as_text(total),
                    "own_base": as_text(member.base),
                }

    # ------------------------------------------------------------------
    # Basis
    # ------------------------------------------------------------------

    def _read_settled(self, windows, partner_ids=None):
        """What posted lines paid for this component key, and on which basis.

        :param windows: see :meth:`_get_windows`
        :param partner_ids: only these dealers
        :return: {(Subject, key): (amount, basis)}, Decimals in the agreement's currency
        """
        self.ensure_one()
        if not windows:
            return {}
        self.env["rebate.settlement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, COALESCE(outlet_id, 0), period_from, SUM(amount)::text,
                       SUM(base_delta)::text
                  FROM rebate_settlement_line
                 WHERE component_key = %s AND state = 'posted' AND period_from IN %s AND %s
              GROUP BY partner_id, COALESCE(outlet_id, 0), period_from
                """,
                self.component_key,
                tuple(key for key, _first, _last in windows),
                SQL("TRUE")
                if partner_ids is None
                else SQL("partner_id IN %s", tuple(partner_ids) or (0,)),
            )
        )
        return {
            (Subject(partner, outlet), start): (Decimal(paid), Decimal(base))
            for partner, outlet, start, paid, base in rows
        }

    def _get_basis_query(self, agreement, windows, partner_ids=None, with_taxes=False, cutoff=None):
        if self.basis in dict(DOCUMENT_BASES):
            return super()._get_basis_query(agreement, windows, partner_ids, with_taxes, cutoff)
        return self._get_empty_query(with_taxes)

    def _get_scope_sql(self, agreement):
        conditions = [super()._get_scope_sql(agreement)]
        if self.life_years:
            conditions.append(
                SQL(
                    "move.invoice_date < outlet.date_start + make_interval(years => %s)",
                    self.life_years,
                )
            )
        if self.store_format:
            conditions.append(SQL("outlet.store_format = %s", self.store_format))
        return SQL(" AND ").join(conditions)
