import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// A call registered in under a minute: the unit gives the customer, the clerk types the fault.
tours.add("aftersales_service_clerk", {
    steps: () => [
        {
            content: "New entry of the register",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Find the unit by its serial",
            trigger: ".o_field_widget[name=lot_id] input",
            run: "edit TOUR-0001",
        },
        {
            content: "Choose it",
            trigger: ".ui-menu-item > a:contains('TOUR-0001')",
            run: "click",
        },
        {
            content: "The customer comes with the unit",
            trigger: ".o_field_widget[name=phone] input:value('+1 555 0777')",
        },
        {
            content: "Warranty proposes a free job",
            trigger: ".o_field_widget[name=service_type] input[data-value='C']:checked",
        },
        {
            content: "What the caller says",
            trigger: ".o_field_widget[name=fault_description] textarea",
            run: "edit It does not start",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Registered, with a reference",
            trigger: ".o_form_saved .o_field_widget[name=reference]:contains('REG')",
        },
        {
            content: "A clerk cannot dispatch",
            trigger: ".o_form_statusbar:not(:has(button[name=action_dispatch]))",
        },
    ],
});

tours.add("aftersales_service_supervisor", {
    steps: () => [
        {
            content: "Find a technician of the outlet",
            trigger: ".o_field_widget[name=technician_id] input",
            run: "edit Tess",
        },
        {
            content: "Choose him",
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
        {
            content: "and is dispatched",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Dispatched')",
        },
    ],
});
