import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// What is overdue is recorded with what was found.
tours.add("aftersales_crm_visit", {
    steps: () => [
        {
            content: "The overdue visit",
            trigger: ".o_data_row.text-danger:contains('Tour customer') td[name=partner_id]",
            run: "click",
        },
        {
            content: "What was found",
            trigger: ".o_field_widget[name=result] textarea",
            run: "edit All machines run",
        },
        {
            content: "The visit was made",
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            content: "It is made, nine days late",
            trigger: ".o_field_widget[name=days_late]:contains('9')",
        },
    ],
});

// The clerk calls; the customer comes to the workshop; the lead is a success.
tours.add("aftersales_crm_lead", {
    steps: () => [
        {
            content: "The lead",
            trigger: ".o_data_row:contains('Tour lead') td[name=partner_id]",
            run: "click",
        },
        {
            content: "Follow up",
            trigger: "button[name=action_aftersales_follow_up]",
            run: "click",
        },
        {
            content: "What the customer said",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit Comes at once",
        },
        {
            content: "Followed up",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The stamp stands",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=aftersales_followed_up_by_id]",
        },
        {
            content: "To the unit",
            trigger: ".o_field_widget[name=aftersales_lot_id]",
            run: "hover && click .o_field_widget[name=aftersales_lot_id] .o_external_button",
        },
        {
            content: "To its jobs",
            trigger: "button[name=action_view_aftersales_vouchers]",
            run: "click",
        },
        {
            content: "The customer who stands there",
            trigger: ".o_list_view .o_data_row:contains('REG') .o_data_cell[name=reference]",
            run: "click",
        },
        {
            content: "Is received",
            trigger: "button[name=action_receive]",
            run: "click",
        },
        {
            content: "It counts for the lead",
            trigger: ".o_field_widget[name=lead_id]:contains('Tour lead')",
        },
    ],
});
