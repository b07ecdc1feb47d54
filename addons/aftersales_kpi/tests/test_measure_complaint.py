# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import golden
from .sales import SalesCommon


@tagged("post_install", "-at_install")
class TestMeasureComplaint(SalesCommon):
    """Complaints by number and weight; disputes."""

    def complain(self, at=datetime(2026, 9, 10), **vals):
        complaint = self.env["aftersales.complaint"].create(
            {
                "company_id": self.company.id,
                "subject": "Late",
                "partner_id": self.customer.id,
                "outlet_id": self.outlet.id,
                "employee_id": self.tech.id,
                **vals,
            }
        )
        complaint.registered_at = at
        return complaint

    def figure(self, code, **kwargs):
        return self.value(code, **{"subject": "employee", "subject_id": self.tech.id, **kwargs})

    def test_S11_complaints_and_their_weight(self):
        """What was withdrawn, found not true, or stood in a newspaper does not count."""
        self.complain()
        self.complain(level="high", weight=10)
        self.complain(state="withdrawn")
        self.complain(finding="not_true")
        self.complain(kind="media", media_name="News")
        self.complain(at=datetime(2026, 10, 1))
        self.assertEqual(self.figure("complaints"), 2)
        self.assertEqual(self.figure("complaints_weighted"), 21)
        self.assertEqual(self.figure("complaints", subject="outlet", subject_id=self.outlet.id), 2)

    def test_S11_a_complaint_without_a_name_counts_for_the_job_s_technician(self):
        job = self.make_job(self.tech)
        self.complain(employee_id=False, voucher_id=job.id)
        self.assertEqual(self.figure("complaints"), 1)

    def test_K9_complaints_per_thousand_visits(self):
        """Year to date; the same customer counts each time; what we asked for is left out."""
        self.make_job(self.tech, datetime(2025, 12, 20))
        asked = self.make_job(self.tech, datetime(2026, 1, 2), outcomes=("complaint",))
        for month in (3, 9, 9):
            self.make_job(self.tech, datetime(2026, month, 3))
        self.complain(at=datetime(2025, 12, 31))
        self.complain(at=datetime(2026, 1, 1))
        self.complain()
        self.complain(callback_id=asked.callback_ids.id)
        self.assertEqual(self.figure("complaints_per_thousand"), 500)
        self.complain()
        self.assertEqual(self.figure("complaints_per_thousand"), 750)

    def test_K7_golden(self):
        """The last thirty days without today: number, and share of all sales."""
        case = golden("K7")
        given, expect = case["given"], case["expect"]
        today = date.fromisoformat(given["today"])
        with freeze_time(datetime.combine(today, datetime.min.time()) + timedelta(hours=9)):
            for day in given["refunded_after_intervention"]:
                self.complain(at=datetime(2026, 10, 1), intervention="authority", refunded_on=day)
            self.complain(at=datetime(2026, 10, 1), intervention="court")
            self.complain(at=datetime(2026, 10, 1), refunded_on=today - timedelta(days=2))
            # Sales at both edges of the window count, those beside it do not.
            for day in (today - timedelta(days=31), today):
                self.sell(("part", 1, 10), day=day)
            first = self.sell(("part", 1, 10), ("oil", 1, 10), day=today - timedelta(days=30))
            last = self.sell(("part", 1, 10), day=today - timedelta(days=1))
            self.sell(("part", 1, 10), day=today - timedelta(days=3), move_type="out_refund")
            self.multiply(first, int(given["sold_in_window"]) - 2)
            self.assertTrue(last)
            month = {"start": today.replace(day=1), "end": date(2026, 11, 30)}
            self.assertEqual(self.value("disputes", **month), expect["count"])
            self.assertEqual(self.value("dispute_rate", **month), expect["rate_pct"])

    def test_K7_recomputed_every_night(self):
        """The window moves on with the day: the nightly reading follows it."""
        indicator = self.env.ref("aftersales_kpi.indicator_disputes")
        self.assertTrue(indicator.is_tracked)
        self.complain(intervention="bank", refunded_on=date(2026, 10, 22))
        readings = self.env["aftersales.kpi.reading"]
        found = []
        for day in (21, 22):
            with freeze_time(datetime(2026, 11, day, 3)):
                taken = readings._take(self.company, indicator, "company", date(2026, 11, 1))
                found.append(taken.mapped("value"))
        self.assertEqual(found, [[1], []])

    def test_K7_a_job_counts_once(self):
        job = self.make_job(self.tech)
        for who in ("bank", "platform"):
            self.complain(voucher_id=job.id, intervention=who, refunded_on=date(2026, 9, 20))
        self.assertEqual(self.figure("disputes"), 1)

    def test_K7_the_credit_note_gives_the_day(self):
        refund = self.sell(("part", 1, 10), day=date(2026, 9, 15), move_type="out_refund")
        complaint = self.complain(intervention="bank", refund_move_id=refund.id)
        self.assertEqual(complaint.refunded_on, date(2026, 9, 15))
        self.assertEqual(self.figure("disputes"), 1)

    def multiply(self, move, count):
        """Copies of a posted invoice, straight in the database: posting hundreds takes minutes."""
        moves, lines = self.env["account.move"], move.invoice_line_ids[0]
        self.env.flush_all()

        def columns(model, *left_out):
            names = [
                name
                for name, field in self.env[model]._fields.items()
                if field.store and field.column_type and name not in ("id", *left_out)
            ]
            return SQL(", ").join(map(SQL.identifier, names))

        names = columns("account.move", "name")
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO account_move (%s, name)
                   SELECT %s, name || '/' || copy FROM account_move, generate_series(1, %s) AS copy
                    WHERE id = %s RETURNING id""",
                names,
                names,
                count,
                move.id,
            )
        )
        names = columns("account.move.line", "move_id")
        self.env.cr.execute(
            SQL(
                """INSERT INTO account_move_line (%s, move_id)
                   SELECT %s, copy FROM account_move_line, unnest(%s) AS copy WHERE id = %s""",
                names,
                names,
                [row[0] for row in rows],
                lines.id,
            )
        )
        moves.invalidate_model()
