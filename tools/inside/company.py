# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Give the demo's company its name, currency, paper and chart of accounts."""

import sys

from . import environment


def prepare(env):
    """Prepare the main company; British pounds, as the public data set has them."""
    company = env.ref("base.main_company")
    pound = env.ref("base.GBP")
    pound.active = True
    company.write({"country_id": env.ref("base.uk").id, "currency_id": pound.id})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.write(
        {
            "name": "Albion Machinery",
            "currency_id": pound.id,
            "street": "1 Foundry Lane",
            "city": "Sheffield",
            "zip": "S1 2AB",
            "phone": "+44 114 496 0100",
            "email": "service@albion.example.com",
            "website": "https://albion.example.com",
            "paperformat_id": env.ref("base.paperformat_euro").id,
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    env["res.config.settings"].create({"group_product_pricelist": True}).execute()


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        prepare(environ)
