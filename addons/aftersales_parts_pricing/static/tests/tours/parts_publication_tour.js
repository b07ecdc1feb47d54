// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("parts_publication_propose", {
    steps: () => [
        {
            content: "Begin a publication",
            trigger: ".o_list_button_add, .o-kanban-button-new",
            run: "click",
        },
        {
            content: "Choose the policy",
            trigger: "div[name=policy_id] input",
            run: "edit Tour policy",
        },
        {
            content: "It is the only one of this name",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour policy')",
            run: "click",
        },
        {
            content: "Propose",
            trigger: "button[name=action_propose]",
            run: "click",
        },
        {
            content: "Proposed: the large change waits for somebody else",
            trigger: ".alert:contains('Waits for'):contains('Pricing Manager')",
        },
        {
            content: "Look at the differences",
            trigger: "a[name=lines]",
            run: "click",
        },
        {
            content: "The belt keeps its settlement price",
            trigger: ".o_data_row:contains('Tour belt'):eq(0) td[name=include] .o_boolean_toggle input",
            run: "click",
        },
        {
            content: "It is unticked",
            trigger: ".o_data_row.text-muted:contains('Tour belt')",
        },
        {
            content: "And its guide price",
            trigger: ".o_data_row:contains('Tour belt'):eq(1) td[name=include] .o_boolean_toggle input",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Two prices are left out",
            trigger: ".o_form_saved div[name=excluded_count]:contains('2')",
        },
    ],
});

registry.category("web_tour.tours").add("parts_publication_approve", {
    steps: () => [
        {
            content: "The manager sees what waits for him",
            trigger: ".alert:contains('Waits for'):contains('Pricing Manager')",
        },
        {
            content: "Approve",
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            content: "Approved",
            trigger: ".o_arrow_button_current:contains('Approved')",
        },
    ],
});

registry.category("web_tour.tours").add("parts_publication_publish", {
    steps: () => [
        {
            content: "Publish",
            trigger: "button[name=action_publish]",
            run: "click",
        },
        {
            content: "It cannot be changed afterwards: sure",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Published",
            trigger: ".o_arrow_button_current:contains('Published')",
        },
        {
            content: "The prices are there",
            trigger: "button[name=action_view_prices]",
        },
    ],
});
