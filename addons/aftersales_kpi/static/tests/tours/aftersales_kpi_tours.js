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
            trigger: ".o_data_row td[name=subject_name]:contains('Tess')",
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

// The employee reads the own sheet and disputes one indicator; only that one waits.
tours.add("aftersales_kpi_dispute", {
    steps: () => [
        {
            content: "Open the own sheet",
            trigger: ".o_data_row td[name=subject_name]:contains('Tess')",
            run: "click",
        },
        {
            content: "Why so many points",
            trigger:
                ".o_field_widget[name=line_ids] td[name=explanation]:contains('lies in the row')",
        },
        {
            content: "Dispute the speed",
            trigger:
                ".o_data_row:has(td[name=indicator_id]:contains('Speed')) button[name=action_dispute]",
            run: "click",
        },
        {
            content: "Say what is wrong",
            trigger: ".modal .o_field_widget[name=comment] textarea",
            run: "edit The customer was away for a day",
        },
        {
            content: "Dispute",
            trigger: ".modal button[name=action_dispute]",
            run: "click",
        },
        {
            content: "Only that line waits",
            trigger:
                ".o_data_row:has(td[name=indicator_id]:contains('Speed')) td[name=dispute]:contains('Disputed')",
        },
        {
            content: "No agreement meanwhile",
            trigger: ".o_form_statusbar:not(:has(button[name=action_agree]))",
        },
    ],
});

// The manager asks what is open of the month, finds the dispute, and settles it.
tours.add("aftersales_kpi_settle", {
    steps: () => [
        {
            content: "What is open of last month",
            trigger: ".modal button[name=action_open]",
            run: "click",
        },
        {
            content: "One sheet is disputed",
            trigger: ".o_data_row:has(td[name=disputed_count]:contains('1')) td[name=scheme_id]",
            run: "click",
        },
        {
            content: "Answer",
            trigger: "button[name=action_view_sheets]:contains('Answer')",
            run: "click",
        },
        {
            content: "The disputed sheet",
            trigger: ".o_data_row td[name=subject_name]:contains('Tess')",
            run: "click",
        },
        {
            content: "Settle",
            trigger: ".o_field_widget[name=line_ids] button[name=action_settle]",
            run: "click",
        },
        {
            content: "A reason that the employee reads",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The clock runs without pauses",
        },
        {
            content: "Settle",
            trigger: ".modal button[name=action_settle]",
            run: "click",
        },
        {
            content: "Upheld",
            trigger: ".o_field_widget[name=line_ids] td[name=dispute]:contains('Upheld')",
        },
    ],
});

// The employee reads the answer and agrees.
tours.add("aftersales_kpi_employee", {
    steps: () => [
        {
            content: "Open the own sheet",
            trigger: ".o_data_row td[name=subject_name]:contains('Tess')",
            run: "click",
        },
        {
            content: "The answer",
            trigger:
                ".o_field_widget[name=line_ids] td[name=dispute_words]:contains('without pauses')",
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

// Nothing is open any more: the manager closes the month, and every sheet is locked.
tours.add("aftersales_kpi_close", {
    steps: () => [
        {
            content: "What is open of last month",
            trigger: ".modal button[name=action_open]",
            run: "click",
        },
        {
            content: "Nothing but locking",
            trigger: ".o_data_row:has(td[name=agreed_count]:contains('1')) td[name=scheme_id]",
            run: "click",
        },
        {
            content: "Close the month",
            trigger: ".o_form_statusbar button[name=action_close]",
            run: "click",
        },
        {
            content: "Sure",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Closed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Closed')",
        },
    ],
});
