# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Performance of the Parts Department",
    "summary": "Stock differences and booking errors are borne by those who answer for them",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/performance-commission.png"],
    "depends": ["aftersales_kpi", "aftersales_parts_pricing"],
    "data": [
        "security/ir_rules.xml",
        "security/ir.model.access.csv",
        "data/aftersales_kpi_indicator_data.xml",
        "data/aftersales_kpi_parts_dashboards.xml",
        "views/parts_booking_error_views.xml",
        "views/aftersales_kpi_indicator_views.xml",
    ],
    "demo": ["demo/aftersales_kpi_parts_demo.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
