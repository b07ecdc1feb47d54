# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import HttpCase, tagged

from .common import golden
from .test_portal import PortalCommon
from .test_supplier import SupplierCommon


@tagged("post_install", "-at_install")
class TestPortalSupplier(SupplierCommon, PortalCommon, HttpCase):
    """A supplier sees what it owes us, and nothing of our other suppliers (R4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = cls._create_dealer("Rival Supplier", is_dealer=False)
        cls.login = cls._create_portal_user(cls.supplier, "portal_supplier")
        cls._create_portal_user(cls.rival, "portal_rival")
        cls.agreement = cls._supplier_agreement(
            cls, name="Both", partner_ids=(cls.supplier | cls.rival).ids
        )
        cls.private = cls._supplier_agreement(cls, name="Rival terms", partner_ids=cls.rival.ids)
        cls.bill = cls._bill(cls, golden("R4-top")[0]["quarter_purchases"])
        journal = cls.company_data["default_journal_purchase"]
        cls._invoice(
            cls.rival, "2026-02-01", 98765.4, move_type="in_invoice", journal_id=journal.id
        )
        settlement = cls._settle(cls, cls.agreement, "2026-03-31")
        cls.own = settlement.expected_ids.filtered(lambda c: c.partner_id == cls.supplier)
        cls.other = settlement.expected_ids - cls.own
        cls.secret = f"{cls.other.amount:.2f}"
        cls.url = f"/my/rebates/supplier/{cls.agreement.id}"

    def _text(self, url, login="portal_supplier"):
        self.authenticate(login, login)
        response = self.url_open(url)
        return response, response.text.replace(",", "")

    def test_R4_supplier_sees_what_we_expect(self):
        """R4: agreement, expected credit of each period, what was credited, the statement."""
        rebate = f"{golden('R4-top')[1]['rebate']:.2f}"
        _response, text = self._text("/my/rebates")
        self.assertIn(self.url, text)
        self.assertIn(rebate, text.split('name="still_expected"')[1])
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["rebate_count"]})
        self.assertEqual(answer["rebate_count"], 1)
        _response, text = self._text(self.url)
        self.assertIn("2026 Q1", text)
        self.assertIn(rebate, text)
        self.own._match(self._credit(1000))
        _response, text = self._text(self.url)
        self.assertIn("1000.00", text)
        self.assertIn(f"{golden('R4-top')[1]['rebate'] - 1000:.2f}", text)
        response, text = self._text(f"/my/rebates/expected/{self.own.id}/statement")
        self.assertEqual(response.status_code, 200)
        self.assertIn(self.bill.name, text)
        self.assertIn("We expect your credit note", text)
        for wrong in ("Paid by credit note", "with tax", self.own.move_id.name):
            self.assertNotIn(wrong, text)

    def test_R4_other_suppliers_do_not_exist(self):
        """R4: by id, in lists, pages and statements: nothing of another supplier."""
        self.assertIn(self.secret, self._text(self.url, "portal_rival")[1])
        for page in (
            f"/my/rebates/supplier/{self.private.id}",
            f"/my/rebates/expected/{self.other.id}/statement",
            "/my/rebates/expected/0/statement",
            f"/my/rebates/{self.agreement.id}",
            f"/my/rebates/settlement/{self.own.settlement_id.id}",
        ):
            response, _text = self._text(page)
            self.assertTrue(response.url.endswith("/my/rebates"), page)
        for page in (
            "/my/rebates", self.url, f"/my/rebates/expected/{self.own.id}/statement",
        ):  # fmt: skip
            _response, text = self._text(page)
            self.assertNotIn(self.secret, text)
            self.assertNotIn("Rival", text)
        for login in ("portal_one", None):
            self.authenticate(login, login)
            for page in (self.url, f"/my/rebates/expected/{self.own.id}/statement"):
                text = self.url_open(page).text.replace(",", "")
                self.assertNotIn(self.agreement.name + "<", text)
                self.assertNotIn(self.bill.name, text)

    def test_R4_other_companies(self):
        """R4: what a sister company expects is not shown to a login of this one."""
        other = self.setup_other_company()["company"]
        self.login.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for page in (self.url, f"/my/rebates/expected/{self.own.id}/statement"):
            response, _text = self._text(page)
            self.assertTrue(response.url.endswith("/my/rebates"))

    def test_R4_dealers_statement_is_as_it_was(self):
        """R4: a dealer's statement still names the credit note that pays it."""
        agreement = self._create_agreement(self._create_table([(0, 10)]))
        self._invoice(self.dealer, "2026-02-01", 1000)
        lines = self._settle(agreement, "2026-03-31").line_ids
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "dealer_rebate.report_rebate_statement", lines.ids
        )
        self.assertIn("Paid by credit note", html.decode())
        self.assertNotIn("We expect", html.decode())
