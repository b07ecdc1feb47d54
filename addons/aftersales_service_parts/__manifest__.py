# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Service with Published Parts Prices",
    "summary": "Service vouchers at published prices; restricted parts are refused on them",
    "version": "19.0.1.0.1",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/service-phone-job.png"],
    "depends": ["aftersales_service", "aftersales_parts_pricing"],
    "data": [
        "data/stock_warehouse_data.xml",
        "report/report_voucher_templates.xml",
        "views/aftersales_voucher_views.xml",
        "views/parts_issue_views.xml",
    ],
    "demo": [
        "demo/aftersales_service_parts_demo.xml",
        "demo/parts_issue_demo.xml",
    ],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
