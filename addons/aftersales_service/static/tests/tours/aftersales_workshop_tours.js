import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// What a customer brings is written down, taken in, and handed out against its receipt.
tours.add("aftersales_service_storekeeper_goods", {
    steps: () => [
        {
            content: "New receipt",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Whose goods",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Tour customer",
        },
        {
            content: "Choose the owner",
            trigger: ".ui-menu-item > a:contains('Tour customer')",
            run: "click",
        },
        {
            content: "Add what he hands in",
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "The model",
            trigger: ".o_selected_row .o_field_widget[name=product_id] input",
            run: "edit Tour model",
        },
        {
            content: "Choose it",
            trigger: ".ui-menu-item > a:contains('Tour model')",
            run: "click",
        },
        {
            content: "Its name stands there",
            trigger: ".o_selected_row .o_field_widget[name=name] input:value('Tour model')",
        },
        {
            content: "The serial as read",
            trigger: ".o_selected_row .o_field_widget[name=serial] input",
            run: "edit TOUR-PLATE-7",
        },
        {
            content: "The goods are here",
            trigger: "button[name=action_take_in]",
            run: "click",
        },
        {
            content: "In the house, with a number",
            trigger:
                ".o_statusbar_status .o_arrow_button_current:contains('In the House')",
        },
        {
            content: "The receipt has its number",
            trigger: "h1 .o_field_widget[name=name]:contains('CPR/')",
        },
        {
            content: "The customer takes them back",
            trigger: "button[name=action_return]",
            run: "click",
        },
        {
            content: "Who takes them is proposed",
            trigger: ".modal .o_field_widget[name=signed_by] input:value('Tour customer')",
        },
        {
            content: "Hand out, paper taken back",
            trigger: ".modal button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "Voided",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Voided')",
        },
    ],
});

// The supervisor inspects: sent back once, passed then; the goods go back and the job is done.
tours.add("aftersales_service_supervisor_inspects", {
    steps: () => [
        {
            content: "Something is not in order",
            trigger: "button[name=action_send_back]",
            run: "click",
        },
        {
            content: "Say what",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Still leaks",
        },
        {
            content: "Send it back",
            trigger: ".modal .modal-footer button[name=action_send_back]",
            run: "click",
        },
        {
            content: "Sent back; the technician finishes it again",
            trigger: "body:not(:has(.modal)) button[name=action_card_finish]",
            run: "click",
        },
        {
            content: "Now it is in order",
            trigger: "button[name=action_pass]",
            run: "click",
        },
        {
            content: "Repaired",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Repaired')",
        },
        {
            content: "To the job",
            trigger: "button[name=action_view_aftersales_voucher]",
            run: "click",
        },
        {
            content: "To the goods",
            trigger: "button[name=action_view_goods_receipts]",
            run: "click",
        },
        {
            content: "The customer is here",
            trigger: "button[name=action_return]",
            run: "click",
        },
        {
            content: "Hand out",
            trigger: ".modal button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "Voided; back to the job",
            trigger:
                "body:not(:has(.modal)) .o_form_view:has(.o_arrow_button_current:contains('Voided')) button[name=action_view_voucher]",
            run: "click",
        },
        {
            content: "Done",
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            content: "The job is done",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
    ],
});

tours.add("aftersales_service_supervisor_closes", {
    steps: () => [
        {
            content: "Close",
            trigger: "button[name=action_close]",
            run: "click",
        },
        {
            content: "Closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')",
        },
    ],
});
