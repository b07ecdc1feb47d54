# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..pay import (
    ONE,
    Component,
    get_base_and_performance,
    get_days_worked,
    get_proportional,
    round_half_up,
    round_parts,
)

CORRECTION_MONTHS = 12


@dataclass
class Payee:
    """Somebody whose month is computed.

    :ivar employee_id: id of the employee
    :ivar person: :class:`~.hr_version.Person`: department, job, wage and days of work
    :ivar sheet: agreed or locked KPI sheet, or an empty recordset
    :ivar rule: ``aftersales.pay.rule``
    :ivar worked: days of the month on which the employee belonged to the company
    :ivar days: as a share of the month
    :ivar components: what is due, not rounded
    :ivar notices: what is missing
    """

    employee_id: int
    person: object
    sheet: object
    rule: object
    worked: int
    days: Decimal
    components: list = field(default_factory=list)
    notices: list = field(default_factory=list)


class AftersalesPayStatement(models.Model):
    """Computing a month: a fixed number of queries for all employees, written in batch."""

    _inherit = "aftersales.pay.statement"

    # === THE MONTH === #

    @api.model
    def _generate(self, company, month, employees=None):
        """Compute the pay of a company's month.

        Computing again refreshes the statements in state computed and leaves the others alone.

        :param company: ``res.company``
        :param date month: any day of the month
        :param employees: only these; default all whom a pay rule fits
        :return: the month's statements of these employees
        :raises AccessError: when the user is no pay officer of this company
        :raises UserError: when no pay rule holds
        """
        self._check_officer(company)
        start = self._get_month(month)[0]
        if not self.env["aftersales.pay.rule"]._search_in_force(company, start):
            raise UserError(
                self.env._(
                    "No pay rule of %(company)s holds in %(month)s: make one under "
                    "Pay > Pay Rules.",
                    company=company.name,
                    month=self.new({"period_start": start})._get_month_label(),
                )
            )
        self.env["aftersales.customer.agent"]._assign(company)
        payees = self._compute_payees(company, start, self._match_rules(company, start))
        deltas = self._get_deltas(company, start)
        wanted = payees.keys() | deltas.keys()
        if employees is not None:
            wanted &= set(employees.ids)
        vals = {}
        for employee_id in sorted(wanted):
            payee = payees.get(employee_id)
            if payee and payee.worked:
                head, lines = self._prepare_vals(company, start, payee)
            elif employee_id in deltas:
                head, lines = self._prepare_head(company, start, employee_id), []
            else:
                continue
            vals[employee_id] = (head, lines, deltas.get(employee_id, []))
        return self._write_statements(company, start, vals, everybody=employees is None)

    @api.model
    def _match_rules(self, company, month):
        """Which rule pays whom in a month.

        :return: dict {employee id: rule}
        """
        start, end = self._get_month(month)
        rules = self.env["aftersales.pay.rule"]._search_in_force(company, start)
        persons = self._get_persons(company, start)
        schemes = {}
        if rules.scheme_ids:
            in_force = self.env["aftersales.kpi.scheme"]._search_in_force(
                company, start, "employee"
            )
            schemes = in_force._match(company, "employee", end, persons=persons)
            sheets = self._get_sheets(company, start)
            schemes |= {employee_id: sheet.scheme_id for employee_id, sheet in sheets.items()}
        return rules._match_employees(persons, schemes)

    @api.model
    def _compute_payees(self, company, start, rules):
        """What is due to people for a month, by what is known now.

        :param rules: {employee id: rule} of everybody in that month
        :return: dict {employee id: :class:`Payee`}; who has left the company's files is absent
        """
        end = self._get_month(start)[1]
        length = (end - start).days + 1
        persons = self._get_persons(company, start)
        sheets = self._get_sheets(company, start)
        payees, groups = {}, {}
        for employee_id, rule in rules.items():
            if employee_id not in persons:
                continue
            sheet = sheets.get(employee_id, self.env["aftersales.kpi.sheet"])
            person = persons[employee_id]
            worked = self._get_worked_days(person, sheet, start, end)
            payee = Payee(employee_id, person, sheet, rule, worked, Decimal(worked) / length)
            payees[employee_id] = payee
            groups.setdefault(rule, []).append(payee)
        for rule, group in groups.items():
            getattr(self, f"_pay_{rule.way}")(rule, group, company, start, end)
        return payees

    # === WAYS OF PAYING === #

    def _pay_performance(self, rule, payees, company, start, end):
        """Base pay and performance pay; without an agreed sheet the latter waits. K1."""
        bases = self.env["aftersales.pay.basis"].search(
            [
                ("company_id", "=", company.id),
                ("year", "=", start.year),
                ("state", "=", "confirmed"),
                ("employee_id", "in", [payee.employee_id for payee in payees]),
            ]
        )
        months = {basis.employee_id.id: to_decimal(basis.amount) for basis in bases}
        shares, bounds = rule._get_shares(), rule._get_kpi_bounds()
        for payee in payees:
            if payee.employee_id not in months:
                payee.notices.append("no_basis")
                continue
            kpi = self._get_kpi_value(payee.sheet) if payee.sheet else None
            if kpi is None:
                payee.notices.append("no_sheet")
            payee.components = get_base_and_performance(
                months[payee.employee_id], *shares, kpi, bounds, payee.days
            )

    def _pay_proportional(self, rule, payees, company, start, end):
        """Wage × points ÷ the most that could be reached. K3."""
        for payee in payees:
            wage = self._get_wage(payee)
            if not payee.sheet:
                payee.notices.append("no_sheet")
            elif not wage:
                payee.notices.append("no_wage")
            else:
                points, of = to_decimal(payee.sheet.points), to_decimal(payee.sheet.max_points)
                payee.components = [get_proportional(points, of, wage, payee.days)]

    def _pay_graded(self, rule, payees, company, start, end):
        """The level of pay that the points reach. K3."""
        measured = []
        for payee in payees:
            if payee.sheet:
                measured.append((payee, *self._get_level_points(rule, payee.sheet)))
            else:
                payee.notices.append("no_sheet")
        results = rule.table_id.evaluate([points for _payee, points, _scale in measured])
        for (payee, _points, scale), result in zip(measured, results, strict=True):
            if not result.trace["row"]:
                payee.notices.append("no_table")
                continue
            details = {"table": result.trace, **scale}
            payee.components = [Component("level", result.amount, days=payee.days, details=details)]

    def _pay_retention(self, rule, payees, company, start, end):
        """Commission on repeat orders, bonus for all or nothing, base pay. K8."""
        ids = [payee.employee_id for payee in payees]
        turnover = rule.turnover_indicator_id._measure(company, start, end, subject_ids=ids)
        missed = self._get_missed_targets(rule, payees, company, start, end)
        rate = to_decimal(rule.permille) / 1000
        for payee in payees:
            wage = self._get_wage(payee)
            if not wage and rule.wage_source == "version":
                payee.notices.append("no_wage")
                continue
            measure = turnover.get(payee.employee_id)
            details = {
                "model": rule.turnover_indicator_id._get_kind().model,
                "sources": list(measure.source_ids) if measure else [],
            }
            payee.components = [
                Component("wage", wage, days=payee.days),
                Component(
                    "turnover", measure.value if measure else Decimal(0), rate, details=details
                ),
            ]
            if rule.bonus:
                lost = missed[self._get_department_key(payee)]
                details = {"missed": lost}
                bonus = to_decimal(rule.bonus)
                payee.components.append(
                    Component("bonus", bonus, ONE, Decimal(not lost), payee.days, details)
                )

    def _get_missed_targets(self, rule, payees, company, start, end):
        """Targets that somebody of a department missed: one loses the whole department's. K8.

        The figure is that of the agreed sheet; where the sheet has none, it is measured.

        :return: dict {department: list of [indicator id, target]}
        """
        missed = {self._get_department_key(payee): [] for payee in payees}
        for target in rule.target_ids:
            indicator = target.indicator_id
            figures = {}
            for payee in payees:
                for line in payee.sheet.line_ids:
                    if line.indicator_id == indicator:
                        value = to_decimal(line.value) if line.is_measured else None
                        figures[payee.employee_id] = value
            rest = [p.employee_id for p in payees if p.employee_id not in figures]
            if rest:
                found = indicator._measure(
                    company, start, end, subject_ids=rest, with_sources=False
                )
                figures |= {subject_id: found[subject_id].rounded for subject_id in found}
            for payee in payees:
                lost = missed[self._get_department_key(payee)]
                entry = [indicator.id, as_text(to_decimal(target.target))]
                if not target._is_met(figures.get(payee.employee_id)) and entry not in lost:
                    lost.append(entry)
        return missed

    @api.model
    def _get_department_key(self, payee):
        """Who shares the bonus: the department; who is in none stands alone."""
        return payee.person.department_id or -payee.employee_id

    # === CORRECTIONS === #

    @api.model
    def _get_deltas(self, company, start):
        """What is to be made good of earlier months: due by today's knowledge − paid so far.

        Terms are those by which the month was paid. A month that cannot be computed now, because
        e.g. its basis is being changed, waits.

        :param date start: month in which it is made good
        :return: dict {employee id: list of values of statement lines}
        """
        first = start - relativedelta(months=self._get_correction_months())
        settled = self.search(
            [
                ("company_id", "=", company.id),
                ("period_start", ">=", first),
                ("period_start", "<", start),
                ("state", "!=", "computed"),
                ("rule_id", "!=", False),
            ]
        )
        corrected = dict(
            self.env["aftersales.pay.statement.line"]._read_group(
                [("origin_id", "in", settled.ids), ("period_start", "!=", start)],
                ["origin_id"],
                ["amount:sum"],
            )
        )
        step = Decimal(str(company.currency_id.rounding))
        blocking = self._get_blocking_notices()
        deltas = {}
        for month, statements in settled.grouped("period_start").items():
            rules = {statement.employee_id.id: statement.rule_id for statement in statements}
            payees = self._compute_payees(company, month, rules)
            for statement in statements:
                payee = payees.get(statement.employee_id.id)
                if not payee or blocking & set(payee.notices):
                    continue
                amounts = [component.amount for component in payee.components]
                due = round_half_up(sum(amounts, Decimal(0)), step)
                paid = to_decimal(statement.own_amount)
                paid += round_half_up(to_decimal(corrected.get(statement, 0.0)), step)
                if due != paid:
                    deltas.setdefault(payee.employee_id, []).append(
                        self._prepare_delta_vals(statement, due, paid)
                    )
        return deltas

    def _prepare_delta_vals(self, statement, due, paid):
        return {
            "sequence": 90,
            "component": "delta",
            "base": float(due - paid),
            "rate": 1.0,
            "factor": 1.0,
            "day_share": 1.0,
            "amount": float(due - paid),
            "origin_id": statement.id,
            "trace": {"due": str(due), "paid": str(paid)},
        }

    @api.model
    def _get_correction_months(self):
        """How many months back a correction is looked for."""
        # sudo: a setting, which pay officers cannot read by themselves.
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("aftersales_kpi.pay_correction_months", CORRECTION_MONTHS))

    # === WRITING === #

    def _prepare_head(self, company, start, employee_id):
        """Values of a statement on which nothing but corrections stands."""
        return {
            "employee_id": employee_id,
            "company_id": company.id,
            "period_start": start,
            "department_id": False,
            "job_id": False,
            "computed_at": fields.Datetime.now(),
            "rule_id": False,
            "sheet_id": False,
            "day_share": 0.0,
            "notices": [],
            "is_blocked": False,
            "own_amount": 0.0,
        }

    def _prepare_vals(self, company, start, payee):
        """Values of a statement and of its lines, rounded once.

        :return: tuple (values, list of values of lines)
        """
        step = Decimal(str(company.currency_id.rounding))
        amounts, total = round_parts([c.amount for c in payee.components], step)
        head = {
            **self._prepare_head(company, start, payee.employee_id),
            # Copied, not related: they change later.
            "department_id": payee.person.department_id,
            "job_id": payee.person.job_id,
            "rule_id": payee.rule.id,
            "sheet_id": payee.sheet.id,
            "day_share": float(payee.days),
            "notices": payee.notices,
            "is_blocked": bool(self._get_blocking_notices() & set(payee.notices)),
            "own_amount": float(total),
        }
        length = (self._get_month(start)[1] - start).days + 1
        lines = [
            self._prepare_line_vals(number, component, amount, payee.worked, length)
            for number, (component, amount) in enumerate(
                zip(payee.components, amounts, strict=True), 1
            )
        ]
        return head, lines

    def _prepare_line_vals(self, number, component, amount, worked, length):
        details = dict(component.details or {})
        sources = details.pop("sources", None)
        model = details.pop("model", False)
        trace = {
            **details,
            "base": as_text(component.base),
            "rate": as_text(component.rate),
            "factor": as_text(component.factor),
        }
        if component.days != ONE:
            trace["days"] = {"worked": worked, "days": length}
        return {
            "sequence": number * 10,
            "component": component.key,
            "base": float(component.base),
            "rate": float(component.rate),
            "factor": float(component.factor),
            "day_share": float(component.days),
            "amount": float(amount),
            "origin_id": False,
            "source_model": model,
            "source_ids": sources,
            "source_count": len(sources or ()),
            "trace": trace,
        }

    def _write_statements(self, company, start, vals, everybody):
        """Create or refresh statements with their lines, in batch.

        :param dict vals: {employee id: (values, lines of the month, lines of corrections)}
        :param everybody: statements that nothing gives any more are deleted
        :return: the statements
        """
        for head, _lines, deltas in vals.values():
            delta = sum((to_decimal(line["amount"]) for line in deltas), Decimal(0))
            head["delta_amount"] = float(delta)
            head["total"] = float(to_decimal(head["own_amount"]) + delta)
        # sudo: nobody has the right to create statements or to write lines by hand; the user was
        # checked to be a pay officer of the company. Nobody is to follow them.
        step = (
            self._with_step()
            .with_context(
                tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
            )
            .sudo()
        )
        domain = [("company_id", "=", company.id), ("period_start", "=", start)]
        existing = {found.employee_id.id: found for found in step.search(domain)}
        open_ = {key: found for key, found in existing.items() if found.state == "computed"}
        if everybody:
            step.union(*(found for key, found in open_.items() if key not in vals)).unlink()
        written = {key: open_[key] for key in vals if key in open_}
        step.union(*written.values()).line_ids.unlink()
        for employee_id, statement in written.items():
            statement.write(vals[employee_id][0])
        missing = [employee_id for employee_id in vals if employee_id not in existing]
        created = step.create([vals[employee_id][0] for employee_id in missing])
        written |= dict(zip(missing, created, strict=True))
        step.env["aftersales.pay.statement.line"].create(
            [
                {**line, "statement_id": statement.id}
                for employee_id, statement in written.items()
                for line in (*vals[employee_id][1], *vals[employee_id][2])
            ]
        )
        kept = [existing[key].id for key in vals if key in existing and key not in open_]
        return self.browse([statement.id for statement in written.values()] + kept)

    # === WHAT IS KNOWN OF PEOPLE === #

    @api.model
    def _get_persons(self, company, start):
        """Return {employee id: ``Person``}: department, job, wage and days of work."""
        return self.env["hr.version"]._get_kpi_persons(company, start, self._get_month(start)[1])

    @api.model
    def _get_sheets(self, company, start):
        """Return {employee id: agreed sheet of the month, the newest revision}."""
        sheets = self.env["aftersales.kpi.sheet"].search(
            [
                ("company_id", "=", company.id),
                ("subject_kind", "=", "employee"),
                ("period", "=", "month"),
                ("period_start", "=", start),
                ("state", "in", ("agreed", "locked")),
            ],
            order="revision",
        )
        return {sheet.employee_id.id: sheet for sheet in sheets}

    @api.model
    def _get_worked_days(self, person, sheet, start, end):
        """Calendar days of a month on which somebody belonged to the company.

        A personnel file that was opened after the month says nothing about it: who has an agreed
        sheet was there.
        """
        if person.first_day > end:
            return (end - start).days + 1 if sheet else 0
        if not person.is_active and not person.last_day and not sheet:
            return 0
        return get_days_worked(person.first_day, person.last_day, start, end)

    @api.model
    def _get_wage(self, payee):
        """Monthly wage or base pay, Decimal in the company's currency."""
        if payee.rule.wage_source == "fixed":
            return to_decimal(payee.rule.wage)
        return to_decimal(payee.person.wage or 0.0)

    @api.model
    def _get_kpi_value(self, sheet):
        """The KPI value of a sheet; nothing measured counts neither for nor against. K1."""
        return to_decimal(sheet.kpi_value) if sheet.max_points else ONE

    @api.model
    def _get_level_points(self, rule, sheet):
        """Points for the table of levels, on the scale of its bands.

        :return: tuple (points, dict for the trace)
        """
        points, of = to_decimal(sheet.points), to_decimal(sheet.max_points)
        scale = to_decimal(rule.points_of)
        if not scale or of == scale:
            return points, {}
        details = {"points": as_text(points), "of": as_text(of), "scaled": as_text(scale)}
        return (points * scale / of if of else scale), details
