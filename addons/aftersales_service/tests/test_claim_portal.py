# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io

from dateutil.relativedelta import relativedelta
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .claims import ClaimCommon
from .portal import PortalCommon

CLAIMS = "/my/aftersales/claims"


class DealerCommon(PortalCommon, ClaimCommon):
    """Two dealers who log in; the first sold the unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer, cls.rival = cls.env["res.partner"].create(
            [
                {
                    "name": f"T dealer {name}",
                    "is_company": True,
                    "is_dealer": True,
                    "phone": phone,
                    "email": f"dealer_{name}@example.com",
                    "property_product_pricelist": cls.customer.property_product_pricelist.id,
                }
                for name, phone in (("a", "+1 555 0401 11"), ("b", "+1 555 0402 22"))
            ]
        )
        cls.dealer_login = cls._create_portal_user(cls.dealer, "claim_dealer_a")
        cls.rival_login = cls._create_portal_user(cls.rival, "claim_dealer_b")
        cls.unit.dealer_id = cls.dealer
        cls.part.default_code = "QC-88"
        if "part_class" in cls.part._fields:
            # Where parts have a class, outlets see those that are serviceable (P1).
            cls.part.write({"part_class": "general", "is_serviceable": True})
        cls.company.aftersales_claim_labour_id = cls.labour

    @classmethod
    def _typed(cls, **values):
        """What a dealer types."""
        return {
            "serial": "t-serial-1",
            "failed_on": cls.today - relativedelta(days=3),
            "repaired_on": cls.today - relativedelta(days=2),
            "meter": 120.0,
            "hours": 1.5,
            "fault_id": cls.fault,
            "cause": "Seal torn",
            "user_name": "Tina Customer",
            "user_phone": "+1 555 0123 99",
            **values,
        }

    @classmethod
    def _file(cls, parts=(("QC-88", 2.0),), user=None, photos=(), **values):
        return (
            cls.env["aftersales.claim"]
            .with_user(user or cls.dealer_login)
            ._file_by_dealer(user or cls.dealer_login, cls._typed(**values), list(parts), photos)
        )


@tagged("post_install", "-at_install")
class TestClaimDealer(DealerCommon):
    """What a dealer files, and what our clerk does with it (S17)."""

    def test_S17_a_dealer_files_a_claim_at_his_own_prices(self):
        buffer = io.BytesIO()
        Image.new("RGB", (2, 2)).save(buffer, "PNG")
        claim = self._file(photos=[("seal.png", buffer.getvalue())])
        self.assertEqual(
            (claim.kind, claim.state, claim.partner_id), ("dealer", "submitted", self.dealer)
        )
        self.assertEqual(claim.case_ids.lot_id, self.unit)
        self.assertEqual(claim.line_ids.mapped("claimed_amount"), [100, 120])
        self.assertTrue(claim.is_valid, claim.check_ids.mapped("message"))
        self.assertEqual(len(claim._get_photos()), 1)
        self.assertEqual(claim.version_ids.amount, 220)
        self.assertEqual(self.customer.name, "T customer", "nothing is written before we checked")

    def test_S17_unknown_and_foreign_serials_get_the_same_answer(self):
        foreign = self._another_unit("T-RIVAL-1", dealer_id=self.rival.id)
        answers = set()
        for serial in ("T-NOWHERE", foreign.name, "%", "T-SERIAL-_", ""):
            with self.assertRaises(UserError) as caught:
                self._file(serial=serial)
            answers.add(str(caught.exception).replace(serial or "…", "?"))
        self.assertEqual(len(answers), 1, answers)

    def test_S17_a_unit_that_the_dealer_serviced(self):
        outlet = self.env["aftersales.outlet"].create(
            {"name": "T rival outlet", "code": "T-RO", "partner_id": self.rival.id}
        )
        with self.assertRaises(UserError):
            self._file(user=self.rival_login)
        job = self._finish(self._job())
        job._write_step({"outlet_id": outlet.id})
        claim = self._file(user=self.rival_login)
        self.assertEqual(claim.partner_id, self.rival)

    def test_S17_what_is_missing_or_cannot_be(self):
        later = self.today + relativedelta(days=1)
        for values, regex in (
            ({"failed_on": False}, "the fault was reported"),
            ({"repaired_on": later}, "nor after today"),
            ({"repaired_on": self.today - relativedelta(days=9)}, "not before the fault"),
            ({"fault_id": self.fault.browse()}, "enter the fault"),
            ({"cause": " "}, "the cause"),
            ({"user_name": ""}, "name of the user"),
            ({"user_phone": "nobody"}, "can be called on"),
            ({"hours": 1000.0}, "hours of work"),
            ({"hours": 0.0, "parts": ()}, "enter a part"),
            ({"parts": [("NOPE", 1.0)]}, "We know no part NOPE"),
            ({"parts": [("QC-88", 0.0)]}, "how many were fitted"),
        ):
            with self.subTest(values=values), self.assertRefused(UserError, regex):
                self._file(**values)

    def test_S17_the_same_repair_filed_twice(self):
        claim = self._file()
        with self.assertRefused(UserError, f"claimed before, on {claim.name}"):
            self._file(hours=0.0)
        claim.line_ids.write({"answer": "refused", "reason_id": self.reason.id})
        claim.with_user(self.claims_clerk).action_answer()
        self.assertTrue(self._file())

    def test_S17_nobody_but_dealers_files(self):
        self.unit.dealer_id = self.stranger
        with self.assertRefused(UserError, "Only dealers"):
            self._file(user=self.other_login)

    def test_S17_without_a_valid_unit_and_user_nothing_is_approved(self):
        claim = self._file(user_phone=self.dealer.phone)
        self.assertFalse(claim.is_valid, "the dealer's own number")
        mine = claim.with_user(self.claims_clerk)
        mine.action_approve_all()
        with self.assertRefused(UserError, "enter the user's own"):
            mine.action_answer()
        mine.case_ids.user_phone = "+1 555 0123 99"
        mine.action_answer()
        self.assertEqual(claim.state, "answered")

    def test_S17_an_expired_warranty_is_refused_with_a_reason(self):
        claim = self._file(
            failed_on=self.term.date_end - relativedelta(years=2),
            repaired_on=self.term.date_end - relativedelta(years=2),
        )
        self.assertFalse(claim.is_valid)
        mine = claim.with_user(self.claims_clerk)
        mine.action_approve_all()
        with self.assertRefused(UserError, "its warranty runs from"):
            mine.action_answer()
        mine.line_ids.write({"answer": "refused", "reason_id": self.reason.id})
        mine.action_answer()
        self.assertEqual(claim.state, "refused")

    def test_S17_the_answer_confirms_the_user_and_queues_a_call(self):
        claim = self._file()
        mine = claim.with_user(self.claims_clerk)
        mine.action_approve_all()
        mine.action_answer()
        self.assertEqual(
            (self.customer.name, self.customer.phone), ("Tina Customer", "+1 555 0123 99")
        )
        call = self.env["aftersales.voucher"].search(
            [("lot_id", "=", self.unit.id), ("fault_description", "ilike", claim.name)]
        )
        self.assertEqual((call.state, call.phone), ("registered", "+1 555 0123 99"))

    def test_S17_forwarded_to_the_maker_and_answered_as_he_answered(self):
        claim = self._file()
        mine = claim.with_user(self.claims_clerk)
        with self.assertRefused(UserError, "choose the maker"):
            mine.action_forward()
        mine.maker_id = self.maker
        mine.action_forward()
        forwarded = mine.forward_ids
        self.assertEqual((forwarded.kind, forwarded.partner_id), ("recovery", self.maker))
        self.assertEqual(forwarded.claimed_amount, 220)
        with self.assertRefused(UserError, "forwarded already"):
            mine.action_forward()
        with self.assertRefused(UserError, "has not answered yet"):
            mine.action_take_over_answer()
        forwarded.action_submit()
        part, labour = forwarded.line_ids
        part.action_approve()
        labour.write({"answer": "partly", "answered_amount": 90, "reason_id": self.reason.id})
        forwarded.action_answer()
        mine.action_take_over_answer()
        mine.action_answer()
        self.assertEqual((claim.answered_amount, claim.result), (190, "partly"))

    def test_S17_a_dealer_is_credited_by_a_credit_note(self):
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        (self.part + self.labour).taxes_id = False
        accountant = self._user("t_dealer_money", "account.group_account_invoice")
        claim = self._file()
        mine = claim.with_user(self.claims_clerk)
        mine.action_approve_all()
        mine.action_answer()
        claim.with_user(accountant).action_make_refund()
        move = claim.credit_ids.move_id
        self.assertEqual((move.move_type, move.partner_id), ("out_refund", self.dealer))
        self.assertEqual((move.state, move.amount_untaxed), ("draft", 220))
        move.with_user(accountant).action_post()
        self.assertEqual(claim.state, "credited")


@tagged("post_install", "-at_install")
class TestClaimPortal(DealerCommon, HttpCase):
    """A dealer's pages: his own claims and no other's, whatever the route (S17)."""

    def _form(self, **values):
        typed = self._typed(**values)
        return {
            **{name: str(value) for name, value in typed.items() if name != "fault_id"},
            "fault_id": str(self.fault.id),
            "part_0": "QC-88",
            "quantity_0": "2",
        }

    def test_S17_filed_on_the_page_and_followed(self):
        self.authenticate("claim_dealer_a", "claim_dealer_a")
        self.assertTrue(self._page("/my").xpath(f"//a[@href='{CLAIMS}']"))
        response = self._post(f"{CLAIMS}/send", f"{CLAIMS}/new", **self._form())
        claim = self.env["aftersales.claim"].search([("partner_id", "=", self.dealer.id)])
        self.assertIn(f"{CLAIMS}/{claim.id}", response.url)
        self.assertIn("We have your claim", response.text)
        self.assertEqual(claim.claimed_amount, 220)
        self.assertIn(claim.name, self.url_open(CLAIMS).text)
        claim.line_ids[0].write({"answer": "approved"})
        claim.line_ids[1].write(
            {"answer": "refused", "reason_id": self.reason.id, "answer_note": "No labour"}
        )
        claim.with_user(self.claims_clerk).action_answer()
        page = self.url_open(f"{CLAIMS}/{claim.id}").text
        for text in ("Answered", "No labour", "T price"):
            self.assertIn(text, page)
        self.assertEqual(self.url_open(f"{CLAIMS}/{claim.id}?report_type=pdf").status_code, 200)

    def test_S17_wrong_input_shows_the_form_again(self):
        self.authenticate("claim_dealer_a", "claim_dealer_a")
        for values, text in (
            ({"failed_on": "never"}, "Enter days like"),
            ({"meter": "-3"}, "not below 0"),
            ({"hours": "nan"}, "not below 0"),
            ({"user_phone": "nobody"}, "can be called on"),
        ):
            with self.subTest(values=values):
                page = self._post(
                    f"{CLAIMS}/send", f"{CLAIMS}/new", **{**self._form(), **values}
                ).text
                self.assertIn(text, page)
                self.assertIn("Seal torn", page, "what was typed is kept")
        self.assertFalse(self.env["aftersales.claim"].search([("partner_id", "=", self.dealer.id)]))

    def test_S17_serials_are_guessed_so_often_and_no_more(self):
        self.company.aftersales_claim_guesses = 2
        self.authenticate("claim_dealer_b", "claim_dealer_b")
        for serial in ("T-SERIAL-1", "T-NOWHERE"):
            page = self._post(
                f"{CLAIMS}/send", f"{CLAIMS}/new", **{**self._form(), "serial": serial}
            )
            self.assertIn("We know no unit", page.text)
        page = self._post(f"{CLAIMS}/send", f"{CLAIMS}/new", **self._form())
        self.assertEqual(page.status_code, 429)

    def test_S17_a_dealer_never_sees_anothers(self):
        claim = self._file()
        self.authenticate("claim_dealer_b", "claim_dealer_b")
        for url in (
            f"{CLAIMS}/{claim.id}",
            f"{CLAIMS}/{claim.id}?report_type=pdf",
            f"{CLAIMS}?search={claim.name}",
            f"{CLAIMS}?search=T-SERIAL-1",
        ):
            with self.subTest(url=url):
                response = self.url_open(url)
                for text in ("Tina Customer", "0123 99", "Seal torn", f'{CLAIMS}/{claim.id}"'):
                    self.assertNotIn(text, response.text)
        for model, record in (
            ("aftersales.claim", claim),
            ("aftersales.claim.case", claim.case_ids),
            ("aftersales.claim.line", claim.line_ids[0]),
            ("aftersales.claim.version.line", claim.version_ids.line_ids[0]),
            ("aftersales.cover", self.env["aftersales.cover"]),
        ):
            for method, arguments in (
                ("read", [record.ids or [1], ["display_name"]]),
                ("search_read", [[], ["display_name"]]),
                ("export_data", [record.ids or [1], ["display_name"]]),
                ("write", [record.ids or [1], {"name": "T"}]),
            ):
                with self.subTest(model=model, method=method):
                    self.assertIn("error", self._rpc(model, method, arguments))
        self.assertIn("error", self._rpc("aftersales.claim", "action_approve_all", [claim.ids]))

    def test_S17_customers_have_no_claims(self):
        claim = self._file()
        self.authenticate("service_customer", "service_customer")
        self.assertFalse(self._page("/my").xpath(f"//a[@href='{CLAIMS}']"))
        for url in (CLAIMS, f"{CLAIMS}/new", f"{CLAIMS}/{claim.id}"):
            self.assertTrue(self.url_open(url).url.rstrip("/").endswith("/my"), url)
