// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { ProductPricelist } from "@point_of_sale/app/models/product_pricelist";
import { patch } from "@web/core/utils/patch";

patch(ProductPricelist.prototype, {
    computeGeneralRulesByCateg() {
        super.computeGeneralRulesByCateg(...arguments);
        this.uiState.hasPublishedRules = this.item_ids.some(
            (rule) => rule.base === "published_price" && rule.compute_price !== "fixed"
        );
        this.uiState.hasChainedRules = this.item_ids.some(
            (rule) => rule.base === "pricelist" && rule.compute_price !== "fixed"
        );
    },

    /** Whether prices of the list may be or start from published ones. */
    mayBePublished() {
        return this.uiState.hasPublishedRules || this.uiState.hasChainedRules;
    },

    /** Units of the list's currency for one of the point of sale's, on the day of loading. */
    getCurrencyRate() {
        return this._currency_rate || 1;
    },

    /** Whether the list is for dealers and never for users (P9). */
    isForDealers() {
        return ["settlement", "tier"].includes(this.parts_list_kind);
    },
});
