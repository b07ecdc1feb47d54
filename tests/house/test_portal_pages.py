# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every page of ours outside the back end, and the technician's screen, on a phone and by keyboard.

What WCAG 2.2 AA asks as far as a script can tell (``portal_audit.js``). Odoo's own header, search
bar, message thread and signature pad are Odoo's to mend.
"""

import contextlib
import json
from pathlib import Path

from odoo.tests import HttpCase, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME

from tests.house.portal_pages import FILES, PAGES
from tools import system
from tools.inside.browser import Browser, BrowserError
from tools.inside.parts_story import PartsStory
from tools.inside.rebate_story import RebateStory
from tools.inside.service_story import ServiceStory

AUDIT = Path(__file__).with_name("portal_audit.js").read_text()
WIDTH, HEIGHT = 390, 844
OURS = ("odoo.addons.aftersales_", "odoo.addons.dealer_rebate", "odoo.addons.rate_table")
ODOOS = "#discussion, .o_portal_chatter, .o_portal_navbar, .o_portal_sign, owl-component"
PHONE = "/odoo/action-aftersales_service.aftersales_phone_action"
LOADED = """document.readyState === "complete" && Boolean(document.querySelector("#wrap"))"""
# The signature pad takes the focus when it comes: wait for it, but not for ever.
PADS = """(async () => {
    const pads = [...document.querySelectorAll("owl-component")];
    for (let tries = 0; tries < 50 && !pads.every((pad) => pad.children.length); tries++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
})()"""
# What lies behind a touch on the technician's screen: (what is touched, what shows then).
JOB = (
    (".o_aftersales_job:has(.text-bg-warning)", ".o_aftersales_breakdown"),
    (".o_aftersales_add_labour", ".o_aftersales_operation"),
    (".o_aftersales_ask", ".o_aftersales_store_search"),
)
# How often the tabulator is pressed at once, and at most on a page.
KEYS, MOST_KEYS = 10, 300
TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}


@tagged("post_install", "-at_install")
class TestPortalPages(HttpCase):
    """Stands on the demo data of all add-ons, as ``./sandbox demo`` does."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for story in (RebateStory, ServiceStory, PartsStory):
            story(cls.env).tell()
        cls._invite_supplier()
        cls._grant_second_wallet()

    def setUp(self):
        super().setUp()
        self.browser = self.enterContext(Browser(system.browser()))
        self.browser.resize(WIDTH, HEIGHT)

    @classmethod
    def _invite_supplier(cls):
        """The demo's supplier has no login: give it one."""
        supplier = cls.env.ref("sandbox.supplier").partner_id
        cls.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": supplier.name,
                "login": "supplier",
                "password": "supplier",
                "partner_id": supplier.id,
                "group_ids": cls.env.ref("base.group_portal").ids,
            }
        )

    @classmethod
    def _grant_second_wallet(cls):
        """Who has only one wallet never sees the list of them."""
        story = RebateStory(cls.env)
        wallet = story._as("accountant")["rebate.wallet"].create({"name": "Fair Credit"})
        wallet.action_activate()
        grant = story._grant(wallet, "northstar", 50, "Stand at the fair")
        grant.with_env(story._as_manager()).action_approve()
        grant.action_post()

    def test_every_page_stands_in_the_table(self):
        http = self.env["ir.http"]
        modules = sorted(self.registry._init_modules)
        routes = {
            route
            for route, endpoint in http._generate_routing_rules(modules, http._get_converters())
            if endpoint.func.__module__.startswith(OURS)
            and endpoint.routing["type"] == "http"
            and "GET" in (endpoint.routing.get("methods") or ("GET",))
        }
        known = {page.route for page in PAGES} | FILES
        # A further page of a list looks as the first one.
        self.assertEqual({route.removesuffix("/page/<int:page>") for route in routes}, known)

    def test_pages_of_guests_and_logins(self):
        for login in sorted({page.login for page in PAGES}, key=str):
            pages = [page for page in PAGES if page.login == login]
            addresses = [page.find(self.env) for page in pages]
            with self._signed_in(login) as cookie:
                for page, address in zip(pages, addresses, strict=True):
                    with self.subTest(page=page.route, login=login):
                        self.assertEqual(self._look_at(address, cookie), [])

    def test_home_pages(self):
        """Odoo's page with our cards: no picture is missing, and nothing is wider than a phone."""
        for login in ("dealer", "farm", "lakeside", "supplier"):
            with self.subTest(login=login), self._signed_in(login) as cookie:
                self._open("/my", cookie)
                self.browser.wait(LOADED)
                self.browser.wait("[...document.images].every((image) => image.complete)")
                width = self.browser.evaluate("document.documentElement.scrollWidth")
                self.assertEqual((width, self.browser.errors), (WIDTH, []))

    def test_technicians_screen(self):
        with self._signed_in("technician") as cookie:
            self._open(PHONE, cookie)
            self._wait_for(".o_aftersales_job")
            with self.subTest("jobs"):
                self.assertEqual(self._audit(".o_aftersales_phone", ""), [])
            for touched, shown in JOB:
                self.browser.evaluate(f"document.querySelector('{touched}').click()")
                self._wait_for(shown)
                with self.subTest(shown):
                    self.assertEqual(self._audit(".o_aftersales_phone", ""), [])

    def test_a_bad_page_is_found_out(self):
        """Each thing that the audit looks for, on a page that has it."""
        self.browser.call("Page.navigate", url="about:blank")
        self.browser.evaluate(f"document.body.innerHTML = {json.dumps(BAD)}")
        found = "\n".join(self._audit("#wrap", ".theirs"))
        for trouble in TROUBLES:
            with self.subTest(trouble):
                self.assertIn(trouble, found)
        self.assertNotIn("theirs", found)

    def _wait_for(self, selector):
        try:
            self.browser.wait(f"Boolean(document.querySelector('{selector}'))")
        except BrowserError as error:
            page = self.browser.evaluate("document.body.innerText.slice(0, 300)")
            raise AssertionError(f"{error} {page} {self.browser.errors}") from error

    def _look_at(self, address, cookie):
        """What is wrong with a page, its errors of the console included."""
        self._open(address, cookie)
        self.browser.wait(LOADED)
        self.browser.evaluate(PADS)
        where = self.browser.evaluate("location.pathname")
        if where != address.split("?")[0]:
            return [f"leads to {where}"]
        return self._audit("#wrap", ODOOS) + self.browser.errors

    def _audit(self, root, others):
        script = AUDIT.replace("__ROOT__", json.dumps(root)).replace("__WIDTH__", str(WIDTH))
        troubles = self.browser.evaluate(script.replace("__OTHERS__", json.dumps(others)))
        # A date takes a key for each of its parts, and a focus may bring more to go through.
        for _round in range(MOST_KEYS // KEYS):
            if not self.browser.evaluate("Boolean(window.keysGoOn && window.keysGoOn())"):
                break
            for kind in ("rawKeyDown", "keyUp") * KEYS:
                self.browser.call("Input.dispatchKeyEvent", type=kind, **TAB)
        return troubles + self.browser.evaluate("window.keysMissed ? window.keysMissed() : []")

    def _open(self, address, cookie):
        self.browser.call(
            "Network.setCookie",
            name=TEST_CURSOR_COOKIE_NAME,
            value=self.http_request_key,
            url=self.base_url(),
        )
        self.browser.open(f"{self.base_url()}{address}", {"session_id": cookie})

    @contextlib.contextmanager
    def _signed_in(self, login):
        """The cookie of a session of somebody's own, while the server answers."""
        with self.allow_requests():
            session = self.authenticate(login, login)
            self.cr.flush()
            self.cr.clear()
            yield session.sid
            self.browser.call("Page.navigate", url="about:blank")
            self._wait_remaining_requests()


# A page with one of each.
BAD = """<div id="wrap" style="font: 16px sans-serif">
    <h2>Second things first</h2>
    <h1>Title</h1>
    <h4>Deep</h4>
    <div style="width: 600px">Wide</div>
    <p style="color: #aaa">Pale</p>
    <input name="nameless">
    <a href="#"></a>
    <img src="data:,">
    <button style="width: 10px; height: 10px; padding: 0">1</button
    ><button style="width: 10px; height: 10px; padding: 0">2</button>
    <div style="overflow-x: auto; width: 99px"><div style="width: 300px">Long</div></div>
    <i id="one"></i><i id="one"></i>
    <a href="#" tabindex="3">Third</a>
    <div style="cursor: pointer">Mouse</div>
    <a href="#" style="outline: none">Unseen</a>
    <button onfocus="this.blur()">Shy</button>
    <input class="theirs" name="theirs">
</div>"""
TROUBLES = (
    "the first heading is H2",
    'heading after H1: h4. "Deep"',
    "the page is",
    'contrast 2.32: p. "Pale"',
    "no label: input",
    "says nothing: a",
    "no alt: img",
    "too small to touch (10×10)",
    "scrolls, but not by keys",
    "two elements have the id one",
    "jumps the order of keys",
    'only a mouse can click this: div. "Mouse"',
    'shows no focus: a. "Unseen"',
)
