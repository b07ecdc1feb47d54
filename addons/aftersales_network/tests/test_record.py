# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged, users
from odoo.tools import mute_logger

from .common import NetworkCommon


@tagged("post_install", "-at_install")
class TestRecord(NetworkCommon):
    def _agreement(self, **values):
        return self.env["aftersales.outlet.agreement"].create(
            {
                "name": "T-AG",
                "outlet_id": self.prospect.id,
                "cooperation_id": self.cooperation.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "user_id": self.manager.id,
                **values,
            }
        )

    def test_N1_agreement_runs_by_its_dates(self):
        agreement = self._agreement(notice_days=30)
        for day, state in (
            ("2025-12-31", "coming"),
            ("2026-01-01", "running"),
            ("2026-12-31", "running"),
            ("2027-01-01", "ended"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                self.env.invalidate_all()
                self.assertEqual(agreement.state, state)
                found = agreement.search([("state", "=", state), ("id", "=", agreement.id)])
                self.assertEqual(found, agreement)
                self.assertFalse(
                    agreement.search([("state", "!=", state), ("id", "=", agreement.id)])
                )
        with self.assertRefused(ValidationError, "ends before it begins"):
            agreement.date_to = date(2025, 1, 1)

    def test_N1_renewal_is_asked_once(self):
        agreement = self._agreement(notice_days=30)
        kind = self.env.ref("aftersales_network.mail_activity_type_renewal")
        with freeze_time("2026-11-30 12:00:00"):
            self.assertNotIn(agreement, agreement._cron_ask_renewal())
        with freeze_time("2026-12-01 12:00:00"):
            self.assertIn(agreement, agreement._cron_ask_renewal())
            self.assertNotIn(agreement, agreement._cron_ask_renewal())
        activity = agreement.activity_ids.filtered(lambda line: line.activity_type_id == kind)
        self.assertEqual(
            (activity.user_id, activity.date_deadline), (self.manager, date(2026, 12, 31))
        )
        agreement.with_user(self.manager).action_renew()
        following = agreement.renewed_by_id
        self.assertEqual(following.date_from, date(2027, 1, 1))
        self.assertFalse(agreement.activity_ids)
        with self.assertRefused(UserError, "renewed already"):
            agreement.action_renew()

    def test_N1_cooperation_follows_the_agreement(self):
        other = self.env["aftersales.outlet.cooperation"].create({"name": "T franchise"})
        self._agreement(cooperation_id=other.id, date_to=False)
        self.assertEqual(self.prospect.cooperation_id, other)

    def test_N1_next_step_of_a_contact_is_an_activity(self):
        contact = self.env["aftersales.outlet.contact"].with_user(self.supervisor)
        day = fields.Date.today() + timedelta(days=3)
        contact = contact.create(
            {
                "outlet_id": self.prospect.id,
                "subject": "Visit",
                "next_step": "Send the offer",
                "next_date": day,
                "next_user_id": self.manager.id,
            }
        )
        activity = self.prospect.activity_ids
        self.assertRecordValues(
            activity,
            [{"summary": "Send the offer", "user_id": self.manager.id, "date_deadline": day}],
        )
        contact.next_step = "Send two offers"
        self.assertEqual(self.prospect.activity_ids.summary, "Send two offers")
        self.assertEqual(len(self.prospect.activity_ids), 1)
        self.assertEqual(self.prospect.last_contact_at, contact.date)
        with self.assertRefused(ValidationError, "until when"):
            contact.next_date = False
        with self.assertRefused(ValidationError, "lies in the future"):
            contact.date = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaises(AccessError):
            contact.with_user(self.clerk).note = "Mine"

    @mute_logger("odoo.sql_db")
    def test_N1_risks_add_up(self):
        risk, other = self.env["aftersales.outlet.risk"].create(
            [
                {"outlet_id": self.prospect.id, "name": "One", "likelihood": 4, "impact": 5},
                {"outlet_id": self.prospect.id, "name": "Two", "likelihood": 1, "impact": 3},
            ]
        )
        self.assertEqual((risk.score, self.prospect.risk_score), (20, 23))
        other.is_closed = True
        self.assertEqual(self.prospect.risk_score, 20)
        with self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
            risk.likelihood = 6
            risk.flush_recordset()
        with self.assertRefused(ValidationError, "who takes it"):
            risk.measure = "Watch it"

    def test_N1_costs_in_the_companys_currency(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TNC",
                "symbol": "T",
                "rate_ids": [(0, 0, {"name": "2026-01-01", "rate": 2.0})],
            }
        )
        cost = self.env["aftersales.outlet.cost"].create(
            {
                "outlet_id": self.prospect.id,
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
                "amount": 500.0,
                "currency_id": currency.id,
            }
        )
        self.assertEqual(cost.amount_company, 250.0)
        with self.assertRefused(ValidationError, "before it begins"):
            cost.date_to = date(2026, 1, 1)

    def test_N1_figures_of_twelve_months(self):
        """Jobs of a year, complaints, and the share of a cost that lies inside it."""
        voucher = self._job(line_ids=[self._line(self.labour, 2)])
        self._finish(voucher)
        self._voucher()
        today = self.outlet._get_phase_day(None)
        costs = [
            (today - timedelta(days=9), today + timedelta(days=10), 200.0, False),
            (today - timedelta(days=800), today - timedelta(days=700), 900.0, False),
            (today - timedelta(days=5), today, 5000.0, True),
        ]
        self.env["aftersales.outlet.cost"].create(
            [
                {
                    "outlet_id": self.outlet.id,
                    "date_from": start,
                    "date_to": end,
                    "amount": amount,
                    "is_estimate": estimate,
                }
                for start, end, amount, estimate in costs
            ]
        )
        self.env["aftersales.complaint"].create(
            {"subject": "T", "outlet_id": self.outlet.id, "contact_name": "Jo"}
        )
        self.env.flush_all()
        self.assertRecordValues(
            self.outlet,
            [
                {
                    "job_count": 2,
                    "income": 160.0,
                    "cost_total": 100.0,
                    "cost_per_job": 50.0,
                    "complaint_count": 1,
                }
            ],
        )

    def test_N1_figures_cost_no_query_each(self):
        outlets = self.outlet
        for number in range(8):
            outlets |= self.outlet.copy({"code": f"T-Q{number}"})
        self.env.flush_all()
        self.env.invalidate_all()
        outlets.mapped("company_id.currency_id.rounding")
        with self.assertQueryCount(12):
            outlets.mapped("cost_per_job")

    @users("t_clerk", "t_tech")
    def test_N1_money_is_not_for_everybody(self):
        outlet = self.prospect.with_user(self.env.user)
        self.assertTrue(outlet.read(["phase", "phase_since", "contact_ids", "cooperation_id"]))
        for name in ("income", "cost_ids", "risk_score", "agreement_ids"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                outlet.read([name])
        self.assertNotIn("cost_ids", outlet.get_view(view_type="form")["arch"])
