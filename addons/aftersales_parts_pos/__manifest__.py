# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Parts at the Point of Sale",
    "summary": "Published parts prices at the counter; restricted parts never get there",
    "version": "19.0.1.0.1",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/parts-publication.png"],
    "depends": ["aftersales_parts_pricing", "point_of_sale"],
    "data": [
        "views/product_template_views.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": [
            "aftersales_parts_pos/static/src/app/**/*",
        ],
        "web.assets_tests": [
            "aftersales_parts_pos/static/tests/tours/**/*",
        ],
    },
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
