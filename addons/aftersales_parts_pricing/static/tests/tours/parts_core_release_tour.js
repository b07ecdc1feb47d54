// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("parts_core_release_ask", {
    steps: () => [
        {
            content: "The transfer says that it needs a release; try it all the same",
            trigger: ".o_form_view .alert:contains('leave our own bases')",
        },
        {
            content: "Validate",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "Refused, with a sentence and a way on",
            trigger: ".o_error_dialog:contains('is a restricted core part')",
        },
        {
            content: "Ask for a release",
            trigger: ".o_error_dialog button:contains('Ask for a Release')",
            run: "click",
        },
        {
            content: "Part and partner are there already; say why",
            trigger: "div[name=product_id] input:value(Tour board)",
        },
        {
            content: "The reason",
            trigger: "div[name=reason] textarea",
            run: "edit The dealer's board is lent for a test",
        },
        {
            content: "Ask",
            trigger: "button[name=action_ask]",
            run: "click",
        },
        {
            content: "Asked; the guardians know",
            trigger: ".o_arrow_button_current:contains('Asked')",
        },
    ],
});

registry.category("web_tour.tours").add("parts_core_release_grant", {
    steps: () => [
        {
            content: "A guardian reads the reason",
            trigger: "div[name=reason]:contains('lent for a test')",
        },
        {
            content: "Grant",
            trigger: "button[name=action_grant]",
            run: "click",
        },
        {
            content: "Granted",
            trigger: ".o_arrow_button_current:contains('Granted')",
        },
    ],
});

registry.category("web_tour.tours").add("parts_core_release_move", {
    steps: () => [
        {
            content: "The release is on the transfer",
            trigger: "button[name=action_view_parts_releases]",
        },
        {
            content: "Validate",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "It went through",
            trigger: ".o_arrow_button_current:contains('Done')",
        },
    ],
});

registry.category("web_tour.tours").add("parts_core_release_twice", {
    steps: () => [
        {
            content: "Another transfer to the same dealer",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "Not twice",
            trigger: ".o_error_dialog:contains('is a restricted core part')",
        },
        {
            content: "Close it",
            trigger: ".o_error_dialog button:contains('Close')",
            run: "click",
        },
        {
            content: "It still waits",
            trigger: ".o_form_view:not(:has(.o_error_dialog)) .o_arrow_button_current:contains('Ready')",
        },
    ],
});
