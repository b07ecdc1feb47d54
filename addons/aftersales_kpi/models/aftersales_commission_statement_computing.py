# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.rate_table.calculators import as_text, to_decimal

from ..commission import round_half_up, split

ZERO = Decimal(0)
FIGURE_STEP = Decimal("0.0001")


@dataclass
class Earning:
    """What a rule gives an employee of a team in one month.

    :ivar rule: ``aftersales.commission.rule``
    :ivar team: ``aftersales.team``
    :ivar employee: ``hr.employee``
    :ivar amount: rounded to the currency
    :ivar team_amount: what the rule came to, before it was shared out
    :ivar total: figure that was measured; ``None`` where nothing is
    :ivar figure_key: (indicator, kind of subject, id of subject) of the figure
    :ivar words: how it came about
    """

    rule: object
    team: object
    employee: object
    amount: Decimal = ZERO
    team_amount: Decimal = ZERO
    total: Decimal | None = None
    figure_key: tuple | None = None
    words: list = field(default_factory=list)

    @property
    def key(self):
        """What the same commission of the same month is found by, whatever its version."""
        rule = self.rule
        return (rule.plan_id.code, rule.code, self.team.id, self.employee.id)


@dataclass
class Month:
    """What a month comes to as the records stand now.

    :ivar earnings: dict {key: :class:`Earning`}
    :ivar figures: dict {(indicator, kind of subject): {subject id: Decimal}}
    :ivar team_amounts: dict {(plan code, rule code): {team: Decimal}}
    :ivar unpaid: sentences: what nobody gets
    :ivar full: ids of employees who are confirmed to have been there the whole month
    :ivar last: {employee: his last membership of the month}
    """

    start: object
    end: object
    earnings: dict = field(default_factory=dict)
    figures: dict = field(default_factory=dict)
    team_amounts: dict = field(default_factory=lambda: defaultdict(dict))
    unpaid: list = field(default_factory=list)
    full: set = field(default_factory=set)
    last: dict = field(default_factory=dict)

    def get_total(self, figure_key):
        """Figure of a subject; 0 where it has none."""
        indicator, kind, subject_id = figure_key
        return self.figures[indicator, kind].get(subject_id, ZERO)


class AftersalesCommissionStatement(models.Model):
    """Computing a month: one query a figure for all teams, written by few statements."""

    _inherit = "aftersales.commission.statement"

    @api.model
    def _generate(self, company, month, problems=None):
        """Compute the statements of a company's month, and the corrections of earlier ones.

        Computing again refreshes what is not confirmed. For each earlier month that was confirmed
        the difference between what it comes to now and what was confirmed is a line.

        :param company: ``res.company``
        :param date month: any day of the month
        :param list problems: collects sentences on what nobody gets
        :return: the statements of the month
        :raises AccessError: when the user is not a pay officer
        """
        self._check_officer()
        # sudo: pay officers need no rights on jobs, invoices and claims; they see totals and the
        # names of documents. Checked above that the user is one.
        model = self.sudo().with_company(company)
        start = month.replace(day=1)
        end = start + relativedelta(months=1, days=-1)
        plans = model.env["aftersales.commission.plan"]._search_in_force(company, start)
        reach = max(plans.mapped("correction_months"), default=0)
        earliest = start - relativedelta(months=reach)
        Line = model.env["aftersales.commission.line"]
        closed = Line._get_closed(company, earliest, start)
        frozen = closed.pop(start, {})
        settled = Line._get_settled(company, earliest, start)
        model._drop_open(company, start)
        current = model._compute_month(company, start, model._get_plan_teams(company, start))
        if problems is not None:
            problems += current.unpaid
        entries = [
            (current, earning, earning.amount, False)
            for earning in current.earnings.values()
            if earning.team not in frozen
        ]
        for period in sorted(closed):
            past = model._compute_month(
                company, period, model._get_plan_teams(company, period, closed[period])
            )
            entries += model._get_corrections(past, closed[period], settled)
        statements = model._write_month(company, start, end, entries)
        return self.browse(statements.ids)

    # === ONE MONTH AS IT STANDS === #

    @api.model
    def _get_plan_teams(self, company, start, closed=None):
        """Which plans are for which teams in a month.

        :param dict closed: {team: plans} by which it was confirmed; they hold whatever was
            archived or ended since
        :return: dict {plan: teams}
        """
        every = self.env["aftersales.team"].with_context(active_test=False)
        teams = every.search([("company_id", "=", company.id)])
        found = {}
        for plan in self.env["aftersales.commission.plan"]._search_in_force(company, start):
            found[plan] = teams.filtered(lambda team, plan=plan: team.active and plan._is_for(team))
        for team, plans in (closed or {}).items():
            codes = {plan.code for plan in plans}
            for plan in list(found):
                if plan.code in codes:
                    found[plan] -= team
            for plan in plans:
                found[plan] = found.get(plan, every) | team
        return found

    @api.model
    def _compute_month(self, company, start, plan_teams):
        """What a month comes to as the records stand now.

        :param dict plan_teams: {plan: teams}
        :return: :class:`Month`
        """
        end = start + relativedelta(months=1, days=-1)
        month = Month(start, end)
        found = self.env["aftersales.team.member"]._search_in_period(company, start, end)
        members = found.grouped("team_id")
        nobody = found.browse()
        month.full = self.env["aftersales.kpi.attendance"]._get_full(company, start)
        # Who changes the team within the month is paid for his own figures where he is last.
        month.last = {
            employee: max(own, key=lambda member: member.date_from)
            for employee, own in found.grouped("employee_id").items()
        }
        pairs = [
            (rule, team)
            for plan, teams in plan_teams.items()
            for rule in plan.rule_ids
            for team in teams
            if team in members or team.leader_id
        ]
        self._measure_month(company, month, pairs, members)
        unit = to_decimal(company.currency_id.rounding)
        pairs.sort(key=lambda pair: pair[0].kind == "plan")
        for rule, team in pairs:
            self._earn(month, rule, team, members.get(team, nobody), unit)
        return month

    def _measure_month(self, company, month, pairs, members):
        """Take the figures that rules need: one query an indicator and kind of subject."""
        asked = defaultdict(set)
        nobody = self.env["aftersales.team.member"]
        for rule, team in pairs:
            if not rule.indicator_id:
                continue
            employees = members.get(team, nobody).employee_id if rule._is_own() else [None]
            for employee in employees:
                kind, subject_id = rule._get_subject(team, employee)
                asked[rule.indicator_id, kind].add(subject_id)
        for (indicator, kind), ids in asked.items():
            measured = indicator._measure(
                company, month.start, month.end, kind, sorted(ids), with_sources=False
            )
            month.figures[indicator, kind] = {
                subject_id: measure.rounded for subject_id, measure in measured.items()
            }

    def _earn(self, month, rule, team, members, unit):
        """Apply a rule to a team."""
        if rule.kind == "fine":
            return self._earn_fines(month, rule, team, members, unit)
        if rule._is_own():
            return self._earn_own(month, rule, team, members, unit)
        total = key = None
        words = ""
        if rule.kind == "plan":
            total, words = self._get_plan_total(month, rule)
        elif rule.indicator_id:
            key = (rule.indicator_id, *rule._get_subject(team))
            total = month.get_total(key)
        amount, how = rule._earn(total)
        rounded = round_half_up(amount, unit)
        month.team_amounts[rule.plan_id.code, rule.code][team] = rounded
        words = [words, how] if words else [how]
        parts = self._share_out(month, rule, team, members, amount, unit)
        if not parts and rounded and rule.kind != "fixed":
            month.unpaid.append(
                self.env._(
                    "%(team)s: nobody gets “%(rule)s” of %(amount)s. Check its members and roles.",
                    team=team.display_name,
                    rule=rule.name,
                    amount=as_text(rounded),
                )
            )
        for employee, part, note in parts:
            self._add(month, rule, team, employee, part, rounded, total, key, [*words, *note])
        return None

    def _earn_own(self, month, rule, team, members, unit):
        """Everybody is paid by his own figure (K23)."""
        for member in self._get_holders(rule, team, members, rule.role):
            employee = member.employee_id
            if month.last.get(employee) != member:
                continue
            key = (rule.indicator_id, *rule._get_subject(team, employee))
            total = month.get_total(key)
            amount, how = rule._earn(total)
            rounded = round_half_up(amount, unit)
            self._add(month, rule, team, employee, rounded, rounded, total, key, [how])

    def _earn_fines(self, month, rule, team, members, unit):
        """Who made an error bears it with a fine; another role a part of the fine besides. K21."""
        fine = rule._get_fine()
        errors = self._get_errors(month, rule, members)
        joint = self._get_holders(rule, team, members, rule.joint_role) if rule.joint_role else []
        for member in members:
            employee = member.employee_id
            if employee.id not in errors or month.last.get(employee) != member:
                continue
            key = (rule.indicator_id, "employee", employee.id)
            total, count, count_above = errors[employee.id]
            fines = fine.get_fines(count, count_above)
            borne = round_half_up(total + fines, unit)
            words = self.env._(
                "%(count)s errors of %(total)s, fines of %(fines)s",
                count=count,
                total=as_text(total),
                fines=as_text(fines),
            )
            self._add(month, rule, team, employee, -borne, -borne, total, key, [words])
            # Where it was somebody of the role himself, nobody else bears anything.
            for other in joint if member.role != rule.joint_role else ():
                part = fines * to_decimal(rule.joint_percent) / 100
                words = self.env._(
                    "%(percent)s %% of the fines of %(employee)s: %(fines)s",
                    percent=as_text(to_decimal(rule.joint_percent)),
                    employee=employee.name,
                    fines=as_text(fines),
                )
                amount = -round_half_up(part, unit)
                self._add(month, rule, team, other.employee_id, amount, -borne, total, key, [words])

    def _get_errors(self, month, rule, members):
        """Errors of a month, by who made them.

        :return: dict {employee id: (sum, number, number above the limit of the fine)}
        """
        indicator = rule.indicator_id
        scope = indicator._get_scope(
            rule.company_id, month.start, month.end, "employee", members.employee_id.ids
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT subject_id, SUM(amount)::numeric, COUNT(*),
                          COUNT(*) FILTER (WHERE amount > %s)
                     FROM (%s) AS source WHERE %s GROUP BY subject_id""",
                rule._get_fine().limit,
                indicator._get_rows(scope),
                indicator._get_subject_condition(scope),
            )
        )
        return {
            employee_id: (to_decimal(total), count, count_above)
            for employee_id, total, count, count_above in rows
        }

    def _get_plan_total(self, month, rule):
        """Sum or average of other commissions of the month (K23).

        :return: tuple (Decimal, how it came about)
        """
        amounts = defaultdict(Decimal)
        for source in rule.source_rule_ids:
            for team, amount in month.team_amounts[source.plan_id.code, source.code].items():
                amounts[team] += amount
        total = sum(amounts.values(), ZERO)
        names = ", ".join(f"{team.name} {as_text(amount)}" for team, amount in amounts.items())
        if rule.source_average and amounts:
            words = self.env._(
                "average of %(count)s teams: %(names)s", count=len(amounts), names=names
            )
            return total / len(amounts), words
        return total, self.env._("sum of: %s", names or "–")

    # === WHO GETS IT === #

    def _get_holders(self, rule, team, members, role):
        """Members in a role; a team without a dated leader has the one on its form.

        :return: list of members (or a new one that stands for the team's leader)
        """
        holders = [member for member in members if not role or member.role == role]
        if role == "leader" and not holders and team.leader_id:
            leader = members.new(
                {
                    "team_id": team.id,
                    "employee_id": team.leader_id.id,
                    "role": role,
                    "share": 1.0,
                    "date_from": "1970-01-01",
                }
            )
            return [leader]
        return holders

    def _share_out(self, month, rule, team, members, amount, unit):
        """Who gets which part of what a rule came to.

        :param Decimal amount: not rounded
        :return: list of (employee, Decimal part, list of words)
        """
        if rule.share_by == "each":
            return self._share_each(month, rule, team, members, amount, unit)
        weights = []
        if rule.share_by == "members":
            for member in self._get_holders(rule, team, members, rule.role):
                part = member._get_part(month.start, month.end)
                weights.append((member.employee_id, to_decimal(member.share) * part, part))
        else:
            for share in rule.share_ids:
                holders = self._get_holders(rule, team, members, share.role)
                parts = [member._get_part(month.start, month.end) for member in holders]
                for member, part in zip(holders, parts, strict=True):
                    weight = to_decimal(share.share) * part / sum(parts)
                    weights.append((member.employee_id, weight, part))
                if not holders:
                    weights.append((None, to_decimal(share.share), 1))
        total = round_half_up(amount, unit)
        cut = split(total, [weight for _employee, weight, _part in weights], unit)
        whole = sum((weight for _employee, weight, _part in weights), ZERO)
        # sudo: pay officers need no rights on personnel files; names are read.
        return [
            (employee.sudo(), part, [self._get_share_words(total, weight, whole, days)])
            for (employee, weight, days), part in zip(weights, cut, strict=True)
            if employee and weight
        ]

    def _share_each(self, month, rule, team, members, amount, unit):
        """Each person of the role in full, by the days in the team."""
        parts = []
        for member in self._get_holders(rule, team, members, rule.role):
            employee, words = member.employee_id, []
            due = amount
            if rule.condition == "attendance" and employee.id not in month.full:
                due = ZERO
                words.append(self.env._("full attendance is not confirmed"))
            part = member._get_part(month.start, month.end) if rule.prorate else Decimal(1)
            if part != 1:
                due *= part
                words.append(self.env._("in the team for a part of the month"))
            parts.append((employee, round_half_up(due, unit), words))
        return parts

    def _get_share_words(self, total, weight, whole, days):
        text = self.env._(
            "%(share)s of %(whole)s of %(total)s",
            share=as_text(weight.quantize(FIGURE_STEP)),
            whole=as_text(whole.quantize(FIGURE_STEP)),
            total=as_text(total),
        )
        if days != 1:
            text = self.env._("%s, for the days in the team", text)
        return text

    @api.model
    def _add(self, month, rule, team, employee, amount, team_amount, total, key, words):
        """Note what an employee gets; of two roles in a month both count."""
        earning = Earning(rule, team, employee)
        earning = month.earnings.setdefault(earning.key, earning)
        earning.amount += amount
        earning.team_amount = team_amount
        earning.total, earning.figure_key = total, key
        earning.words += [word for word in words if word not in earning.words]

    # === CORRECTIONS === #

    @api.model
    def _get_corrections(self, past, closed, settled):
        """What a month that was confirmed comes to now, less what was confirmed for it.

        :param past: :class:`Month`
        :param dict closed: {team: plans}
        :param dict settled: see ``_get_settled``
        :return: list of (month, earning, Decimal difference, True)
        """
        teams = {team.id for team in closed}
        before = {
            key: to_decimal(amount)
            for (period, *key), amount in settled.items()
            for key in [tuple(key)]
            if period == past.start and key[2] in teams
        }
        entries = []
        for key, earning in past.earnings.items():
            if key[2] not in teams:
                continue
            paid = before.pop(key, ZERO)
            if earning.amount != paid:
                earning.words.append(self._get_correction_words(earning.amount, paid))
                entries.append((past, earning, earning.amount - paid, True))
        for key, paid in before.items():
            earning = paid and self._find_gone(key, closed)
            if earning:
                earning.words.append(self._get_correction_words(ZERO, paid))
                entries.append((past, earning, -paid, True))
        return entries

    def _get_correction_words(self, now, paid):
        return self.env._(
            "comes to %(now)s now; %(paid)s was confirmed", now=as_text(now), paid=as_text(paid)
        )

    def _find_gone(self, key, closed):
        """A commission that was confirmed and is not earned any more."""
        plan_code, rule_code, team_id, employee_id = key
        team = self.env["aftersales.team"].browse(team_id)
        rules = self.env["aftersales.commission.rule"].union(
            *[plan.rule_ids for plan in closed[team] if plan.code == plan_code]
        )
        rule = rules.filtered(lambda rule: rule.code == rule_code)
        employee = self.env["hr.employee"].browse(employee_id)
        return Earning(rule, team, employee) if rule else None

    # === WRITING === #

    @api.model
    def _drop_open(self, company, start):
        """Take away what was computed for a month and is not confirmed."""
        open_ = self.search(
            [
                ("company_id", "=", company.id),
                ("period_start", "=", start),
                ("state", "=", "computed"),
            ]
        )
        self.env["aftersales.commission.line"].flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM aftersales_commission_line WHERE statement_id = ANY(%s)", open_.ids)
        )
        # Sources go with their figures, by their foreign key.
        self.env.cr.execute(
            SQL(
                """DELETE FROM aftersales_commission_figure AS figure
                    WHERE figure.company_id = %s AND figure.period_start = %s
                      AND NOT EXISTS (SELECT FROM aftersales_commission_line AS line
                                       WHERE line.figure_id = figure.id)""",
                company.id,
                start,
            )
        )
        self.env["aftersales.commission.line"].invalidate_model()
        self.env["aftersales.commission.figure"].invalidate_model()
        self.env["aftersales.commission.source"].invalidate_model()
        self.invalidate_model(["line_ids", "correction_count"])

    @api.model
    def _write_month(self, company, start, end, entries):
        """Write statements, lines, figures and their sources.

        :param list entries: (month, earning, Decimal amount, is it a correction?)
        :return: statements of the month
        """
        existing = {
            statement.employee_id.id: statement
            for statement in self.search(
                [("company_id", "=", company.id), ("period_start", "=", start)]
            )
        }
        # A statement that is confirmed gets nothing more: the next month makes it good.
        entries = [
            entry
            for entry in entries
            if entry[1].employee.id not in existing
            or existing[entry[1].employee.id].state == "computed"
        ]
        totals = defaultdict(Decimal)
        for _month, earning, amount, _is_correction in entries:
            totals[earning.employee.id] += amount
        stale = self.browse(
            [s.id for e, s in existing.items() if s.state == "computed" and e not in totals]
        )
        if stale:
            stale.unlink()
        statements = self._write_statements(company, start, end, totals, existing)
        figures = self._write_figures(company, start, entries)
        vals_list = [
            self._prepare_line_vals(statements[entry[1].employee.id], entry, figures)
            for entry in entries
        ]
        if vals_list:
            self.env["aftersales.commission.line"]._insert(vals_list)
        kept = [s.id for s in existing.values() if s.state != "computed"]
        return self.browse([s.id for s in statements.values()] + kept)

    def _write_statements(self, company, start, end, totals, existing):
        """Insert or refresh the heads of statements.

        :param dict totals: {employee id: Decimal}
        :return: dict {employee id: statement}
        """
        employees = self.env["hr.employee"].with_context(active_test=False).browse(sorted(totals))
        carried = self._get_carried(company)
        now = fields.Datetime.now()
        vals = {}
        for employee in employees:
            version = employee._get_version(end)
            total, before = totals[employee.id], carried.get(employee.id, ZERO)
            vals[employee.id] = {
                "employee_id": employee.id,
                "employee_user_id": employee.user_id.id or None,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "period_start": start,
                "period_end": end,
                "department_id": version.department_id.id or None,
                "job_id": version.job_id.id or None,
                "state": "computed",
                "amount_total": float(total),
                "carried_in": float(before),
                "amount_payable": float(max(total + before, ZERO)),
                "carried_out": float(min(total + before, ZERO)),
                "computed_at": now,
                "computed_after": company.aftersales_commission_number,
            }
        missing = [employee_id for employee_id in vals if employee_id not in existing]
        statements = {e: existing[e] for e in vals if e in existing}
        if statements:
            self._refresh_statements([(s.id, vals[e]) for e, s in statements.items()])
        if missing:
            created = self._insert([vals[employee_id] for employee_id in missing])
            statements.update(zip(missing, created, strict=True))
        return statements

    @api.model
    def _refresh_statements(self, refreshed):
        """Write the heads of statements that are there already, in one statement."""
        names = (
            "department_id",
            "job_id",
            "amount_total",
            "carried_in",
            "amount_payable",
            "carried_out",
            "computed_at",
            "computed_after",
        )
        self.flush_model()
        types = [SQL(self._fields[name].column_type[1]) for name in names]
        arrays = [
            SQL("%s::%s[]", [vals[name] for _id, vals in refreshed], column_type)
            for name, column_type in zip(names, types, strict=True)
        ]
        self.env.cr.execute(
            SQL(
                """UPDATE aftersales_commission_statement AS statement SET %s
                     FROM unnest(%s::integer[], %s) AS given (id, %s)
                    WHERE statement.id = given.id""",
                SQL(", ").join(
                    SQL("%s = given.%s", SQL.identifier(n), SQL.identifier(n)) for n in names
                ),
                [statement_id for statement_id, _vals in refreshed],
                SQL(", ").join(arrays),
                SQL(", ").join(SQL.identifier(name) for name in names),
            )
        )
        self.invalidate_model(names)

    @api.model
    def _get_carried(self, company):
        """What confirmed statements left below zero: total to date − paid to date.

        :return: dict {employee id: Decimal}
        """
        groups = self._read_group(
            [("company_id", "=", company.id), ("state", "in", ("confirmed", "paid"))],
            ["employee_id"],
            ["amount_total:sum", "amount_payable:sum"],
        )
        unit = to_decimal(company.currency_id.rounding)
        return {
            employee.id: round_half_up(to_decimal(total) - to_decimal(payable), unit)
            for employee, total, payable in groups
        }

    @api.model
    def _prepare_line_vals(self, statement, entry, figures):
        """Values of a line, as columns."""
        month, earning, amount, is_correction = entry
        rule = earning.rule
        figure_id = figures.get((month.start, earning.team.id, earning.figure_key))
        return {
            "statement_id": statement.id,
            "company_id": statement.company_id.id,
            "currency_id": statement.currency_id.id,
            "employee_id": earning.employee.id,
            "period_start": statement.period_start,
            "period_of": month.start,
            "is_correction": is_correction,
            "sequence": rule.sequence,
            "plan_id": rule.plan_id.id,
            "plan_code": rule.plan_id.code,
            "rule_id": rule.id,
            "rule_code": rule.code,
            "name": rule.name,
            "team_id": earning.team.id,
            "figure_id": figure_id,
            "has_figure": bool(figure_id),
            "figure": float(earning.total) if earning.total is not None else None,
            "team_amount": float(earning.team_amount),
            "amount": float(amount),
            "explanation": "; ".join(earning.words),
        }

    # === FIGURES AND THEIR SOURCES === #

    @api.model
    def _write_figures(self, company, start, entries):
        """Keep the figures that lines stand on, and the records behind them.

        Of a month that was confirmed only what the figure has changed by.

        :return: dict {(month, team id, figure key): id of the figure}
        """
        months, wanted = {}, {}
        for month, earning, _amount, _is_correction in entries:
            if earning.figure_key:
                months[month.start] = month
                total = month.get_total(earning.figure_key)
                wanted[month.start, earning.team.id, earning.figure_key] = total
        known = self._get_known_figures(company, months)
        changed = {
            key: total - known.get(key, ZERO)
            for key, total in wanted.items()
            if total != known.get(key, ZERO)
        }
        if not changed:
            return {}
        created = self.env["aftersales.commission.figure"]._insert(
            [
                {
                    "company_id": company.id,
                    "period_start": start,
                    "period_of": period,
                    "team_id": team_id,
                    "indicator_id": indicator.id,
                    "subject_kind": kind,
                    "subject_id": subject_id,
                    "value": float(value),
                }
                for (period, team_id, (indicator, kind, subject_id)), value in changed.items()
            ]
        )
        figures = dict(zip(changed, created.ids, strict=True))
        groups = defaultdict(list)
        for (period, _team_id, (indicator, kind, subject_id)), figure_id in figures.items():
            groups[period, indicator, kind].append((subject_id, figure_id))
        for (period, indicator, kind), pairs in groups.items():
            self._write_sources(company, months[period], indicator, kind, pairs)
        return figures

    @api.model
    def _get_known_figures(self, company, months):
        """Figures as they were confirmed, with the corrections since.

        :return: dict {(month, team id, figure key): Decimal}
        """
        if not months:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT figure.period_of, figure.team_id, figure.indicator_id,
                          figure.subject_kind, figure.subject_id, SUM(figure.value)::numeric
                     FROM aftersales_commission_figure AS figure
                    WHERE figure.company_id = %s AND figure.period_of = ANY(%s) AND %s
                 GROUP BY 1, 2, 3, 4, 5""",
                company.id,
                list(months),
                self._get_confirmed_figure_sql(),
            )
        )
        Indicator = self.env["aftersales.kpi.indicator"]
        return {
            (period, team_id, (Indicator.browse(indicator_id), kind, subject_id)): to_decimal(total)
            for period, team_id, indicator_id, kind, subject_id, total in rows
        }

    @api.model
    def _get_confirmed_figure_sql(self):
        """A figure counts as known once a statement that stands on it is confirmed."""
        return SQL(
            """EXISTS (SELECT FROM aftersales_commission_line AS line
                         JOIN aftersales_commission_statement AS statement
                           ON statement.id = line.statement_id
                        WHERE line.figure_id = figure.id
                          AND statement.state IN ('confirmed', 'paid'))"""
        )

    @api.model
    def _write_sources(self, company, month, indicator, kind, pairs):
        """Keep the records behind figures by one statement: what each gives now, less what it gave.

        :param list pairs: (id of the subject, id of the figure)
        """
        model = indicator._get_kind().model
        if not model or not hasattr(indicator, f"_get_rows_{indicator.measure}"):
            return
        subject_ids = sorted({subject_id for subject_id, _figure_id in pairs})
        scope = indicator._get_scope(company, month.start, month.end, kind, subject_ids)
        name, join = self._get_source_name_sql(model)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO aftersales_commission_source
                       (figure_id, res_model, res_id, name, amount)
                SELECT source.figure_id, %(model)s, source.res_id, %(name)s, source.amount
                  FROM (SELECT figure_id, res_id,
                               COALESCE(current.amount, 0) - COALESCE(known.amount, 0) AS amount
                          FROM (SELECT given.figure_id, found.res_id, found.amount
                                  FROM unnest(%(subjects)s::integer[], %(figures)s::integer[])
                                       AS given (subject_id, figure_id)
                                  JOIN (%(rows)s) AS found
                                    ON found.subject_id = given.subject_id) AS current
                     FULL JOIN (SELECT new.id AS figure_id, source.res_id,
                                       SUM(source.amount) AS amount
                                  FROM aftersales_commission_figure AS new
                                  JOIN aftersales_commission_figure AS figure
                                    ON figure.company_id = new.company_id
                                   AND figure.period_of = new.period_of
                                   AND figure.team_id = new.team_id
                                   AND figure.indicator_id = new.indicator_id
                                   AND figure.subject_kind = new.subject_kind
                                   AND figure.subject_id = new.subject_id
                                   AND figure.id != new.id AND %(confirmed)s
                                  JOIN aftersales_commission_source AS source
                                    ON source.figure_id = figure.id
                                 WHERE new.id = ANY(%(figures)s)
                              GROUP BY new.id, source.res_id) AS known
                         USING (figure_id, res_id)) AS source
                       %(join)s
                 WHERE source.amount != 0""",
                model=model,
                name=name,
                join=join,
                subjects=[subject_id for subject_id, _figure_id in pairs],
                figures=[figure_id for _subject_id, figure_id in pairs],
                rows=indicator._get_rows(scope),
                confirmed=self._get_confirmed_figure_sql(),
            )
        )

    @api.model
    def _get_source_name_sql(self, model):
        """What a record is called, kept as text. Hook for other models.

        :param str model: model of the records
        :return: tuple (SQL expression, SQL joins) over ``source.res_id``
        """
        if model == "account.move.line":
            return SQL("CONCAT_WS(': ', document.name, record.name)"), SQL(
                """LEFT JOIN account_move_line AS record ON record.id = source.res_id
                   LEFT JOIN account_move AS document ON document.id = record.move_id"""
            )
        if model == "aftersales.voucher.line":
            return SQL("CONCAT_WS(': ', document.number, record.name)"), SQL(
                """LEFT JOIN aftersales_voucher_line AS record ON record.id = source.res_id
                   LEFT JOIN aftersales_voucher AS document ON document.id = record.voucher_id"""
            )
        if model == "aftersales.claim.line":
            return SQL("CONCAT_WS(': ', document.name, record.name)"), SQL(
                """LEFT JOIN aftersales_claim_line AS record ON record.id = source.res_id
                   LEFT JOIN aftersales_claim AS document ON document.id = record.claim_id"""
            )
        if model == "aftersales.voucher":
            return SQL("record.number"), SQL(
                "LEFT JOIN aftersales_voucher AS record ON record.id = source.res_id"
            )
        description = self.env["ir.model"]._get(model).name
        return SQL("%s || ' ' || source.res_id", description), SQL("")
