# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common_wallet import WalletCommon
from .test_portal import PortalCommon

SECRET = 4321.09


@tagged("post_install", "-at_install")
class TestPortalWallet(WalletCommon, PortalCommon, HttpCase):
    """A dealer sees its own wallets on the portal, and nobody else's (P12, R5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wallet.expiry_months = 12
        cls._grant(cls.dealer, 1000.5)
        cls._grant(cls.dealer_2, SECRET)
        cls.row, cls.row_2 = (
            cls.env["rebate.wallet.balance"].search([("partner_id", "=", dealer.id)])
            for dealer in (cls.dealer, cls.dealer_2)
        )
        cls.url = f"/my/wallets/{cls.row.id}"

    def _text(self, url, login="portal_one"):
        self.authenticate(login, login)
        response = self.url_open(url)
        return response, response.text.replace(",", "")

    def test_P12_what_there_is_who_holds_it_what_expires(self):
        """P12: balance, available, the order that holds, the day of expiry, running balances."""
        self._spend(self._bill(self.dealer, 500), 300.25)
        order = self._order(self.dealer, 900, 200)
        order.action_confirm()
        response, text = self._text(self.url)
        self.assertEqual(response.status_code, 200)
        for figure in ("1000.50", "700.25", "500.25", "200.00"):
            self.assertIn(figure, text)
        self.assertIn(order.name, text)
        self.assertIn(f"/my/orders/{order.id}", text)
        (lot,) = self.row._get_open_lots()
        shown = self.env["ir.qweb.field.date"].value_to_html(lot.expires_on, {})
        self.assertIn(shown, response.text)
        order._action_cancel()
        self.assertNotIn(order.name, self._text(self.url)[1])

    def test_P12_running_balance_of_every_page(self):
        """P12: pages add up: each shows the balance after its entries, whatever came later."""
        for amount in (10, 20.1, 30.01, 40):
            self._grant(self.dealer, amount, self.today - timedelta(days=int(amount)))
        _opening, rows = self.row._get_statement()
        whole = [(entry.amount, running) for entry, running in rows][::-1]
        self.assertEqual(whole[0][1], self.row.balance)
        paged = []
        for offset in range(0, self.row._count_entries(), 2):
            page = self.row._get_portal_entries(2, offset)
            paged += [(entry["amount"], entry["running"]) for entry in page]
        self.assertEqual(paged, whole)

    def test_P12_pages_of_entries(self):
        """P12: the second page shows the rest."""
        # One item a page at least: the page size is the portal's own.
        for _n in range(81):
            self.row.wallet_id._grant(self._credit_note(self.dealer, 1))
        response, _text = self._text(self.url)
        self.assertIn(f"{self.url}/page/2", response.text)
        _response, text = self._text(f"{self.url}/page/2")
        self.assertIn("1000.50", text.split('name="entries"')[1])

    def test_P12_statement(self):
        """P12: the statement of this dealer, and no other's."""
        response, text = self._text(f"{self.url}/statement")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Parts_money_Dealer_One.pdf", response.headers["Content-Disposition"])
        self.assertIn("1000.50", text)
        self.assertNotIn(str(SECRET), text)

    def test_P12_cards(self):
        """P12: /my counts the dealer's wallets; the list goes straight to the only one."""
        self.authenticate("portal_one", "portal_one")
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["rebate_wallet_count"]})
        self.assertEqual(answer["rebate_wallet_count"], 1)
        self.assertIn("Your Wallets", self.url_open("/my/home").text)
        self.assertTrue(self.url_open("/my/wallets").url.endswith(self.url))
        second = self._create_wallet(name="Second money")
        self._grant(self.dealer, 7, wallet=second)
        response, text = self._text("/my/wallets")
        self.assertTrue(response.url.endswith("/my/wallets"))
        self.assertIn("Second money", text)
        self.assertNotIn(str(SECRET), text)

    def test_P12_other_dealers_wallets_do_not_exist(self):
        """P12: by id a foreign wallet is answered like none; without a login nothing opens."""
        self.assertIn(str(SECRET), self._text(f"/my/wallets/{self.row_2.id}", "portal_two")[1])
        for number in (self.row_2.id, 0, 10**9):
            for page in ("", "/page/1", "/statement"):
                response, text = self._text(f"/my/wallets/{number}{page}")
                self.assertTrue(response.url.endswith(self.url), response.url)
                self.assertNotIn(str(SECRET), text)
        self.authenticate(None, None)
        for page in ("", "/statement"):
            response = self.url_open(self.url + page)
            self.assertIn("/web/login", response.url)

    def test_P12_other_companies(self):
        """P12: a login of one company does not see what a sister company owes the dealer."""
        other = self.setup_other_company()["company"]
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        response, text = self._text(self.url)
        self.assertTrue(response.url.endswith("/my/wallets"))
        self.assertIn("no wallet", text)

    def test_P12_queries_do_not_grow_with_other_dealers(self):
        """P12: the page of one dealer costs the same, however many others there are."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            row = self.env["rebate.wallet.balance"].search(self.dealer._get_rebate_wallet_domain())
            row._prepare_portal_summary()
            row._get_portal_entries(10)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for n in range(5):
            dealer = self._create_dealer(f"Other {n}")
            self._grant(dealer, 50)
        self.assertEqual(count(), few)
