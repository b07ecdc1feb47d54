# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Service",
    "summary": "Call-in register, service vouchers, dispatch, on-site work, signature and callback",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "depends": ["aftersales_base", "repair", "rating"],
    "data": [
        "security/aftersales_service_security.xml",
        "security/ir_rules.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "report/aftersales_service_reports.xml",
        "report/report_voucher_templates.xml",
        "report/report_register_templates.xml",
        "wizard/aftersales_voucher_cancel_views.xml",
        "wizard/aftersales_register_print_views.xml",
        "views/aftersales_voucher_views.xml",
        "views/aftersales_callback_views.xml",
        "views/aftersales_fault_views.xml",
        "views/stock_lot_views.xml",
        "views/hr_employee_views.xml",
        "views/sale_order_views.xml",
        "views/res_config_settings_views.xml",
        "views/aftersales_service_menus.xml",
    ],
    "demo": [
        "demo/aftersales_service_demo.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "aftersales_service/static/tests/tours/**/*",
        ],
    },
    "application": True,
}
