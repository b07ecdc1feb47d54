# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Rate Tables",
    "version": "19.0.1.1.0",
    "category": "Services",
    "license": "LGPL-3",
    "images": ["static/description/rebate-line.png"],
    "author": "After-sales on Odoo contributors",
    "summary": "Tiers, slabs, steps and bands: one exact calculator for rebates, pay and fees",
    "depends": ["base"],
    "data": [
        "security/rate_table_security.xml",
        "security/ir_rules.xml",
        "security/ir.model.access.csv",
        "views/rate_table_views.xml",
        "wizard/rate_table_try_views.xml",
        "views/rate_table_menus.xml",
    ],
    "demo": ["demo/rate_table_demo.xml"],
    "assets": {
        "web.assets_tests": ["rate_table/static/tests/tours/**/*"],
    },
}
