# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, timedelta

from odoo import Command, api, models

# Orders of last month: dealer, day of order, day of delivery, {part: (ordered, delivered)}.
ORDERS = (
    ("dealer_northstar", 4, 6, {"part_filter": (12, 12), "part_belt": (8, 8)}),
    ("dealer_northstar", 17, 20, {"part_bearing": (20, 14), "part_tooth": (24, 24)}),
    ("dealer_southfield", 9, 11, {"part_oil_filter": (30, 30), "part_air_filter": (10, 10)}),
    ("dealer_riverside", 12, 13, {"part_pump": (1, 1), "part_filter": (6, 6)}),
)
# Delivered at the end of the month, when invoices were written already.
LATE_ORDERS = (("dealer_southfield", 25, 27, {"part_starter": (2, 2), "part_bolt": (60, 60)}),)


class PartsSettlementDemo(models.AbstractModel):
    """Makes the demo dealers' last month: orders, deliveries, invoices, payments, statements.

    Works with and without a chart of accounts, with and without Odoo's own demo data.
    """

    _name = "parts.settlement.demo"
    _description = "Demo Story of Parts Settlement"

    @api.model
    def _load_story(self):
        """Settle last month with the demo dealers; Northstar objects to a line (P12)."""
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(
            allowed_company_ids=company.ids, tracking_disable=True
        )
        if not company.chart_template:
            demo.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        settlement = demo.env["parts.settlement"].create(
            {
                "company_id": company.id,
                "date_to": demo._get_last_month() + timedelta(days=1),
                "user_id": demo.env.ref("aftersales_base.user_accountant").id,
            }
        )
        for order in ORDERS:
            demo._deliver(*order)
        settlement._claim()
        dealers = demo.env["res.partner"].browse(
            demo.env.ref(f"aftersales_base.{name}").id
            for name in ("dealer_northstar", "dealer_southfield", "dealer_riverside")
        )
        settlement._invoice_deliveries(dealers)
        for order in LATE_ORDERS:
            demo._deliver(*order)
        demo._pay(settlement)
        statements = settlement._make_statements()
        demo._answer(statements.filtered(lambda s: s.partner_id == dealers[0])[:1])
        demo.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "aftersales_parts_pricing.settlement_last_month",
                    "record": settlement,
                    "noupdate": True,
                }
            ]
        )

    def _get_last_month(self):
        """First day of the month that is over."""
        today = self.env["parts.price"]._get_price_day()
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)

    def _deliver(self, dealer, ordered_on, delivered_on, parts):
        """An order of last month, delivered as far as the story says."""
        first = self._get_last_month()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env.ref(f"aftersales_base.{dealer}").id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.env.ref(f"aftersales_parts_pricing.{part}").id,
                            "product_uom_qty": ordered,
                        }
                    )
                    for part, (ordered, _delivered) in parts.items()
                ],
            }
        )
        order.action_confirm()
        order.date_order = datetime.combine(first.replace(day=ordered_on), datetime.min.time())
        order.date_order += timedelta(hours=10)
        pickings = order.picking_ids
        for move in pickings.move_ids:
            part = move.product_id
            delivered = next(
                delivered
                for name, (_ordered, delivered) in parts.items()
                if self.env.ref(f"aftersales_parts_pricing.{name}") == part
            )
            move.quantity = delivered
            move.picked = True
        done_on = order.date_order.replace(day=delivered_on)
        # The moves, not the pickings: those would send the dealers text messages.
        pickings.move_ids._action_done()
        pickings.write({"date_done": done_on})
        pickings.move_ids.filtered(lambda move: move.state == "done").write({"date": done_on})

    def _pay(self, settlement):
        """Northstar has paid in part, and Riverside all of it."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", settlement.company_id.id)], limit=1
        )
        shares = {"dealer_northstar": 0.5, "dealer_riverside": 1.0}
        for dealer, share in shares.items():
            partner = self.env.ref(f"aftersales_base.{dealer}")
            invoices = settlement.invoice_ids.filtered(
                lambda move, partner=partner: move.commercial_partner_id == partner
            )
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": partner.id,
                    "amount": invoices.currency_id.round(
                        share * sum(invoices.mapped("amount_total"))
                    ),
                    "currency_id": invoices.currency_id.id,
                    "date": settlement.date_to,
                    "journal_id": journal.id,
                    "memo": ", ".join(invoices.mapped("name")),
                }
            )
            payment.action_post()
            items = (payment.move_id.line_ids + invoices.line_ids).filtered(
                lambda line: (
                    line.account_id.account_type == "asset_receivable" and not line.reconciled
                )
            )
            items.reconcile()

    def _answer(self, statement):
        """Northstar's statement is sent, and Dana Reed objects to a line of it."""
        statement = statement.sudo()
        statement.action_send()
        # Nobody at the demo dealers reads mails.
        statement.mail_due = False
        line = statement.line_ids.filtered(lambda line: line.section == "to_deliver")[:1]
        statement._object(
            line or statement.line_ids[:1],
            self.env._("Six bearings are still missing. Please deliver them this week."),
            self.env.ref("aftersales_base.dealer_northstar_contact"),
        )
