# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Dealer Rebates with Promotions",
    "summary": "Vouchers, points, limited-time discounts and draws beside rebates",
    "version": "19.0.1.0.1",
    "category": "Accounting/Rebates",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/rebate-template.png"],
    "depends": ["dealer_rebate", "sale_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        "data/product_data.xml",
        "views/rebate_draw_entry_views.xml",
        "views/rebate_draw_views.xml",
        "wizard/rebate_program_template_views.xml",
        "views/dealer_rebate_loyalty_menus.xml",
    ],
    "demo": ["demo/dealer_rebate_loyalty_demo.xml"],
    "auto_install": True,
}
