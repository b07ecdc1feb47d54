# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs of a log in the register, held against a count of the file by other code."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from odoo.tests import TransactionCase, tagged

from tools import job_loader
from tools.job_loader import make_sample, recount

from . import REAL_FILE
from .sheets import assert_same_sheets


class JobCase(TransactionCase):
    """A company of its own; what is loaded is there for every test of the class."""

    PATH = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "T incident desk"})
        cls.company.partner_id.tz = "UTC"
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.report = cls.load(cls.PATH)
        cls.counts = recount.count(cls.PATH)
        cls.vouchers = cls.env["aftersales.voucher"].search([("company_id", "=", cls.company.id)])

    @classmethod
    def load(cls, path, **options):
        return job_loader.load(cls.env, path, company=cls.company, **options)

    def assert_same_counts(self):
        """Jobs, reopenings and promises of the register are those of the file."""
        followed = self.vouchers.followup_of_id
        first = followed.filtered(lambda voucher: not voucher.followup_of_id)
        found = {
            "jobs": len(self.vouchers),
            "incidents": len(self.vouchers.filtered(lambda voucher: not voucher.followup_of_id)),
            "reopened": len(first),
        }
        self.assertEqual(found, {name: self.counts[name] for name in found})
        deadlines = self.env["aftersales.sla.deadline"]
        for name in recount.PROMISES:
            states = dict(
                deadlines._read_group(
                    [("policy_id.name", "=", name), ("company_id", "=", self.company.id)],
                    ["state"],
                    ["__count"],
                )
            )
            kept = (states.pop("met", 0), states.pop("missed", 0), sum(states.values()))
            counted = tuple(self.counts[name, verdict] for verdict in ("kept", "broken", "open"))
            self.assertEqual(kept, counted, name)
            self.assertEqual(self.report.kept[name], counted, name)

    def assert_numbers_without_gap(self):
        for (year,) in self.env["aftersales.voucher"]._read_group(
            [("company_id", "=", self.company.id), ("number_index", ">", 0)], ["number_year"]
        ):
            indexes = self.vouchers.filtered(lambda v, year=year: v.number_year == year)
            indexes = sorted(indexes.mapped("number_index"))
            self.assertEqual(indexes, list(range(1, len(indexes) + 1)), year)


@tagged("post_install", "-at_install")
class TestSample(JobCase):
    """Our own small log, which has every oddity of the public one."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.PATH = cls.write(make_sample.text(bad=False))
        super().setUpClass()

    @classmethod
    def write(cls, content, name="log.csv"):
        path = cls.folder / name
        path.write_text(content)
        return path

    def test_sample_is_what_its_script_writes(self):
        self.assertEqual(job_loader.SAMPLE.read_text(), make_sample.text())

    def test_S8_same_counts_as_the_file(self):
        self.assert_same_counts()
        self.assertGreater(self.counts["reopened"], 5)
        for name in recount.PROMISES:
            for verdict in ("kept", "broken"):
                self.assertTrue(self.counts[name, verdict], f"the sample has no {verdict} {name}")

    def test_K2_K9_sheets_say_what_a_recount_says(self):
        assert_same_sheets(self)

    def test_S3_numbers_have_no_gap(self):
        self.assert_numbers_without_gap()
        self.assertFalse(self.vouchers.filtered(lambda v: v.dispatched_at and not v.number))

    def test_S1_stamps_are_those_of_the_log(self):
        rows = [cells for cells in make_sample.rows() if cells[0] == "INC0000001"]
        voucher = self.vouchers.filtered(lambda voucher: voucher.reference == "INC0000001")
        opened = recount.when(rows[0][make_sample.HEADER.index("opened_at")])
        self.assertEqual(voucher.registered_at, opened)
        for voucher in self.vouchers.filtered("done_at"):
            self.assertLessEqual(voucher.registered_at, voucher.dispatched_at)
            self.assertLessEqual(voucher.dispatched_at, voucher.started_at)
            self.assertLessEqual(voucher.started_at, voucher.done_at)
            self.assertEqual(voucher.signed_on, voucher.done_at)

    def test_S3_hand_overs_are_logged_with_their_moment(self):
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "aftersales.voucher"),
                ("res_id", "in", self.vouchers.ids),
                ("subject", "=", "Hand-over"),
            ]
        )
        self.assertEqual(len(messages), self.report.handovers)
        self.assertGreater(len(messages), 10)
        vouchers = {voucher.id: voucher for voucher in self.vouchers}
        for message in messages:
            voucher = vouchers[message.res_id]
            self.assertLessEqual(voucher.dispatched_at, message.date)
            self.assertLessEqual(message.date, voucher.done_at or message.date)
        last = messages.sorted("id")[-1]
        self.assertIn(vouchers[last.res_id].technician_id.name, last.body)

    def test_S9_reopened_jobs_tell_why_and_closed_ones_are_closed(self):
        reopened = self.vouchers.followup_of_id
        outcomes = reopened.callback_ids.mapped("outcome")
        self.assertIn("not_fixed_first", outcomes)
        closed = self.vouchers.filtered(lambda voucher: voucher.state == "closed")
        self.assertTrue(closed & reopened)
        for voucher in closed:
            last = voucher
            while last.callback_outcome != "satisfied":
                last = last.followup_ids
                self.assertEqual(last.closed_at, voucher.closed_at)

    def test_S8_replay_says_what_is_stored(self):
        deadlines = self.env["aftersales.sla.deadline"].search(
            [("company_id", "=", self.company.id)]
        )
        for deadline, values in deadlines._replay().items():
            stored = {name: deadline[name] for name in values}
            self.assertEqual(stored, values, deadline.display_name)
        self.assertTrue(deadlines.filtered("paused_hours"))

    def test_second_load_changes_nothing(self):
        again = self.load(self.PATH)
        self.assertEqual((again.incidents, again.jobs), (0, 0))
        self.assertEqual(again.already_loaded, self.report.incidents)
        self.assertEqual(again.kept, self.report.kept)

    def test_broken_off_load_goes_on(self):
        """The chunks that were committed stay; the next load takes the rest."""
        company = self.env["res.company"].create({"name": "T broken off"})
        company.partner_id.tz = "UTC"
        commits = []

        def commit():
            commits.append(True)
            if len(commits) == 3:
                raise KeyboardInterrupt

        def load(**options):
            return job_loader.load(self.env, self.PATH, company=company, **options)

        # Odoo's assertRaises would roll the chunks back.
        with suppress(KeyboardInterrupt):
            load(chunk=25, commit=commit)
        self.assertEqual(len(commits), 3)
        rest = load(chunk=25)
        self.assertEqual(rest.already_loaded, 50)
        self.assertEqual(rest.incidents + rest.already_loaded, self.report.incidents)
        self.assertEqual(rest.kept, self.report.kept)

    def test_bad_rows_are_left_out_and_counted(self):
        company = self.env["res.company"].create({"name": "T bad rows"})
        path = self.write(make_sample.text(), "bad.csv")
        report = job_loader.load(self.env, path, company=company, limit=1)
        self.assertEqual(report.rows_rejected, len(list(make_sample.bad_rows())))
        self.assertEqual(report.incidents, 1)


@pytest.mark.shared
@tagged("post_install", "-at_install")
class TestRealLog(JobCase):
    """The whole public log."""

    PATH = REAL_FILE

    def test_S8_same_counts_as_the_file(self):
        self.assert_same_counts()
        self.assert_numbers_without_gap()
        self.assertFalse(self.report.rejected)

    def test_K2_K9_sheets_say_what_a_recount_says(self):
        assert_same_sheets(self)
