// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(PosOrder.prototype, {
    /** A list that others start from is loaded to calculate with, not to sell on. */
    updatePricelistAndFiscalPosition() {
        super.updatePricelistAndFiscalPosition(...arguments);
        if (this.pricelist_id?._is_base_only) {
            this.setPricelist(this.config.pricelist_id);
        }
    },

    /** Why the parts of the order stand in the way of its payment, or undefined (P7, P9). */
    getPartsProblem() {
        const list = this.pricelist_id;
        const partner = this.getPartner();
        if (list?.isForDealers() && !partner?.is_parts_dealer) {
            return _t(
                "%(customer)s is no dealer and cannot buy on “%(list)s”: choose the guide list, or the dealer as the customer.",
                { customer: partner?.name || _t("A customer without name"), list: list.name }
            );
        }
        const unpriced = this.lines.filter((line) => line.isGivenAwayPart());
        if (unpriced.length) {
            return _t(
                "%(parts)s: not priced on “%(list)s” for today. Take them off, or ask the pricing department to publish their prices.",
                {
                    parts: unpriced.map((line) => line.getFullProductName()).join(", "),
                    list: list.name,
                }
            );
        }
        return undefined;
    },
});
