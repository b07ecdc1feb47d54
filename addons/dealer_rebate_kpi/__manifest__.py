# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Dealer Rebates on Performance",
    "summary": "Indicators of service as metrics of rebates; a dashboard of rebates",
    "version": "19.0.1.0.0",
    "category": "Accounting/Rebates",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/rebate-agreement.png"],
    "depends": ["dealer_rebate", "aftersales_kpi"],
    "data": [
        "data/dealer_rebate_kpi_dashboards.xml",
        "views/rebate_metric_views.xml",
    ],
    "demo": ["demo/dealer_rebate_kpi_demo.xml"],
    "auto_install": True,
}
