# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices of a hundred thousand parts on six lists, beside Odoo's own pricelists and plain SQL."""

import contextlib
import json
import os
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from . import parts_data, plain_parts
from .common import check, compare, main, measure, say

SAMPLE = 2_000
# What a dealer may wait for a page of parts: seconds.
SEARCH = 0.25
PAGE = 20
SHARES = {"A": 70, "B": 75, "C": 80, "D": 85, "E": 90}
MARKUP = 150
PLAIN_SQL = """
    INSERT INTO parts_price (
        pricelist_id, product_id, date_from, price, uom_id, publication_id
    )
    SELECT list.id, product.id, %s, CASE
               WHEN class.zero_profit THEN round((product.standard_price->>%s)::numeric, 2)
               ELSE round(round((product.standard_price->>%s)::numeric
                                * (1 + class.markup_percent / 100), 2) * list.share / 100, 2)
           END, template.uom_id, %s
      FROM product_product product
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN parts_price_policy_class class
        ON class.policy_id = %s AND class.part_class = template.part_class
     CROSS JOIN (VALUES %s) AS list (id, share)
     WHERE template.categ_id = ANY(%s) AND template.active AND product.active
"""


def bench(env):
    """Publishing, asking, repricing, and what our add-ons cost an order and a picking."""
    queries(env)
    data = Data(env)
    publishing(env, data)
    asking(env, data)
    repricing(env, data)
    searching(env, data)
    transferring(env, data)


class Data:
    """Parts of three classes, a policy with five tiers, and the same lists in Odoo's own rules."""

    def __init__(self, env):
        self.env = env
        parent = env["product.category"].create({"name": "Benchmark parts"})
        self.categories = {}
        self.parts = env["product.product"]
        for part_class, share in (("general", 0.6), ("standard", 0.2), ("wearing", 0.2)):
            category = env["product.category"].create({"name": part_class, "parent_id": parent.id})
            self.categories[part_class] = category
            product = env["product.product"].create(
                {
                    "name": f"{part_class} part",
                    "is_storable": True,
                    "part_class": part_class,
                    "is_serviceable": True,
                    "categ_id": category.id,
                    "taxes_id": False,
                }
            )
            self.parts |= parts_data.multiply(product, int(parts_data.PARTS * share))
            product.active = False
        parts_data.spread_costs(env, self.parts, env.company)
        self.policy = self._create_policy(parent)
        self.lists = self.policy._get_pricelists()
        self.native_guide, self.native_tiers = self._create_native()
        self.sample = self.parts.browse(self.parts.ids[:: max(len(self.parts) // SAMPLE, 1)])
        self.sample = self.sample[:SAMPLE]
        self.today = env["parts.price"]._get_price_day()
        self._sell()
        self.first = self.publish(self.today)
        env.cr.commit()
        env.cr.execute("ANALYZE")
        env.cr.commit()

    def publish(self, day):
        """A publication from a day, proposed, approved and published."""
        publication = self.env["parts.price.publication"].create(
            {"policy_id": self.policy.id, "date_from": day}
        )
        publication._start_proposal()
        publication._propose_chunk()
        publication.action_approve()
        publication.action_publish()
        return publication

    def raise_costs(self):
        """Every price moves."""
        self.env.cr.execute(
            """
            UPDATE product_product SET standard_price = jsonb_build_object(
                %s, round((standard_price->>%s)::numeric * 1.07 + 0.01, 2))
            WHERE id = ANY(%s)
            """,
            [str(self.env.company.id), str(self.env.company.id), self.parts.ids],
        )
        self.env.invalidate_all()

    def _create_policy(self, category):
        tiers = self.env["aftersales.dealer.tier"].create(
            [{"name": f"Benchmark {code}", "code": f"X{code}"} for code in SHARES]
        )
        policy = self.env["parts.price.policy"].create(
            {
                "name": "Benchmark",
                "mode": "tier",
                "categ_id": category.id,
                "tier_ids": [
                    Command.create({"tier_id": tier.id, "guide_percent": share})
                    for tier, share in zip(tiers, SHARES.values(), strict=True)
                ],
            }
        )
        policy.class_ids.filtered(lambda line: not line.zero_profit).markup_percent = MARKUP
        policy.action_create_pricelists()
        return policy

    def _create_native(self):
        """The same prices as Odoo's own rules would give them: tiers are chained to the guide."""
        guide = self._create_list(
            "guide",
            [
                self._rule(part_class, base="standard_price", price_discount=-markup)
                for part_class, markup in (("general", MARKUP), ("standard", 0), ("wearing", 0))
            ],
        )
        base = {"base": "pricelist", "base_pricelist_id": guide.id}
        tiers = self.env["product.pricelist"]
        for code, share in SHARES.items():
            tiers |= self._create_list(
                code,
                [
                    self._rule(part_class, price_discount=discount, **base)
                    for part_class, discount in (
                        ("general", 100 - share),
                        ("standard", 0),
                        ("wearing", 0),
                    )
                ],
            )
        return guide, tiers

    def _create_list(self, name, rules):
        return self.env["product.pricelist"].create(
            {
                "name": f"Benchmark: Odoo {name}",
                "company_id": self.env.company.id,
                "item_ids": [Command.create(rule) for rule in rules],
            }
        )

    def _rule(self, part_class, **vals):
        return {
            "applied_on": "2_product_category",
            "categ_id": self.categories[part_class].id,
            "compute_price": "formula",
            "price_round": 0.01,
            **vals,
        }

    def _sell(self):
        """An order on each list, so that the differences have a turnover to look at."""
        partner = self.env["res.partner"].create({"name": "Benchmark dealer", "is_dealer": True})
        for pricelist in self.lists:
            order = self.env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "pricelist_id": pricelist.id,
                    "order_line": [
                        Command.create({"product_id": part.id, "product_uom_qty": 2})
                        for part in self.sample[:100]
                    ],
                }
            )
            order.state = "sale"


def publishing(env, data):
    """Proposal with its differences, approval and publication of all prices on six lists."""
    count = len(data.parts) * len(data.lists)
    data.raise_costs()
    company = env.company.id
    day = data.today + timedelta(days=7)

    def plain():
        shares = [(data.policy.guide_pricelist_id.id, 100)]
        shares += [(tier.pricelist_id.id, tier.guide_percent) for tier in data.policy.tier_ids]
        values = SQL(", ").join(SQL("(%s, %s::numeric)", *row) for row in shares)
        categories = [category.id for category in data.categories.values()]
        env.cr.execute(
            SQL(
                PLAIN_SQL, day, str(company), str(company),
                data.first.id, data.policy.id, values, categories,
            )
        )  # fmt: skip
        assert env.cr.rowcount == count, env.cr.rowcount

    ours, _reference, _queries = compare(
        f"{count:,} prices proposed, compared and published (reference: one statement)",
        lambda: data.publish(day),
        plain,
        env=env,
        at_most=10,
    )

    faster_than_odoo(env, data, ours)
    same_prices(env, data, day)


def faster_than_odoo(env, data, ours):
    """The same prices asked from Odoo's own lists, which have to be asked anew each time.

    The tiers are chained to the guide, as a company would have them that keeps its mark-ups in one
    place. Six lists that each say everything in rules of their own are asked as well: they are the
    quickest that Odoo has, with each mark-up written down six times.
    """

    def ask(pricelists):
        for pricelist in pricelists:
            pricelist._get_products_price(data.sample, 1.0)

    with untouched():
        rules = measure(lambda: ask(data.native_guide), env=env)[0]
        chained = measure(lambda: ask(data.native_tiers), env=env)[0]
    times = len(data.parts) / len(data.sample)
    tiers = len(data.native_tiers)
    for name, seconds, per_second, budget in (
        (
            "a guide list and five lists chained to it",
            (rules + chained) * times,
            f"{tiers * len(data.sample) / chained:.0f} products/s on a chained list",
            100,
        ),
        (
            "six lists with rules of their own",
            rules * (tiers + 1) * times,
            f"{len(data.sample) / rules:.0f} products/s",
            None,
        ),
    ):
        aim = f"   (budget: {budget} ×)" if budget else ""
        say(
            f"the same prices asked from Odoo's own lists, {name}",
            f"{seconds:.0f} s ({per_second}), reckoned from {len(data.sample):,} parts on each "
            f"list; ours {seconds / ours:.0f} × as fast{aim}",
        )
        if budget:
            check("publishing against Odoo's own pricelists", seconds / ours >= budget)


def same_prices(env, data, day):
    """Both give the same prices, or the figures above would mean nothing."""
    with env.cr.savepoint() as savepoint:
        data.publish(day)
        pairs = [(data.policy.guide_pricelist_id, data.native_guide)]
        pairs += zip(data.policy.tier_ids.pricelist_id, data.native_tiers, strict=True)
        different = 0
        for ours, native in pairs:
            found = ours._get_products_price(data.sample, 1.0, date=day)
            wanted = native._get_products_price(data.sample, 1.0, date=day)
            different += sum(abs(found[key] - wanted[key]) > 0.005 for key in wanted)
        savepoint.rollback()
    env.invalidate_all()
    say("prices that differ from Odoo's own", f"{different} of {len(pairs) * len(data.sample):,}")
    check("same prices as Odoo's own lists", not different)


def asking(env, data):
    """The price of 2,000 products on a list."""
    published, chained = data.policy.tier_ids[0].pricelist_id, data.native_tiers[0]

    def untouched_chain():
        with untouched():
            chained._get_products_price(data.sample, 1.0)

    for name, pricelist, faster in (
        ("on a published list", published, 50),
        ("on a chained list", chained, 10),
    ):
        _ours, _reference, queries = compare(
            f"{len(data.sample):,} products {name} (reference: untouched, chained)",
            lambda pricelist=pricelist: pricelist._get_products_price(data.sample, 1.0),
            untouched_chain,
            env=env,
            faster=faster,
        )
        few = data.sample[:20]
        fewer = measure(
            lambda pricelist=pricelist, few=few: pricelist._get_products_price(few, 1.0), env=env
        )[1]
        say("queries", f"{fewer} for 20 products, {queries} for {len(data.sample):,}")
        # The record cache reads a thousand records at a time.
        check(f"queries {name}", queries <= 2 * fewer)


def repricing(env, data):
    """A quotation of 200 lines on a published list and on Odoo's chained one."""
    partner = env["res.partner"].create({"name": "Benchmark", "is_dealer": True})
    orders = [
        env["sale.order"].create(
            {
                "partner_id": partner.id,
                "pricelist_id": pricelist.id,
                "date_order": fields.Datetime.now(),
                "order_line": [
                    Command.create({"product_id": part.id})
                    for part in data.sample[: parts_data.LINES]
                ],
            }
        )
        for pricelist in (data.policy.tier_ids[0].pricelist_id, data.native_tiers[0])
    ]

    def on_chain():
        with untouched():
            orders[1].action_update_prices()

    compare(
        f"order of {parts_data.LINES} lines repriced, published list (reference: chained)",
        orders[0].action_update_prices,
        on_chain,
        env=env,
        runs=5,
        faster=2.5,
    )


def searching(env, data):
    """What a dealer waits for on its portal: a page of parts out of all that are published."""
    # Add-ons can be imported only once Odoo knows where they are.
    from odoo.addons.aftersales_parts_pricing.models.parts_catalogue import (  # noqa: PLC0415
        DealerTerms,
    )

    partner = env["res.partner"].create({"name": "Benchmark searcher", "is_dealer": True})
    pricelist = data.policy.tier_ids[0].pricelist_id
    guide = data.policy.guide_pricelist_id
    catalogue = env["parts.catalogue"].sudo()
    terms = DealerTerms(partner, env.company, pricelist, guide, pricelist)
    part = data.parts[len(data.parts) // 2]
    for what, text in (
        ("by its number", part.default_code),
        ("by the beginning of many numbers", part.default_code[:3]),
        ("by a word of its name", part.name.split()[-1]),
        ("by a word of most names", "general"),
        ("by nothing", ""),
    ):
        found = []

        def search(text=text, found=found):
            products = catalogue._search_parts(terms, text, limit=PAGE)
            found[:] = catalogue._get_entries(terms, products)

        seconds = min(measure(search, env=env)[0] for _run in range(3))
        say(
            f"page of {PAGE} parts among {len(data.parts):,} found {what}",
            f"{seconds * 1000:.0f} ms   (budget: {SEARCH * 1000:.0f} ms)",
        )
        check(f"search {what}", found and seconds <= SEARCH)


def transferring(env, data):
    """A transfer of 200 lines to an outlet, with its prices frozen and without."""
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    place = env["stock.location"].create({"name": "Benchmark outlet", "usage": "internal"})
    outlet = env["aftersales.outlet"].create(
        {"name": "Benchmark outlet", "code": "X-BENCH", "location_id": place.id}
    )
    parts = data.sample[: parts_data.LINES]
    for part in parts:
        env["stock.quant"]._update_available_quantity(part, warehouse.lot_stock_id, 50)
    picking = env["stock.picking"].with_context(parts_step="ship").create({"outlet_id": outlet.id})
    picking._add_parts_lines(dict.fromkeys(parts, 2))
    picking._approve_parts_transfer({})
    picking.move_ids.picked = True
    moves = env.registry["stock.move"]

    def ship():
        picking.with_context(skip_backorder=True).button_validate()
        frozen.append(sum(bool(move.parts_settlement_price) for move in picking.move_ids))

    def ship_without_prices():
        with patch.object(moves, "_freeze_parts_prices", lambda moves: None):
            ship()

    frozen = []
    _ours, _plain, queries = compare(
        f"transfer of {len(parts)} lines shipped, prices frozen (reference: not frozen)",
        ship,
        ship_without_prices,
        env=env,
        at_most=1.15,
    )
    check("frozen prices", frozen[::2] == [len(parts)] * 3 and not any(frozen[1::2]))
    plain = measure(ship_without_prices, env=env)[1]
    say("queries for the prices", f"{queries - plain} of {queries}   (budget: 30)")
    check("queries of frozen prices", queries - plain <= 30)


def queries(env):
    """What our add-ons add to an order of 200 lines and to a picking of 1,000 moves."""
    path = Path(os.environ.get("BENCHMARK_PLAIN", ""))
    if not path.is_file():
        say("queries beside Odoo without our add-ons", "NOT measured: no figures of theirs")
        check("queries beside Odoo without our add-ons", kept=False)
        return
    plain = json.loads(path.read_text())
    ours = plain_parts.count_queries(env, part_class="general", is_serviceable=True)
    for name, number in ours.items():
        say(name, f"{number} queries, {plain[name]} without our add-ons   (budget: 5 more)")
        check(f"queries: {name}", number <= plain[name] + 5)


@contextlib.contextmanager
def untouched():
    """Odoo's own way with pricelists: base lists are asked one product at a time, and the rules of
    an order's lines line by line."""
    # Add-ons can be imported only once Odoo knows where they are.
    from odoo.addons.aftersales_parts_pricing.models import (  # noqa: PLC0415
        product_pricelist_batch,
        product_pricelist_published,
        sale_order_line_rules,
    )

    with contextlib.ExitStack() as patches:
        for ours, names in (
            (
                product_pricelist_batch.ProductPricelistBatch,
                ("_compute_price_rule", "_get_product_price", "_get_applicable_rules"),
            ),
            (product_pricelist_published.ProductPricelistPublished, ("_compute_price_rule",)),
            (
                sale_order_line_rules.SaleOrderLineRules,
                ("_compute_pricelist_item_id", "_compute_price_unit"),
            ),
        ):
            for name in names:
                patches.enter_context(patch.object(ours, name, _hand_on(ours, name)))
        yield


def _hand_on(model_class, name):
    """A method that does nothing but what the one that it overrides does."""

    def method(self, *args, **kwargs):
        return getattr(super(model_class, self), name)(*args, **kwargs)

    return method


if __name__ == "__main__":
    main(bench)
