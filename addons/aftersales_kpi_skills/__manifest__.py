# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Performance and Skills",
    "summary": "Certifications kept with Odoo's skills count as certificates of a role",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/performance-pay.png"],
    "depends": ["aftersales_kpi", "hr_skills"],
    "data": ["views/aftersales_certificate_kind_views.xml"],
    "auto_install": True,
}
