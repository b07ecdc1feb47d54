// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { PosOrderline } from "@point_of_sale/app/models/pos_order_line";
import { patch } from "@web/core/utils/patch";

patch(PosOrderline.prototype, {
    /** Whether a part goes for nothing because it has no published price (P7). */
    isGivenAwayPart() {
        return (
            this.qty > 0 &&
            !this.price_unit &&
            !this.combo_parent_id &&
            this.product_id.product_tmpl_id.isUnpricedPart(
                this.order_id.pricelist_id,
                this.qty,
                this.product_id
            )
        );
    },
});
