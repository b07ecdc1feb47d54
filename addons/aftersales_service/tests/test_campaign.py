# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, warmup
from odoo.tools import SQL

from .common import ServiceCommon
from .screens import multiply


@tagged("post_install", "-at_install")
class TestCampaign(ServiceCommon):
    """A recall of a range of serials: who was told, who has come, who has not (S13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls.env["stock.lot"].create(
            [
                {
                    "name": name,
                    "product_id": cls.model.id,
                    "company_id": cls.company.id,
                    "user_partner_id": cls.customer.id,
                    "made_on": date(2024, 1, number),
                }
                for number, name in enumerate(
                    ("TSN0099", "TSN0100", "TSN101", "TSN0499", "TSN0500", "TSNX0200", "TSN0200A"),
                    1,
                )
            ]
        )
        cls.customer.email = "t.customer@example.com"
        cls.operation = cls.env["aftersales.operation"].create(
            {"name": "T change the hose", "code": "T-HOSE", "product_id": cls.labour.id}
        )
        cls.env["aftersales.operation.fee"].create(
            {
                "operation_id": cls.operation.id,
                "date_from": date(2020, 1, 1),
                "standard_hours": 1,
                "rate": 80,
            }
        )
        cls.maker = cls.env["res.partner"].create({"name": "T maker"})
        cls.campaign = cls.env["aftersales.campaign"].create(
            {
                "name": "T recall",
                "kind": "recall",
                "payer": "maker",
                "payer_partner_id": cls.maker.id,
                "cover_note": "Letter 17",
                "text": "{customer}: bring {unit} for {campaign}",
                "instruction": "Bleed the brake",
                "line_ids": [
                    Command.create({"operation_id": cls.operation.id}),
                    Command.create({"product_id": cls.part.id, "quantity": 2}),
                ],
            }
        )

    def _add(self, user=None, **values):
        wizard = self.env["aftersales.campaign.add"].with_user(user or self.supervisor)
        wizard = wizard.create({"campaign_id": self.campaign.id, **values})
        wizard.action_add()
        return wizard

    def _open(self, *units):
        """The campaign with some units, open."""
        lots = self.env["stock.lot"].union(*units) if units else self.unit
        rows = self.env["aftersales.campaign.unit"].create(
            [{"campaign_id": self.campaign.id, "lot_id": lot.id} for lot in lots]
        )
        self.campaign.with_user(self.supervisor).action_open()
        return rows

    def _tell(self):
        """The job that tells, with its progress."""

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            return 60

        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit_progress):
            self.env["aftersales.campaign.unit"]._cron_tell()

    # === UNITS === #

    def test_S13_a_range_is_counted_by_the_digits(self):
        wizard = self._add(serial_from="TSN0100", serial_to="TSN0499")
        self.assertEqual(
            self.campaign.unit_ids.lot_id.mapped("name"), ["TSN0100", "TSN101", "TSN0499"]
        )
        self.assertEqual(wizard.added, 3)
        again = self._add(serial_from="TSN0099", serial_to="TSN0100")
        self.assertEqual(again.added, 1, "those in it stay")
        row = self.campaign.unit_ids[0]
        self.assertEqual((row.partner_id, row.product_id), (self.customer, self.model))
        self.assertEqual(row.outlet_id, self.outlet)

    def test_S13_open_ranges(self):
        self.assertEqual(self._add(serial_from="TSN0499").added, 2)
        self.assertEqual(self._add(serial_to="TSN0100").added, 2)

    def test_S13_ranges_that_are_none(self):
        for first, last, message in (
            ("TSN0499", "TSN0100", "is empty: swap"),
            ("TSN0100", "TSNX0200", "not of one series"),
            ("TSN", "TSN0100", "has none: paste a list"),
        ):
            with self.subTest(first=first), self.assertRefused(UserError, message):
                self._add(serial_from=first, serial_to=last)
        with self.assertRefused(UserError, "for certain units"):
            self._add()

    def test_S13_serials_are_no_patterns(self):
        odd = self.env["stock.lot"].create(
            {"name": "T.(1)-0007", "product_id": self.model.id, "company_id": self.company.id}
        )
        self._add(serial_from="T.(1)-0001", serial_to="T.(1)-0009")
        self.assertEqual(self.campaign.unit_ids.lot_id, odd)

    def test_S13_by_model_and_day_of_production(self):
        self._add(
            product_ids=[Command.set(self.model.ids)],
            made_from=date(2024, 1, 2),
            made_to=date(2024, 1, 3),
        )
        self.assertEqual(self.campaign.unit_ids.lot_id, self.units[1:3])

    def test_S13_a_pasted_list_tells_what_it_does_not_find(self):
        wizard = self._add(mode="list", serials="tsn0100, TSN0499\nTSN9999;\nTSN0100")
        self.assertEqual(wizard.added, 2)
        self.assertEqual(wizard.unknown, "TSN9999")

    def test_S13_units_of_another_company_stay_out(self):
        self.units.company_id = self.env["res.company"].create({"name": "T elsewhere"})
        self.assertEqual(self._add(product_ids=[Command.set(self.model.ids)]).added, 1)

    @warmup
    def test_S13_adding_is_one_statement(self):
        def count(first, last):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.campaign._add_units(
                self.env["aftersales.campaign"]._get_range_condition(first, last)
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        multiply(self.unit, 1000, name=SQL("'TMANY-' || nth"))
        few = count("TMANY-1", "TMANY-10")
        many = count("TMANY-11", "TMANY-1000")
        self.assertEqual(len(self.campaign.unit_ids), 1000)
        self.assertLessEqual(many, few + 10, "but for the ORM's own batches")

    # === TELLING === #

    def test_S13_all_are_told_by_mail_or_adviser(self):
        other = self.env["res.partner"].create({"name": "T no mail"})
        theirs, unknown = self.env["stock.lot"].create(
            [
                {"name": name, "product_id": self.model.id, "user_partner_id": user.id}
                for name, user in (("T-THEIRS", other), ("T-UNKNOWN", other.browse()))
            ]
        )
        mailed, called, nobody = self._open(self.unit, theirs, unknown)
        self.campaign.with_user(self.supervisor).action_tell_all()
        self.assertTrue(mailed.to_tell and called.to_tell)
        self.assertIn("Nobody knows", nobody.problem)
        self._tell()
        self.assertEqual((mailed.state, mailed.told_by), ("told", "mail"))
        mail = self.env["mail.mail"].search(
            [("model", "=", mailed._name), ("res_id", "=", mailed.id)]
        )
        self.assertEqual(mail.state, "outgoing", "it waits in the queue")
        self.assertIn("bring T-SERIAL-1 for T recall", mail.body_html)
        self.assertEqual((called.state, called.told_by), ("told", "activity"))
        self.assertEqual(called.activity_ids.user_id, self.campaign.user_id)
        self.assertEqual(nobody.state, "waiting")
        self.assertFalse(mailed.to_tell or called.to_tell)

    def test_S13_who_asked_to_be_left_alone_is_told_for_safety_only(self):
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By mail"}
        )
        row = self._open()
        self.campaign.with_user(self.supervisor).action_tell_all()
        self.assertFalse(row.to_tell)
        self.assertIn("Asked not to be contacted", row.problem)
        with self.assertRefused(UserError, "no matter of safety"):
            row.with_user(self.clerk).action_told_by_phone()
        with self.assertRefused(ValidationError, "Write why"):
            self.campaign.is_safety = True
        self.campaign.write({"is_safety": True, "safety_reason": "The brake fails"})
        self.campaign.with_user(self.supervisor).action_tell_all()
        self._tell()
        self.assertEqual((row.state, row.problem), ("told", False))

    def test_S13_marked_or_closed_since_the_button_was_pressed(self):
        row = self._open()
        row._mark_tellable()
        self.company.aftersales_no_contact_percent = 100
        self.customer.write(
            {"aftersales_no_contact": True, "aftersales_no_contact_reason": "By mail"}
        )
        self._tell()
        self.assertEqual((row.state, row.to_tell), ("waiting", False))
        self.customer.aftersales_no_contact = False
        row._mark_tellable()
        self.campaign.with_user(self.supervisor).action_close()
        self._tell()
        self.assertEqual(row.state, "waiting")

    # === JOBS === #

    def test_S13_jobs_of_the_campaign(self):
        rows = self._open(self.unit, self.units[0])
        rows.with_user(self.clerk).action_make_jobs()
        self.assertEqual(set(rows.mapped("state")), {"planned"})
        job = rows[0].voucher_id
        self.assertEqual((job.kind, job.lot_id), ("campaign", self.unit))
        self.assertEqual(job.line_ids.product_id, self.labour | self.part)
        self.assertEqual(job.line_ids.filtered("operation_id").operation_id, self.operation)
        part = job.line_ids.filtered(lambda line: line.line_type == "part")
        self.assertEqual(part.quantity, 2)
        self.assertTrue(job.amount_untaxed)
        self.assertEqual(job.amount_customer, 0)
        cover = job.line_ids.cover_ids
        self.assertEqual(len(cover), 2)
        self.assertEqual(set(cover.mapped("payer")), {"maker"})
        self.assertEqual(cover.payer_partner_id, self.maker)
        self.assertEqual(set(cover.mapped("clause")), {"Letter 17"})
        with self.assertRaises(UserError):
            rows.with_user(self.clerk).action_make_jobs()
        job.technician_id = self.technician
        job._dispatch()
        job._start()
        self._finish(job.with_user(self.technician_user))
        self.assertEqual((rows[0].state, bool(rows[0].done_on)), ("done", True))
        self.assertEqual((self.campaign.done_count, self.campaign.progress), (1, 50))

    def test_S13_a_job_that_is_struck_off(self):
        row = self._open()
        row.with_user(self.clerk).action_told_by_phone()
        row.with_user(self.clerk).action_make_jobs()
        row.voucher_id.with_user(self.clerk).action_cancel(reason="T")
        self.assertEqual((row.state, row.voucher_id.id), ("told", False))

    def test_S13_everybody_is_warned_of_an_open_campaign(self):
        job = self._job(kind="repair")
        self.assertFalse(job.campaign_notice)
        row = self._open()
        job.invalidate_recordset()
        self.assertEqual(job.with_user(self.clerk).campaign_notice, "T recall")
        call = self.env["aftersales.call"].with_user(self.clerk).new({"lot_id": self.unit.id})
        self.assertEqual(call.campaign_notice, "T recall")
        phone = job.with_user(self.technician_user).get_phone_job()
        self.assertEqual((phone["campaign_notice"], phone["campaigns"]), ("T recall", []))
        job.with_user(self.clerk).action_add_campaign_work()
        self.assertEqual((row.voucher_id, row.state), (job, "planned"))
        self.assertFalse(job.campaign_notice)
        phone = job.with_user(self.technician_user).get_phone_job()
        self.assertEqual(
            phone["campaigns"], [{"name": "T recall", "instruction": "Bleed the brake"}]
        )
        self.assertEqual(self.unit.campaign_notice, "T recall", "it has not come yet")
        with self.assertRaises(UserError):
            job.with_user(self.clerk).action_add_campaign_work()

    def test_S13_the_customer_pays_other_work_of_the_job(self):
        job = self._job(line_ids=[self._line(self.labour)])
        self.assertEqual(job.service_type, "A")
        before = job.amount_customer
        self.assertTrue(before)
        self._open()
        job.with_user(self.clerk).action_add_campaign_work()
        self.assertEqual(len(job.line_ids), 3)
        self.assertEqual(job.amount_customer, before)

    def test_S13_a_campaign_that_the_customer_pays(self):
        """On a warranty job too: the terms of the campaign go before those of the unit."""
        today = self.company._get_aftersales_date(fields.Datetime.now())
        self.unit.write({"warranty_start": today, "warranty_end": today})
        self.campaign.payer = "customer"
        row = self._open()
        row.with_user(self.clerk).action_make_jobs()
        job = row.voucher_id
        self.assertEqual(job.service_type, "C")
        self.assertEqual(job.amount_customer, job.amount_untaxed)
        self.assertTrue(job.amount_customer)
        with self.assertRefused(UserError, "who pays for it does not change"):
            self.campaign.payer = "us"
        self.campaign.write({"payer": "customer", "name": "T renamed"})

    def test_S13_more_than_the_campaign_foresees_is_not_its_payers(self):
        job = self._job()
        self._open()
        job.with_user(self.clerk).action_add_campaign_work()
        part = job.line_ids.filtered(lambda line: line.line_type == "part")
        self.assertEqual(part.amount_customer, 0)
        part.with_user(self.technician_user).quantity = 8
        self.assertEqual(part.cover_ids.filtered(lambda row: row.payer == "maker").share, 25)
        self.assertEqual(part.amount_customer, part.price_subtotal * 3 / 4)
        own = self.env["aftersales.voucher.line"].with_user(self.technician_user)
        planted = {"campaign_line_id": part.campaign_line_id.id}
        with self.assertRefused(UserError, "Work of a Campaign"):
            own.create({"voucher_id": job.id, "product_id": self.part.id, **planted})
        line = own.with_context(default_campaign_line_id=part.campaign_line_id.id).create(
            {"voucher_id": job.id, "product_id": self.part.id}
        )
        self.assertFalse(line.campaign_line_id)

    def test_S13_outside_its_days_and_closed_it_warns_nobody(self):
        self._open()
        today = self.company._get_aftersales_date(fields.Datetime.now())
        for values in (
            {"date_from": today + timedelta(days=1)},
            {"date_from": today - timedelta(days=9), "date_to": today - timedelta(days=1)},
        ):
            self.campaign.write(values)
            self.unit.invalidate_recordset()
            with self.subTest(values=values):
                self.assertFalse(self.unit.campaign_notice)
        self.campaign.date_to = today
        self.unit.invalidate_recordset()
        self.assertTrue(self.unit.campaign_notice)
        self.campaign.with_user(self.supervisor).action_close()
        self.unit.invalidate_recordset()
        self.assertFalse(self.unit.campaign_notice)

    def test_S13_a_checklist_of_a_campaign_is_for_its_jobs_only(self):
        checklist = self.env["aftersales.checklist"].create(
            {"name": "T brake test", "step_ids": [Command.create({"name": "T walking pace"})]}
        )
        self.campaign.checklist_id = checklist
        row = self._open()
        row.with_user(self.clerk).action_make_jobs()
        row.voucher_id.technician_id = self.technician
        row.voucher_id._dispatch()
        row.voucher_id._start()
        self.assertIn(checklist, row.voucher_id.checklist_line_ids.checklist_id)
        self.assertNotIn(checklist, self._job(kind="campaign").checklist_line_ids.checklist_id)

    def test_S13_S14_two_files_that_become_one(self):
        """The one that stays keeps its place; what both had stays with the one that goes."""
        twin = self.env["stock.lot"].create(
            {"name": "t-serial-1 ", "product_id": self.model.id, "user_partner_id": False}
        )
        kept, gone = self._open(self.unit, twin)
        other = self.campaign.copy({"unit_ids": False})
        moved = self.env["aftersales.campaign.unit"].create(
            {"campaign_id": other.id, "lot_id": twin.id}
        )
        wizard = self.env["aftersales.unit.merge"].create(
            {"lot_id": twin.id, "kept_id": self.unit.id, "reason": "T twice"}
        )
        wizard.with_user(self.supervisor).action_merge()
        self.assertEqual((kept.lot_id, kept.state), (self.unit, "waiting"))
        self.assertEqual((gone.lot_id, gone.state), (twin, "excluded"))
        self.assertEqual((moved.lot_id, moved.partner_id), (self.unit, self.customer))

    # === RIGHTS === #

    def test_S13_nobody_types_who_has_come(self):
        row = self._open()
        for values in ({"state": "done"}, {"voucher_id": False}, {"told_by": "call"}):
            with self.subTest(values=values), self.assertRefused(UserError, "Use the buttons"):
                row.with_user(self.supervisor).write(values)
        with self.assertRaises(UserError):
            self.campaign.with_user(self.supervisor).state = "closed"
        with self.assertRefused(UserError, "has begun: leave unit"):
            row.with_user(self.supervisor).unlink()
        with self.assertRefused(UserError, "has begun: close it"):
            self.campaign.with_user(self.supervisor).unlink()
        for user in (self.clerk, self.technician_user):
            with self.assertRaises(AccessError):
                self._add(user=user, serial_from="TSN0100")
            with self.assertRaises(AccessError):
                self.campaign.with_user(user).action_close()

    def test_S13_campaigns_of_another_company_warn_nobody(self):
        company = self.env["res.company"].create({"name": "T elsewhere"})
        self._open()
        self.unit.invalidate_recordset()
        self.assertTrue(self.unit.campaign_notice)
        self.env.user.company_ids |= company
        there = self.unit.with_context(allowed_company_ids=company.ids)
        self.assertFalse(there.campaign_notice)
        self.clerk.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        seen = self.env["aftersales.campaign"].with_user(self.clerk)
        self.assertFalse(
            seen.with_context(allowed_company_ids=company.ids).search(
                [("id", "=", self.campaign.id)]
            )
        )
