# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from odoo.tests import TransactionCase, new_test_user
from odoo.tools.image import binary_to_image, image_apply_opt

MONTH = date(2026, 9, 1)


@cache
def golden(case_id):
    """Return a case of ``golden/kpi.json``, figures as Decimal."""
    path = Path(__file__).parent / "golden" / "kpi.json"
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    return next(case for case in cases if case["id"] == case_id)


def pixel():
    """Return a tiny picture, for signatures."""
    gif = base64.b64decode("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=")
    return base64.b64encode(image_apply_opt(binary_to_image(gif).convert("RGB"), "PNG"))


class KpiCommon(TransactionCase):
    """A company of its own with an outlet, a department and a scheme of both indicators."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls.company = cls.env["res.company"].create({"name": "KPI Works"})
        cls.company.partner_id.tz = "UTC"
        cls.signature = pixel()
        cls.customer = cls.env["res.partner"].create({"name": "Hill Farm"})
        cls.department = cls.make_department("Field")
        cls.outlet = cls.env["aftersales.outlet"].create(
            {"name": "North", "code": "KPI-N", "company_id": cls.company.id}
        )
        cls.manager = cls.make_user("kpi_manager", "aftersales_kpi.group_kpi_manager")
        cls.payroll = cls.make_user("kpi_payroll", "aftersales_kpi.group_kpi_payroll")
        cls.user = cls.make_user("kpi_user", "aftersales_kpi.group_kpi_user")
        cls.tech = cls.make_employee("Tara", user_id=cls.user.id)
        cls.other = cls.make_employee("Theo")
        cls.speed = cls.env.ref("aftersales_kpi.indicator_speed")
        cls.fix = cls.env.ref("aftersales_kpi.indicator_first_time_fix")
        cls.speed_table = cls.make_table("above", ((0, 10), (3, 8), (5, 5)))
        cls.fix_table = cls.make_table("from", ((0, 5), (50, 8), (100, 10)))
        cls.scheme = cls.env["aftersales.kpi.scheme"].create(
            {
                "name": "Field scheme",
                "company_id": cls.company.id,
                "date_from": date(2026, 1, 1),
                "department_ids": [(6, 0, cls.department.ids)],
                "line_ids": [
                    (0, 0, {"indicator_id": cls.speed.id, "table_id": cls.speed_table.id}),
                    (0, 0, {"indicator_id": cls.fix.id, "table_id": cls.fix_table.id}),
                ],
            }
        )
        cls.Sheet = cls.env["aftersales.kpi.sheet"]

    @classmethod
    def make_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def make_department(cls, name, **vals):
        return cls.env["hr.department"].create({"name": name, "company_id": cls.company.id, **vals})

    @classmethod
    def make_table(cls, bound, rows):
        return cls.env["rate.table"].create(
            {
                "name": "Points",
                "method": "band",
                "rate_unit": "amount",
                "bound": bound,
                "open_below": True,
                "line_ids": [(0, 0, {"from_value": f, "value": v}) for f, v in rows],
            }
        )

    @classmethod
    def make_employee(cls, name, **vals):
        """Create a technician of the outlet, in the department since the year began."""
        employee = cls.env["hr.employee"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "department_id": cls.department.id,
                "date_version": date(2026, 1, 1),
                **vals,
            }
        )
        cls.outlet.technician_ids |= employee
        return employee

    @classmethod
    def make_job(
        cls, technician, registered=None, days=1.0, done=None, outcomes=("satisfied",), **vals
    ):
        """Carry a job through its steps.

        :param days: from the registration to the first callback
        :param done: when it was done; default half-way to the callback
        :param outcomes: of the callbacks, a day apart
        :param vals: further values of the voucher
        """
        registered = registered or datetime(2026, 9, 7, 8)
        called = registered + timedelta(days=float(days))
        done = done or registered + (called - registered) / 2
        voucher = cls.env["aftersales.voucher"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "registered_at": registered,
                "outlet_id": cls.outlet.id,
                "technician_id": technician.id,
                "signature": cls.signature,
                "signed_by": "Hill",
                **vals,
            }
        )
        voucher._dispatch(at=registered)
        voucher._start(at=registered)
        voucher._done(at=done.replace(microsecond=0))
        for number, outcome in enumerate(outcomes):
            cls.env["aftersales.callback"].create(
                {
                    "voucher_id": voucher.id,
                    "called_at": called + timedelta(days=number),
                    "outcome": outcome,
                }
            )
        return voucher

    @classmethod
    def make_open_job(cls):
        """Register a job that is not begun."""
        return cls.env["aftersales.voucher"].create(
            {
                "company_id": cls.company.id,
                "partner_id": cls.customer.id,
                "registered_at": datetime(2026, 9, 7),
                "outlet_id": cls.outlet.id,
                "technician_id": cls.tech.id,
            }
        )

    def generate(self, month=MONTH, **kwargs):
        sheets = self.Sheet.with_user(self.manager)._generate(self.company, month, **kwargs)
        return sheets.with_env(self.env)

    def measure(self, indicator, start=MONTH, end=date(2026, 9, 30), **kwargs):
        return indicator._measure(self.company, start, end, **kwargs)

    def month_bounds(self):
        return MONTH, date(2026, 9, 30)

    def line(self, sheet, indicator):
        return sheet.line_ids.filtered(lambda line: line.indicator_id == indicator)
