# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A made-up workshop chain: 5,000 technicians in 500 outlets, a million jobs of 24 months."""

import os
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from .common import copy_row
from .service_data import VOUCHERS, Department

#: Fewer for a quick look; the budgets are meant for 5,000 and 500.
EMPLOYEES = int(os.environ.get("BENCHMARK_EMPLOYEES", "5000"))
OUTLETS = max(EMPLOYEES // 10, 1)
MONTHS = 24


class Workshop:
    """Technicians, outlets, jobs, and a scheme of eight indicators for all of them."""

    def __init__(self, env):
        self.env = env
        self.company = env.company
        desk = Department(env)
        self.department = env["hr.department"].create({"name": "Benchmark workshop"})
        today = self.company._get_aftersales_date(fields.Datetime.now())
        self.start = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        self.end = today.replace(day=1) - timedelta(days=1)
        self.technicians = self._multiply_technicians(desk.technicians[0])
        self.outlets = self._multiply_outlets(desk.outlet)
        self._multiply_jobs(desk)
        self.scheme = self._create_scheme()
        env.invalidate_all()
        env.cr.commit()
        # What PostgreSQL does by itself after a while.
        env.cr._cnx.autocommit = True
        env.cr.execute("VACUUM ANALYZE")
        env.cr._cnx.autocommit = False

    def _multiply_technicians(self, first):
        """Ids of the technicians: copies of one, of resource, employee and version.

        :return: list of ids that follow each other
        """
        env = self.env
        first.write({"department_id": self.department.id})
        first.version_id.date_version = self.start.replace(year=self.start.year - 3)
        env.flush_all()
        resources = copy_row(
            env,
            "resource_resource",
            SQL("generate_series(1, %s) AS nth", EMPLOYEES),
            first.resource_id.id,
            {"name": SQL("'Benchmark fitter ' || nth"), "user_id": None},
        )
        employees = copy_row(
            env,
            "hr_employee",
            SQL("unnest(%s) AS made", resources),
            first.id,
            {"resource_id": SQL("made"), "user_id": None, "barcode": None},
        )
        copy_row(
            env,
            "hr_version",
            SQL("unnest(%s) AS made", employees),
            first.version_id.id,
            {"employee_id": SQL("made")},
            returning=False,
        )
        env.cr.execute(
            """UPDATE hr_employee SET current_version_id = version.id FROM hr_version AS version
                WHERE version.employee_id = hr_employee.id AND hr_employee.id = ANY(%s)""",
            [employees],
        )
        return employees

    def _multiply_outlets(self, first):
        return copy_row(
            self.env,
            "aftersales_outlet",
            SQL("generate_series(1, %s) AS nth", OUTLETS),
            first.id,
            {"code": SQL("'BO' || nth"), "name": SQL("'Benchmark outlet ' || nth")},
        )

    def _multiply_jobs(self, desk):
        """Jobs of two years, evenly spread: each called back; one in fifty is rework."""
        env = self.env
        vals = desk.prepare_calls()[0] | {"service_type": "A"}
        voucher = env["aftersales.voucher"].create(vals)
        env.flush_all()
        seconds = MONTHS * 365 * 86400 // 12 // VOUCHERS or 1
        moment = SQL("now() at time zone 'UTC' - nth * interval '1 s' * %s", seconds)
        done = SQL("%s + nth %% 6 * interval '1 day'", moment)
        called = SQL("%s + interval '1 day'", done)
        made = copy_row(
            env,
            "aftersales_voucher",
            SQL("generate_series(1, %s) AS nth", VOUCHERS),
            voucher.id,
            {
                "reference": SQL("'BK' || nth"),
                "number": SQL("'BK/' || nth"),
                "number_year": 1998,
                "number_index": SQL("nth"),
                "access_token": None,
                "kind": SQL("CASE WHEN nth %% 3 = 0 THEN 'maintenance' ELSE 'repair' END"),
                "registered_at": moment,
                "done_at": done,
                "first_callback_at": called,
                "state": "closed",
                "lot_id": SQL("%s + nth / 7 %% %s", min(desk.units.ids), len(desk.units)),
                "technician_id": SQL(
                    "%s + nth / 3 %% %s", min(self.technicians), len(self.technicians)
                ),
                "outlet_id": SQL("%s + nth / 5 %% %s", min(self.outlets), len(self.outlets)),
            },
        )
        env.cr.execute(
            "UPDATE aftersales_voucher SET rework_of_id = id - 7"
            " WHERE id = ANY(%s) AND id %% 50 = 0"
            " AND id - 7 >= %s",
            [made, min(made)],
        )

    def _create_scheme(self):
        """Eight indicators with bands of points for the workshop's people."""
        env = self.env
        table = env.ref("aftersales_kpi.rate_table_speed")
        share = env.ref("aftersales_kpi.rate_table_first_time_fix")
        new = [
            {"code": "bench_done", "measure": "speed", "speed_until": "done"},
            {"code": "bench_maintenance", "measure": "visits", "job_kind": "maintenance"},
            {"code": "bench_repair", "measure": "visits", "job_kind": "repair"},
        ]
        made = env["aftersales.kpi.indicator"].create(
            [{**vals, "name": vals["code"]} for vals in new]
        )
        shipped = ("speed", "first_time_fix", "rework_rate", "visits", "units_seen")
        self.indicators = made.union(*(env.ref(f"aftersales_kpi.indicator_{n}") for n in shipped))
        return env["aftersales.kpi.scheme"].create(
            {
                "name": "Benchmark workshop",
                "date_from": self.start,
                "department_ids": [Command.set(self.department.ids)],
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": indicator.id,
                            "table_id": (table if indicator.measure == "speed" else share).id,
                        }
                    )
                    for indicator in self.indicators
                ],
            }
        )
