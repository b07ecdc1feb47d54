# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time

from dateutil.relativedelta import relativedelta
from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .claims import ClaimCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimCommon):
    """Made, checked, submitted, answered, appealed against (S17)."""

    def _problems(self, claim):
        return {check.code: check.message for check in claim.check_ids if check.result == "failed"}

    # === MADE FROM COVERED LINES === #

    def test_S17_a_covered_line_is_claimed_from_its_maker(self):
        job = self._covered_job(quantity=3)
        claim = self._claim(job)
        self.assertEqual(
            (claim.state, claim.kind, claim.partner_id), ("draft", "recovery", self.maker)
        )
        self.assertEqual(claim.claimed_amount, 150)
        self.assertEqual(claim.line_ids.voucher_line_id, job.line_ids)
        self.assertEqual(claim.case_ids.lot_id, self.unit)
        self.assertEqual(claim.case_ids.user_name, "T customer")
        self.assertTrue(claim.is_valid, self._problems(claim))
        self.assertFalse(job.may_claim, "what stands on a claim is not claimed again")
        self.assertRegex(claim.name, r"^CLM/")
        self.assertEqual(claim.lot_id, self.unit)
        self.assertIn(claim, claim.search([("lot_id", "=", self.unit.id)]))

    def test_S17_only_the_payers_share_is_claimed(self):
        claim = self._claim(self._covered_job(share=30))
        self.assertEqual(claim.claimed_amount, 30)
        self.assertEqual(len(claim.line_ids), 1, "the customer's share is not claimed")

    def test_S17_what_is_not_claimed(self):
        """A job that is not done, what we made ourselves, what the customer pays."""
        open_job = self._job(line_ids=[self._line(self.part)])
        self._cover(open_job.line_ids, self.maker)
        own = self._covered_job()
        own.line_ids.cover_ids.payer_partner_id = False
        covers = (open_job + own).line_ids.cover_ids
        self.assertEqual((open_job + own).mapped("may_claim"), [False, False])
        with self.assertRefused(UserError, "nothing to claim"):
            covers.with_user(self.claims_clerk).action_make_claims()

    def test_S17_grouping_as_the_payer_wants_it(self):
        other = self._another_unit("T-SERIAL-2")
        first, second = self._covered_job(), self._covered_job(unit=other)
        claims = self._claim(first, second)
        self.assertEqual(len(claims), 2, "a claim per unit")
        claims.action_cancel(reason="T again")
        self.maker.aftersales_claim_grouping = "payer"
        claims = self._claim(first, second)
        self.assertEqual(len(claims), 1)
        self.assertEqual(claims.case_ids.lot_id, self.unit + other)
        third = self._covered_job()
        self.assertEqual(self._claim(third), claims, "collected on the open draft")
        self.assertEqual(claims.claimed_amount, 300)
        claims.action_cancel(reason="T again")
        self.maker.aftersales_claim_grouping = "month"
        month = self.today - relativedelta(months=1)
        early = self._job(
            lot_id=self.unit.id, fault_id=self.fault.id, line_ids=[self._line(self.part)]
        )
        self._cover(early.line_ids, self.maker)
        self._finish(early, at=datetime.combine(month, time(12)))
        claims = self._claim(first, second, early)
        self.assertEqual(sorted(len(claim.case_ids) for claim in claims), [1, 2])

    def test_S17_a_line_stands_on_one_live_claim(self):
        job = self._covered_job()
        claim = self._claim(job)
        with self.assertRefused(UserError, "nothing to claim"):
            self._claim(job)
        copied = {
            "claim_id": claim.id,
            "case_id": claim.case_ids.id,
            "cover_id": claim.line_ids.cover_id.id,
            "name": "T twice",
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["aftersales.claim.line"].create(copied)
            self.env.flush_all()

    def test_S17_what_was_cancelled_may_be_claimed_again(self):
        job = self._covered_job()
        claim = self._claim(job)
        claim.action_cancel(reason="Wrong maker")
        self.assertFalse(claim.line_ids.is_live)
        again = self._claim(job)
        self.assertNotEqual(again, claim)
        self.assertTrue(again.line_ids.is_live)

    def test_S17_a_unit_is_taken_off_a_draft(self):
        self.maker.aftersales_claim_grouping = "payer"
        first, second = self._covered_job(), self._covered_job()
        claim = self._claim(first, second)
        claim.case_ids[0].unlink()
        self.assertEqual((len(claim.line_ids), claim.claimed_amount), (1, 100))
        claim.line_ids.unlink()
        self.assertFalse(claim.case_ids)
        with self.assertRefused(UserError, "has no line"):
            claim.action_submit()
        self.assertEqual(self._claim(first, second).claimed_amount, 200)

    def test_S17_many_jobs_are_claimed_in_few_queries(self):
        self.maker.aftersales_claim_grouping = "payer"
        jobs = [self._covered_job(quantity=0.25) for _n in range(10)]
        covers = self.env["aftersales.cover"].search(
            [("voucher_id", "in", [job.id for job in jobs]), ("payer", "=", "maker")]
        )
        few, many = covers[:2], covers[2:]
        few.with_user(self.claims_clerk)._make_claims().action_cancel(reason="T")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        few.with_user(self.claims_clerk)._make_claims().action_cancel(reason="T")
        self.env.flush_all()
        two = self.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        many.with_user(self.claims_clerk)._make_claims().action_cancel(reason="T")
        self.env.flush_all()
        eight = self.cr.sql_log_count - before
        # Two looks a job for its own twins and phones, nothing else grows.
        self.assertLessEqual(eight - two, 6 * 4)

    # === CHECKS === #

    def test_S17_a_claim_for_a_unit_that_does_not_exist(self):
        job = self._covered_job()
        claim = self._claim(job)
        claim.case_ids.write({"lot_id": False, "serial": "GHOST-1"})
        self.assertIn("GHOST-1 has no file", self._problems(claim)["unit"])
        with self.assertRefused(UserError, "GHOST-1 has no file"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")

    def test_S17_a_serial_of_another_model(self):
        claim = self._claim()
        claim.case_ids.product_id = self.serial_part
        self.assertIn("is a T model, not a T serial part", self._problems(claim)["model"])
        with self.assertRefused(UserError, "is a T model"):
            claim.action_submit()

    def test_S17_an_expired_warranty(self):
        claim = self._claim()
        claim.case_ids.failed_on = self.term.date_end
        self.assertTrue(claim.is_valid, "the last day is inside")
        claim.case_ids.failed_on = self.term.date_end + relativedelta(days=1)
        self.assertIn("its warranty runs from", self._problems(claim)["date"])
        with self.assertRefused(UserError, "its warranty runs from"):
            claim.action_submit()
        claim.case_ids.failed_on = self.term.entitlement_id.date_start - relativedelta(days=1)
        self.assertIn("date", self._problems(claim))

    def test_S17_a_meter_beyond_the_warranty(self):
        unit = self.env["stock.lot"].create(
            {"name": "T-METER", "product_id": self.model.id, "user_partner_id": self.customer.id}
        )
        self._entitle(unit, meter=500)
        claim = self._claim(self._covered_job(unit=unit))
        self.assertIn("enter the reading", self._problems(claim)["meter"])
        claim.case_ids.meter = 500
        self.assertTrue(claim.is_valid)
        claim.case_ids.meter = 500.5
        self.assertIn("ends at 500", self._problems(claim)["meter"])

    def test_S17_an_unreachable_user(self):
        claim = self._claim()
        house = self.company.partner_id
        house.phone = "+1 555 0700"
        for phone in (False, "", "call me", "123", "0000000", "1" * 20, "+1 (555) 0700"):
            with self.subTest(phone=phone):
                claim.case_ids.user_phone = phone
                self.assertIn("user_phone", self._problems(claim))
                with self.assertRefused(UserError, "cannot go on"):
                    claim.action_submit()
        claim.case_ids.write({"user_phone": "+1 (555) 0711 22", "user_name": " "})
        self.assertEqual(set(self._problems(claim)), {"user_name"})
        with self.assertRefused(UserError, "Enter the name"):
            claim.action_submit()

    def test_S17_the_dealers_own_phone_is_not_the_users(self):
        dealer = self.env["res.partner"].create(
            {"name": "T dealer", "is_dealer": True, "phone": "+1 555 0888 11"}
        )
        self.unit.dealer_id = dealer
        claim = self._claim()
        claim.case_ids.user_phone = "5550888 11"
        self.assertIn("number of the dealer", self._problems(claim)["user_phone"])
        self.unit.user_partner_id = dealer
        claim.case_ids.sudo().user_partner_id = dealer
        claim.action_check()
        self.assertNotIn("user_phone", self._problems(claim), "a dealer may be the user")

    def test_S17_fault_and_cause_are_needed(self):
        claim = self._claim()
        claim.case_ids.write({"fault_id": False, "cause": ""})
        self.assertEqual(set(self._problems(claim)), {"fault", "cause"})

    def test_S17_a_late_claim_is_said_and_the_payer_decides(self):
        self.maker.aftersales_claim_days = 10
        claim = self._claim()
        claim.case_ids.repaired_on = self.today - relativedelta(days=11)
        self.assertIn("takes claims within 10 days", self._problems(claim)["deadline"])
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_S17_the_old_part_is_kept_where_the_term_asks_it(self):
        unit = self.env["stock.lot"].create(
            {"name": "T-OLD", "product_id": self.model.id, "user_partner_id": self.customer.id}
        )
        self._entitle(unit, old_part_returns=True)
        job = self._covered_job(unit=unit)
        claim = self._claim(job)
        self.assertEqual(claim.line_ids.old_part_state, "owed")
        self.assertIn("is still with Tess", self._problems(claim)["old_part"])
        with self.assertRefused(UserError, "is still with Tess"):
            claim.action_submit()
        part = self.env["aftersales.part.return"].search([("voucher_id", "=", job.id)])
        part._take_in()
        claim.action_submit()
        self.assertEqual(claim.line_ids.old_part_state, "in_custody")
        self.assertEqual(part._get_claim_name(), claim.name, "printed on the packing list")
        part._send()
        claim.action_approve_all()
        claim.action_answer()
        self.assertEqual((part.state, part.close_reason), ("answered", "Approved"))

    # === SUBMITTED, ANSWERED === #

    def test_S17_submitted_is_frozen(self):
        claim = self._submitted()
        self.assertTrue(claim.submitted_at)
        with self.assertRefused(UserError, "does not change any more"):
            claim.note = "later"
        with self.assertRefused(UserError, "does not change any more"):
            claim.case_ids.user_name = "later"
        with self.assertRefused(UserError, "does not change any more"):
            claim.line_ids.unlink()
        with self.assertRefused(UserError, "comes from the job"):
            claim.line_ids.claimed_amount = 9999
        with self.assertRefused(UserError, "does not change any more"):
            claim.credited_amount = 100
        with self.assertRefused(UserError, "stays"):
            claim.version_ids.write({"amount": 1})
        with self.assertRefused(UserError, "stays"):
            claim.sudo().version_ids.line_ids.unlink()
        with self.assertRaises(UserError):
            claim.copy()

    def test_S17_lines_are_approved_cut_and_refused(self):
        self.maker.aftersales_claim_grouping = "payer"
        claim = self._submitted(*(self._covered_job() for _n in range(3)))
        approved, cut, refused = claim.line_ids
        approved.action_approve()
        with self.assertRefused(UserError, "what did the payer answer"):
            claim.action_answer()
        cut.write({"answer": "partly", "answered_amount": 60})
        refused.answer = "refused"
        with self.assertRefused(UserError, "choose why"):
            claim.action_answer()
        (cut + refused).write({"reason_id": self.reason.id})
        for wrong in (0, 100, 100.01, -5):
            cut.answered_amount = wrong
            with self.subTest(amount=wrong), self.assertRefused(UserError, "more than nothing"):
                claim.action_answer()
        cut.answered_amount = 60
        claim.action_answer()
        self.assertEqual((claim.state, claim.result), ("answered", "partly"))
        self.assertEqual((claim.claimed_amount, claim.answered_amount), (300, 160))
        self.assertEqual(claim.open_amount, 160)
        self.assertEqual(claim.version_ids.mapped("amount"), [300, 160])
        self.assertEqual(claim.line_ids.mapped("is_live"), [True, True, False])
        with self.assertRefused(UserError, "while it is submitted"):
            cut.answered_amount = 70

    def test_S17_refused_is_appealed_against_as_a_new_version(self):
        self.maker.aftersales_claim_grouping = "payer"
        claim = self._submitted(self._covered_job(), self._covered_job())
        first, second = claim.line_ids
        first.action_approve()
        second.write({"answer": "refused", "reason_id": self.reason.id})
        claim.action_answer()
        with self.assertRefused(UserError, "Write the reason"):
            claim.action_appeal(reason=" ")
        claim.action_appeal(reason="The seal was torn, see the photo")
        self.assertEqual((claim.state, claim.version_number), ("submitted", 2))
        self.assertEqual((first.answer, second.answer), ("approved", False))
        with self.assertRefused(UserError, "was answered before"):
            first.answer = "refused"
        second.write({"answer": "partly", "answered_amount": 40, "reason_id": self.reason.id})
        claim.action_answer()
        self.assertEqual(claim.answered_amount, 140)
        self.assertEqual(
            [(v.number, v.direction, v.amount) for v in claim.version_ids],
            [(1, "sent", 200), (1, "received", 100), (2, "sent", 200), (2, "received", 140)],
        )
        self.assertEqual(claim.version_ids[2].text, "The seal was torn, see the photo")

    def test_S17_all_refused_and_claimed_again_by_another_claim(self):
        job = self._covered_job()
        claim = self._submitted(job)
        claim.line_ids.write({"answer": "refused", "reason_id": self.reason.id})
        claim.action_answer()
        self.assertEqual((claim.state, claim.open_amount), ("refused", 0))
        view = self.env.ref("aftersales_service.aftersales_cover_view_search_claim")
        filters = {
            one.get("name"): safe_eval(one.get("domain"))
            for one in etree.fromstring(view.arch).iter("filter")
            if one.get("domain")
        }
        covers = job.line_ids.cover_ids
        self.assertTrue(job.with_user(self.claims_clerk).may_claim)
        self.assertFalse(covers.filtered_domain(filters["fresh"]), "appeal comes first")
        self.assertEqual(covers.filtered_domain(filters["refused"]), claim.line_ids.cover_id)
        again = self._claim(job)
        self.assertEqual(again.line_ids.cover_id, claim.line_ids.cover_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            claim.action_appeal(reason="Twice")
            self.env.flush_all()

    def test_S17_deadline_of_the_answer(self):
        """S8: the policy is shipped switched off; switched on, a claim has its due date."""
        policy = self.env.ref("aftersales_service.sla_policy_claim_answer")
        policy.active = True
        claim = self._submitted()
        due = claim.with_user(self.supervisor).sla_due_at
        self.assertEqual((due - claim.submitted_at).days, policy.amount)

    # === THE USER FILE === #

    def test_S17_user_data_go_to_the_user_file_and_queue_a_callback(self):
        job = self._covered_job()
        self.env["aftersales.callback"].create({"voucher_id": job.id, "outcome": "satisfied"})
        self.assertEqual((job.state, job.callback_due_at), ("closed", False))
        claim = self._claim(job)
        claim.case_ids.write({"user_name": "Tina Customer", "user_phone": "+1 555 0123 99"})
        self.assertEqual(self.customer.name, "T customer", "a draft changes nothing")
        claim.action_submit()
        self.assertEqual(self.customer.name, "Tina Customer")
        self.assertEqual(self.customer.phone, "+1 555 0123 99")
        self.assertEqual(self.unit.user_confirmed_on, self.today)
        self.assertTrue(job.callback_due_at, "somebody calls the user")
        self.env["aftersales.callback"].with_user(self.clerk).create(
            {"voucher_id": job.id, "outcome": "satisfied"}
        )
        self.assertFalse(job.callback_due_at)
        self.assertEqual(job.state, "closed")
        with self.assertRefused(UserError, "is not done"):
            self.env["aftersales.callback"].create({"voucher_id": job.id, "outcome": "satisfied"})

    def test_S17_an_unknown_user_is_filed(self):
        job = self._covered_job()
        self.unit.user_partner_id = False
        claim = self._claim(job)
        claim.case_ids.write({"user_name": "New User", "user_phone": "+1 555 0123 77"})
        claim.action_submit()
        user = self.unit.user_partner_id
        self.assertEqual((user.name, user.phone), ("New User", "+1 555 0123 77"))

    def test_S17_our_own_people_are_not_renamed(self):
        claim = self._claim()
        self.unit.user_partner_id = self.clerk.partner_id
        claim.case_ids.write({"user_name": "Somebody", "user_phone": "+1 555 0123 77"})
        with self.assertRefused(UserError, "works for us"):
            claim.action_submit()

    # === RIGHTS === #

    def test_S17_who_may_do_what(self):
        claim = self._submitted()
        for user in (self.clerk, self.technician_user):
            with self.subTest(user=user.login):
                mine = claim.with_user(user)
                with self.assertRaises(AccessError):
                    mine.action_answer()
                with self.assertRaises(AccessError):
                    claim.line_ids.with_user(user).write({"answer": "approved"})
                with self.assertRaises(AccessError):
                    self._claim(self._covered_job(), user=user)
        with self.assertRaises(UserError):
            claim.create({"kind": "recovery"})
        with self.assertRefused(AccessError, "Only accountants"):
            claim.action_make_refund()
        with self.assertRefused(UserError, "has its number"):
            claim.sudo().unlink()

    def test_S17_claims_stay_in_their_company(self):
        claim = self._submitted()
        elsewhere = self.env["res.company"].create({"name": "T elsewhere"})
        stranger = self._user("t_elsewhere", "aftersales_service.group_service_claims")
        stranger.write({"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id})
        for records in (claim, claim.case_ids, claim.line_ids, claim.check_ids, claim.version_ids):
            there = records.with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
            with self.subTest(model=records._name):
                self.assertFalse(there.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    there.read(["display_name"])

    def test_S17_the_printed_claim(self):
        claim = self._answered(60)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.claims_clerk)
            ._render_qweb_html("aftersales_service.report_claim", claim.ids)
        )
        text = html.decode()
        for part in (
            claim.name,
            "T maker",
            "Makertown",
            "T-SERIAL-1",
            "T customer",
            "T part",
            "Seal torn, replaced",
            "T price",
            "Serial fits the model",
            "60.00",
        ):
            with self.subTest(part=part):
                self.assertIn(part, text)

    def test_S17_forms_are_read_with_the_roles_own_rights(self):
        claim = self._answered(60)
        accountant = self._user("t_reads", "account.group_account_invoice")
        for user in (self.claims_clerk, self.supervisor, accountant):
            mine = claim.with_user(user)
            fields = mine.get_view(view_type="form")["models"]["aftersales.claim"]
            with self.subTest(user=user.login):
                spec = {name: {} for name in mine.fields_get(fields)}
                self.assertEqual(mine.web_read(spec)[0]["id"], claim.id)
                owed = self.env["aftersales.claim.ageing"].with_user(user)
                row = owed.search([("claim_id", "=", claim.id)])
                self.assertEqual((row.open_amount, row.bucket, row.state), (60, "1", "answered"))
