# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
from datetime import date
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .common import RebateCommon
from .roles import RolesMixin
from .test_portal import PortalCommon

# A picture of one pixel.
INK = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SECRET = 54321.09


class OfferCommon(PortalCommon):
    """A version that follows terms in force, offered to both dealers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.present = cls._create_agreement(
            cls._create_table([(0, 5)]), name="Policy", date_start="2025-01-01"
        )
        cls.offer = cls.present._copy_as_version(date(2027, 1, 1))
        cls.offer.component_ids.rate_table_id = cls._create_table([(0, 2), (3000, 8)])
        cls.offer.action_offer()

    def _sign(self, dealer=None, fingerprint=None, offer=None):
        offer = offer or self.offer
        return offer._sign(
            dealer or self.dealer,
            "Ann Signer",
            INK,
            fingerprint or offer.offer_hash,
            self.user.partner_id,
        )

    def _log(self, offer=None):
        return " ".join((offer or self.offer).message_ids.mapped("body"))


@tagged("post_install", "-at_install")
class TestOffer(OfferCommon):
    """Terms are offered, signed and put in force; who edits them voids what was signed (R12)."""

    def test_R12_merged_dealers_are_other_parties(self):
        """R12: merging a dealer that was offered terms withdraws the offer, visibly."""
        self._sign()
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.dealer | twin).ids, twin)
        self.assertFalse(self.offer.offer_hash)
        self.assertEqual(set(self.offer.signature_ids.mapped("state")), {"void"})

    def test_R12_signature_holds_the_very_version(self):
        """R12: name, image, day and fingerprint; the contract prints them and is kept."""
        self.assertIn("Offered to the dealers", self._log())
        signed = self._sign()
        self.assertEqual(signed.terms_hash, self.offer.offer_hash)
        self.assertEqual((signed.partner_id, signed.state), (self.dealer, "valid"))
        self.assertEqual(signed.contact_id, self.user.partner_id)
        self.assertTrue(signed.signature)
        self.assertEqual(self.offer.signature_count, 1)
        self.assertIn("Signed by Ann Signer", self._log())
        contract = base64.b64decode(signed.with_context(bin_size=False).contract).decode()
        for text in ("Ann Signer", signed.terms_hash, self.dealer.name, "Annex 1"):
            self.assertIn(text, contract)
        self.assertNotIn(self.dealer_2.name, contract)
        self.offer.action_activate()
        self.assertEqual(self.offer._get_offer_hash(), signed.terms_hash)
        self.assertEqual(signed.state, "valid")
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "dealer_rebate.report_rebate_contract", self.offer.ids
        )
        self.assertEqual(html.decode().count('name="signed"'), 1)

    def test_R12_any_change_of_terms_withdraws_the_offer(self):
        """R12: fields, components, rows of tables, members and words: void, with the reason."""
        table = self.offer.component_ids.rate_table_id
        changes = {
            "field": lambda: self.offer.write({"amount_basis": "total"}),
            "due day": lambda: self.offer.write({"due_days": 77}),
            "name": lambda: self.offer.write({"name": "Another name"}),
            "words": lambda: self.offer.write({"note": "<p>Small print</p>"}),
            "component": lambda: self.offer.component_ids[0].write({"cap_amount": 10}),
            "new component": lambda: self.env["rebate.component"].create(
                {"name": "More", "agreement_id": self.offer.id, "rate_table_id": table.id}
            ),
            "row": lambda: table.line_ids[0].write({"value": 3}),
            "new row": lambda: table.write(
                {"line_ids": [Command.create({"from_value": 9000, "value": 9})]}
            ),
            "row away": lambda: table.line_ids[-1].unlink(),
            "table": lambda: table.write({"method": "incremental"}),
            "dealers": lambda: self.offer.write(
                {"partner_ids": [Command.unlink(self.dealer_2.id)]}
            ),
        }
        for what, change in changes.items():
            with self.subTest(what):
                self.offer.action_offer()
                signed = self._sign()
                change()
                self.assertFalse(self.offer._is_offered())
                self.assertFalse(self.offer.offered_on)
                self.assertNotEqual(self.offer._get_offer_hash(), signed.terms_hash)
                self.assertEqual(
                    (signed.state, signed.void_reason), ("void", "The terms were edited.")
                )
                self.assertIn("Void signatures: Dealer One", self._log())
                with self.assertRaisesRegex(UserError, "have changed"):
                    self._sign(fingerprint=signed.terms_hash)
        self.assertEqual(self.offer.void_signature_count, len(changes))

    def test_R12_order_of_components_is_no_term(self):
        """R12: what promises nothing may move."""
        signed = self._sign()
        self.offer.component_ids[0].sequence = 99
        self.offer.signatures_required = True
        self.assertEqual(signed.state, "valid")
        self.assertTrue(self.offer._is_offered())

    def test_R12_what_was_on_the_page_is_what_is_signed(self):
        """R12: terms that are offered anew meanwhile are not signed with the old page."""
        seen = self.offer.offer_hash
        self.offer.component_ids.rate_table_id = self._create_table([(0, 1)])
        self.offer.action_offer()
        with self.assertRaisesRegex(UserError, "Open it again"):
            self._sign(fingerprint=seen)
        self.assertFalse(self.offer.signature_ids)
        self._sign()
        with self.assertRaisesRegex(UserError, "already"):
            self._sign()
        with self.assertRaisesRegex(UserError, "not offered to you"):
            self._sign(self._create_dealer("Dealer Three"))
        for name, ink in (("", INK), ("  ", INK), ("Ann", "")):
            with self.assertRaisesRegex(UserError, "Write your name"):
                self.offer._sign(
                    self.dealer_2, name, ink, self.offer.offer_hash, self.user_2.partner_id
                )

    def test_R12_activation_needs_all_signatures_by_a_switch(self):
        """R12: by default none is needed; with the switch all dealers, by name."""
        self.offer.signatures_required = True
        with self.assertRaisesRegex(UserError, "2 are missing: Dealer One, Dealer Two"):
            self.offer.action_activate()
        self._sign()
        with self.assertRaisesRegex(UserError, "1 are missing: Dealer Two"):
            self.offer.action_activate()
        self._sign(self.dealer_2)
        self.offer.action_activate()
        self.assertEqual(self.offer.state, "active")

    def test_R12_without_the_switch_it_can_be_signed_later(self):
        """R12: in force without signatures; the terms are frozen, so they can still be signed."""
        self.offer.action_activate()
        signed = self._sign()
        self.assertEqual(signed.terms_hash, self.offer._get_offer_hash())

    def test_R12_signers_of_marked_dealers(self):
        """R12: all dealers, by a mark: everybody who has it signs; the contract names who did."""
        tag = self.env["res.partner.category"].create({"name": "North"})
        self.dealer.category_id = tag
        offer = self._create_agreement(
            self._percent(3),
            name="By tag",
            dealer_scope="tag",
            tag_ids=tag.ids,
            signatures_required=True,
            activate=False,
        )
        offer.action_offer()
        self.assertEqual(offer._get_signing_dealers(), self.dealer)
        self.assertEqual(len(offer._get_contract_parties()[0]), 0)
        self._sign(offer=offer)
        self.assertEqual(offer._get_contract_parties(), [self.dealer])
        offer.action_activate()

    def test_R12_offer_of_what_cannot_be_offered(self):
        """R12: terms in force, suppliers' terms, incomplete terms."""
        with self.assertRaisesRegex(UserError, "cannot be offered"):
            self.present.action_offer()
        supplier = self._create_agreement(
            self._percent(1), direction="supplier", payout="bill", activate=False
        )
        with self.assertRaisesRegex(UserError, "cannot be offered"):
            supplier.action_offer()
        with self.assertRaisesRegex(UserError, "add a component"):
            self._create_agreement(activate=False, name="Empty").action_offer()

    def test_R12_withdrawn_by_hand_and_to_approve(self):
        """R12: what waits for approval is offered as well; a withdrawal voids."""
        self.company.rebate_four_eyes = True
        self.offer.action_submit()
        signed = self._sign()
        self.offer.action_withdraw_offer()
        self.assertEqual((signed.state, self.offer.offer_hash), ("void", False))
        self.offer.action_offer()
        self.assertTrue(self.offer._is_offered())

    def test_R12_signed_terms_are_kept(self):
        """R12: a draft with a valid signature is not deleted, and its copies are not signed."""
        signed = self._sign()
        with self.assertRaisesRegex(UserError, "is kept"), self.env.cr.savepoint():
            signed.unlink()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.offer.unlink()
        copy = self.offer.copy()
        self.assertFalse(copy.offer_hash or copy.offered_on or copy.signature_ids)
        self.offer.action_withdraw_offer()
        self.offer.unlink()
        self.assertFalse(signed.exists())

    def test_R12_offer_is_not_written_by_hand(self):
        """R12: nobody types an offer or a signature."""
        manager = self.env.user
        self.assertFalse(self.env.su)
        for name in ("offer_hash", "offered_on", "offer_run"):
            with self.assertRaises(AccessError):
                self.offer.with_user(manager).write(
                    {name: "2026-01-01" if name != "offer_run" else 1}
                )
        signed = self._sign().with_user(manager)
        with self.assertRaises(AccessError):
            signed.write({"state": "void"})
        with self.assertRaises(AccessError):
            signed.create({"agreement_id": self.offer.id, "partner_id": self.dealer.id})

    def test_R12_smart_button(self):
        """R12: the button shows this agreement's signatures."""
        signed = self._sign()
        action = self.offer.action_view_signatures()
        self.assertEqual(self.env["rebate.signature"].search(action["domain"]), signed)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20")
class TestTrial(OfferCommon):
    """A dealer tries offered terms on its own last year (R12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.dealer, "2025-02-01", 1000)
        cls._invoice(cls.dealer, "2025-08-01", 4000)
        cls._invoice(cls.dealer_2, "2025-05-01", SECRET)

    def test_R12_old_new_and_difference_of_each_period(self):
        """R12: what each quarter paid, would have paid, and the difference."""
        trial = self.offer._try_for(self.dealer)
        self.assertTrue(trial["compared"])
        self.assertEqual(
            [(row["label"], row["old"], row["new"], row["difference"]) for row in trial["rows"]],
            [
                ("2025 Q1", 50, 20, -30),
                ("2025 Q2", 0, 0, 0),
                ("2025 Q3", 200, 320, 120),
                ("2025 Q4", 0, 0, 0),
            ],
        )
        self.assertEqual(trial["total"], {"old": 250, "new": 340, "difference": 90})

    def test_R12_the_same_as_the_offices_simulation(self):
        """R12: the dealer and the office see the same figures."""
        simulation = self.env["rebate.simulation"].browse(self.offer.action_simulate()["res_id"])
        for dealer in (self.dealer, self.dealer_2):
            line = simulation.line_ids.filtered(lambda line, d=dealer: line.partner_id == d)
            total = self.offer._try_for(dealer)["total"]
            self.assertEqual(
                (total["old"], total["new"]),
                (Decimal(str(line.amount_old)), Decimal(str(line.amount_new))),
            )

    def test_R12_nothing_is_written(self):
        """R12: neither simulation nor settlement nor document is left."""
        models = (
            "rebate.simulation",
            "rebate.settlement",
            "account.move",
            "rebate.settlement.line",
        )
        before = [self.env[model].search_count([]) for model in models]
        self.offer._try_for(self.dealer)
        self.assertEqual([self.env[model].search_count([]) for model in models], before)

    def test_R12_terms_without_a_version_before(self):
        """R12: new terms are tried alone; members of next year on their last one."""
        offer = self._create_agreement(
            self._percent(10),
            name="New",
            date_start="2027-01-01",
            dealer_scope="member",
            member_ids=[Command.create({"partner_id": self.dealer.id, "date_from": "2027-01-01"})],
            activate=False,
        )
        offer.action_offer()
        trial = offer._try_for(self.dealer)
        self.assertFalse(trial["compared"])
        self.assertEqual(trial["total"]["new"], 500)

    def test_R12_a_group_is_not_tried_by_one(self):
        """R12: where all count together, one dealer would read the others."""
        self.offer.group_mode = "together"
        with self.assertRaisesRegex(UserError, "counted together"):
            self.offer._try_for(self.dealer)

    def test_R12_queries_do_not_grow_with_other_dealers(self):
        """R12: one dealer's trial costs the same, however many others there are."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.offer._try_for(self.dealer)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        others = self.env["res.partner"]
        for n in range(5):
            others |= self._create_dealer(f"Other {n}")
            self._invoice(others[-1], "2025-02-01", 1000)
        self.offer.partner_ids |= others
        count()
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestPortalOffer(OfferCommon, HttpCase):
    """The dealer reads, tries and signs on the portal; nobody else's terms open (R12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = f"/my/rebates/offers/{cls.offer.id}"
        today = fields.Date.context_today(cls.env.user)
        cls._invoice(cls.dealer, f"{today.year - 1}-02-01", 4000)
        cls._invoice(cls.dealer_2, f"{today.year - 1}-02-01", SECRET)
        cls.private = cls._create_agreement(
            cls._percent(9), name="Private terms", partner_ids=cls.dealer_2.ids, activate=False
        )
        cls.private.action_offer()

    def _text(self, url, login="portal_one"):
        self.authenticate(login, login)
        response = self.url_open(url)
        return response, response.text.replace(",", "")

    def _post_signature(self, url=None, terms=None, **params):
        terms = self.offer.offer_hash if terms is None else terms
        return self.make_jsonrpc_request(
            f"{url or self.url}/sign?terms={terms}",
            {"name": "Ann Signer", "signature": INK} | params,
        )

    def test_R12_read_try_and_sign(self):
        """R12: the terms in words, what changes, the trial, the signature, the contract."""
        _response, text = self._text("/my/rebates")
        self.assertIn(self.url, text)
        response, text = self._text(self.url)
        for clause in self.offer._get_contract_clauses(self.dealer):
            self.assertIn(clause[0], response.text)
        self.assertIn("What changes", text)
        self.assertIn(self.offer.offer_hash, text)
        self.assertNotIn("320.00", text)
        _response, text = self._text(f"{self.url}?try=1")
        self.assertIn("320.00", text)
        self.assertIn("200.00", text)
        self.assertTrue(self._post_signature()["force_refresh"])
        self.assertEqual(self.offer._get_signature(self.dealer).signed_by, "Ann Signer")
        response, text = self._text(self.url)
        self.assertIn("Ann Signer", text)
        self.assertNotIn("portal.signature_form", text)
        _response, text = self._text(f"{self.url}/contract")
        self.assertIn("Ann Signer", text)
        _response, text = self._text("/my/rebates")
        self.assertIn('name="signed_offer"', text)
        self.assertNotIn('name="offer"', text)
        self.offer.action_activate()
        self.assertNotIn('name="signed_offer"', self._text("/my/rebates")[1])
        self.assertIn("Signed by", self._text(f"/my/rebates/{self.offer.id}")[1])

    def test_R12_void_signature_is_shown(self):
        """R12: terms that change after signing say so, to the dealer as well."""
        self.authenticate("portal_one", "portal_one")
        self._post_signature()
        self.offer.amount_basis = "total"
        _response, text = self._text("/my/rebates")
        self.assertIn("is void", text)
        response, _text = self._text(self.url)
        self.assertTrue(response.url.endswith("/my/rebates"))
        self.assertIn("not offered", self._post_signature(terms="")["error"])

    def test_R12_bad_signatures(self):
        """R12: no name, no picture, no picture at all, other terms: a sentence, and no record."""
        self.authenticate("portal_one", "portal_one")
        for terms, params in (
            (None, {"name": ""}),
            (None, {"signature": None}),
            (None, {"signature": "bm8gcGljdHVyZQ=="}),
            (None, {"signature": "%%%"}),
            ("", {}),
            ("0" * 64, {}),
        ):
            with self.subTest(terms=terms, params=params):
                self.assertTrue(self._post_signature(terms=terms, **params)["error"])
        self.assertFalse(self.offer.signature_ids)

    def test_R12_other_dealers_terms_do_not_exist(self):
        """R12: by id, foreign and not offered terms are answered like none; no names of others."""
        draft = self.offer.copy({"name": "Not offered"})
        self.authenticate("portal_one", "portal_one")
        for agreement in (self.private, draft, self.present):
            url = f"/my/rebates/offers/{agreement.id}"
            for page in ("", "?try=1", "/contract"):
                response, text = self._text(url + page)
                self.assertTrue(response.url.endswith("/my/rebates"), response.url)
                self.assertNotIn("Private", text)
            answer = self._post_signature(url, agreement.offer_hash or "")
            self.assertIn("not offered", answer["error"])
            self.assertFalse(agreement.signature_ids)
        for page in ("", "?try=1", "/contract"):
            _response, text = self._text(self.url + page)
            self.assertNotIn(self.dealer_2.name, text)
            self.assertNotIn(str(SECRET), text)
        self.authenticate(None, None)
        for page in ("", "/contract"):
            self.assertIn("/web/login", self.url_open(self.url + page).url)

    def test_R12_other_companies(self):
        """R12: a login of one company is offered nothing by a sister company."""
        other = self.setup_other_company()["company"]
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        response, _text = self._text(self.url)
        self.assertTrue(response.url.endswith("/my/rebates"))


@tagged("post_install", "-at_install")
class TestSignatureAccess(RolesMixin, RebateCommon):
    """Who may do what with signatures."""

    rights = {"rebate.signature": {"rebate_user": "r", "rebate_manager": "r"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        offer = cls._create_agreement(cls._percent(5), activate=False)
        offer.action_offer()
        cls.records = {
            "rebate.signature": offer._sign(
                cls.dealer, "Ann", INK, offer.offer_hash, cls.dealer
            ).sudo(False)
        }
