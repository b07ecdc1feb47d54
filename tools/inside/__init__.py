# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the sandbox runs inside Odoo, each as ``python -m tools.inside.<name> CONF DATABASE``."""

import contextlib


@contextlib.contextmanager
def environment(conf, database):
    """Superuser environment on a database; committed at the end, rolled back on an error."""
    import odoo.api
    import odoo.modules.registry
    import odoo.orm.utils
    import odoo.tools

    odoo.tools.config.parse_config(["-c", conf, "-d", database, "--log-level=warn"])
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cr:
        yield odoo.api.Environment(cr, odoo.orm.utils.SUPERUSER_ID, {"tracking_disable": True})
