import { registry } from "@web/core/registry";

// The accountant opens what was accepted, reads how a fee came about, and posts the bill.
registry.category("web_tour.tours").add("aftersales_outlet_accountant", {
    steps: () => [
        {
            content: "Open the settlement",
            trigger: ".o_data_row td[name=outlet_id]:contains('Tour Agent')",
            run: "click",
        },
        {
            content: "How the fee of the job came about",
            trigger: ".o_field_widget[name=line_ids] td[name=name]:contains('× 0.9')",
        },
        {
            content: "Post the bill",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "Posted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')",
        },
        {
            content: "Open the bill",
            trigger: "button[name=action_view_bill]",
            run: "click",
        },
        {
            content: "One line a job",
            trigger: ".o_field_widget[name=invoice_line_ids] .o_data_row:contains('72.00')",
        },
    ],
});
