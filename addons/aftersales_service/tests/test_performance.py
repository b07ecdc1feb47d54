# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

from odoo import models
from odoo.fields import Command, Domain
from odoo.tests import tagged, warmup
from odoo.tools import SQL

from .common import SIGNATURE, ServiceCommon
from .screens import Screen, explain, multiply


@tagged("post_install", "-at_install")
class TestPerformance(ServiceCommon):
    """Hot paths: queries do not grow with the batch but for the ORM's own batches."""

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _create(self, count):
        return self.env["aftersales.voucher"].create(
            [
                {
                    "lot_id": self.unit.id,
                    "fault_id": self.fault.id,
                    "technician_id": self.technician.id,
                }
                for _i in range(count)
            ]
        )

    @warmup
    def test_batch_create(self):
        self._create(3)
        few = self._count(lambda: self._create(10))
        many = self._count(lambda: self._create(100))
        self.assertLessEqual(many, few + 6, "registering is done in batches")
        self.assertLessEqual(many, 50, "at most half a query a call")

    @warmup
    def test_batch_dispatch(self):
        self._create(3)._dispatch()
        small, large = self._create(10), self._create(100)
        few = self._count(small._dispatch)
        many = self._count(large._dispatch)
        self.assertLessEqual(many, few + 6, "numbers are reserved for the whole batch")
        self.assertLessEqual(many, 30)

    def test_batch_dispatch_with_tracking(self):
        """What tracking costs is core's: one message and one value a voucher, nothing of ours."""
        self._create(3)._dispatch()
        vouchers = self._create(50).with_context(tracking_disable=False)
        self._count(self.env.cr.precommit.run)
        count = self._count(lambda: (vouchers._dispatch(), self.env.cr.precommit.run()))
        self.assertLessEqual(count, 30 + 2 * len(vouchers))

    @warmup
    def test_a_thousand_calls_with_two_deadlines_each(self):
        """Registered, with both deadlines, and dispatched with their numbers."""
        self._promise()
        self._create(3)._dispatch()
        vouchers = self.env["aftersales.voucher"]

        def register():
            nonlocal vouchers
            vouchers = self._create(1000)
            vouchers._dispatch()

        count = self._count(register)
        self.assertLessEqual(count, 150, "far below half a query a job, numbers included")
        self.assertEqual(len(vouchers.sla_deadline_ids), 2000)
        self.assertEqual(len(set(vouchers.mapped("number"))), 1000)

    def test_S8_rows_written_at_once_are_those_that_odoo_writes(self):
        """Column by column, and lists that were read before know of them."""
        self._promise()
        voucher = self._create(1)
        deadline, _second = voucher.sla_deadline_ids
        event = deadline.start_event_id
        for record in (event, deadline):
            with self.subTest(model=record._name):
                names = [
                    name
                    for name, field in record._fields.items()
                    if field.store and field.column_type and name not in models.MAGIC_COLUMNS
                ]
                values = {name: record[name] for name in names}
                vals = {
                    name: value.id if isinstance(value, models.BaseModel) else value
                    for name, value in values.items()
                }
                if "start_event_id" in vals:
                    # One start, one deadline of a promise.
                    vals.update(start_event_id=self._create(1).sla_deadline_ids.start_event_id.id)
                    vals.update(state="met", is_open=False, late_hours=1.005, paused_hours=0.1)
                    deadlines = self.env["aftersales.sla.deadline"]
                    deadlines.search([("start_event_id", "=", vals["start_event_id"])]).unlink()
                before = voucher.sla_deadline_ids
                with self.env.cr.savepoint() as savepoint:
                    created = self._row(record.create(dict(vals)))
                    savepoint.rollback()
                inserted = record._insert([vals])
                self.assertEqual(self._row(inserted), created)
                if "start_event_id" in vals:
                    self.assertEqual(voucher.sla_deadline_ids, before | inserted)

    def _row(self, record):
        """What stands in the database, without the id."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
        )
        (row,) = self.env.cr.dictfetchall()
        return {name: value for name, value in row.items() if name != "id" and value is not False}

    def test_S8_recomputing_is_done_in_batches(self):
        """Marking is one statement; a batch costs the same, whatever number it is."""
        policies = self._promise()
        self._create(200)
        deadlines = self.env["aftersales.sla.deadline"]
        policies.amount = 90
        self.env.flush_all()
        marking = self._count(lambda: deadlines._flag(policies))
        self.assertLessEqual(marking, 3)
        flagged = deadlines.search([("to_recompute", "=", True)])
        self.assertEqual(len(flagged), 400)
        few, many = flagged[:40], flagged[40:]

        def recompute(batch):
            batch._take_terms()
            batch._refresh()

        self._count(lambda: recompute(few[:5]))
        small = self._count(lambda: recompute(few))
        large = self._count(lambda: recompute(many))
        self.assertLessEqual(large, small + 2 * len(many) / 100 + 6)

    def test_S8_history_is_judged_by_all_that_happened(self):
        """Each job with its own moments, and the pause counted though it is long past."""
        self._promise(hours=10)
        vouchers = self._create(2)
        start = datetime(2020, 3, 2, 8)
        registered = self.env["aftersales.voucher"].with_context(tracking_disable=True)
        with registered._sla_together() as model:
            vouchers = model.create(
                [
                    {
                        "lot_id": self.unit.id,
                        "technician_id": self.technician.id,
                        "registered_at": start + timedelta(days=day),
                        "signature": SIGNATURE,
                        "signed_by": "Jo Signer",
                    }
                    for day in range(2)
                ]
            )
            after = {  # hours from the call
                "_dispatch": 1,
                "_start": 2,
                "_done": 15,
            }
            for step, hours in after.items():
                at = {v: v.registered_at + timedelta(hours=hours) for v in vouchers}
                getattr(vouchers, step)(at)
            self.assertFalse(vouchers.sla_deadline_ids, "counted when everything is known")
            held = vouchers[1]
            held.log_sla_event("waiting_customer", at=held.registered_at + timedelta(hours=3))
            held.log_sla_event(
                "waiting_customer", at=held.registered_at + timedelta(hours=9), end=True
            )
        for voucher in vouchers:
            self.assertEqual(voucher.done_at - voucher.registered_at, timedelta(hours=15))
            self.assertEqual(voucher.number_year, 2020)
        states = [
            voucher.sla_deadline_ids.sorted("id").mapped("state")
            for voucher in vouchers.with_env(self.env)
        ]
        self.assertEqual(states, [["met", "missed"], ["met", "met"]])

    @warmup
    def test_S7_booking_a_batch_costs_no_query_a_visit(self):
        values = {"lot_id": self.unit.id, "technician_id": self.technician.id}

        def book(count, day):
            start = datetime(2041, 3, day)
            self.env["aftersales.voucher"].create(
                [{**values, "planned_start": start + timedelta(hours=n)} for n in range(count)]
            )

        book(2, 1)
        few = self._count(lambda: book(10, 2))
        many = self._count(lambda: book(100, 8))
        self.assertLessEqual(many, few + 12)

    def _promise(self, hours=80):
        """Two promises about every repair of the company: on site, and settled."""
        kinds = self.env["aftersales.sla.event.type"].search([("model", "=", "aftersales.voucher")])
        kinds = {kind.code: kind for kind in kinds}
        shared = {
            "company_id": self.company.id,
            "model_id": self.env["ir.model"]._get("aftersales.voucher").id,
            "domain": "[('kind', '=', 'repair')]",
            "start_type_id": kinds["registered"].id,
            "amount": hours,
            "pause_type_ids": [Command.set(kinds["waiting_customer"].ids)],
        }
        return self.env["aftersales.sla.policy"].create(
            [
                {**shared, "name": "T on site", "stop_type_id": kinds["started"].id},
                {**shared, "name": "T settled", "stop_type_id": kinds["done"].id},
            ]
        )


@tagged("post_install", "-at_install")
class TestScreens(ServiceCommon):
    """What opens a list or a board finds an index, in a register that is mostly over.

    Twenty thousand jobs with statistics: enough for PostgreSQL to leave the table alone where it
    has something better, and for this test to see where it has not.
    """

    ROWS = 20_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        voucher = cls._voucher(fault_id=cls.fault.id)
        moment = SQL("now() at time zone 'UTC' - nth * interval '1 hour'")
        technicians = (cls.technician + cls.other_technician).ids
        multiply(
            voucher,
            cls.ROWS,
            reference=SQL("'T' || nth"),
            number=SQL("'TV/' || nth"),
            number_year=SQL("1999"),
            number_index=SQL("nth"),
            access_token=SQL("NULL"),
            priority=SQL("CASE WHEN nth %% 40 = 0 THEN '1' ELSE '0' END"),
            registered_at=moment,
            planned_start=moment,
            technician_id=SQL("(%s)[1 + nth %% 2]", technicians),
            state=SQL(
                """CASE WHEN nth %% 20 = 0 THEN 'registered' WHEN nth %% 40 = 1 THEN 'dispatched'
                        WHEN nth %% 100 = 2 THEN 'done' ELSE 'closed' END"""
            ),
            callback_due_at=SQL("CASE WHEN nth %% 100 = 2 THEN now() END"),
        )
        cls.env = cls.env(user=cls.supervisor)

    def _check_screen(self, action, view_type, index=None):
        """A screen asks little, never reads the whole table, and finds its index.

        :param index: part of the name of the index that its rows come from, in their order
        """
        screen = Screen(self.env, f"aftersales_service.{action}", view_type)
        screen.load()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = screen.load()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 12, "queries of a screen")
        self.assertTrue(answer.get("records") or answer["groups"][-1]["__records"])
        self.env.invalidate_all()
        plans = explain(self.env, screen.load, "aftersales_voucher")
        self.assertTrue(plans)
        for query, indexes, whole in plans:
            self.assertFalse(whole, f"reads the whole table: {query[:500]}")
            self.assertTrue(indexes, query[:500])
        if index:
            used = {name for _query, indexes, _whole in plans for name in indexes}
            self.assertTrue([name for name in used if index in name], used)

    def test_S1_register_finds_an_index(self):
        self._check_screen("aftersales_voucher_action_register", "list", "open_register_idx")

    def test_register_by_state(self):
        self._check_screen("aftersales_voucher_action_register", "kanban", "state_idx")

    def test_S7_dispatch_board_finds_an_index(self):
        self._check_screen("aftersales_voucher_action_board", "kanban", "_idx")

    def test_S9_callbacks_due_find_an_index(self):
        self._check_screen("aftersales_voucher_action_callback", "list")

    def test_register_without_its_filter(self):
        """The whole register comes in its order, page by page."""
        screen = Screen(self.env, "aftersales_service.aftersales_voucher_action_register", "list")
        vouchers = screen.model

        def first_page():
            vouchers.web_search_read([], {"reference": {}}, limit=80)

        plans = explain(self.env, first_page, "aftersales_voucher")
        self.assertIn("aftersales_voucher_register_idx", plans[0][1])

    def test_columns_hold_what_odoo_itself_finds(self):
        """All columns by one query, with the cards of Odoo's own loop, in the same order."""
        vouchers = self.env["aftersales.voucher"]
        domain = [("state", "in", ("registered", "dispatched", "done"))]
        options = {
            "order": "planned_start desc, id",
            "auto_unfold": True,
            "unfold_read_specification": {"reference": {}},
            "unfold_read_default_limit": 7,
        }
        for groupby in (["state"], ["technician_id"], ["registered_at:month"], ["lot_id", "state"]):
            ours = vouchers.web_read_group(domain, groupby, [], **options)
            for group in ours["groups"]:
                if "__records" in group:
                    found = vouchers.search(
                        Domain(domain) & Domain(group["__extra_domain"]),
                        order=options["order"],
                        limit=7,
                    )
                    shown = [record["id"] for record in group["__records"]]
                    self.assertEqual(shown, found.ids, groupby)
            opened = [group for group in ours["groups"] if "__records" in group]
            self.assertEqual(bool(opened), len(groupby) == 1, groupby)
