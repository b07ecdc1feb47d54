// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_rebate_accountant", {
    steps: () => [
        {
            content: "Create a settlement",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Look for the agreement",
            trigger: ".o_field_widget[name=agreement_id] input",
            run: "edit Tour agreement",
        },
        {
            content: "Choose the agreement",
            trigger: ".o-autocomplete--dropdown-item > a:contains('Tour agreement')",
            run: "click",
        },
        {
            content: "The first closed period is proposed; compute it",
            trigger: ".o_form_view:has(.o_field_widget[name=period_end]:contains('Mar 31')) button[name=action_compute]:visible",
            run: "click",
        },
        {
            content: "Two dealers are computed",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:nth-child(2)",
        },
        {
            content: "Open the calculation of the first dealer",
            trigger: ".o_field_widget[name=line_ids] .o_data_row td[name=partner_id]:contains('Dealer One')",
            run: "click",
        },
        {
            content: "It is explained in words",
            trigger: ".modal .o_field_widget[name=explanation]:contains('Payable')",
        },
        {
            content: "Close the calculation",
            trigger: ".modal .o_form_button_cancel, .modal-header .btn-close",
            run: "click",
        },
        {
            content: "Release the settlement",
            trigger: "body:not(:has(.modal)) button[name=action_review]:visible",
            run: "click",
        },
        {
            content: "Post the credit notes",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The settlement is posted",
            trigger: ".o_statusbar_status button[data-value=posted].o_arrow_button_current",
        },
        {
            content: "See the credit notes",
            trigger: "button[name=action_view_credit_notes]",
            run: "click",
        },
        {
            content: "There are two of them; open the first",
            trigger: ".o_action_manager:has(.o_last_breadcrumb_item:contains('Credit Notes')) .o_data_row:contains('Dealer One') td:contains('RREB')",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_statusbar_status button[data-value=posted].o_arrow_button_current",
        },
        {
            content: "It leads back to its settlement",
            trigger: "button[name=action_view_rebate_settlement]",
            run: "click",
        },
        {
            content: "Back on the settlement",
            trigger: ".o_form_view .o_field_widget[name=name]:contains('Tour agreement')",
        },
    ],
});
