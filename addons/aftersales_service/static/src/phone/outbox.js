import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";

/** How often what is kept is sent again, in milliseconds. */
export const RETRY_DELAY = 10000;

/** A key that no other submission has. */
export function drawKey() {
    if (browser.crypto?.randomUUID) {
        return browser.crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The time in UTC, as the server writes it. */
export function tellTime() {
    return new Date().toISOString().slice(0, 19).replace("T", " ");
}

/** Records in the browser's storage; a full or forbidden storage is told, not hidden. */
export class Shelf {
    constructor(prefix) {
        this.prefix = prefix;
    }

    get(name, fallback) {
        try {
            const text = browser.localStorage.getItem(`${this.prefix}.${name}`);
            return text ? JSON.parse(text) : fallback;
        } catch {
            return fallback;
        }
    }

    /** @returns {boolean} whether it is kept */
    set(name, value) {
        try {
            browser.localStorage.setItem(`${this.prefix}.${name}`, JSON.stringify(value));
            return true;
        } catch {
            return false;
        }
    }

    remove(name) {
        browser.localStorage.removeItem(`${this.prefix}.${name}`);
    }
}

/**
 * What is to be sent, in order. It survives a lost connection and a closed page: each submission
 * stays until the server has answered, and is sent again under the key it was given.
 */
export class Outbox {
    /**
     * @param {Shelf} shelf
     * @param {Object} hooks
     * @param {(entry: Object) => Promise} hooks.send
     * @param {(entry: Object, answer: any) => void} hooks.onSent
     * @param {(entry: Object, error: Error) => void} hooks.onRefused the server said no
     * @param {() => void} hooks.onChange entries or the connection have changed
     */
    constructor(shelf, hooks) {
        this.shelf = shelf;
        this.hooks = hooks;
        this.entries = shelf.get("outbox", []);
        this.connected = true;
        this.sending = null;
    }

    get length() {
        return this.entries.length;
    }

    /**
     * Keep a submission, and send it as soon as there is a network.
     *
     * @param {number} voucherId
     * @param {Object} values
     * @param {Object} [options] step: button that was pressed; version: state of the draft
     * @returns {boolean} whether it is kept where a closed page does not lose it
     */
    add(voucherId, values, { step = null, version = 0 } = {}) {
        if (!step) {
            // The draft replaces an older state of itself, unless that one may be on its way.
            this.entries = this.entries.filter(
                (entry) => entry.step || entry.voucherId !== voucherId || entry === this.sending
            );
        }
        this.entries.push({
            key: drawKey(),
            voucherId,
            values,
            step,
            version,
            toldAt: tellTime(),
        });
        const kept = this.keep();
        this.flush();
        return kept;
    }

    /** @returns {boolean} whether a step of this job waits to be sent */
    hasStep(voucherId, step) {
        return this.entries.some((entry) => entry.voucherId === voucherId && entry.step === step);
    }

    hasAny(voucherId) {
        return this.entries.some((entry) => entry.voucherId === voucherId);
    }

    keep() {
        const kept = this.shelf.set("outbox", this.entries);
        this.hooks.onChange();
        return kept;
    }

    /** Send all that is kept, the oldest first; stops where there is no network. */
    async flush() {
        if (this.sending) {
            return;
        }
        while (this.entries.length) {
            const entry = this.entries[0];
            this.sending = entry;
            this.hooks.onChange();
            try {
                const answer = await this.hooks.send(entry);
                this.connected = true;
                this.drop(entry);
                this.hooks.onSent(entry, answer);
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    this.connected = false;
                    break;
                }
                this.connected = true;
                this.drop(entry);
                this.hooks.onRefused(entry, error);
            } finally {
                this.sending = null;
            }
        }
        this.hooks.onChange();
    }

    drop(entry) {
        this.entries = this.entries.filter((other) => other.key !== entry.key);
        this.keep();
    }
}
