import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// The leader of a walk starts it, writes a finding down and ends the walk.
tours.add("aftersales_round_walk", {
    steps: () => [
        {
            content: "Open the walk",
            trigger: ".o_data_row td:contains('Tour weekly walk')",
            run: "click",
        },
        {
            content: "Start",
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            content: "It is in progress",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('In Progress')",
        },
        {
            content: "Findings",
            trigger: ".o_notebook .nav-link:contains('Findings')",
            run: "click",
        },
        {
            content: "Add a finding",
            trigger: ".o_field_widget[name=round_finding_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "What was found",
            trigger: ".o_selected_row .o_field_widget[name=name] input",
            run: "edit Oil below the lift",
        },
        {
            content: "Where",
            trigger: ".o_selected_row .o_field_widget[name=area_id] input",
            run: "edit Tour bays",
        },
        {
            content: "Choose the area",
            trigger: ".ui-menu-item > a:contains('Tour bays')",
            run: "click",
        },
        {
            content: "Its keeper is proposed",
            trigger: ".o_selected_row .o_field_widget[name=employee_id] input:value('Tour keeper')",
        },
        {
            content: "What is to be done",
            trigger: ".o_selected_row .o_field_widget[name=rectification] textarea",
            run: "edit Wipe it up",
        },
        {
            content: "The walk is done",
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            content: "It is closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')",
        },
    ],
});

// The keeper finds it among his findings, writes what he did and reports it.
tours.add("aftersales_round_rectify", {
    steps: () => [
        {
            content: "Open the finding",
            trigger: ".o_data_row td:contains('Oil below the lift')",
            run: "click",
        },
        {
            content: "What was done",
            trigger: ".o_field_widget[name=done_note] textarea",
            run: "edit Wiped, cylinder sealed",
        },
        {
            content: "Rectified",
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            content: "It waits for the verifier",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Rectified')",
        },
    ],
});

// The quality engineer has looked at it.
tours.add("aftersales_round_verify", {
    steps: () => [
        {
            content: "Open the finding",
            trigger: ".o_data_row td:contains('Oil below the lift')",
            run: "click",
        },
        {
            content: "Verify",
            trigger: "button[name=action_verify]",
            run: "click",
        },
        {
            content: "It is verified",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Verified')",
        },
    ],
});
