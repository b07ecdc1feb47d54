# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Months back, day, customer → (product, quantity, price).
DEMO_SALES = [
    (2, 6, "user_farm", [("product_filter_set", 9, 86), ("product_oil_drum", 2, 240)]),
    (2, 17, "dealer_northstar", [("product_filter_set", 60, 69)]),
    (2, 20, "user_quarry", [("product_unit", 1, 41_000), ("product_wax", 6, 14)]),
    (1, 4, "user_quarry", [("product_filter_set", 14, 86), ("product_wax", 12, 14)]),
    (1, 12, "dealer_southfield", [("product_filter_set", 75, 69), ("product_oil_drum", 5, 210)]),
    (1, 19, "user_farm", [("product_unit", 1, 42_500), ("product_work_light", 2, 320)]),
]
DEMO_RETURNS = [(1, 26, "dealer_southfield", [("product_filter_set", 5, 69)])]


class AftersalesKpiIndicator(models.Model):
    """The demo's sales: two months of invoices and a credit note, for the figures of sales."""

    _inherit = "aftersales.kpi.indicator"

    @api.model
    def _load_demo_sales(self):
        """Post invoices of the demo company; a chart of accounts is made where there is none."""
        company = self.env.ref("base.main_company")
        demo = self.with_company(company).with_context(
            allowed_company_ids=company.ids, tracking_disable=True
        )
        if not company.chart_template:
            demo.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
        vals_list = [demo._prepare_demo_move_vals("out_invoice", *sale) for sale in DEMO_SALES]
        vals_list += [demo._prepare_demo_move_vals("out_refund", *sale) for sale in DEMO_RETURNS]
        demo.env["account.move"].create(vals_list).action_post()

    @api.model
    def _prepare_demo_move_vals(self, move_type, months, day, customer, lines):
        """Values of an invoice of the demo; the storekeeper sells."""
        products = {"product_unit": "aftersales_service.product_tx200"}
        return {
            "move_type": move_type,
            "company_id": self.env.company.id,
            "partner_id": self.env.ref(f"aftersales_base.{customer}").id,
            "invoice_date": fields.Date.today() + relativedelta(months=-months, day=day),
            "invoice_user_id": self.env.ref("aftersales_base.user_storekeeper").id,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": self.env.ref(products.get(name, f"aftersales_kpi.{name}")).id,
                        "quantity": quantity,
                        "price_unit": price,
                    }
                )
                for name, quantity, price in lines
            ],
        }
