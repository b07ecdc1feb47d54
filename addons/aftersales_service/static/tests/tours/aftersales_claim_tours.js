import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function daysAgo(days) {
    const day = new Date(Date.now() - days * 24 * 3600 * 1000);
    return day.toISOString().slice(0, 10);
}

function enterDay(days) {
    return ({ anchor }) => {
        anchor.value = daysAgo(days);
    };
}

// What the maker answered is taken down, his refund made and posted; the claim is credited.
tours.add("aftersales_service_claim", {
    steps: () => [
        {
            content: "Answer the line",
            trigger: ".o_field_widget[name=line_ids] .o_data_row td[name=answer]",
            run: "click",
        },
        {
            content: "What he says",
            trigger: ".o_selected_row .o_field_widget[name=answer] input",
            run: "click",
        },
        {
            content: "A part of it",
            trigger: ".o_select_menu_item:contains('Approved in Part')",
            run: "click",
        },
        {
            content: "So much",
            trigger: ".o_selected_row .o_field_widget[name=answered_amount] input",
            run: "edit 60",
        },
        {
            content: "Why",
            trigger: ".o_selected_row .o_field_widget[name=reason_id] input",
            run: "edit T price",
        },
        {
            content: "That reason",
            trigger: ".ui-menu-item > a:contains('T price')",
            run: "click",
        },
        {
            content: "Take the answer down",
            trigger: "button[name=action_answer]",
            run: "click",
        },
        {
            content: "It is answered",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Answered')",
        },
        {
            content: "The old part is the maker's",
            trigger: "td[name=old_part_state]:contains('Answered')",
        },
        {
            content: "The accountant makes the refund",
            trigger: "button[name=action_make_refund]",
            run: "click",
        },
        {
            content: "and posts it",
            trigger: "button[name=action_post]",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')",
        },
        {
            content: "Back to the claim",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "It is credited",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Credited')",
        },
    ],
});

// A dealer files a claim on the portal.
tours.add("aftersales_portal_claim", {
    steps: () => [
        {
            content: "A new claim",
            trigger: "a[name=new_claim]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The serial",
            trigger: "#o_claim_serial",
            run: "edit T-SERIAL-1",
        },
        {
            content: "When it failed",
            trigger: "#o_claim_failed",
            run: enterDay(3),
        },
        {
            content: "When it was repaired",
            trigger: "#o_claim_repaired",
            run: enterDay(2),
        },
        {
            content: "What was wrong",
            trigger: "#o_claim_fault",
            run: "selectByLabel [T-1] T fault",
        },
        {
            content: "The cause",
            trigger: "#o_claim_cause",
            run: "edit Seal torn",
        },
        {
            content: "The part",
            trigger: "#o_claim_part_0",
            run: "edit QC-88",
        },
        {
            content: "Who has it",
            trigger: "#o_claim_user",
            run: "edit Tina Customer",
        },
        {
            content: "and by which number he is reached",
            trigger: "#o_claim_phone",
            run: "edit +1 555 0123 99",
        },
        {
            content: "Send it",
            trigger: "button[name=send_claim]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "We have it",
            trigger: "[name=done]:contains('We have your claim')",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
    ],
});
