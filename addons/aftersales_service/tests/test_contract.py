# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .common import SIGNATURE
from .contract_common import END, START, ContractCommon

CALL = datetime(2030, 6, 15, 12, 0)
DAY = date(2030, 6, 15)


@tagged("post_install", "-at_install")
class TestContract(ContractCommon):
    def test_S2_a_template_fills_the_contract_on_the_form(self):
        template = self.env["aftersales.contract.template"].create(
            {
                "name": "T two years",
                "company_id": self.company.id,
                "kind_id": self.kind.id,
                "months": 24,
                "price": 300,
                "billing_period": "monthly",
                "billing_timing": "arrears",
                "notice_days": 14,
                "service_ids": [
                    Command.create({"service_type": "visit", "quantity": 3}),
                    Command.create(
                        {"service_type": "item", "product_id": self.part.id, "share_part": 50}
                    ),
                ],
            }
        )
        other = self._unit("T-SERIAL-2")
        with Form(self.env["aftersales.contract"].with_user(self.supervisor)) as form:
            form.template_id = template
            form.partner_id = self.customer
            form.date_from = START
            for unit in (self.unit, other):
                with form.unit_ids.new() as row:
                    row.lot_id = unit
        contract = form.record
        self.assertEqual(contract.kind_id, self.kind)
        self.assertEqual(contract.date_to, date(2031, 12, 31))
        self.assertEqual(contract.price, 600, "for each unit")
        self.assertEqual((contract.billing_period, contract.notice_days), ("monthly", 14))
        self.assertEqual(contract.service_ids.mapped("quantity"), [3, 1])
        self.assertEqual(contract.service_ids[1].name, self.part.display_name)
        template.price = 1
        template.service_ids.quantity = 9
        self.assertEqual((contract.price, contract.service_ids[0].quantity), (600, 3))
        contract.action_activate()
        self.assertEqual(contract.state, "active")
        self.assertEqual(len(contract.instalment_ids), 24)

    def test_S2_the_type_is_proposed_by_contracts_in_force(self):
        """Both ends count; a draft is no cover; warranty comes first; past jobs stay covered."""
        contract = self._contract()
        cases = [
            ("draft", CALL, "A"),
            ("first day", datetime(2030, 1, 1, 8), "B"),
            ("last day", datetime(2030, 12, 31, 8), "B"),
            ("before", datetime(2029, 12, 31, 8), "A"),
            ("after", datetime(2031, 1, 1, 8), "A"),
        ]
        for name, call, expected in cases:
            if name == "first day":
                contract._activate()
            with self.subTest(name):
                voucher = self._voucher(registered_at=call)
                self.assertEqual(voucher.proposed_service_type, expected)
        contract._write_step({"state": "expired"})
        self.assertEqual(self._voucher(registered_at=CALL).service_type, "B", "dates decide")
        self.unit.warranty_end = END
        self.assertEqual(self._voucher(registered_at=CALL).service_type, "C")

    def test_S2_open_calls_follow_when_a_contract_comes_into_force(self):
        voucher = self._voucher(registered_at=CALL)
        self.assertEqual(voucher.service_type, "A")
        contract = self._active()
        self.assertEqual((voucher.proposed_service_type, voucher.service_type), ("B", "B"))
        self.assertEqual(voucher.contract_id, contract)

    def test_S2_plain_dates_hold_where_no_contract_is_on_file(self):
        """Dates that were loaded still work; a contract in force replaces them."""
        self.unit.write({"contract_start": START, "contract_end": END})
        self.assertTrue(self.unit._is_covered("contract", DAY))
        self.assertFalse(self.unit.has_contract)
        contract = self._contract(date_from=date(2030, 7, 1), months=6)
        self.assertEqual((self.unit.contract_start, self.unit.contract_end), (START, END))
        contract._activate()
        self.assertEqual(
            (self.unit.contract_start, self.unit.contract_end), (date(2030, 7, 1), END)
        )
        self.assertTrue(self.unit.has_contract)
        self.assertFalse(self.unit._is_covered("contract", DAY))
        self.assertTrue(self.unit._is_covered("contract", date(2030, 7, 1)))

    def test_S2_units_join_and_leave(self):
        contract = self._active()
        other = self._unit("T-SERIAL-2")
        joined = self.env["aftersales.contract.unit"].create(
            {"contract_id": contract.id, "lot_id": other.id, "date_from": date(2030, 6, 1)}
        )
        self.assertEqual(contract.balance_ids.unit_id, contract.unit_ids, "visits of its own")
        self.assertFalse(other._get_contract(date(2030, 5, 31)))
        self.assertEqual(other._get_contract(date(2030, 6, 1)), contract)
        joined.date_to = date(2030, 9, 30)
        self.assertFalse(other._get_contract(date(2030, 10, 1)))
        self.assertEqual(other.contract_end, date(2030, 9, 30))
        with self.assertRefused(UserError, "enter the day on which it leaves"):
            joined.unlink()
        with self.assertRefused(UserError, "on a row of its own"):
            joined.lot_id = self.unit
        with self.assertRefused(ValidationError, "inside the term"):
            joined.date_to = date(2031, 1, 1)

    def test_S2_a_unit_is_under_one_contract_of_a_kind_at_a_time(self):
        first = self._active(months=6)
        self.assertEqual(first.date_to, date(2030, 6, 30))
        self._active(date_from=date(2030, 7, 1))
        again = self._contract(date_from=date(2030, 6, 30), months=1)
        with self.assertRefused(ValidationError, "a contract of the same kind"):
            again._activate()
        again.kind_id = self.kind.copy({"name": "T other kind"})
        again._activate()
        self.assertEqual(again.state, "active")

    def test_S2_S14_contracts_of_two_files_of_one_unit_go_together(self):
        double = self._unit("t serial 1")
        contract = self._active(units=double)

        def merge():
            return (
                self.env["aftersales.unit.merge"]
                .create({"lot_id": double.id, "kept_id": self.unit.id, "reason": "One plate"})
                .action_merge()
            )

        same = self._active(date_from=date(2030, 12, 1))
        with self.assertRefused(ValidationError, "a contract of the same kind"):
            merge()
        same._end(date(2030, 12, 1), "Twice", agreed=True)
        contract.unit_ids.date_to = date(2030, 11, 30)
        merge()
        self.assertEqual(contract.unit_ids.lot_id, self.unit)
        self.assertEqual(self.unit._get_contract(DAY), contract)
        self.assertEqual(self.unit.contract_end, date(2030, 12, 1))

    def test_S2_what_a_contract_needs_to_come_into_force(self):
        with self.assertRefused(UserError, "covers no unit"):
            self._contract(units=self.env["stock.lot"])._activate()
        with self.assertRefused(UserError, "includes nothing"):
            self._contract(services=[])._activate()
        old = self.kind.copy({"name": "T old", "min_age_months": 36})
        self.unit.sold_on = date(2027, 1, 2)
        contract = self._contract(kind_id=old.id)
        with self.assertRefused(UserError, "for units of 36 months and more"):
            contract._activate()
        self.unit.sold_on = date(2027, 1, 1)
        contract._activate()
        with self.assertRefused(UserError, "needs: Draft"):
            contract._activate()

    def test_S2_services_say_what_they_include(self):
        bad = [
            ({"service_type": "item"}, "choose one product"),
            ({"service_type": "visit", "product_id": self.part.id}, "row of their own"),
            ({"quantity": 0}, "includes nothing"),
            ({"share_labour": 101}, "between 0 and 100"),
        ]
        for values, message in bad:
            with self.subTest(message), self.assertRefused(ValidationError, message):
                self._contract(services=[values])

    def test_S2_terms_in_force_do_not_change(self):
        contract = self._active().with_user(self.supervisor)
        for values in ({"price": 1}, {"date_to": END}, {"partner_id": self.customer.id}):
            with self.subTest(values), self.assertRefused(UserError, "terms do not change"):
                contract.write(values)
        with self.assertRefused(UserError, "terms do not change"):
            contract.service_ids.quantity = 99
        with self.assertRefused(UserError, "terms do not change"):
            contract.service_ids.unlink()
        with self.assertRefused(UserError, "Use the buttons"):
            contract.state = "draft"
        with self.assertRefused(UserError, "was in force and is kept"):
            contract.unlink()
        contract.user_id = self.clerk
        planted = (
            self.env["aftersales.contract"]
            .with_user(self.supervisor)
            .with_context(default_state="active")
            .create({"partner_id": self.customer.id, "kind_id": self.kind.id})
        )
        self.assertEqual(planted.state, "draft")

    def test_S2_back_to_draft_while_nothing_was_used(self):
        contract = self._active().with_user(self.supervisor)
        contract.action_draft()
        self.assertEqual(contract.state, "draft")
        self.assertFalse(contract.instalment_ids)
        self.assertFalse(contract.balance_ids)
        contract.price = 1200
        contract.action_activate()
        self.assertEqual(sum(contract.instalment_ids.mapped("amount")), 1200)

    def test_S2_the_customer_signs(self):
        contract = self._contract()
        with self.assertRefused(ValidationError, "who signed"):
            contract.signature = SIGNATURE
        contract.write({"signature": SIGNATURE, "signed_by": "Jo"})
        self.assertTrue(contract.is_signed and contract.signed_on)
        contract.user_id = self.clerk
        self.assertTrue(contract.is_signed, "no term of the contract")
        for change in (
            lambda: contract.write({"price": 1}),
            lambda: contract.service_ids.write({"quantity": 2}),
            lambda: contract.write({"unit_ids": [Command.clear()]}),
        ):
            change()
            self.assertFalse(contract.is_signed or contract.signed_on, "he signs what it is now")
            contract.write({"signature": SIGNATURE, "signed_by": "Jo"})
        contract.unit_ids = [Command.create({"lot_id": self.unit.id})]
        contract.write({"signature": SIGNATURE, "signed_by": "Jo"})
        contract._activate()
        with self.assertRefused(UserError, "its signature does not change"):
            contract.write({"signature": False})
        self.assertFalse(self._contract().is_signed)
        self.assertTrue(self._contract(signed_copy=SIGNATURE).is_signed)

    def test_S2_notice_ends_a_contract_early(self):
        contract = self._active()
        with self.assertRefused(UserError, "Write the reason"):
            contract._end(DAY, " ", agreed=True)
        with self.assertRefused(UserError, "30 days after a written notice"):
            contract._end(DAY, "Sold", noticed_on=date(2030, 5, 17))
        with self.assertRefused(UserError, "choose a last day"):
            contract._end(END, "Sold", agreed=True)
        contract._end(DAY, "Sold", noticed_on=date(2030, 5, 16))
        self.assertEqual((contract.date_stop, contract.state), (DAY, "active"))
        self.assertEqual(self.unit._get_contract(DAY), contract)
        self.assertFalse(self.unit._get_contract(date(2030, 6, 16)))
        with self.assertRefused(UserError, "ends early on"):
            contract._end(date(2030, 6, 1), "Twice", agreed=True)

    def test_S2_what_a_contract_is_after_its_last_day(self):
        past = {"date_from": date(2020, 1, 1)}
        self.assertEqual(self._active(**past).state, "expired")
        today = fields.Date.today()
        running = self._active(date_from=fields.Date.subtract(today, months=6))
        self.assertEqual(running.state, "active")
        running._end(fields.Date.subtract(today, days=1), "Sold", agreed=True)
        self.assertEqual(running.state, "ended")

    def test_S2_S13_owners_are_reminded_once(self):
        self.company.aftersales_contract_reminder_months = 2
        today = fields.Date.context_today(self.env.user)
        start = fields.Date.subtract(today, months=10)
        soon = self._active(date_from=fields.Date.add(start, days=1), user_id=self.supervisor.id)
        later = self._active(
            units=self._unit("T-SERIAL-2"), date_from=fields.Date.add(start, days=3)
        )
        self.assertTrue(soon.is_ending)
        self.assertFalse(later.is_ending)
        found = self.env["aftersales.contract"].search([("is_ending", "=", True)])
        self.assertEqual(found & (soon + later), soon)
        with patch.object(IrCron, "_commit_progress", lambda *args, **kwargs: 60):
            for _time in range(2):
                self.env["aftersales.contract"]._cron_follow_terms()
        activity = soon.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.supervisor)
        self.assertEqual(activity.date_deadline, soon.date_stop)
        self.assertFalse(later.activity_ids)

    def test_S2_a_contract_is_renewed_once_at_an_indexed_price(self):
        left = self._unit("T-SERIAL-2")
        contract = self._active(units=self.unit + left)
        contract.unit_ids[1].date_to = DAY
        wizard = Form(
            self.env["aftersales.contract.renew"]
            .with_user(self.supervisor)
            .with_context(default_contract_id=contract.id)
        )
        self.assertEqual((wizard.date_from, wizard.months), (date(2031, 1, 1), 12))
        wizard.index_percent = 3.333
        self.assertEqual(wizard.price, 1033.30)
        wizard.months = 6
        self.assertEqual(wizard.price, 516.65)
        renewal = self.env["aftersales.contract"].browse(wizard.save().action_renew()["res_id"])
        self.assertEqual((renewal.state, renewal.previous_id), ("draft", contract))
        self.assertEqual(renewal.unit_ids.lot_id, self.unit, "who has left does not come along")
        self.assertEqual(renewal.date_to, date(2031, 6, 30))
        self.assertEqual(renewal.service_ids.mapped("quantity"), [4])
        self.assertFalse(contract.is_ending)
        with self.assertRefused(UserError, "is renewed by"):
            contract._renew(date(2031, 1, 1), 12, 1)
        self.assertEqual(contract._get_state_over(), "expired", "while the next one is a draft")
        renewal._activate()
        self.assertEqual(contract._get_state_over(), "renewed")

    def test_S2_contract_is_printed_to_be_signed(self):
        contract = self._contract(terms="<p>Oil is not included.</p>")
        contract.kind_id.product_id = self.labour
        report = self.env["ir.actions.report"].with_user(self.clerk)
        html = report._render_qweb_html("aftersales_service.report_contract", contract.ids)[0]
        text = html.decode()
        for part in (contract.name, "T-SERIAL-1", "T customer", "Oil is not included", "250.00"):
            self.assertIn(part, text)
        self.assertIn("Name, date, signature", text)
        self.assertIn("Amounts are before tax", text)

    def test_S2_contracts_of_another_company_are_not_seen(self):
        contract = self._active()
        elsewhere = self.env["res.company"].create({"name": "T elsewhere"})
        self.supervisor.write({"company_ids": [Command.link(elsewhere.id)]})
        there = self.supervisor.with_company(elsewhere)
        records = (
            contract,
            contract.unit_ids,
            contract.service_ids,
            contract.balance_ids,
            contract.instalment_ids,
        )
        for record in records:
            mine = record.with_user(there).with_context(allowed_company_ids=elsewhere.ids)
            with self.subTest(record=record):
                self.assertFalse(mine.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    mine.read(["display_name"])

    def test_S2_each_reader_opens_the_form(self):
        contract = self._active()
        accountant = self._user("t_contract_accountant", "account.group_account_invoice")
        for user in (self.clerk, self.supervisor, accountant):
            mine = contract.with_user(user)
            arch = etree.fromstring(mine.get_view(view_type="form")["arch"])
            names = arch.xpath("//field[not(ancestor::field)]/@name")
            with self.subTest(user=user.login):
                self.assertEqual(mine.web_read({name: {} for name in names})[0]["id"], mine.id)
        with self.assertRaises(AccessError):
            contract.with_user(self.clerk).action_draft()
