/* global SignaturePad */

import { Component, onMounted, onWillStart, onWillUnmount, useRef } from "@odoo/owl";
import { loadJS } from "@web/core/assets";

/** Where the customer signs with a finger. The library is loaded with the screen: no network is
 * needed at the customer's door. */
export class SignatureArea extends Component {
    static template = "aftersales_service.SignatureArea";
    static props = {
        value: { type: String, optional: true },
        onChange: Function,
    };
    static defaultProps = { value: "" };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => SignatureArea.load());
        onMounted(() => this.start());
        onWillUnmount(() => this.pad?.off());
    }

    /** Load what drawing needs, before there may be no network. */
    static load() {
        return loadJS("/web/static/lib/signature_pad/signature_pad.umd.js");
    }

    start() {
        const canvas = this.canvas.el;
        canvas.width = canvas.offsetWidth;
        canvas.height = canvas.offsetHeight;
        this.pad = new SignaturePad(canvas, {
            penColor: "#1b2a6b",
            backgroundColor: "rgba(255,255,255,0)",
        });
        this.pad.addEventListener("endStroke", () => this.props.onChange(this.pad.toDataURL()));
        if (this.props.value) {
            this.pad.fromDataURL(this.props.value, {
                ratio: 1,
                width: canvas.width,
                height: canvas.height,
            });
        }
    }

    clear() {
        this.pad.clear();
        this.props.onChange("");
    }
}
