# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Half a year of rebates with the demo's dealers, each step by the person who would do it.

Stands on the demo data of ``dealer_rebate``: purchases of three dealers, and the settlement of the
quarter before last, computed. Steps as in :mod:`.steps`.
"""

import base64
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import file_open

from .steps import Steps

DEALERS = ("northstar", "southfield", "riverside")
# Sales of commercial vehicles as each dealer reports them, month by month.
REPORTED = {
    "northstar": (1350000, 1280000, 1420000, 1310000, 1390000),
    "southfield": (1050000, 980000, 1120000, 1010000, 1060000),
    "riverside": (610000, 1020000, 1240000, 890000, 930000),
}
# Who hands in after the deadline, as (dealer, number of the month).
LATE = ("riverside", 1)
TARGETS = {"northstar": 30000, "southfield": 22000, "riverside": 10000}
# Next year's table and the points for those who reach their target: two gain, one loses.
NEXT_YEAR = ((8000, 5), (22000, 8), (36000, 11))


class RebateStory(Steps):
    """The steps in their order; each returns the record that it is known by."""

    STEPS = (
        "quarter_before_last",
        "late_invoice",
        "last_quarter",
        "paid_out",
        "vehicles",
        "transfers",
        "open_figures",
        "wallet",
        "promotion",
        "hold",
        "supplier",
        "metrics",
        "next_year",
        "offered",
        "growth",
        "accruals",
    )

    def __init__(self, env):
        super().__init__(env)
        self.agreement = self.env.ref("dealer_rebate.agreement_parts")
        self.before, self.last, self.running = self.env["rebate.demo"]._get_quarters()

    def to_sign(self):
        """What the dealer signs on the portal, once a server is there: the request's contents."""
        offer = self.find("growth")
        with file_open("aftersales_service/demo/signature.png", "rb") as picture:
            signature = base64.b64encode(picture.read()).decode()
        return {
            "login": "dealer",
            "url": f"/my/rebates/offers/{offer.id}/sign?terms={offer.offer_hash}",
            "params": {"name": "Dana Reed", "signature": signature},
        }

    # ------------------------------------------------------------------
    # Parts by quarter: confirmed, posted, restated, objected to
    # ------------------------------------------------------------------

    def quarter_before_last(self):
        """Sent to the dealers, one objection rejected, the rest confirmed, posted."""
        end = self.before[1]
        settlement = self.env.ref("dealer_rebate.settlement_parts")
        accountant = settlement.with_env(self._as("accountant"))
        with self._on(end + timedelta(days=4)):
            accountant.action_ask_dealers()
        with self._on(end + timedelta(days=8)):
            objection = self._object(
                settlement,
                "northstar",
                "Our order of the last week of the quarter is not in the list.",
                kind="missing",
            )
            for dealer in DEALERS[1:]:
                self._confirmation(settlement, dealer)._confirm(author=self._dealer(dealer))
        with self._on(end + timedelta(days=10)):
            objection = objection.with_env(accountant.env)
            objection.answer = (
                "It was invoiced in the first days of the next quarter, and counts there."
            )
            objection.action_reject()
        with self._on(end + timedelta(days=12)):
            accountant.action_review()
            accountant.action_post()
        return settlement

    def late_invoice(self):
        """An invoice of the quarter that is settled already: the next settlement restates."""
        invoice = self.env["account.move"].create(
            self.env["rebate.demo"]._prepare_move_vals(
                "dealer_southfield", self.before[1] - timedelta(days=3), (1, 10, 3)
            )
        )
        invoice.action_post()
        return invoice

    def last_quarter(self):
        """Computed and sent: one dealer confirms, one objects to an invoice, one is silent."""
        accountant = self._as("accountant")
        settlement = accountant["rebate.settlement"].create(
            {"agreement_id": self.agreement.id, "date_to": self.last[1]}
        )
        settlement.action_compute()
        settlement.action_ask_dealers()
        self._confirmation(settlement, "riverside")._confirm(author=self._dealer("riverside"))
        line = self._line(settlement.sudo(), "southfield")
        own = settlement.sudo().line_ids.filtered(lambda each: each.partner_id == line.partner_id)
        confirmation = self._confirmation(settlement, "southfield")
        confirmation._confirm(own - line, author=line.partner_id)
        document = max(line._get_document_amounts().items(), key=lambda item: item[1][0])[0]
        self._object(
            settlement,
            "southfield",
            f"Invoice {document} lists 40 filter sets. Four came damaged and went back the same "
            "week: the credit note is missing.",
            kind="document",
            documents=[document],
        )
        return settlement

    def paid_out(self):
        """One credit note of the quarter before last is paid out, as the dealer asked for."""
        note = self._line(self.find("quarter_before_last"), "northstar").credit_note_id
        day = note.invoice_date + timedelta(days=14)
        self._pay(note, day)
        return note

    # ------------------------------------------------------------------
    # Vehicles by month: reported sales, transfers
    # ------------------------------------------------------------------

    def vehicles(self):
        """From the shipped scheme: reported, verified and settled, month by month."""
        agreement = self._from_template("r03_commercial_vehicles", self.last[0])
        agreement.write(
            {"partner_ids": self._dealers().ids, "penalty_permille": 0.5, "penalty_cap": 5}
        )
        agreement.action_activate()
        for number, first in enumerate(self._months()[:-1]):
            self._hand_in(agreement, number, first)
            with self._on(_next_month(first) + timedelta(days=11)):
                agreement._settle_period(first)
        return agreement

    def transfers(self):
        """What fell due first is paid, six days late; what is due since is listed."""
        agreement = self.find("vehicles")
        for dealer, number in (("northstar", "GB33 0000 2222 0101"), ("southfield", "0102-7741")):
            # For whoever may confirm bank accounts.
            self.env["res.partner.bank"].create(
                {
                    "partner_id": self._dealer(dealer).id,
                    "acc_number": number,
                    "allow_out_payment": True,
                }
            )
        notes = agreement.settlement_ids.line_ids.credit_note_id
        first = min(notes.mapped("invoice_date_due"))
        self._payout(first + timedelta(days=6)).action_pay()
        return self._payout(date.today())

    def open_figures(self):
        """The last month: one verified, one waits for it, one is still a draft."""
        agreement = self.find("vehicles").with_env(self._as("accountant"))
        months = self._months()
        values = self._report(agreement, len(months) - 1, months[-1])
        with self._on(_next_month(months[-1]) + timedelta(days=2)):
            (values[0] | values[1]).action_submit()
        values[0].with_env(self._as_manager()).action_verify()
        return values[1]

    def _hand_in(self, agreement, number, first):
        """Reports of a month, handed in by their days, then verified by another person."""
        values = self._report(agreement, number, first)
        dealers = dict(zip(DEALERS, values, strict=True))
        late = dealers[LATE[0]] if LATE[1] == number else values[:0]
        for handed_in, day in ((values - late, 2), (late, 8)):
            if handed_in:
                with self._on(_next_month(first) + timedelta(days=day)):
                    handed_in.action_submit()
        with self._on(_next_month(first) + timedelta(days=9)):
            values.with_env(self._as_manager()).action_verify()

    def _report(self, agreement, number, first):
        values = agreement.env["rebate.metric.value"].create(
            [
                {
                    "metric_id": agreement.component_ids.basis_metric_id.id,
                    "partner_id": self._dealer(dealer).id,
                    "date_from": first,
                    "date_to": _next_month(first) - timedelta(days=1),
                    "value": REPORTED[dealer][number % len(REPORTED[dealer])],
                }
                for dealer in DEALERS
            ]
        )
        agreement.env["ir.attachment"].create(
            [
                {
                    "name": f"sales-{first:%Y-%m}.csv",
                    "raw": f"month,sales\n{first:%Y-%m},{value.value:.2f}\n".encode(),
                    "res_model": value._name,
                    "res_id": value.id,
                }
                for value in values
            ]
        )
        return values

    def _payout(self, day):
        payout = self._as("accountant")["rebate.payout"].create(
            {"date": day, "due_until": day, "journal_id": self._bank().id}
        )
        payout.action_collect()
        return payout

    def _months(self):
        """First days of the months since last quarter began, up to the last one that is over."""
        months = [self.last[0]]
        while _next_month(_next_month(months[-1])) <= date.today():
            months.append(_next_month(months[-1]))
        return months

    # ------------------------------------------------------------------
    # Wallet
    # ------------------------------------------------------------------

    def wallet(self):
        """A virtual currency: granted by hand half a year ago, so that some expires soon."""
        accountant = self._as("accountant")
        wallet = accountant["rebate.wallet"].create(
            {"name": "Workshop Credit", "max_share": 50, "expiry_months": 6, "notice_days": 30}
        )
        wallet.action_activate()
        granted = date.today() - relativedelta(months=6) + timedelta(days=20)
        for dealer, amount in (("northstar", 600), ("southfield", 250)):
            with self._on(granted):
                grant = self._grant(wallet, dealer, amount, "Opening of the parts counter")
                grant.with_env(self._as_manager()).action_approve()
                grant.action_post()
        self._grant(wallet, "riverside", 200, "Stand at the county show")
        return wallet

    def promotion(self):
        """From the shipped scheme: each full 1,000 of filters and belts fills the wallet."""
        agreement = self._from_template("r05_step_promotion", self.last[0])
        component = agreement.component_ids
        products = self.env.ref("dealer_rebate.product_filter")
        products |= self.env.ref("dealer_rebate.product_belt")
        component.write({"product_ids": products.ids})
        component.rate_table_id.write({"step_cap": 2500})
        agreement.write(
            {
                "name": "Filters and Belts, Step Promotion",
                "date_end": self.last[1],
                "partner_ids": self._dealers().ids,
                "payout": "wallet",
                "wallet_id": self.find("wallet").id,
            }
        )
        agreement.action_activate()
        with self._on(self.last[1] + timedelta(days=9)):
            agreement._settle_period(self.last[0])
        agreement.action_close()
        return agreement

    def hold(self):
        """One dealer pays an invoice with the wallet, another holds some of it by an order."""
        wallet = self.find("wallet")
        invoice = self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("partner_id", "=", self._dealer("southfield").id),
                ("invoice_date", ">=", self.running[0]),
                ("state", "=", "posted"),
            ],
            # A wallet pays half of an invoice at most.
            order="amount_total desc",
            limit=1,
        )
        self._pay(
            invoice,
            date.today(),
            journal_id=wallet.payment_journal_id.id,
            payment_method_line_id=wallet.payment_method_line_id.id,
            amount=500,
        )
        order = self._as_manager()["sale.order"].create(
            {
                "partner_id": self._dealer("northstar").id,
                "rebate_wallet_id": wallet.id,
                "rebate_wallet_amount": 800,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.env.ref("dealer_rebate.product_pump").id,
                            "product_uom_qty": 2,
                            "price_unit": 1250,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        return order.sudo().rebate_wallet_hold_ids

    def _grant(self, wallet, dealer, amount, reason):
        return wallet.env["rebate.wallet.grant"].create(
            {
                "wallet_id": wallet.id,
                "partner_id": self._dealer(dealer).id,
                "amount": amount,
                "reason": reason,
            }
        )

    # ------------------------------------------------------------------
    # Supplier
    # ------------------------------------------------------------------

    def supplier(self):
        """The supplier's rebate is expected; its credit note brings a little less."""
        supplier = self.env["res.partner"].create(
            {"name": "Castleton Hydraulics", "is_company": True, "city": "Castleton"}
        )
        bills = self.env["account.move"].create(
            [
                self._prepare_bill(supplier, self.last[0] + timedelta(days=day), pumps)
                for day, pumps in ((12, 8), (40, 6), (71, 10))
            ]
        )
        bills.action_post()
        for bill in bills:
            self._pay(bill, bill.invoice_date)
        agreement = self._from_template("r04_parts_purchase_supplier", self.last[0])
        agreement.write({"name": "Castleton Hydraulics, Pumps", "partner_ids": supplier.ids})
        agreement.action_activate()
        with self._on(self.last[1] + timedelta(days=6)):
            settlement = agreement._settle_period(self.last[0])
        expected = settlement.expected_ids
        refund = self._prepare_bill(supplier, self.last[1] + timedelta(days=20), 1)
        refund |= {"move_type": "in_refund", "ref": "CR-2208"}
        refund["invoice_line_ids"][0][2].update(
            {"name": "Rebate of the quarter", "price_unit": expected.amount - 42}
        )
        refund = self.env["account.move"].create(refund)
        refund.action_post()
        wizard = agreement.env["rebate.expected.settle"].create(
            {"expected_id": expected.id, "refund_id": refund.id}
        )
        wizard.action_settle()
        return expected

    def _prepare_bill(self, supplier, day, pumps):
        return {
            "move_type": "in_invoice",
            "partner_id": supplier.id,
            "invoice_date": day,
            "date": day,
            "ref": f"CH-{day:%m%d}",
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": self.env.ref("dealer_rebate.product_pump").id,
                        "quantity": pumps,
                        "price_unit": 900,
                    },
                )
            ],
        }

    # ------------------------------------------------------------------
    # Metrics, next year's terms, accruals
    # ------------------------------------------------------------------

    def metrics(self):
        """A computed metric with targets, one counted from items, and a formula of both."""
        accountant = self._as("accountant")
        turnover, complaints = accountant["rebate.metric"].create(
            [
                {
                    "name": "Parts purchases",
                    "code": "parts_purchases",
                    "kind": "computed",
                    "measure": "turnover",
                    "unit": self.company.currency_id.name,
                },
                {
                    "name": "Complaints",
                    "code": "complaints",
                    "kind": "items",
                    "unit": "points",
                },
            ]
        )
        completion = accountant["rebate.metric"].create(
            {
                "name": "Completion of parts purchases",
                "code": "parts_completion",
                "kind": "computed",
                "measure": "completion",
                "operand_id": turnover.id,
                "unit": "%",
            }
        )
        accountant["rebate.metric"].create(
            {
                "name": "Service score",
                "code": "service_score",
                "kind": "formula",
                "formula": "min(parts_completion, 120) - 5 * complaints",
                "unit": "points",
            }
        )
        quarter = (self.running[0], self.running[0] + relativedelta(months=3, days=-1))
        accountant["rebate.target"].create(
            [
                {
                    "metric_id": turnover.id,
                    "partner_id": self._dealer(dealer).id,
                    "date_from": first,
                    "date_to": last,
                    "value": TARGETS[dealer],
                }
                for first, last in (self.before, self.last, quarter)
                for dealer in DEALERS
            ]
        )
        self._complaints(complaints)
        return completion

    def _complaints(self, metric):
        items = metric.env["rebate.metric.item"].create(
            [
                {
                    "metric_id": metric.id,
                    "partner_id": self._dealer(dealer).id,
                    "date": self.last[0] + timedelta(days=day),
                    "label": label,
                    "customer": customer,
                    "weight": weight,
                }
                for dealer, day, label, customer, weight in (
                    ("northstar", 20, "Part came late", "Hillcrest Farm", 1),
                    ("southfield", 33, "Wrong part delivered", "Stonebridge Quarry", 1),
                    ("southfield", 47, "Part not genuine", "Moorside Estate", 3),
                    ("riverside", 80, "Invoice wrong", "Ferry Lane Nursery", 1),
                )
            ]
        )
        items[:3].action_submit()
        items[:2].with_env(self._as_manager()).action_verify()

    def next_year(self):
        """A draft of next year's version, tried on the last two quarters."""
        accountant = self._as("accountant")
        agreement = self.agreement.with_env(accountant)
        version = agreement.browse(agreement.action_new_version()["res_id"])
        version.date_start = date(self.running[0].year + 1, 1, 1)
        version.component_ids.write(
            {
                "rate_table_id": accountant["rate.table"]
                .create(
                    {
                        "name": f"Parts Purchases of a Quarter {version.date_start.year}",
                        "method": "whole",
                        "line_ids": [
                            (0, 0, {"from_value": bound, "value": rate})
                            for bound, rate in NEXT_YEAR
                        ],
                    }
                )
                .id,
                "adjustment_ids": [
                    (
                        0,
                        0,
                        {
                            "metric_id": self.find("metrics").id,
                            "comparison": "ge",
                            "threshold": 100,
                            "points": 1,
                        },
                    )
                ],
            }
        )
        simulation = accountant["rebate.simulation"].create(
            {
                "agreement_id": version.id,
                "date_from": self.before[0],
                "date_to": self.last[1],
            }
        )
        simulation.action_run()
        return simulation

    def offered(self):
        """Next year's terms wait on the portal for the dealers to try and sign."""
        version = self.find("next_year").agreement_id
        version.with_env(self._as("accountant")).action_offer()
        return version

    def growth(self):
        """A scheme for growth, offered: the dealer with a login is to sign it."""
        agreement = self._from_template("r13_growth", date(self.running[0].year + 1, 1, 1))
        agreement.write({"partner_ids": self._dealer("northstar").ids})
        agreement.action_offer()
        return agreement

    def accruals(self):
        """The last two months' ends."""
        accountant = self._as("accountant")
        end = date.today().replace(day=1) - timedelta(days=1)
        for day in (end.replace(day=1) - timedelta(days=1), end):
            accountant["rebate.accrual.run"].create({"date": day}).action_accrue()
        return self.agreement.accrual_ids[:1]

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _dealers(self):
        return self.env["res.partner"].union(*map(self._dealer, DEALERS))

    def _bank(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )

    def _from_template(self, template, start):
        """A draft agreement of a shipped scheme, as the accountant makes it."""
        wizard = self._as("accountant")["rebate.policy.import"].create(
            {"template": template, "date_start": start}
        )
        return wizard.env["rebate.agreement"].browse(wizard.action_import()["res_id"])

    def _line(self, settlement, dealer):
        """The dealer's line of the settlement's own period."""
        return settlement.line_ids.filtered(
            lambda line: (
                line.partner_id == self._dealer(dealer) and line.period_from == settlement.date_from
            )
        )

    def _confirmation(self, settlement, dealer):
        return settlement.sudo().confirmation_ids.filtered(
            lambda confirmation: confirmation.partner_id == self._dealer(dealer)
        )

    def _object(self, settlement, dealer, reason, **options):
        """As the dealer does on the portal, which calls this method."""
        return self._confirmation(settlement, dealer)._object(
            self._line(settlement.sudo(), dealer),
            reason,
            author=self._dealer(dealer),
            **options,
        )

    def _pay(self, move, day, **values):
        """Odoo's own *Pay*, by the accountant."""
        values = {"payment_date": day, "journal_id": self._bank().id} | values
        register = self._as("accountant")["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=move.ids).create(
            values
        )._create_payments()

    def _rows(self):
        posted, sent = self.find("quarter_before_last"), self.find("last_quarter")
        simulation = self.find("next_year")
        objections = sent.objection_ids
        return [
            (posted.name, f"posted, {posted.credit_note_count} credit notes"),
            (
                sent.name,
                f"with the dealers, {sent.waiting_count} still to answer, "
                f"{len(objections)} objection",
            ),
            ("agreements", f"{self.env['rebate.agreement'].search_count([])}"),
            (
                "next year's terms",
                f"{simulation.gain_count} dealers gain, {simulation.lose_count} lose",
            ),
        ]


def _next_month(first):
    return first + relativedelta(months=1)
