import {
    Component,
    markRaw,
    onMounted,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useState,
} from "@odoo/owl";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Outbox, RETRY_DELAY, Shelf, drawKey } from "./outbox";
import { SignatureArea } from "./signature_area";

const MODEL = "aftersales.voucher";
/** Photos are made smaller before they are sent, in pixels. */
const PHOTO_SIZE = 1600;

/**
 * My Jobs: one job on one screen of a phone.
 *
 * What the technician enters is a draft in the browser's storage. It is sent at once where there
 * is a network, and again, under its own key, where there was none.
 */
export class MyJobs extends Component {
    static template = "aftersales_service.MyJobs";
    static components = { SignatureArea };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.barcode = useService("barcode");
        this.shelf = new Shelf(`aftersales_phone.${session.db}.${user.userId}`);
        this.state = useState({
            jobs: [],
            cash: "",
            job: null,
            draft: null,
            catalog: null,
            picker: null,
            query: "",
            error: "",
            waiting: 0,
            connected: true,
            busy: false,
            loaded: false,
            refusing: false,
            reason: "",
            agreeing: false,
            name: "",
            store: null,
            asking: null,
            askQuantity: 1,
        });
        this.canScan = isBarcodeScannerSupported();
        this.outbox = markRaw(
            new Outbox(this.shelf, {
                send: (entry) => this.send(entry),
                onSent: (entry, job) => this.onSent(entry, job),
                onRefused: (entry, error) => this.onRefused(entry, error),
                onChange: () => this.onOutboxChange(),
            })
        );
        useBus(this.barcode.bus, "barcode_scanned", (ev) => this.onScanned(ev.detail.barcode));
        useExternalListener(window, "online", () => this.outbox.flush());
        onWillStart(async () => {
            this.onOutboxChange();
            await Promise.all([SignatureArea.load().catch(() => {}), this.loadJobs()]);
            if (this.props.resId) {
                await this.openJob(this.props.resId);
            }
        });
        onMounted(() => {
            this.outbox.flush();
            this.timer = browser.setInterval(() => this.outbox.flush(), RETRY_DELAY);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    // ---------------------------------------------------------------------------------------
    // Network
    // ---------------------------------------------------------------------------------------

    /** Ask the server, else what it said last; null where neither knows. */
    async ask(name, method, args = []) {
        try {
            const answer = await this.orm.silent.call(MODEL, method, args);
            this.state.connected = true;
            this.shelf.set(name, answer);
            return answer;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.connected = false;
            return this.shelf.get(name, null);
        }
    }

    send(entry) {
        const { voucherId, key, values, step, toldAt } = entry;
        return this.orm.silent.call(MODEL, "phone_submit", [
            [voucherId],
            key,
            values,
            step,
            toldAt,
        ]);
    }

    onOutboxChange() {
        this.state.waiting = this.outbox?.length || 0;
        this.state.connected = this.outbox ? this.outbox.connected : true;
        this.state.busy = Boolean(this.outbox?.sending);
    }

    onSent(entry, job) {
        const draft = this.getDraft(entry.voucherId);
        if (draft && draft.version === entry.version) {
            this.dropDraft(entry.voucherId);
        }
        this.shelf.set(`job${job.id}`, job);
        if (this.state.job?.id === job.id) {
            this.state.job = job;
            this.state.error = "";
            if (draft && !job.signed && !job.frozen && draft.signature && entry.values.signature) {
                this.notify(_t("The work has changed: the customer signs again."));
            }
        }
        if (entry.step) {
            this.loadJobs();
        }
        if (entry.step === "done" || entry.step === "collect") {
            this.state.catalog = null;
        }
    }

    onRefused(entry, error) {
        const message = error.data?.message || error.message;
        if (this.state.job?.id === entry.voucherId) {
            this.state.error = message;
        }
        this.notify(message, "danger");
    }

    notify(message, type = "warning") {
        this.notification.add(message, { type });
    }

    // ---------------------------------------------------------------------------------------
    // List
    // ---------------------------------------------------------------------------------------

    async loadJobs() {
        const answer = await this.ask("jobs", "get_phone_jobs");
        this.state.jobs = answer?.jobs || [];
        this.state.cash = answer?.cash || "";
        this.state.loaded = true;
    }

    async openJob(id) {
        const [job, catalog] = await Promise.all([
            this.ask(`job${id}`, "get_phone_job", [[id]]),
            this.ask(`catalog${id}`, "get_phone_catalog", [[id]]),
        ]);
        if (!job) {
            this.notify(_t("This job was not opened before, and there is no network now."));
            return;
        }
        Object.assign(this.state, {
            job,
            catalog,
            draft: this.getDraft(id),
            error: "",
            picker: null,
            agreeing: false,
            refusing: false,
            store: null,
            asking: null,
        });
        this.props.updateActionState?.({ resId: id });
        this.scrollUp();
    }

    closeJob() {
        this.state.job = null;
        this.state.draft = null;
        this.props.updateActionState?.({ resId: false });
        this.loadJobs();
        this.scrollUp();
    }

    scrollUp() {
        document.querySelector(".o_aftersales_phone")?.scrollTo(0, 0);
    }

    // ---------------------------------------------------------------------------------------
    // Draft
    // ---------------------------------------------------------------------------------------

    getDraft(id) {
        return this.shelf.get(`draft${id}`, null);
    }

    dropDraft(id) {
        this.shelf.remove(`draft${id}`);
        if (this.state.job?.id === id) {
            this.state.draft = null;
        }
    }

    /** Change the draft, keep it, and send it unless it is a signature that waits for Done. */
    edit(changes, { submit = true } = {}) {
        const job = this.state.job;
        const draft = {
            lines: [],
            quantities: {},
            removed: [],
            ...(this.state.draft || {}),
            ...changes,
        };
        draft.version = Math.max(Date.now(), (this.state.draft?.version || 0) + 1);
        this.state.draft = draft;
        if (!this.shelf.set(`draft${job.id}`, draft)) {
            this.notify(_t("This phone's storage is full: do not close the page before it is sent."));
        }
        if (submit) {
            this.outbox.add(job.id, this.getValues(), { version: draft.version });
        }
    }

    /** What of the draft goes to the server. */
    getValues() {
        const draft = this.state.draft;
        if (!draft) {
            return {};
        }
        const values = {};
        for (const name of ["work_done", "fault_id", "meter_reading", "nongenuine_notice", "signed_by"]) {
            if (name in draft) {
                values[name] = draft[name];
            }
        }
        if (draft.signature) {
            values.signature = draft.signature;
        }
        // What the server has is known by its id from here on.
        const known = new Set(this.state.job.lines.map((line) => line.key).filter(Boolean));
        const fresh = draft.lines.filter((line) => !known.has(line.key));
        values.lines = [
            ...fresh.map(({ key, operation_id, product_id, lot_id, quantity }) => ({
                key,
                operation_id,
                product_id,
                lot_id,
                quantity,
            })),
            ...Object.entries(draft.quantities).map(([id, quantity]) => ({
                id: Number(id),
                quantity,
            })),
        ];
        values.removed = draft.removed;
        return values;
    }

    /** Press a button of the job: the draft goes along. */
    submit(step, values = {}) {
        const version = this.state.draft?.version || 0;
        this.state.error = "";
        const kept = this.outbox.add(
            this.state.job.id,
            { ...this.getValues(), ...values },
            { step, version }
        );
        if (!kept) {
            this.notify(_t("This phone's storage is full: do not close the page before it is sent."));
        }
    }

    value(name) {
        const draft = this.state.draft;
        return draft && name in draft ? draft[name] : this.state.job[name];
    }

    /** Lines of the server and of the draft, as the technician sees the job. */
    get lines() {
        const draft = this.state.draft;
        const job = this.state.job;
        if (!draft) {
            return job.lines;
        }
        const known = new Set(job.lines.map((line) => line.key).filter(Boolean));
        const gone = new Set(draft.removed);
        return [
            ...job.lines.filter((line) => !gone.has(line.id) && !gone.has(line.key)),
            ...draft.lines.filter((line) => !known.has(line.key)),
        ].map((line) => ({
            ...line,
            unsent: !line.id || line.id in draft.quantities,
            quantity: draft.quantities[line.id] ?? line.quantity,
        }));
    }

    get labour() {
        return this.lines.filter((line) => line.line_type !== "part");
    }

    get parts() {
        return this.lines.filter((line) => line.line_type === "part");
    }

    /** What the customer put the name to is no longer what the job says. */
    get unsigned() {
        return this.state.draft?.signature ? { signature: "" } : {};
    }

    addLine(line) {
        const lines = [...(this.state.draft?.lines || []), { ...line, key: drawKey() }];
        this.state.picker = null;
        this.edit({ lines, ...this.unsigned });
    }

    changeQuantity(line, quantity) {
        if (!(quantity > 0)) {
            return this.removeLine(line);
        }
        const draft = this.state.draft;
        if (line.id) {
            const quantities = { ...(draft?.quantities || {}), [line.id]: quantity };
            return this.edit({ quantities, ...this.unsigned });
        }
        const lines = draft.lines.map((other) =>
            other.key === line.key ? { ...other, quantity } : other
        );
        this.edit({ lines, ...this.unsigned });
    }

    onQuantity(line, ev) {
        this.changeQuantity(line, parseFloat(ev.target.value.replace(",", ".")));
    }

    removeLine(line) {
        const draft = this.state.draft || {};
        const lines = (draft.lines || []).filter((other) => other.key !== line.key);
        const removed = [...(draft.removed || []), line.id || line.key].filter(Boolean);
        const quantities = { ...(draft.quantities || {}) };
        delete quantities[line.id];
        this.edit({ lines, removed, quantities, ...this.unsigned });
    }

    // ---------------------------------------------------------------------------------------
    // Labour and parts
    // ---------------------------------------------------------------------------------------

    openPicker(picker) {
        this.state.picker = this.state.picker === picker ? null : picker;
        this.state.query = "";
        this.state.store = null;
        this.state.asking = null;
    }

    matches(...texts) {
        const words = this.state.query.trim().toLowerCase().split(/\s+/);
        const text = texts.join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
    }

    get operations() {
        const operations = this.state.catalog?.operations || [];
        return operations.filter(({ code, name }) => this.matches(code, name)).slice(0, 30);
    }

    get vanParts() {
        const parts = this.state.catalog?.parts || [];
        return parts
            .filter(({ code, name, barcode, lots }) =>
                this.matches(code, name, barcode, ...lots.map((lot) => lot.name))
            )
            .slice(0, 30);
    }

    addOperation(operation) {
        this.addLine({
            operation_id: operation.id,
            line_type: "labour",
            name: `[${operation.code}] ${operation.name}`,
            quantity: operation.hours,
            uom: _t("Hours"),
            amount: operation.label,
        });
    }

    addPart(part, lot = null) {
        if (part.tracking === "serial" && !lot) {
            if (part.lots.length !== 1) {
                this.state.query = part.code || part.name;
                return this.notify(_t("Choose the serial number."));
            }
            lot = part.lots[0];
        }
        const same = this.parts.find(
            (line) => !lot && line.product_id === part.product_id && !line.lot
        );
        if (same) {
            this.state.picker = null;
            return this.changeQuantity(same, same.quantity + 1);
        }
        this.addLine({
            product_id: part.product_id,
            lot_id: lot?.id || false,
            line_type: "part",
            name: part.code ? `[${part.code}] ${part.name}` : part.name,
            lot: lot?.name || "",
            quantity: 1,
            uom: part.uom,
            amount: part.label,
        });
    }

    /** A number, barcode or serial that was scanned or typed: what it is, out of the own van. */
    findPart(code) {
        const wanted = code.trim().toLowerCase();
        for (const part of this.state.catalog?.parts || []) {
            const lot = part.lots.find(({ name }) => name.toLowerCase() === wanted);
            if (lot) {
                return { part, lot };
            }
            if ([part.barcode, part.code].some((own) => own && own.toLowerCase() === wanted)) {
                return { part, lot: null };
            }
        }
        return null;
    }

    onScanned(code) {
        if (!this.state.job || this.state.job.frozen) {
            return;
        }
        const found = this.findPart(code);
        if (found) {
            return this.addPart(found.part, found.lot);
        }
        this.notify(_t("%s is not in your van.", code));
    }

    onPartEnter(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        ev.preventDefault();
        const found = this.findPart(this.state.query);
        if (found) {
            return this.addPart(found.part, found.lot);
        }
        if (this.vanParts.length === 1) {
            return this.addPart(this.vanParts[0]);
        }
        if (!this.vanParts.length) {
            this.notify(_t("%s is not in your van.", this.state.query));
        }
    }

    async scan() {
        this.onScanned(await scanBarcode(this.env));
    }

    // ---------------------------------------------------------------------------------------
    // Parts that the store is asked for
    // ---------------------------------------------------------------------------------------

    /** Look in the store: its parts are not on the phone, so this needs the network. */
    async findInStore() {
        const query = this.state.query.trim();
        if (query.length < 2) {
            return this.notify(_t("Type at least two letters of the part."));
        }
        this.state.asking = null;
        try {
            this.state.store = await this.orm.silent.call(MODEL, "get_phone_store", [
                [this.state.job.id],
                query,
            ]);
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.notify(_t("There is no network: ask for the part when you are online."));
        }
    }

    onStoreEnter(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.findInStore();
        }
    }

    onAskQuantity(ev) {
        this.state.askQuantity = parseFloat(ev.target.value.replace(",", ".")) || 0;
    }

    chooseStorePart(part) {
        this.state.asking = part;
        this.state.askQuantity = 1;
    }

    askPart() {
        if (!(this.state.askQuantity > 0)) {
            return this.notify(_t("Enter how many you need."));
        }
        this.submit("ask_part", {
            product_id: this.state.asking.product_id,
            quantity: this.state.askQuantity,
        });
        Object.assign(this.state, { asking: null, store: null, picker: null, query: "" });
    }

    // ---------------------------------------------------------------------------------------
    // Estimate, photos, signature, steps
    // ---------------------------------------------------------------------------------------

    /** The breakdown is the server's: nothing may be on its way when the customer agrees. */
    get breakdownHolds() {
        return !this.outbox.hasAny(this.state.job.id) && this.state.waiting === 0;
    }

    agree() {
        this.submit("accept_estimate", {
            name: this.state.name,
            amount: this.state.job.breakdown.amount,
        });
        this.state.agreeing = false;
    }

    refuse() {
        this.submit("refuse_estimate", {
            reason: this.state.reason,
            amount: this.state.job.breakdown.amount,
        });
        this.state.refusing = false;
    }

    async onPhoto(ev) {
        const file = ev.target.files[0];
        ev.target.value = "";
        if (!file) {
            return;
        }
        try {
            this.submit("photo", { photo: await shrinkPhoto(file), photo_name: file.name });
        } catch {
            this.notify(_t("This is no photo: take it again."), "danger");
        }
    }

    onSigned(signature) {
        this.edit({ signature }, { submit: false });
    }

    get signedOff() {
        const signed = this.state.draft?.signature || this.state.job.signed;
        return !this.state.job.needs_signature || (signed && this.value("signed_by"));
    }

    finish() {
        if (!this.signedOff) {
            this.state.error = _t("The customer signs first, and the name is entered.");
            return;
        }
        this.submit("done");
    }

    /** A step that was pressed and is on its way, or waits for the network. */
    isPending(step) {
        return this.state.waiting > 0 && this.outbox.hasStep(this.state.job.id, step);
    }

    get mapUrl() {
        return `https://www.openstreetmap.org/search?query=${encodeURIComponent(
            this.state.job.address
        )}`;
    }

    get receiptUrl() {
        return `/report/pdf/aftersales_service.report_receipt/${this.state.job.id}`;
    }

    openForm() {
        this.action.doAction("aftersales_service.aftersales_voucher_action_my", {
            viewType: "form",
            props: { resId: this.state.job.id },
        });
    }
}

/** A photo as a JPEG of at most PHOTO_SIZE pixels: phones take many times that. */
async function shrinkPhoto(file) {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, PHOTO_SIZE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.8);
}

registry.category("actions").add("aftersales_service.my_jobs", MyJobs);
