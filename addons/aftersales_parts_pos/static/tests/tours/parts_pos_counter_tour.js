// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import { negateStep, scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

/** A cashier sells a part: at the guide price, or to a dealer at its own; nothing restricted. */
registry.category("web_tour.tours").add("parts_pos_counter", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            ProductScreen.productIsDisplayed("Fan"),
            negateStep(ProductScreen.productIsDisplayed("Control board")[0]),
            scan_barcode("PPOS-CORE"),
            {
                content: "the barcode of a restricted part is not known",
                trigger: ".o_notification:contains(PPOS-CORE)",
            },
            ProductScreen.clickDisplayedProduct("Fan", true, "1", "30.0"),
            ProductScreen.clickPriceList("Dealer settlement"),
            ProductScreen.selectedOrderlineHas("Fan", "1", "15.0"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Card"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("is no dealer"),
            Dialog.confirm("Ok"),
            PaymentScreen.clickPartnerButton(),
            PaymentScreen.clickCustomer("Counter dealer"),
            // An invoice is made of a PDF, which has its own tests.
            PaymentScreen.clickInvoiceButton(),
            PaymentScreen.clickValidate(),
            ReceiptScreen.isShown(),
            ReceiptScreen.totalAmountContains("15.00"),
        ].flat(),
});
