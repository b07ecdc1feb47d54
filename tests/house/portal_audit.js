// What WCAG 2.2 AA asks of a page, as far as a script can tell: returns a list of what is wrong.
(() => {
    const ROOT = __ROOT__;
    const OTHERS = __OTHERS__;
    const PAGE_WIDTH = __WIDTH__;
    const TARGET = 24;
    const CONTROLS = "input:not([type=hidden]), select, textarea";
    const TARGETS = `a[href], button, summary, [role=button], [tabindex], ${CONTROLS}`;

    const style = document.createElement("style");
    style.textContent = "* { transition: none !important; animation: none !important; }";
    document.head.append(style);
    document.activeElement?.blur();
    const root = document.querySelector(ROOT);
    if (!root) {
        return [`nothing is shown: ${document.body.innerText.slice(0, 300)}`];
    }
    root.querySelectorAll("details").forEach((details) => (details.open = true));

    const troubles = [];
    const tell = (what, element) => {
        const words = (element.innerText || element.name || "").trim().slice(0, 40);
        const kind = `${element.tagName.toLowerCase()}.${element.className}`.slice(0, 70);
        troubles.push(`${what}: ${kind} "${words}"`);
    };
    const isShown = (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.closest("[aria-hidden=true], .visually-hidden");
    const isOurs = (element) => isShown(element) && !(OTHERS && element.closest(OTHERS));
    const all = (selector) => [...root.querySelectorAll(selector)].filter(isOurs);

    // The page does not scroll sideways; what does inside of it can be reached with keys.
    if (document.documentElement.scrollWidth > PAGE_WIDTH || root.scrollWidth > PAGE_WIDTH) {
        troubles.push(`the page is ${document.documentElement.scrollWidth} px wide`);
        for (const element of all("*")) {
            const clipped = element.parentElement.closest(".table-responsive, .overflow-hidden");
            if (element.getBoundingClientRect().right > PAGE_WIDTH + 1 && !clipped) {
                tell("too wide", element);
            }
        }
    }
    for (const element of all("*")) {
        const scrolls = ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
        if (scrolls && element.scrollWidth > element.clientWidth + 1) {
            if (element.tabIndex < 0 && !element.querySelector(TARGETS)) {
                tell("scrolls, but not by keys", element);
            } else if (element.tabIndex >= 0 && !element.getAttribute("aria-label")) {
                tell("takes the focus without a name", element);
            }
        }
    }

    // Names.
    const said = (element) =>
        element.getAttribute("aria-label") ||
        (element.getAttribute("aria-labelledby") || "")
            .split(" ")
            .map((id) => id && document.getElementById(id)?.textContent)
            .join("") ||
        element.title;
    for (const control of all(CONTROLS)) {
        const labels = [...(control.labels || [])].map((label) => label.textContent.trim()).join("");
        if (!labels && !said(control)) {
            tell("no label", control);
        }
    }
    for (const element of all("a[href], button, summary, [role=button]")) {
        const pictures = [...element.querySelectorAll("img[alt], [aria-label], [title]")];
        const name = element.textContent.trim() || pictures.map((one) => one.alt || said(one)).join("");
        if (!name && !said(element)) {
            tell("says nothing", element);
        }
    }
    for (const image of all("img")) {
        if (!image.hasAttribute("alt")) {
            tell("no alt", image);
        }
    }
    const ids = all("[id]").map((element) => element.id);
    for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) {
        troubles.push(`two elements have the id ${id}`);
    }

    // Headings tell the outline.
    const levels = all("h1, h2, h3, h4, h5, h6");
    if (!levels.length || levels[0].tagName !== "H1") {
        troubles.push(`the first heading is ${levels[0]?.tagName}, not H1`);
    }
    levels.forEach((heading, index) => {
        const level = Number(heading.tagName[1]);
        const before = index ? Number(levels[index - 1].tagName[1]) : 0;
        if ((index && level === 1) || level > before + 1) {
            tell(`heading after H${before}`, heading);
        }
    });

    // What is touched is large enough, or far enough from anything else.
    const box = (element) => {
        const label = ["radio", "checkbox", "file"].includes(element.type) && element.closest("label");
        return (label || element).getBoundingClientRect();
    };
    const targets = all(TARGETS).filter((element) => !element.disabled && element.tabIndex >= 0);
    const inText = (element) =>
        getComputedStyle(element).display === "inline" &&
        element.parentElement.textContent.trim() !== element.textContent.trim();
    const centre = (one) => [one.left + one.width / 2, one.top + one.height / 2];
    for (const element of targets) {
        const own = box(element);
        if ((own.width >= TARGET && own.height >= TARGET) || inText(element)) {
            continue;
        }
        const [x, y] = centre(own);
        const near = targets.find((other) => {
            const its = box(other);
            const inside = other.contains(element) || element.contains(other);
            const dx = Math.max(its.left - x, 0, x - its.right);
            const dy = Math.max(its.top - y, 0, y - its.bottom);
            return other !== element && !inside && Math.hypot(dx, dy) < TARGET / 2;
        });
        if (near) {
            tell(`too small to touch (${Math.round(own.width)}×${Math.round(own.height)})`, element);
        }
    }
    for (const element of all("[tabindex]")) {
        if (Number(element.getAttribute("tabindex")) > 0) {
            tell("jumps the order of keys", element);
        }
    }
    for (const element of all("*")) {
        const points = (one) => getComputedStyle(one).cursor === "pointer";
        const known = element.closest(`${TARGETS}, label`) || element.querySelector(TARGETS);
        if (points(element) && !points(element.parentElement) && !known) {
            tell("only a mouse can click this", element);
        }
    }

    // Text against what is behind it.
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const colour = (text) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, bottom) => [
        ...[0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3])),
        1,
    ];
    const behind = (element) => {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(one);
            if (backgroundImage.includes("url(")) {
                return null;
            }
            const layer = colour(backgroundColor);
            layer[3] *= Number(opacity);
            layers.push(layer);
        }
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.slice(0, 3).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const seen = new Set();
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || seen.has(element) || !isOurs(element)) {
            continue;
        }
        seen.add(element);
        if (element.closest("option, :disabled, .disabled, script, style")) {
            continue;
        }
        const ground = behind(element);
        const { color, fontSize, fontWeight } = getComputedStyle(element);
        const ink = colour(color);
        for (let one = element; one; one = one.parentElement) {
            ink[3] *= Number(getComputedStyle(one).opacity);
        }
        if (!ground) {
            continue;
        }
        const [high, low] = [light(over(ink, ground)), light(ground)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05);
        const size = parseFloat(fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) {
            tell(`contrast ${ratio.toFixed(2)}`, element);
        }
    }

    // For the keys: what should be reached, and how each looks before it has the focus.
    const look = (element) => {
        const { outline, boxShadow, borderColor, backgroundColor, color } = getComputedStyle(element);
        const frame = element.closest("label");
        const around = frame && frame !== element ? look(frame) : "";
        return [outline, boxShadow, borderColor, backgroundColor, color, around].join();
    };
    const groups = new Set();
    const expected = targets.filter((element) => {
        if (element.type !== "radio") {
            return !element.closest("iframe");
        }
        const key = `${element.form?.name}/${element.name}`;
        return !groups.has(key) && groups.add(key);
    });
    const before = new Map(targets.map((element) => [element, look(element)]));
    const reached = new Set();
    const dull = new Set();
    root.addEventListener("focusin", ({ target }) => {
        reached.add(target.type === "radio" ? `${target.form?.name}/${target.name}` : target);
        if (before.has(target) && look(target) === before.get(target)) {
            dull.add(target);
        }
    });
    root.tabIndex = -1;
    root.focus();
    window.keysGoOn = () => root.contains(document.activeElement);
    window.keysMissed = () => {
        troubles.length = 0;
        // What closed when the focus came to something else opens by keys again.
        for (const element of expected.filter((one) => one.isConnected)) {
            const key = element.type === "radio" ? `${element.form?.name}/${element.name}` : element;
            if (!reached.has(key)) {
                tell("no key leads to", element);
            }
        }
        dull.forEach((element) => tell("shows no focus", element));
        return troubles;
    };
    return troubles;
})()
