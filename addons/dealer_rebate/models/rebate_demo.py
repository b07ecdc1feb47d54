# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import date_utils

# Of each dealer: (days into the quarter, quantities of pump, filter set and belt kit).
STORY = {
    "dealer_northstar": [(9, (4, 60, 20)), (38, (3, 70, 25)), (69, (5, 65, 30))],
    "dealer_southfield": [(16, (5, 40, 12)), (55, (3, 45, 18))],
    "dealer_riverside": [(23, (1, 25, 8)), (61, (0, 30, 10))],
}
RETURNS = {"dealer_northstar": (75, (0, 12, 4))}
PRODUCTS = ("product_pump", "product_filter", "product_belt")


class RebateDemo(models.AbstractModel):
    """Makes the demo story's accounting: what data files cannot say is done here.

    Works with and without a chart of accounts, with and without Odoo's own demo data.
    """

    _name = "rebate.demo"
    _description = "Demo Story of Rebates"

    @api.model
    def _load_story(self):
        """Post last quarter's purchases of the demo dealers and compute their settlement."""
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(allowed_company_ids=company.ids)
        demo._ensure_accounting(company)
        agreement = demo.env.ref("dealer_rebate.agreement_parts").with_env(demo.env)
        agreement.journal_id = company.rebate_journal_id
        agreement.action_activate()
        start, end = demo._get_last_quarter()
        demo._create_invoices(start)
        settlement = demo.env["rebate.settlement"].create(
            {"agreement_id": agreement.id, "date_to": end}
        )
        settlement.action_compute()
        demo.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "dealer_rebate.settlement_parts",
                    "record": settlement,
                    "noupdate": True,
                }
            ]
        )

    def _ensure_accounting(self, company):
        """A chart of accounts where there is none, and a journal for rebates."""
        if not company.chart_template:
            self.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        if not company.rebate_journal_id:
            journals = self.env["account.journal"]
            sales = journals.search(
                [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
            )
            company.rebate_journal_id = journals.create(
                {
                    "name": "Dealer Rebates",
                    "code": "REB",
                    "type": "sale",
                    "refund_sequence": True,
                    "company_id": company.id,
                    "default_account_id": sales.default_account_id.id,
                }
            )

    def _get_last_quarter(self):
        """First and last day of the last closed quarter."""
        today = fields.Date.context_today(self)
        end = date_utils.start_of(today, "quarter") - timedelta(days=1)
        return date_utils.start_of(end, "quarter"), end

    def _create_invoices(self, start):
        """Invoices and one return of the story, posted."""
        vals_list = [
            self._prepare_move_vals("out_invoice", dealer, start + timedelta(days=day), quantities)
            for dealer, purchases in STORY.items()
            for day, quantities in purchases
        ] + [
            self._prepare_move_vals("out_refund", dealer, start + timedelta(days=day), quantities)
            for dealer, (day, quantities) in RETURNS.items()
        ]
        self.env["account.move"].create(vals_list).action_post()

    def _prepare_move_vals(self, move_type, dealer, date, quantities):
        products = [self.env.ref(f"dealer_rebate.{name}") for name in PRODUCTS]
        return {
            "move_type": move_type,
            "partner_id": self.env.ref(f"aftersales_base.{dealer}").id,
            "invoice_date": date,
            "date": date,
            "invoice_line_ids": [
                Command.create(
                    {"product_id": product.id, "quantity": n, "price_unit": product.list_price}
                )
                for product, n in zip(products, quantities, strict=True)
                if n
            ],
        }
