import { registry } from "@web/core/registry";

// Write down a table, read it in words, try a figure.
registry.category("web_tour.tours").add("rate_table_try", {
    steps: () => [
        {
            content: "New table",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Tour table",
        },
        {
            content: "First row",
            trigger: ".o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "From 10,000",
            trigger: ".o_data_row .o_field_widget[name=from_value] input",
            run: "edit 10000",
        },
        {
            content: "5 %",
            trigger: ".o_data_row .o_field_widget[name=value] input",
            run: "edit 5",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "The table in words",
            trigger: ".o_form_saved .o_field_widget[name=description]:contains('from 10,000: 5 %')",
        },
        {
            content: "Try it",
            trigger: "button[name=action_try]",
            run: "click",
        },
        {
            content: "A figure",
            trigger: ".modal .o_field_widget[name=value] input",
            run: "edit 12000 && press Tab",
        },
        {
            content: "The amount",
            trigger: ".modal .o_field_widget[name=amount]:contains('600.00')",
        },
        {
            content: "and why",
            trigger: ".modal .o_field_widget[name=explanation]:contains('lies in the row')",
        },
        {
            content: "Close",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "Back on the table",
            trigger: "body:not(:has(.modal)) .o_form_saved",
        },
    ],
});
