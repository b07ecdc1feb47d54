// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    /** Said before the payment: the server would refuse the order afterwards. */
    async isOrderValid() {
        const problem = this.order.getPartsProblem();
        if (problem) {
            this.pos.dialog.add(AlertDialog, { title: _t("Parts and Prices"), body: problem });
            return false;
        }
        return super.isOrderValid(...arguments);
    },
});
