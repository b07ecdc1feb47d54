# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .common import KpiCommon


class QualityCommon(KpiCommon):
    """Visits settled of late, a caller-out, an auditor, and a round of the survey."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.caller = cls.make_user("kpi_caller", "aftersales_service.group_service_caller")
        cls.auditor = cls.make_user("kpi_auditor", "aftersales_service.group_service_auditor")
        cls.customer.write({"email": "hill@example.com", "phone": "+1 555 0100"})
        cls.env["aftersales.survey.question"].search([]).action_archive()
        cls.question_product = cls.make_question("The machine?", "product")
        cls.question_service = cls.make_question("The work?", "service")
        cls.question_loyalty = cls.make_question("Recommend?", "loyalty")
        cls.question_remark = cls.make_question("Anything else?", "remark")
        cls.questions = (
            cls.question_product | cls.question_service | cls.question_loyalty | cls.question_remark
        )
        cls.today = cls.company._get_aftersales_date(fields.Datetime.now())

    @classmethod
    def make_question(cls, name, theme):
        return cls.env["aftersales.survey.question"].create(
            {"name": name, "theme": theme, "company_id": cls.company.id}
        )

    @classmethod
    def make_visit(cls, days_ago=5, technician=None, **vals):
        """A visit that was done, and found satisfying, so many days ago; it costs nothing."""
        done = fields.Datetime.now() - timedelta(days=days_ago)
        return cls.make_job(
            technician or cls.tech,
            registered=done - timedelta(hours=2),
            done=done,
            days=2 / 24 + 0.001,
            **vals,
        )

    @classmethod
    def make_round(cls, **vals):
        return cls.env["aftersales.survey.round"].create(
            {"company_id": cls.company.id, "date": cls.today, **vals}
        )

    def open_round(self, *visits, **vals):
        """A round that has taken its sample; the rows of these visits, in their order."""
        one = self.make_round(**vals)
        one.with_user(self.manager).action_open()
        rows = {row.voucher_id: row for row in one.sample_ids}
        return one, *(rows[visit] for visit in visits)

    def answers(self, product="4", service="2", loyalty="9", remark="Fine"):
        typed = dict(
            zip(
                (str(question.id) for question in self.questions),
                (product, service, loyalty, remark),
                strict=True,
            )
        )
        return {key: value for key, value in typed.items() if value is not None}

    def run_cron(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda _self, *args, **kwargs: 60
        ):
            self.env["aftersales.survey.round"]._cron_run()
