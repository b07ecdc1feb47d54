# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Performance of Visits and Leads",
    "summary": "Follow-up and conversion of service leads, visits kept: indicators",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/performance-indicator.png"],
    "depends": ["aftersales_kpi", "aftersales_crm"],
    "data": [
        "data/aftersales_kpi_indicator_data.xml",
        "views/aftersales_kpi_indicator_views.xml",
    ],
    "auto_install": True,
}
