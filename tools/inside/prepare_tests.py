# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Give the template of the tests what else every process, or every class, would make anew."""

import sys

from . import environment

# Where ``dealer_rebate/tests/common.py`` looks for it; without it each class makes one.
COMPANY = ("__test__", "rebate_company")


def prepare(env):
    """Make the asset bundles of the pages, and a company with a chart of accounts."""
    # The bundle of the tours is served only under ``test_enable``.
    import odoo.tools

    odoo.tools.config["test_enable"] = True
    env["ir.qweb"]._pregenerate_assets_bundles()
    _company(env)


def _company(env):
    """A company in yuan, archived: only those tests see it that wake it."""
    yuan = env.ref("base.CNY")
    yuan.active = True
    company = env["res.company"].create(
        {"name": "Company of the rebate tests", "currency_id": yuan.id}
    )
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    company.currency_id = yuan
    # Odoo gives a company its warehouse by itself only while a test runs.
    if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
        env["stock.warehouse"].create({"company_id": company.id})
    company.active = False
    # Whoever makes a company may work in it: not so here.
    env.user.company_ids -= company
    module, name = COMPANY
    env["ir.model.data"].create(
        {
            "module": module,
            "name": name,
            "model": company._name,
            "res_id": company.id,
            "noupdate": True,
        }
    )


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        prepare(environ)
