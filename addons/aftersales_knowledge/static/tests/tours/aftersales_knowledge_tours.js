import { registry } from "@web/core/registry";

// The caller says what is wrong; an article is proposed, read, and solves the call.
registry.category("web_tour.tours").add("aftersales_knowledge_call", {
    steps: () => [
        {
            content: "The number that rings",
            trigger: ".o_field_widget[name=query] input",
            run: "edit 555 0777 && press Tab",
        },
        {
            content: "The unit is found",
            trigger: ".o_field_widget[name=lot_id] input:value('TOUR-0001')",
        },
        {
            content: "What the caller says",
            trigger: ".o_field_widget[name=fault_description] textarea",
            run: "edit A zyzzyva noise && press Tab",
        },
        {
            content: "An article is proposed: open it",
            trigger: ".o_field_widget[name=suggested_article_ids] td:contains('Tour: put it in neutral')",
            run: "click",
        },
        {
            content: "Read what to do",
            trigger: ".modal .o_field_widget[name=solution]:contains('Neutral first')",
        },
        {
            content: "Back to the call",
            trigger: ".modal .o_form_button_cancel, .modal .btn-close",
            run: "click",
        },
        {
            content: "This one solved it",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=article_id] label:contains('Tour: put it in neutral')",
            run: "click",
        },
        {
            content: "Solved by phone",
            trigger: "button[name=action_solve_by_phone]",
            run: "click",
        },
        {
            content: "The next call",
            trigger:
                "body:not(:has(.o_field_widget[name=suggested_article_ids])) .o_field_widget[name=query] input",
        },
    ],
});
