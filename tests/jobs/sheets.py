# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""KPI sheets of loaded jobs, held against a recomputation from the file by other code."""

from datetime import date

from odoo import fields

from tools.job_loader import recount

MINUTES_A_DAY = 24 * 60
MEASURES = ("speed", "first_time_fix", "promises_kept")


def assert_same_sheets(case):
    """Each technician's speed, first-time fix and promises kept, month by month.

    :param case: ``JobCase``, whose jobs are loaded
    """
    indicators = make_indicators(case)
    make_scheme(case, indicators)
    expected = recount.count_by_person(case.PATH, fields.Datetime.now())
    months = sorted({month for _name, month in expected})
    case.assertGreater(len(expected), 3)
    found = {}
    for year, month in months:
        sheets = case.env["aftersales.kpi.sheet"]._generate(case.company, date(year, month, 1))
        for line in sheets.line_ids.filtered("is_measured"):
            found[line.subject_name, (year, month), line.indicator_id.measure] = line.value
    wanted = {}
    for key, counts in expected.items():
        if counts["jobs"]:
            minutes = counts["minutes"] / counts["jobs"]
            wanted[(*key, "speed")] = minutes / MINUTES_A_DAY
            wanted[(*key, "first_time_fix")] = 100 * counts["fixed"] / counts["jobs"]
        if counts["promises"]:
            wanted[(*key, "promises_kept")] = 100 * counts["kept"] / counts["promises"]
    case.assertEqual(set(found), set(wanted))
    for key, value in wanted.items():
        case.assertAlmostEqual(found[key], value, 3, key)


def make_indicators(case):
    """The three measures, speed until the job is done: the log has no callback on most jobs."""
    return case.env["aftersales.kpi.indicator"].create(
        [
            {"name": measure, "code": f"T-{measure}", "measure": measure, "speed_until": "done"}
            for measure in MEASURES
        ]
    )


def make_scheme(case, indicators):
    """A scheme for everybody who has jobs, proportional to a target of 1."""
    department = case.env["hr.department"].create({"name": "Desk", "company_id": case.company.id})
    case.vouchers.technician_id.department_id = department
    return case.env["aftersales.kpi.scheme"].create(
        {
            "name": "Desk",
            "company_id": case.company.id,
            "date_from": date(2000, 1, 1),
            "department_ids": [(6, 0, department.ids)],
            "look_back": 0,
            "line_ids": [
                (
                    0,
                    0,
                    {"indicator_id": indicator.id, "grading": "proportional", "target": 1},
                )
                for indicator in indicators
            ],
        }
    )
