# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import date

from odoo import api, models


@dataclass(frozen=True)
class Person:
    """What a KPI sheet keeps of an employee's file, as it stood at the end of the period.

    :ivar department_id: id of the department on the last day of the period, or of work
    :ivar job_id: id of the job position on that day
    :ivar former_department_id: id of the department that the period began in, if another
    :ivar wage: the month's wage on that day; only pay officers see it
    :ivar is_active: the employee is not archived
    :ivar first_day: first day of work, as far as the file says
    :ivar last_day: last day of work; ``None``: goes on
    """

    department_id: int | None
    job_id: int | None
    former_department_id: int | None
    wage: float
    is_active: bool
    first_day: date
    last_day: date | None


class HrVersion(models.Model):
    """Employees as they were in a month, for all of them in one query."""

    _inherit = "hr.version"

    @api.model
    def _get_kpi_persons(self, company, start, end, employee_ids=None):
        """Department, job, wage and days of work of a company's people; who left is included.

        The last day decides: of the period, or of work where somebody left before it ended.

        :param company: ``res.company``
        :param date start: first day of the period
        :param date end: last day of it
        :param employee_ids: only these; default all
        :return: dict {employee id: :class:`Person`}
        """
        domain = [
            ("employee_id.company_id", "=", company.id),
            "|",
            ("active", "=", True),
            ("employee_id.active", "=", False),
        ]
        if employee_ids is not None:
            domain.insert(0, ("employee_id", "in", list(employee_ids)))
        # sudo: versions are personnel files, and who computes sheets is no HR officer. Taken are
        # department, job and days of work, which sheets show, and the wage, which a sheet shows
        # to pay officers only.
        everything = self.sudo().with_context(active_test=False)
        files = everything.search(domain, order="employee_id, date_version").grouped("employee_id")
        return {
            employee.id: versions._get_kpi_person(employee, start, end)
            for employee, versions in files.items()
        }

    def _get_kpi_person(self, employee, start, end):
        """Sum up the versions of one employee, in the order of their dates."""
        ends = [version.departure_date or version.contract_date_end for version in self]
        last_day = ends[-1] if ends[-1] else None
        current = self._get_kpi_version(min(end, last_day) if last_day else end)
        former = self._get_kpi_version(max(start, self[0].date_version)).department_id
        starts = [version.contract_date_start or version.date_version for version in self]
        changed = former != current.department_id
        return Person(
            department_id=current.department_id.id,
            job_id=current.job_id.id,
            former_department_id=former.id if changed else None,
            wage=current.wage,
            is_active=employee.active,
            first_day=min(starts),
            last_day=last_day,
        )

    def _get_kpi_version(self, day):
        """The version of a day; before the first one, the first."""
        held = [version for version in self if version.date_version <= day]
        return held[-1] if held else self[0]
