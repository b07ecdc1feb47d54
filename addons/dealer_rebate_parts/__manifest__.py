# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Dealer Rebates on Parts",
    "summary": "Dealer tiers and part classes as scope of rebates",
    "version": "19.0.1.0.1",
    "category": "Accounting/Rebates",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/rebate-agreement.png"],
    "depends": ["dealer_rebate", "aftersales_parts_pricing"],
    "data": [
        "security/ir.model.access.csv",
        "data/rebate_part_class_data.xml",
        "views/rebate_agreement_views.xml",
        "views/rebate_component_views.xml",
        "views/rebate_metric_views.xml",
    ],
    "demo": ["demo/dealer_rebate_parts_demo.xml"],
    "auto_install": True,
}
