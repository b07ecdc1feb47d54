# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "After-Sales Knowledge Base",
    "summary": "Faults and solutions, found during the call and on the portal; procedures",
    "version": "19.0.1.0.0",
    "category": "Services/After-Sales",
    "author": "After-sales on Odoo contributors",
    "license": "LGPL-3",
    "images": ["static/description/knowledge-article.png"],
    "depends": ["aftersales_service"],
    "data": [
        "security/aftersales_knowledge_rules.xml",
        "security/ir.model.access.csv",
        "data/ir_sequence_data.xml",
        "wizard/aftersales_call_views.xml",
        "views/aftersales_article_use_views.xml",
        "views/aftersales_article_views.xml",
        "views/aftersales_voucher_views.xml",
        "views/res_config_settings_views.xml",
        "views/portal_help_templates.xml",
        "views/aftersales_knowledge_menus.xml",
        "data/aftersales_start_tile_data.xml",
    ],
    "demo": ["demo/aftersales_knowledge_demo.xml"],
    "assets": {
        "web.assets_tests": [
            "aftersales_knowledge/static/tests/tours/**/*",
        ],
    },
}
