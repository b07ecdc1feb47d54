# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import RebateCommon

Q1 = (date(2026, 1, 1), date(2026, 3, 31))
Q2 = (date(2026, 4, 1), date(2026, 6, 30))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MONTHS = [
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 3, 1), date(2026, 3, 31)),
]


class MetricCommon(RebateCommon):
    """Metrics, two people who enter and verify, an agreement to read for, and short helpers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("metric_clerk", "dealer_rebate.group_rebate_user")
        cls.verifier = cls._create_user("metric_verifier", "dealer_rebate.group_rebate_manager")
        cls.agreement = cls._create_agreement(cls._create_table([(0, 1)]), date_start="2025-01-01")

    @classmethod
    def _create_user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def _create_metric(cls, code, kind="reported", **vals):
        return cls.env["rebate.metric"].create(
            {"name": code.replace("_", " ").title(), "code": code, "kind": kind} | vals
        )

    @classmethod
    def _value(cls, metric, period, value, dealer=None, verify=True, **vals):
        """A value that one person handed in and, by default, another one verified."""
        record = (
            cls.env["rebate.metric.value"]
            .with_user(cls.clerk)
            .create(
                {
                    "metric_id": metric.id,
                    "partner_id": (dealer or cls.dealer).id,
                    "date_from": period[0],
                    "date_to": period[1],
                    "value": value,
                }
                | vals
            )
        )
        record.action_submit()
        if verify:
            record.with_user(cls.verifier).action_verify()
        return record.with_user(cls.env.user)

    @classmethod
    def _items(cls, metric, *vals_list, dealer=None):
        """Items that one person handed in and another one verified."""
        records = (
            cls.env["rebate.metric.item"]
            .with_user(cls.clerk)
            .create(
                [
                    {"metric_id": metric.id, "partner_id": (dealer or cls.dealer).id} | vals
                    for vals in vals_list
                ]
            )
        )
        records.action_submit()
        records.with_user(cls.verifier).action_verify()
        return records.with_user(cls.env.user)

    @classmethod
    def _target(cls, of, period, value, dealer=None, **vals):
        field = "metric_id" if of._name == "rebate.metric" else "component_id"
        return cls.env["rebate.target"].create(
            {
                field: of.id,
                "partner_id": (dealer or cls.dealer).id,
                "date_from": period[0],
                "date_to": period[1],
                "value": value,
            }
            | vals
        )

    def _read(self, metric, window=Q1, dealer=None, agreement=None, **options):
        """Value of one metric, window and dealer, or None."""
        found = metric._read_values(agreement or self.agreement, [window], **options)
        return found.get((metric.id, (dealer or self.dealer).id, 0, window[0]))

    @contextmanager
    def _assert_refused(self):
        """By the constraint in Python or by the database."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
                self.env.flush_all()
        except (ValidationError, IntegrityError):
            self.env.invalidate_all()
            return
        self.fail("it was accepted")

    def _decimal(self, number):
        return Decimal(str(number))

    def _date(self, text):
        return fields.Date.to_date(text)
