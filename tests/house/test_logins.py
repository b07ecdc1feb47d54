# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every role of the demo signs in and opens all its screens without an error in the console."""

import json

from odoo.tests import HttpCase, tagged

ROLES = {
    "clerk": "aftersales_service.aftersales_voucher_action_board",
    "supervisor": "aftersales_service.aftersales_voucher_action_board",
    "technician": "aftersales_service.aftersales_voucher_action_my",
    "storekeeper": "stock.stock_picking_type_action",
    "pricing": "aftersales_parts_pricing.parts_price_publication_action",
    "accountant": "dealer_rebate.rebate_settlement_action",
    "quality": "aftersales_service.aftersales_complaint_action",
    "hr": "aftersales_service.aftersales_discipline_action",
    "admin": "aftersales_base.aftersales_outlet_action",
}
# Opens one action after another and waits for its view and for all that it asks the server; an
# error dialogue or a timeout fails.
WALK = """
(async () => {
    const env = odoo.__WOWL_DEBUG__.root.env;
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
    const { rpcBus } = odoo.loader.modules.get("@web/core/network/rpc");
    let asked = 0;
    rpcBus.addEventListener("RPC:REQUEST", () => asked++);
    rpcBus.addEventListener("RPC:RESPONSE", () => asked--);
    const shown = () => document.querySelector(
        ".o_action_manager .o_view_controller, .modal .o_form_view, .o_action_manager .o_action"
    );
    for (const [id, name] of %s) {
        try {
            await env.services.action.doAction(id, { clearBreadcrumbs: true });
        } catch (error) {
            throw new Error(name + ": " + error.message + " " + (error.cause?.data?.message || ""));
        }
        await drawn();
        for (let tries = 0; asked > 0 || !shown(); tries++) {
            if (tries > 500) {
                throw new Error("Nothing is shown by " + name);
            }
            await pause(10);
        }
        await drawn();
        await drawn();
        if (document.querySelector(".o_error_dialog")) {
            throw new Error(name + ": " + document.querySelector(".o_error_dialog").textContent);
        }
        await env.services.dialog.closeAll();
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestLogins(HttpCase):
    """The demo's people at their screens."""

    def _walk(self, login, main):
        """Open the main screen, then every screen of ours in the menus of this login."""
        user = self.env["res.users"].search([("login", "=", login)])
        self.assertTrue(user, f"the demo has no login {login}")
        actions = {self.env.ref(main).id: main}
        for menu in self._reachable_menus(user):
            if self._is_ours(menu):
                actions.setdefault(menu["action_id"], menu["name"])
        todo = list(actions.items())
        self.browser_js(
            "/odoo",
            WALK % json.dumps(todo),
            ready="!!odoo.__WOWL_DEBUG__?.root?.env?.services?.action && "
            "!!document.querySelector('.o_main_navbar')",
            login=login,
            timeout=120,
        )
        return len(todo)

    def _reachable_menus(self, user):
        """The menus with an action that the user can click through to."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        waiting = list(menus["root"]["children"])
        while waiting:
            menu = menus[waiting.pop()]
            waiting += menu["children"]
            if menu["action_id"]:
                yield menu

    @staticmethod
    def _is_ours(menu):
        module = menu["xmlid"].split(".")[0]
        return module.startswith("aftersales_") or module in ("dealer_rebate", "rate_table")

    def test_clerk(self):
        self.assertGreater(self._walk("clerk", ROLES["clerk"]), 1)

    def test_supervisor(self):
        self.assertGreater(self._walk("supervisor", ROLES["supervisor"]), 3)

    def test_technician(self):
        self.assertGreater(self._walk("technician", ROLES["technician"]), 0)

    def test_storekeeper(self):
        self.assertGreater(self._walk("storekeeper", ROLES["storekeeper"]), 0)

    def test_pricing_clerk(self):
        self.assertGreater(self._walk("pricing", ROLES["pricing"]), 3)

    def test_accountant(self):
        self.assertGreater(self._walk("accountant", ROLES["accountant"]), 3)

    def test_quality_engineer(self):
        self.assertGreater(self._walk("quality", ROLES["quality"]), 3)

    def test_hr_officer(self):
        self.assertGreater(self._walk("hr", ROLES["hr"]), 0)

    def test_administrator(self):
        self.assertGreater(self._walk("admin", ROLES["admin"]), 10)

    def test_dealer_on_the_portal(self):
        self.browser_js(
            "/my",
            "console.log('test successful')",
            ready="!!document.querySelector('.o_portal_wrap')",
            login="dealer",
        )
