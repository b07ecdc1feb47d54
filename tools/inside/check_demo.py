# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fail when demo data did not load: Odoo itself only logs a warning."""

import sys

from lxml import etree

from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from . import environment


def failures(env):
    """One sentence per add-on whose demo data failed."""
    return [
        f"{failure.module_id.name}: {(failure.error or '').strip().splitlines()[-1:]}"
        for failure in env["ir.demo_failure"].search([])
    ]


def empty_screens(env, root, apart=()):
    """Names of the menus below a root that open, as they open, on nothing.

    :param env: environment of the person who looks
    :param root: external id of a menu
    :param apart: external ids of menus that are left out
    """
    menus = env["ir.ui.menu"].load_menus(False)
    waiting, empty = [env.ref(root).id], []
    while waiting:
        menu = menus.get(waiting.pop())
        if not menu or menu["xmlid"] in apart:
            continue
        waiting += menu["children"]
        if menu["action_model"] == "ir.actions.act_window":
            action = env["ir.actions.act_window"].sudo().browse(menu["action_id"])
            model = env[action.res_model]
            if not model._transient and not model.search_count(_shown(env, action), limit=1):
                empty.append(menu["name"])
    return empty


def _shown(env, action):
    """Domain of what an action shows first: its own, and one of its default filters."""
    names = {"uid": env.uid, "allowed_company_ids": env.companies.ids}
    domain = Domain(safe_eval(action.domain or "[]", names))
    context = safe_eval(action.context or "{}", names)
    arch = env[action.res_model].get_view(action.search_view_id.id or None, "search")["arch"]
    filters = [
        Domain(safe_eval(node.get("domain"), dict(names)))
        for node in etree.fromstring(arch).iter("filter")
        if node.get("domain") and context.get(f"search_default_{node.get('name')}")
    ]
    return domain & Domain.OR(filters) if filters else domain


if __name__ == "__main__":
    with environment(*sys.argv[1:3]) as environ:
        found = failures(environ)
    if found:
        sys.exit("Error: demo data failed to load: " + "; ".join(found))
