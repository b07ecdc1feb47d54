# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Base",
    "summary": "Outlets, areas, dealers and their tiers: the ground of the after-sales add-ons",
    "version": "19.0.1.1.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/performance-start.png"],
    "depends": ["sale_stock", "hr", "portal"],
    "data": [
        "security/aftersales_base_security.xml",
        "security/ir_rules.xml",
        "security/aftersales_start_rules.xml",
        "security/ir.model.access.csv",
        "views/aftersales_area_views.xml",
        "views/aftersales_outlet_views.xml",
        "views/aftersales_dealer_tier_views.xml",
        "views/aftersales_dealer_tier_assignment_views.xml",
        "views/res_partner_views.xml",
        "views/aftersales_base_menus.xml",
        "views/aftersales_start_tile_views.xml",
    ],
    "demo": [
        "demo/aftersales_base_demo.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "aftersales_base/static/src/portal/portal.scss",
        ],
    },
    "application": True,
}
