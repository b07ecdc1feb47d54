// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { accountTaxHelpers } from "@account/helpers/account_tax";
import { ProductTemplateAccounting } from "@point_of_sale/app/models/accounting/product_template_accounting";
import { roundPrecision } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";

const { DateTime } = luxon;

/**
 * Published prices in the browser: as product.pricelist gives them on the server, from what was
 * loaded with the product. Anything that has nothing to do with them is left to core.
 */
patch(ProductTemplateAccounting.prototype, {
    getPrice(
        pricelist,
        quantity,
        price_extra = 0,
        recurring = false,
        variant = false,
        original_line = false,
        related_lines = []
    ) {
        if (!pricelist?.mayBePublished() && (pricelist?.getCurrencyRate() ?? 1) === 1) {
            return super.getPrice(...arguments);
        }
        if (original_line && original_line.isLotTracked() && variant) {
            related_lines.push(
                ...original_line.order_id.lines.filter((line) => line.product_id.id === variant.id)
            );
            quantity = related_lines.reduce((sum, line) => sum + line.getQuantity(), 0);
        }
        const price = this.getListPrice(pricelist, quantity, price_extra, variant, (...args) =>
            super.getPrice(...args)
        );
        return recurring ? price : this.withListTaxes(price, pricelist, quantity, variant);
    },

    /** The price on a list, in the list's currency. */
    getListPrice(pricelist, quantity, price_extra, variant, getCorePrice) {
        const rate = pricelist.getCurrencyRate();
        const rules = this.getRules(pricelist, quantity, variant);
        const rule = rules.find((candidate) => this.isRuleForMe(candidate, variant));
        const base = rule?.base === "pricelist" ? rule.base_pricelist_id : undefined;
        const isCore =
            rate === 1 &&
            rule === rules[0] &&
            rule?.base !== "published_price" &&
            (base?.getCurrencyRate() ?? 1) === 1;
        if (isCore) {
            return getCorePrice(pricelist, quantity, price_extra, true, variant);
        }
        let price = ((variant ? variant.lst_price : this.list_price) + price_extra) * rate;
        if (rule?.base === "published_price") {
            price = this.getPublishedPrice(pricelist, variant);
        } else if (base) {
            price =
                (this.getPrice(base, quantity, 0, true, variant) * rate) / base.getCurrencyRate();
        } else if (rule?.base === "standard_price") {
            price = (variant ? variant.standard_price : this.standard_price) * rate;
        }
        return rule ? this.applyRule(rule, price) : price;
    },

    /** Rules of a list that may fit, the first one first: in core's order. */
    getRules(pricelist, quantity, variant) {
        const template = variant?.product_tmpl_id || this;
        const byQuantity = (a, b) => b.min_quantity - a.min_quantity;
        const variantRules = (variant?.backLink?.("<-product.pricelist.item.product_id") || [])
            .filter((rule) => rule.pricelist_id.id === pricelist.id)
            .sort(byQuantity);
        const templateRules = (template.backLink("<-product.pricelist.item.product_tmpl_id") || [])
            .filter((rule) => rule.pricelist_id.id === pricelist.id && !rule.product_id)
            .sort(byQuantity);
        const ids = new Set([...variantRules, ...templateRules].map((rule) => rule.id));
        for (const id of pricelist.getGeneralRulesIdsByCategories(this.parentCategories)) {
            ids.add(id);
        }
        return this.models["product.pricelist.item"]
            .readMany([...ids])
            .filter((rule) => !rule.min_quantity || rule.min_quantity <= quantity);
    },

    /** Published prices are for parts; services and finished goods follow other rules. */
    isRuleForMe(rule, variant) {
        const isPublished = rule.base === "published_price" && rule.compute_price !== "fixed";
        return !isPublished || Boolean(this.getPublishedLists(variant));
    },

    /** What was loaded of published prices; nothing for what is no part. */
    getPublishedLists(variant) {
        return (variant?.product_tmpl_id || this).pos_published_prices?.lists;
    },

    /** The price published for today on a list; 0 when the part is not priced there. */
    getPublishedPrice(pricelist, variant) {
        const prices = this.getPublishedLists(variant)?.[pricelist.id] || {};
        const day = this.getPriceDay();
        const inForce = (rows) => rows?.findLast(([from]) => from <= day)?.[1] || 0;
        if (variant) {
            return inForce(prices[variant.id]);
        }
        // As catalogues say: from the cheapest variant on.
        const found = Object.values(prices).map(inForce).filter(Boolean);
        return found.length ? Math.min(...found) : 0;
    },

    /** Today in the company's time zone, whose midnight changes prices. */
    getPriceDay() {
        const config = this.models["pos.config"].getFirst();
        return DateTime.now()
            .setZone(config._parts_timezone || "UTC")
            .toISODate();
    },

    /** A rule's formula on its base, as in product.pricelist.item. */
    applyRule(rule, base) {
        if (rule.compute_price === "fixed") {
            return rule.fixed_price;
        }
        if (rule.compute_price === "percentage") {
            return base - base * (rule.percent_price / 100);
        }
        let price = base - base * (rule.price_discount / 100);
        if (rule.price_round) {
            price = roundPrecision(price, rule.price_round);
        }
        price += rule.price_surcharge || 0;
        if (rule.price_min_margin) {
            price = Math.max(price, base + rule.price_min_margin);
        }
        if (rule.price_max_margin) {
            price = Math.min(price, base + rule.price_max_margin);
        }
        return price;
    },

    /** The published list that a price comes from, through chained lists. */
    getPublishedList(pricelist, quantity, variant) {
        let list = pricelist;
        while (list?.mayBePublished()) {
            const rules = this.getRules(list, quantity, variant);
            const rule = rules.find((candidate) => this.isRuleForMe(candidate, variant));
            if (!rule || rule.compute_price === "fixed") {
                return undefined;
            }
            if (rule.base === "published_price") {
                return list;
            }
            list = rule.base === "pricelist" ? rule.base_pricelist_id : undefined;
        }
        return undefined;
    },

    /** Whether the list asks for a published price that is not there (P7). */
    isUnpricedPart(pricelist, quantity, variant) {
        const list = this.getPublishedList(pricelist, quantity, variant);
        return Boolean(list) && !this.getPublishedPrice(list, variant);
    },

    /** A published price comes with or without tax as its list says (P8). */
    withListTaxes(price, pricelist, quantity, variant) {
        const taxes = (variant?.product_tmpl_id || this).taxes_id || [];
        if (!price || !taxes.length) {
            return price;
        }
        const list = this.getPublishedList(pricelist, quantity, variant);
        if (!list) {
            return price;
        }
        const included = Boolean(list.parts_tax_included);
        const { sorted_taxes } = accountTaxHelpers.flatten_taxes_and_sort_them(taxes);
        if (sorted_taxes.every((tax) => Boolean(tax.price_include) === included)) {
            return price;
        }
        const details = accountTaxHelpers.get_tax_details(taxes, price, 1, {
            rounding_method: "round_globally",
            product: variant || this,
            special_mode: included ? "total_included" : "total_excluded",
        });
        return details.taxes_data
            .filter((data) => data.tax.price_include)
            .reduce((sum, data) => sum + data.tax_amount, details.total_excluded);
    },
});
