# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Made-up products by the hundred thousand, the same each time, with our add-ons or without.

They are copies of one product, written by two statements: creating them one by one would take
longer than everything that is measured.
"""

import os

from odoo.tools import SQL

from .common import copy_row

#: Fewer for a quick look; the budgets are meant for a hundred thousand.
PARTS = int(os.environ.get("BENCHMARK_PARTS", "100000"))
LINES = 200
MOVES = 1_000


def multiply(product, count):
    """Copies of a product, all in its category.

    :return: recordset of product.product
    """
    env = product.env
    env.flush_all()
    templates = copy_row(
        env,
        "product_template",
        SQL("generate_series(1, %s) AS number", count),
        product.product_tmpl_id.id,
        {
            "default_code": None,
            "name": SQL("jsonb_build_object('en_US', (origin.name->>'en_US') || ' N' || number)"),
        },
    )
    products = copy_row(
        env,
        "product_product",
        SQL("unnest(%s) AS number", templates),
        product.id,
        {
            "product_tmpl_id": SQL("number"),
            "default_code": SQL("'B' || number"),
            "barcode": None,
        },
    )
    env.invalidate_all()
    return product.browse(products)


def spread_costs(env, products, company):
    """A cost and a sales price of its own for each of the products."""
    env.cr.execute("SELECT setseed(0.19)")
    env.cr.execute(
        """
        UPDATE product_product
        SET standard_price = jsonb_build_object(%s, round((1 + random() * 400)::numeric, 2))
        WHERE id = ANY(%s)
        """,
        [str(company.id), products.ids],
    )
    env.cr.execute(
        """
        UPDATE product_template SET list_price = round((2 + random() * 900)::numeric, 2)
        WHERE id IN (SELECT product_tmpl_id FROM product_product WHERE id = ANY(%s))
        """,
        [products.ids],
    )
    env.invalidate_all()


def create_order(env, products):
    """A quotation with a line for each product on a plain list of one rule."""
    pricelist = env["product.pricelist"].create(
        {
            "name": "Benchmark: plain",
            "item_ids": [
                (0, 0, {"compute_price": "formula", "base": "list_price", "price_discount": 10})
            ],
        }
    )
    partner = env["res.partner"].create({"name": "Benchmark customer"})
    return env["sale.order"].create(
        {
            "partner_id": partner.id,
            "pricelist_id": pricelist.id,
            "order_line": [
                (0, 0, {"product_id": product.id, "product_uom_qty": 3}) for product in products
            ],
        }
    )


def create_picking(env, products):
    """An internal transfer with a move for each product, reserved and filled in."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    shelf = env["stock.location"].create(
        {"name": "Benchmark shelf", "location_id": warehouse.lot_stock_id.id}
    )
    for product in products:
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 5)
    picking = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.int_type_id.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": shelf.id,
            "move_ids": [
                (
                    0,
                    0,
                    {
                        "product_id": product.id,
                        "product_uom_qty": 2,
                        "product_uom": product.uom_id.id,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": shelf.id,
                    },
                )
                for product in products
            ],
        }
    )
    picking.action_confirm()
    picking.action_assign()
    picking.move_ids.picked = True
    return picking
