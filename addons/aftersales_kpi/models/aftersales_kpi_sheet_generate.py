# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .aftersales_kpi_subject_mixin import SUBJECT_FIELDS

# What a sheet is about: does not change when it is computed again.
WHOSE = {"subject_kind", *SUBJECT_FIELDS.values(), "company_id", "period", "period_start"}


@dataclass
class Run:
    """What one computing of a period knows, to be handed from step to step.

    :ivar company: ``res.company``
    :ivar kind: kind of subject
    :ivar period: ``month`` or ``quarter``
    :ivar start: first day
    :ivar end: last day
    :ivar schemes: {subject id: scheme}
    :ivar persons: {employee id: ``Person``}; empty for other subjects
    :ivar found: {indicator: {subject id: ``Measure``}}, each measured once
    :ivar targets: {(indicator id, subject id): what is aimed at}, read once
    :ivar closed: schemes whose period is closed; ``None``: not looked at yet
    """

    company: object
    kind: str
    period: str
    start: date
    end: date
    schemes: dict = field(default_factory=dict)
    persons: dict = field(default_factory=dict)
    found: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)
    closed: object = None


class AftersalesKpiSheet(models.Model):
    """Computing sheets: one query an indicator for all subjects, rows written in batch."""

    _inherit = "aftersales.kpi.sheet"

    @api.model
    def _generate(
        self, company, month, subject_kind=None, schemes=None, employees=None, subject_ids=None
    ):
        """Compute the sheets of a company's month: one query an indicator, written in batch.

        Computing again refreshes the sheets in state computed and leaves the others alone. Sheets
        of a quarter are computed with its last month, or when their scheme is asked for.

        :param company: ``res.company``
        :param date month: any day of the month
        :param str subject_kind: only sheets of such subjects; default all
        :param schemes: only these schemes; default all that are in force
        :param employees: only these employees; default all that the schemes are for
        :param subject_ids: only these subjects, of ``subject_kind``
        :return: the month's sheets of these schemes and subjects
        :raises AccessError: when the user is not a KPI manager
        :raises UserError: when two schemes are for the same subject
        """
        self._check_manager()
        if employees is not None:
            subject_kind, subject_ids = "employee", employees.ids
        Scheme = self.env["aftersales.kpi.scheme"]
        in_force = Scheme._search_in_force(company, month, subject_kind)
        sheets = self.browse()
        for (kind, period), group in in_force.grouped(
            lambda scheme: (scheme.subject_kind, scheme.period)
        ).items():
            start, end = Scheme._get_period(month, period)
            is_due = schemes is not None or (month.year, month.month) == (end.year, end.month)
            if is_due:
                run = Run(company, kind, period, start, end)
                sheets |= self._generate_kind(run, group, schemes, subject_ids)
        return sheets

    @api.model
    def _generate_kind(self, run, in_force, schemes=None, subject_ids=None):
        """Compute the sheets of one kind of subject in a period.

        :param run: :class:`Run`, of which the rest is filled
        :param in_force: the schemes of that kind and period
        :param schemes: only these
        :param subject_ids: only these subjects
        :return: the sheets
        """
        if run.kind == "employee":
            run.persons = self.env["hr.version"]._get_kpi_persons(
                run.company, run.start, run.end, subject_ids
            )
        matched = in_force._match(run.company, run.kind, run.end, subject_ids, run.persons)
        if schemes is not None:
            matched = {key: scheme for key, scheme in matched.items() if scheme in schemes}
        existing = self._get_existing(run, matched)
        run.schemes = {
            subject_id: scheme
            for subject_id, scheme in matched.items()
            if subject_id not in existing or existing[subject_id].state == "computed"
        }
        parts = self._grade(run)
        sheet_vals = {
            subject_id: self._prepare_sheet_vals(run, subject_id)
            for subject_id in run.schemes
            if subject_id in existing or self._is_due(run, subject_id, parts[subject_id])
        }
        written = self._write_sheets(sheet_vals, parts, existing)
        kept = [sheet.id for sheet in existing.values() if sheet.state != "computed"]
        return written | self.browse(kept)

    @api.model
    def _get_existing(self, run, subject_ids):
        """Sheets of the period that are there, the newest revision of each.

        :return: dict {subject id: sheet}
        """
        sheets = self.search(
            [
                ("company_id", "=", run.company.id),
                ("subject_kind", "=", run.kind),
                ("period", "=", run.period),
                ("period_start", "=", run.start),
            ],
            order="revision",
        )
        found = {sheet._get_subject().id: sheet for sheet in sheets}
        return {key: sheet for key, sheet in found.items() if key in subject_ids}

    @api.model
    def _is_due(self, run, subject_id, parts):
        """Whether a subject gets a sheet: something was measured, or it was there at all."""
        if any(vals["is_measured"] for vals in parts["line_ids"]):
            return True
        return self._was_there(run, subject_id)

    @api.model
    def _was_there(self, run, subject_id):
        """Whether an employee worked in the period; teams and outlets always did."""
        if run.kind != "employee":
            return True
        person = run.persons[subject_id]
        if person.first_day > run.end or (person.last_day and person.last_day < run.start):
            return False
        # Who is archived without a last day is taken for gone before.
        return bool(person.is_active or person.last_day)

    @api.model
    def _grade(self, run):
        """Grade the subjects of several schemes.

        :return: dict {subject id: {field of the sheet: list of values of its rows}}
        """
        members = defaultdict(list)
        for subject_id, scheme in run.schemes.items():
            members[scheme].append(subject_id)
        graded = {subject_id: defaultdict(list) for subject_id in run.schemes}
        run.targets = self._get_targets(run)
        for scheme, ids in members.items():
            for line in scheme.line_ids:
                self._grade_line(run, line, ids, graded)
            for gate in scheme.gate_ids:
                found = self._measure(run, gate.indicator_id)
                for subject_id in ids:
                    vals = gate._prepare_sheet_gate_vals(found.get(subject_id))
                    graded[subject_id]["gate_ids"].append(vals)
        return graded

    @api.model
    def _grade_line(self, run, line, ids, graded):
        """Grade one indicator of a scheme for its subjects.

        :param ids: of the subjects
        :param graded: what :meth:`_grade` returns, added to
        """
        found = self._measure(run, line.indicator_id)
        measures = {key: found[key] for key in ids if key in found}
        indicator_id = line.indicator_id.id
        targets = {key: run.targets.get((indicator_id, key)) for key in measures}
        vals = line._prepare_sheet_line_vals(measures, targets)
        empty = line._prepare_empty_sheet_line_vals()
        for subject_id in ids:
            row = vals.get(subject_id) or {**empty, "is_measured": False}
            graded[subject_id]["line_ids"].append(row)

    @api.model
    def _get_targets(self, run):
        """Targets that are filed for the period; of a quarter those of its months.

        Months of a sum add up; of a ratio the mean counts.

        :return: dict {(indicator id, subject id): Decimal}
        """
        filed = defaultdict(list)
        month = run.start
        while month <= run.end:
            found = self.env["aftersales.kpi.target"]._get_targets(run.company, month, run.kind)
            for key, value in found.items():
                filed[key].append(value)
            month += relativedelta(months=1)
        targets = {}
        for (indicator_id, subject_id), values in filed.items():
            kind = self.env["aftersales.kpi.indicator"].browse(indicator_id)._get_kind()
            share = len(values) if kind and kind.is_ratio else 1
            targets[indicator_id, subject_id] = sum(values) / share
        return targets

    @api.model
    def _measure(self, run, indicator):
        """Figures of an indicator for all subjects of a run, measured once."""
        if indicator not in run.found:
            run.found[indicator] = indicator._measure(
                run.company, run.start, run.end, run.kind, list(run.schemes)
            )
        return run.found[indicator]

    def _write_sheets(self, sheet_vals, parts, existing):
        """Create or refresh sheets with their rows, in batch.

        :param dict sheet_vals: {subject id: values of the sheet}
        :param dict parts: {subject id: {field: list of values of its rows}}
        :param dict existing: {subject id: sheet that is there already}
        :return: the sheets
        """
        # sudo: nobody has the right to create sheets or to write lines by hand; the user was
        # checked to be a KPI manager. Nobody follows hundreds of sheets that were just computed.
        step = self._with_step().with_context(tracking_disable=True, mail_create_nolog=True).sudo()
        known = [key for key in sheet_vals if key in existing]
        refreshed = step.browse([existing[key].id for key in known])
        sheets = dict(zip(known, refreshed, strict=True))
        for name in self._get_part_fields():
            refreshed[name].unlink()
        step._refresh({sheet: sheet_vals[subject_id] for subject_id, sheet in sheets.items()})
        missing = [subject_id for subject_id in sheet_vals if subject_id not in sheets]
        created = step.create([sheet_vals[subject_id] for subject_id in missing])
        sheets.update(zip(missing, created, strict=True))
        for name in self._get_part_fields():
            step.env[self._fields[name].comodel_name].create(
                [
                    {**vals, "sheet_id": sheet.id}
                    for subject_id, sheet in sheets.items()
                    for vals in parts[subject_id][name]
                ]
            )
        return self.browse([sheet.id for sheet in sheets.values()])

    @api.model
    def _refresh(self, sheet_vals):
        """Write what was taken anew, those of the same values at once. Whose they are stays.

        :param dict sheet_vals: {sheet: values}
        """
        same = defaultdict(self.browse)
        for sheet, vals in sheet_vals.items():
            kept = {name: value for name, value in vals.items() if name not in WHOSE}
            same[tuple(kept.items())] += sheet
        for items, sheets in same.items():
            sheets.write(dict(items))

    @api.model
    def _get_part_fields(self):
        """Lists of rows that computing writes anew. Hook for further ones."""
        return ["line_ids", "gate_ids"]

    @api.model
    def _prepare_sheet_vals(self, run, subject_id):
        """Values of a sheet; department and job are copied, not related (they change later)."""
        scheme = run.schemes[subject_id]
        vals = {
            **self._prepare_subject_vals(run.kind, subject_id),
            "company_id": run.company.id,
            "scheme_id": scheme.id,
            "period": run.period,
            "period_start": run.start,
            "par_score": scheme.par_score,
            "computed_at": fields.Datetime.now(),
        }
        person = run.persons.get(subject_id)
        if person:
            vals |= self._prepare_person_vals(run, person)
        return vals

    @api.model
    def _prepare_person_vals(self, run, person):
        """Values that a sheet keeps of the employee's file. Hook."""
        return {"department_id": person.department_id, "job_id": person.job_id}
