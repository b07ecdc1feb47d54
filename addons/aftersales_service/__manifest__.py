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
    ],
    "application": True,
}
