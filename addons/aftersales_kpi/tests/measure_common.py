# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import date

from .common import MONTH, KpiCommon


class MeasureCommon(KpiCommon):
    """Typed indicators and formulas over them, of the company of the tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Indicator = cls.env["aftersales.kpi.indicator"]
        cls.Value = cls.env["aftersales.kpi.value"]
        cls.income = cls.make_indicator("t_income", manual_total="sum", own_unit="money")
        cls.cost = cls.make_indicator("t_cost", manual_total="sum", better="lower")
        cls.skill = cls.env.ref("aftersales_kpi.indicator_skill")

    @classmethod
    def make_indicator(cls, code, measure="manual", **vals):
        return cls.Indicator.create(
            {"name": code.title(), "code": code, "measure": measure, **vals}
        )

    @classmethod
    def make_formula(cls, code, expression, **vals):
        return cls.make_indicator(code, "formula", expression=expression, **vals)

    @classmethod
    def make_value(cls, indicator, subject, value, month=MONTH, confirm=True, **vals):
        """Type a figure of an employee, an outlet or the company."""
        kinds = {"hr.employee": "employee", "aftersales.outlet": "outlet", "res.company": "company"}
        about = cls.Value._prepare_vals(
            indicator, cls.company, kinds[subject._name], subject, month
        )
        figure = cls.Value.create({**about, "value": value, **vals})
        if confirm:
            figure.action_confirm()
        return figure

    @classmethod
    def attach(cls, figure, name="proof.txt", content=b"seen"):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": figure._name,
                "res_id": figure.id,
            }
        )

    def read_month(self, indicator, month=MONTH, kind="employee"):
        return self.env["aftersales.kpi.reading"]._take(self.company, indicator, kind, month)

    def as_file(self, *rows):
        return base64.b64encode("\n".join(rows).encode())


OCTOBER = date(2026, 10, 1)
