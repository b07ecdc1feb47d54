import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Draw a stroke, as a finger does. */
function sign(canvas) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const points = [0.2, 0.4, 0.6, 0.8];
    const fire = (type, share) =>
        canvas.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                cancelable: true,
                pointerId: 1,
                pointerType: "touch",
                isPrimary: true,
                button: 0,
                buttons: 1,
                pressure: 0.5,
                clientX: left + width * share,
                clientY: top + height * (share % 0.4 ? 0.3 : 0.7),
            })
        );
    fire("pointerdown", points[0]);
    for (const share of points) {
        fire("pointermove", share);
    }
    fire("pointerup", points.at(-1));
}

/** Our requests fail from here on, as in a cellar; what Odoo's own messages do then is not tried. */
const realRequest = browser.XMLHttpRequest;

function loseConnection() {
    browser.XMLHttpRequest = class extends realRequest {
        open(method, address, ...rest) {
            this.isOurs = address.includes("/aftersales.");
            super.open(method, address, ...rest);
        }
        send(...body) {
            if (this.isOurs) {
                browser.setTimeout(() => this.dispatchEvent(new Event("error")), 10);
            } else {
                super.send(...body);
            }
        }
    };
}

function findConnection() {
    browser.XMLHttpRequest = realRequest;
    window.dispatchEvent(new Event("online"));
}

const openAndArrive = [
    {
        content: "Open my job",
        trigger: ".o_aftersales_job:contains('Tour customer')",
        run: "click",
    },
    {
        content: "The customer is called by a tap",
        trigger: ".o_aftersales_call[href='tel:+1 555 0777']",
    },
    {
        content: "I am here",
        trigger: ".o_aftersales_start",
        run: "click",
    },
    {
        content: "Labour of the fee schedule",
        trigger: ".o_aftersales_add_labour",
        run: "click",
    },
    {
        content: "Choose the operation",
        trigger: ".o_aftersales_operation:contains('TOUR-1')",
        run: "click",
    },
    {
        content: "Sent: the breakdown says what it costs",
        trigger: ".o_aftersales_total:contains('120.00')",
    },
];

const signAndFinish = [
    {
        content: "Who signs",
        trigger: ".o_aftersales_signer",
        run: "edit Jo Signer && press Tab",
    },
    {
        content: "Sign",
        trigger: ".o_aftersales_sign canvas",
        run: ({ anchor }) => sign(anchor),
    },
    {
        content: "Done",
        trigger: ".o_aftersales_done",
        run: "click",
    },
];

tours.add("aftersales_service_phone", {
    steps: () => [
        ...openAndArrive,
        {
            content: "A part by its barcode",
            trigger: ".o_aftersales_part_search",
            run: "edit TOUR-BARCODE && press Enter",
        },
        {
            content: "It is on the job",
            trigger: ".o_aftersales_total:contains('145.00')",
        },
        {
            content: "The customer sees it, and agrees",
            trigger: ".o_aftersales_agree",
            run: "click",
        },
        {
            content: "Who agrees",
            trigger: ".o_aftersales_agree_name",
            run: "edit Jo Payer",
        },
        {
            content: "Agree",
            trigger: ".o_aftersales_agree_confirm:enabled",
            run: "click",
        },
        {
            content: "Agreed",
            trigger: ".o_aftersales_breakdown .alert-success:contains('Jo Payer')",
        },
        ...signAndFinish,
        {
            content: "Signed and done",
            trigger: ".o_aftersales_state:contains('Done')",
        },
        {
            content: "Nothing can be changed",
            trigger: ".o_aftersales_phone:not(:has(.o_aftersales_quantity))",
        },
        {
            content: "Back to the list",
            trigger: ".o_aftersales_back",
            run: "click",
        },
        {
            content: "It is among the jobs of today",
            trigger: ".o_aftersales_job:contains('Done')",
        },
    ],
});

tours.add("aftersales_service_phone_offline", {
    steps: () => [
        ...openAndArrive,
        {
            content: "The connection is lost",
            trigger: ".o_aftersales_phone:not(:has(.o_aftersales_offline))",
            run: loseConnection,
        },
        {
            content: "A part all the same",
            trigger: ".o_aftersales_part_search",
            run: "edit TOUR-PART && press Enter",
        },
        {
            content: "It is kept on the phone",
            trigger: ".o_aftersales_offline:contains('kept on this phone')",
        },
        {
            content: "and shows as not sent",
            trigger: ".o_aftersales_line:contains('TOUR-PART') .fa-cloud-upload",
        },
        ...signAndFinish,
        {
            content: "Done waits for the network",
            trigger: ".o_aftersales_pending",
        },
        {
            content: "Sending again does not help yet",
            trigger: ".o_aftersales_send",
            run: "click",
        },
        {
            content: "The network is back",
            trigger: ".o_aftersales_pending",
            run: findConnection,
        },
        {
            content: "All was sent by itself",
            trigger: ".o_aftersales_state:contains('Done')",
        },
        {
            content: "Nothing is left on the phone",
            trigger: ".o_aftersales_phone:not(:has(.o_aftersales_offline))",
        },
    ],
});
