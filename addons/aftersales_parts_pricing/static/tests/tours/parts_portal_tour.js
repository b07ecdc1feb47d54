// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("parts_portal", {
    steps: () => [
        {
            content: "Type an old number, without its blanks",
            trigger: "#o_parts_text",
            run: "edit old557",
        },
        {
            content: "Search",
            trigger: "form[role=search] button:contains('Search')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The part that took its place is there, with a light; no wider than the screen",
            trigger: "li[data-part='QX-100/1'] [data-light=green]",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the screen");
                }
            },
        },
        {
            content: "Two of them",
            trigger: "li[data-part='QX-100/1'] input[type=number]",
            run: "edit 2",
        },
        {
            content: "Put them into the cart",
            trigger: "li[data-part='QX-100/1'] button:contains('Add')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Go to the cart",
            trigger: "[name=added] a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Give the own order number",
            trigger: "#o_parts_reference",
            run: "edit TOUR-1",
        },
        {
            content: "Order",
            trigger: "button[name=place_order]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is confirmed; look at what is open",
            trigger: "[name=ordered]:contains('confirmed')",
        },
        {
            content: "Open the deliveries",
            trigger: "nav a[href='/my/parts/deliveries']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The part is still to come",
            trigger: "ul[name=open] li[data-part='QX-100/1']",
        },
    ],
});
