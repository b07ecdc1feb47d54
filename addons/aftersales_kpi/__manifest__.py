# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Performance",
    "summary": "Indicators from service vouchers, schemes, monthly sheets agreed with employees",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "depends": ["aftersales_service", "rate_table", "hr"],
    "data": [
        "security/aftersales_kpi_security.xml",
        "security/ir_rules.xml",
        "security/ir.model.access.csv",
        "data/aftersales_kpi_indicator_data.xml",
        "report/aftersales_kpi_reports.xml",
        "report/aftersales_kpi_templates.xml",
        "views/aftersales_kpi_indicator_views.xml",
        "views/aftersales_kpi_scheme_views.xml",
        "views/aftersales_kpi_sheet_views.xml",
        "views/aftersales_kpi_sheet_line_views.xml",
        "wizard/aftersales_kpi_generate_views.xml",
        "views/aftersales_kpi_menus.xml",
    ],
    "demo": ["demo/aftersales_kpi_demo.xml"],
    "assets": {
        "web.assets_tests": ["aftersales_kpi/static/tests/tours/**/*"],
    },
}
