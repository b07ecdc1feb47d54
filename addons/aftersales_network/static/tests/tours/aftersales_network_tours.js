import { registry } from "@web/core/registry";

// A prospect goes on to operation with a reason, and its welcome pack is begun.
registry.category("web_tour.tours").add("aftersales_network_agent", {
    steps: () => [
        {
            content: "Change the phase",
            trigger: "button[name=action_change_phase]",
            run: "click",
        },
        {
            content: "Why",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Signed today",
        },
        {
            content: "Confirm",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is in operation",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Operation')",
        },
        {
            content: "Its welcome pack",
            trigger: "button[name=action_view_packs]",
            run: "click",
        },
        {
            content: "The first item is done",
            trigger: ".o_field_widget[name=item_ids] .o_data_row button[name=action_done]",
            run: "click",
        },
        {
            content: "It is ticked",
            trigger: ".o_field_widget[name=item_ids] td[name=state]:contains('Done')",
        },
    ],
});
