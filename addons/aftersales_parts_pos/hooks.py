# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Restricted parts that were in the point of sale before leave it (P2)."""
    templates = env["product.template"].with_context(active_test=False)
    templates.search(
        [("part_class", "=", "restricted"), ("available_in_pos", "=", True)]
    ).available_in_pos = False
