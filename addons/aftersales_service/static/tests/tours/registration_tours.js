// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

// A dealer registers on a phone what was sold; the warranty begins.
registry.category("web_tour.tours").add("aftersales_portal_registration", {
    steps: () => [
        {
            content: "The unit waits for its registration",
            trigger: "[name=units] [data-serial='T-SERIAL-1'] a:contains('Register')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The serial is filled in",
            trigger: "#o_registration_serial:value('T-SERIAL-1')",
        },
        {
            content: "The form fits the phone",
            trigger: "form[name=registration]",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
                const today = document.querySelector("#o_registration_sold_on").max;
                document.querySelector("#o_registration_sold_on").value = today;
            },
        },
        {
            content: "Who bought it",
            trigger: "#o_registration_user_name",
            run: "edit Rita Retail",
        },
        {
            content: "The phone",
            trigger: "#o_registration_phone",
            run: "edit +1 555 0321",
        },
        {
            content: "The user agrees",
            trigger: "#o_registration_consent",
            run: "check",
        },
        {
            content: "Register",
            trigger: "form[name=registration] button:contains('Register')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The warranty runs",
            trigger: "[name=done]:contains('Registered')",
        },
    ],
});
