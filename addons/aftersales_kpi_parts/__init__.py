# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import models


def post_init_hook(env):
    """Plans of the parts department that have paid nothing yet get what it answers for (K21)."""
    plans = env["aftersales.commission.plan"].search([("team_kind", "=", "parts")])
    plans._add_parts_rules()
