# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.aftersales_base.tests.portal import PortalUsers

from .outlet_common import OutletCommon

URL = "/my/outlet-settlements"


@tagged("post_install", "-at_install")
class TestOutletPortal(PortalUsers, OutletCommon, HttpCase):
    """S10: the outlet reads, objects and agrees on the portal, and sees its own only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fee(10)
        cls.rival = cls.make_agent("Rival", "KPI-R", cls.make_vendor("Rival"))
        cls.login = cls._create_portal_user(cls.vendor, "kpi_agent")
        for outlet in (cls.agent, cls.rival):
            cls.make_outlet_job(outlet)
        settlements = cls.Settlement._generate(
            cls.company, datetime(2026, 9, 1).date(), cls.agent | cls.rival
        )
        cls.own = settlements.filtered(lambda one: one.outlet_id == cls.agent)
        cls.others = settlements - cls.own
        with freeze_time("2026-10-02"):
            settlements.action_send()

    def _log_in(self):
        self.authenticate(self.login.login, self.login.login)

    def _page(self, url):
        return html.fromstring(self.url_open(url).text)

    def _post(self, url, **data):
        token = self._page(f"{URL}/{self.own.id}").xpath("//input[@name='csrf_token']/@value")
        return self.url_open(url, data={"csrf_token": token[0], **data})

    def test_S10_outlet_objects_and_agrees_on_the_portal(self):
        self._log_in()
        names = self._page(URL).xpath("//tr/@data-settlement")
        self.assertEqual(names, [self.own.name])
        line = self.own.line_ids
        url = f"{URL}/{self.own.id}"
        answer = self._post(f"{url}/object", line_id=str(line.id), reason="  ")
        self.assertIn("Write what is wrong", answer.text)
        self._post(f"{url}/object", line_id=str(line.id), reason="It was 40 km")
        objection = self.own.objection_ids
        self.assertEqual((objection.line_id, objection.reason), (line, "It was 40 km"))
        self.assertEqual(objection.author_id, self.login.partner_id)
        self.assertFalse(self._page(url).xpath("//form[@name='accept']"))
        self._post(f"{url}/accept")
        self.assertEqual(self.own.state, "sent", "not before the objection is answered")
        manager = objection.with_user(self.manager)
        manager.write({"answer": "Right", "agreed_amount": 14})
        manager.action_accept()
        self.assertIn("Our answer: Right", self.url_open(url).text)
        self._post(f"{url}/accept")
        self.assertEqual((self.own.state, self.own.amount_total), ("accepted", 14))
        self.assertEqual(self.own.accepted_by, self.login.partner_id.name)

    def test_S10_other_outlets_do_not_exist_for_a_login(self):
        """By id, by route, by a line of another's, by RPC, and as long as it is a draft."""
        self._log_in()
        foreign = f"{URL}/{self.others.id}"
        for url in (foreign, f"{foreign}?report_type=pdf"):
            self.assertTrue(self.url_open(url).url.endswith(URL))
        self._post(f"{foreign}/object", reason="Mine")
        self._post(f"{foreign}/accept")
        self._post(
            f"{URL}/{self.own.id}/object", line_id=str(self.others.line_ids.id), reason="Mine"
        )
        self.assertFalse((self.own | self.others).objection_ids)
        self.assertEqual(self.others.state, "sent")
        for model in (
            "aftersales.outlet.settlement",
            "aftersales.outlet.settlement.line",
            "aftersales.outlet.objection",
            "aftersales.outlet.penalty",
            "aftersales.outlet.evaluation.line",
        ):
            self.assertIn("error", self._rpc(model, "search_read", [[], ["display_name"]]), model)
        self.assertIn(
            "error",
            self._rpc("aftersales.outlet.settlement", "action_accept", [self.own.ids]),
        )
        self.own._write_step({"state": "draft"})
        self.assertTrue(self.url_open(f"{URL}/{self.own.id}").url.endswith(URL))

    def test_S10_roles(self):
        """Role × model × right: manager, settlement reader, dispatcher, others."""
        dispatcher = self.make_user(
            "kpi_dispatcher", "aftersales_service.group_service_outlet_dispatcher"
        )
        self.agent.dispatcher_ids = dispatcher
        users = (
            self.manager,
            self.make_accountant("kpi_reader"),
            dispatcher,
            self.user,
            self.make_user("kpi_nobody", "aftersales_base.group_aftersales_user"),
            self.login,
        )
        expected = {
            "aftersales.outlet.grade": ("crwu", "r", "r", "r", "r", ""),
            "aftersales.outlet.grading": ("cru", "r", "r", "r", "r", ""),
            "aftersales.outlet.evaluation": ("crwu", "", "", "", "", ""),
            "aftersales.outlet.evaluation.line": ("rw", "", "r", "", "", ""),
            "aftersales.outlet.ranking": ("crwu", "", "", "", "", ""),
            "aftersales.outlet.ranking.line": ("r", "", "", "", "", ""),
            "aftersales.outlet.fee": ("crwu", "r", "", "", "", ""),
            "aftersales.outlet.fee.share": ("crwu", "r", "", "", "", ""),
            "aftersales.outlet.distance": ("crwu", "r", "", "", "", ""),
            "aftersales.outlet.penalty": ("crwu", "r", "r", "", "", ""),
            "aftersales.outlet.settlement": ("ru", "r", "r", "", "", ""),
            "aftersales.outlet.settlement.line": ("r", "r", "r", "", "", ""),
            "aftersales.outlet.objection": ("rw", "r", "r", "", "", ""),
            "aftersales.outlet.settle": ("crwu", "", "", "", "", ""),
            "aftersales.outlet.settlement.cancel": ("crwu", "crwu", "", "", "", ""),
        }
        rights = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
        for model, row in expected.items():
            for user, allowed in zip(users, row, strict=True):
                found = "".join(
                    key
                    for key, operation in rights.items()
                    if self.env[model].with_user(user).has_access(operation)
                )
                self.assertEqual(
                    found, "".join(k for k in rights if k in allowed), (model, user.login)
                )
        Settlement = self.Settlement.with_user(dispatcher)
        self.assertEqual(Settlement.search([("company_id", "=", self.company.id)]), self.own)
        with self.assertRaises(AccessError):
            self.others.with_user(dispatcher).read(["amount_total"])
        with self.assertRaises(AccessError):
            self.own.with_user(dispatcher).action_accept()
        view = self.own.with_user(dispatcher).get_view(view_type="form")
        for names in (view["models"]["aftersales.outlet.settlement"],):
            self.own.with_user(dispatcher).read(list(names))
        reader = self.own.with_user(users[1])
        for model, records in (
            ("aftersales.outlet.settlement", reader),
            ("aftersales.outlet.settlement.line", reader.line_ids),
        ):
            records.read(list(reader.get_view(view_type="form")["models"][model]))

    def test_S10_settlement_prints_for_the_outlet(self):
        report = self.env["ir.actions.report"].with_user(self.manager)
        text = report._render_qweb_html("aftersales_kpi.report_outlet_settlement", self.own.ids)[
            0
        ].decode()
        for part in (self.own.name, "Lake Service", "September 2026", "10.00"):
            self.assertIn(part, text)
        self.assertNotIn("Rival", text)
        self._log_in()
        paper = self.url_open(f"{URL}/{self.own.id}?report_type=pdf")
        self.assertEqual(paper.headers["Content-Type"], "application/pdf")
