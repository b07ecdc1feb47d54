// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

const FIRST = "section[data-line]:has(h2:contains('Component 1'))";
const SECOND = "section[data-line]:has(h2:contains('Component 2'))";

registry.category("web_tour.tours").add("dealer_rebate_portal", {
    steps: () => [
        {
            content: "A settlement waits for an answer; open it",
            trigger: ".alert a[href*='/my/rebates/settlement/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing is wider than the screen",
            trigger: `${FIRST} [name=explanation]:contains('Payable')`,
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
        {
            content: "See the documents behind the first line",
            trigger: `${FIRST} summary:contains('documents behind it')`,
            run: "click",
        },
        {
            content: "They are listed",
            trigger: `${FIRST} details[open] td:contains('INV/')`,
        },
        {
            content: "Confirm the first line",
            trigger: `${FIRST} button:contains('Confirm')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is confirmed; look at the other line",
            trigger: `${FIRST} .badge:contains('Confirmed')`,
        },
        {
            content: "Object to the second line",
            trigger: `${SECOND} details[name=object] > summary`,
            run: "click",
        },
        {
            content: "Not to all of it",
            trigger: `${SECOND} input[name=kind][value=document]`,
            run: "click",
        },
        {
            content: "But to the first invoice",
            trigger: `${SECOND} input[name=document]:first`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: `${SECOND} textarea[name=reason]`,
            run: "edit We never got these parts.",
        },
        {
            content: "Send it",
            trigger: `${SECOND} form button:contains('Send the objection')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The objection is there, and everything is answered",
            trigger: `body:has([name=confirmation]:contains('You have answered')) ${SECOND} [name=answer]:contains('We never got these parts.')`,
        },
    ],
});
