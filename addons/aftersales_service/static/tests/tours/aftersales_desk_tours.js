import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// One field finds caller and unit; the call becomes a job, which is dispatched at once.
tours.add("aftersales_service_call", {
    steps: () => [
        {
            content: "The number that rings",
            trigger: ".o_field_widget[name=query] input",
            run: "edit 555 0777 && press Tab",
        },
        {
            content: "The caller is found",
            trigger: ".o_field_widget[name=contact_name] input:value('Tour customer')",
        },
        {
            content: "His unit as well",
            trigger: ".o_field_widget[name=lot_id] input:value('TOUR-0001')",
        },
        {
            content: "Covered by the warranty",
            trigger: ".badge:contains('In warranty')",
        },
        {
            content: "By which clause",
            trigger: ".o_field_widget[name=warranty_clauses]:contains('Free warranty until')",
        },
        {
            content: "What the caller says",
            trigger: ".o_field_widget[name=fault_description] textarea",
            run: "edit It does not start",
        },
        {
            content: "Register, and another job in the same call",
            trigger: "button[name=action_register_next]",
            run: "click",
        },
        {
            content: "The first one is in the register, and a duplicate is warned of",
            trigger: ".alert-success .o_field_widget[name=voucher_ids]:contains('REG')",
        },
        {
            content: "The caller is still there",
            trigger: ".o_field_widget[name=contact_name] input:value('Tour customer')",
        },
        {
            content: "No unit of ours this time",
            trigger: ".o_field_widget[name=unit_note] input",
            run: "edit old baler",
        },
        {
            content: "What else",
            trigger: ".o_field_widget[name=fault_description] textarea",
            run: "edit It squeaks",
        },
        {
            content: "Register",
            trigger: "button[name=action_register]",
            run: "click",
        },
        {
            content: "The entry of the register",
            trigger: ".o_field_widget[name=reference]:contains('REG')",
        },
        {
            content: "Find a technician of the outlet",
            trigger: ".o_field_widget[name=technician_id] input",
            run: "edit Tess",
        },
        {
            content: "Choose her",
            trigger: ".ui-menu-item > a:contains('Tess')",
            run: "click",
        },
        {
            content: "Dispatch",
            trigger: "button[name=action_dispatch]",
            run: "click",
        },
        {
            content: "The voucher has its number",
            trigger: ".o_field_widget[name=number]:contains('SV/')",
        },
    ],
});

// A card goes to the technician whom it is dragged to.
tours.add("aftersales_service_board", {
    steps: () => [
        {
            content: "What nobody has is open",
            trigger: ".o_kanban_group:contains('Unassigned') .o_kanban_record:contains('Tour board')",
            run: "drag_and_drop(.o_kanban_group:contains('Tess Tour'))",
        },
        {
            content: "Hers now",
            trigger: ".o_kanban_group:contains('Tess Tour') .o_kanban_record:contains('Tour board')",
        },
    ],
});

// The customer is called back and complains: the call is recorded, the complaint is registered.
tours.add("aftersales_service_callback", {
    steps: () => [
        {
            content: "Whom to call, and what was said",
            trigger: ".o_data_row:contains('Tour customer') button[name=action_record_callback]",
            run: "click",
        },
        {
            content: "He was treated badly",
            trigger: ".modal .o_radio_item:contains('Bad Attitude') input",
            run: "click",
        },
        {
            content: "A complaint is proposed",
            trigger: ".modal .o_field_widget[name=with_complaint] input:checked",
        },
        {
            content: "In his words",
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit He shouted at me",
        },
        {
            content: "Record",
            trigger: ".modal button[name=action_record]",
            run: "click",
        },
        {
            content: "The complaint has its number",
            trigger: ".o_notification:contains('CMP/')",
        },
        {
            content: "The customer is still to be satisfied",
            trigger: ".o_data_row:contains('Tour customer') .o_data_cell:contains('Bad Attitude')",
        },
    ],
});
