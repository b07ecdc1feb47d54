# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

# Keys that rows written by the hundred thousand are not checked against any more.
KEYS = {
    "parts_price": ("pricelist_id", "uom_id", "publication_id"),
    "parts_price_publication_line": ("publication_id", "product_id", "pricelist_id", "uom_id"),
}
# Rules that an upgrade leaves alone, each with the way from its model to the transfer.
RULES = {
    "stock_picking_rule_transfers_only": "",
    "stock_move_rule_transfers_only": "picking_id.",
}


def migrate(cr, version):
    """Balances of restricted parts (P2), outlets that see their own (P11), quick prices (P6)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["parts.guard"]._open_missing_balances()
    _keep_people(cr)
    _free_prices(cr)
    for name, path in RULES.items():
        rule = env.ref(f"aftersales_parts_pricing.{name}", raise_if_not_found=False)
        if rule:
            rule.domain_force = f"user._get_parts_transfer_domain({path!r})"


def _keep_people(cr):
    """Who asked for the parts of an outlet so far goes on seeing its transfers."""
    cr.execute(
        """
        INSERT INTO aftersales_outlet_parts_user_rel (outlet_id, user_id)
        SELECT DISTINCT picking.outlet_id, picking.parts_requested_by_id
          FROM stock_picking picking
          JOIN res_users person ON person.id = picking.parts_requested_by_id
         WHERE picking.outlet_id IS NOT NULL
           AND person.active
            ON CONFLICT DO NOTHING
        """
    )


def _free_prices(cr):
    """Prices are written without the keys and columns that made it slow."""
    for table, columns in KEYS.items():
        for column in columns:
            cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                    SQL.identifier(table),
                    SQL.identifier(f"{table}_{column}_fkey"),
                )
            )
    cr.execute(
        """
        ALTER TABLE parts_price
            DROP COLUMN IF EXISTS currency_id,
            DROP COLUMN IF EXISTS company_id
        """
    )
