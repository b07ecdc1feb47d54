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

const LINE = ".o_field_widget[name=line_ids] .o_data_row";

/** From a computed settlement to posted credit notes. */
function postSteps() {
    return [
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
    ];
}

registry.category("web_tour.tours").add("dealer_rebate_from_template", {
    steps: () => [
        {
            content: "Start from a ready scheme",
            trigger: ".o_control_panel button:contains('New from Template')",
            run: "click",
        },
        {
            content: "See the schemes",
            trigger: ".modal .o_field_widget[name=template] input",
            run: "click",
        },
        {
            content: "Take the purchases of parts",
            trigger:
                ".o_select_menu_item:contains('Parts purchase agreement'):not(:contains('supplier'))",
            run: "click",
        },
        {
            content: "It says what it pays; create the draft",
            trigger: ".modal:has(.o_field_widget[name=summary]:contains('5, 7 or 10')) button[name=action_import]",
            run: "click",
        },
        {
            content: "The draft has the table of the scheme; look for the dealer",
            trigger: ".o_form_view:has(.o_field_widget[name=component_ids] .o_data_row:contains('from 20,000')) .o_field_widget[name=partner_ids] input",
            run: "edit Dealer One",
        },
        {
            content: "Choose the dealer",
            trigger: ".o-autocomplete--dropdown-item > a:contains('Dealer One')",
            run: "click",
        },
        {
            content: "See the ways to pay",
            trigger: ".o_field_widget[name=payout] input",
            run: "click",
        },
        {
            content: "By credit note",
            trigger: ".o_select_menu_item:contains('Credit note')",
            run: "click",
        },
        {
            content: "Put it in force",
            trigger: ".o_form_view:has(.o_tag:contains('Dealer One')) button[name=action_activate]:visible",
            run: "click",
        },
        {
            content: "Settle the first period",
            trigger: "button[name=action_create_settlement]:visible",
            run: "click",
        },
        {
            content: "The first quarter is proposed; compute it",
            trigger: ".o_form_view:has(.o_field_widget[name=period_end]:contains('Mar 31')) button[name=action_compute]:visible",
            run: "click",
        },
        {
            content: "Open the calculation of the dealer",
            trigger: `${LINE}:contains('1,400.00') td[name=partner_id]:contains('Dealer One')`,
            run: "click",
        },
        {
            content: "Row and gate are explained in words",
            trigger: ".modal .o_field_widget[name=explanation]:contains('20,000'):contains('Invoices paid late'):contains('Payable')",
        },
        ...postSteps(),
    ],
});

registry.category("web_tour.tours").add("dealer_rebate_restates", {
    steps: () => [
        {
            content: "Settle the next period",
            trigger: "button[name=action_create_settlement]:visible",
            run: "click",
        },
        {
            content: "The second quarter is proposed; compute it",
            trigger: ".o_form_view:has(.o_field_widget[name=period_end]:contains('Jun 30')) button[name=action_compute]:visible",
            run: "click",
        },
        {
            content: "It has a line for its own period",
            trigger: `${LINE}:contains('3,000.00'):not(.text-info)`,
        },
        {
            content: "And one that takes back; open it",
            trigger: `${LINE}.text-info:contains('-650.00') td[name=partner_id]`,
            run: "click",
        },
        {
            content: "It says so",
            trigger: ".modal .alert:contains('corrects a period')",
        },
        {
            content: "And why, with the period and what was settled before",
            trigger: ".modal .o_field_widget[name=explanation]:contains('Restatement of 2026 Q1'):contains('came or changed after it was settled'):contains('1,400.00')",
        },
        ...postSteps(),
    ],
});
