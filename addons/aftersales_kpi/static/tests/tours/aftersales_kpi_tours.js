import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// The manager computes the month, looks at the jobs behind a figure and hands the sheet out.
tours.add("aftersales_kpi_manager", {
    steps: () => [
        {
            content: "Compute last month",
            trigger: ".modal button[name=action_generate]",
            run: "click",
        },
        {
            content: "Open the sheet",
            trigger: ".o_data_row td[name=employee_id]:contains('Tess')",
            run: "click",
        },
        {
            content: "The jobs behind the first figure",
            trigger: ".o_field_widget[name=line_ids] button[name=action_view_sources]:first",
            run: "click",
        },
        {
            content: "The very job",
            trigger: ".o_list_view .o_data_row:contains('SV/')",
        },
        {
            content: "Back",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Discuss",
            trigger: "button[name=action_discuss]",
            run: "click",
        },
        {
            content: "Discussed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Discussed')",
        },
        {
            content: "A manager does not agree for the employee",
            trigger: ".o_form_statusbar:not(:has(button[name=action_agree]))",
        },
    ],
});

// The employee reads the own sheet and agrees.
tours.add("aftersales_kpi_employee", {
    steps: () => [
        {
            content: "Open the own sheet",
            trigger: ".o_data_row td[name=employee_id]:contains('Tess')",
            run: "click",
        },
        {
            content: "Why so many points",
            trigger: ".o_field_widget[name=line_ids] td[name=explanation]:contains('lies in the row')",
        },
        {
            content: "Agree",
            trigger: "button[name=action_agree]",
            run: "click",
        },
        {
            content: "Agreed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Agreed')",
        },
    ],
});
