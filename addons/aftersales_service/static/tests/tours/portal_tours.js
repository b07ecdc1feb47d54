// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

function fitsTheScreen() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error("The page is wider than the screen");
    }
}

// A customer asks for service on his own machine.
tours.add("aftersales_portal_ask", {
    steps: () => [
        {
            content: "The form fits the phone",
            trigger: "form[name=request]",
            run: fitsTheScreen,
        },
        {
            content: "Choose the machine",
            trigger: "#o_request_unit",
            run: "selectByLabel T model T-SERIAL-1",
        },
        {
            content: "Say what is wrong",
            trigger: "#o_request_fault",
            run: "edit It smokes",
        },
        {
            content: "Agree",
            trigger: "#o_request_consent",
            run: "check",
        },
        {
            content: "Send",
            trigger: "form[name=request] button:contains('Send')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is registered",
            trigger: "[name=done]:contains('registered')",
            run: fitsTheScreen,
        },
        {
            content: "Back to the list",
            trigger: ".breadcrumb a:contains('Service Jobs')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The job is there",
            trigger: "[name=jobs] li:contains('It smokes')",
            run: fitsTheScreen,
        },
    ],
});

// When it is done he rates it from the mail's link.
tours.add("aftersales_portal_rate", {
    steps: () => [
        {
            content: "Five steps, the mail's one is chosen",
            trigger: "input[name=rate][value='5']:checked",
            run: fitsTheScreen,
        },
        {
            content: "Another one",
            trigger: "label:contains('Satisfied') input[value='4']",
            run: "click",
        },
        {
            content: "A comment",
            trigger: "#o_rating_comment",
            run: "edit Friendly, a little late",
        },
        {
            content: "Send",
            trigger: "form[name=rating] button:contains('Send')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Thanks",
            trigger: "[name=done]:contains('Thank you')",
        },
    ],
});

// An outlet without employees of ours does a job on a phone.
tours.add("aftersales_portal_outlet", {
    steps: () => [
        {
            content: "The new job",
            trigger: "[name=jobs] li:contains('New') a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Accept it",
            trigger: "form[name=accept] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is ours",
            trigger: "[data-step=accepted]",
        },
        {
            content: "Start",
            trigger: "form[name=start] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Write what was done",
            trigger: "#o_outlet_work_done",
            run: "edit Hose replaced",
        },
        {
            content: "A part",
            trigger: "#o_outlet_part",
            run: "edit QX-77",
        },
        {
            content: "Look it up",
            trigger: "button[name=search_part]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What was written is kept; add the part",
            trigger: "[name=parts] li[data-part='QX-77'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is on the job",
            trigger: "[name=lines]:contains('T part')",
            run: fitsTheScreen,
        },
        {
            content: "Finished",
            trigger: "button[name=report_work]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The customer's name",
            trigger: ".o_web_sign_name_input",
            run: "edit Cus Tomer",
        },
        {
            content: "signs itself",
            trigger: ".o_portal_sign_submit:not([disabled])",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Done",
            trigger: "[data-step=done]",
            run: fitsTheScreen,
        },
    ],
});
