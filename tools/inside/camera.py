# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes pictures of pages of a running server, and looks whether they are fit to be shown."""

import dataclasses
import io
import json
import urllib.request

from PIL import Image

from tools import printing

from .browser import BrowserError

WIDTH, WIDE, PHONE = 1200, 1500, 390
# Odoo has drawn what it loads, no dialogue reports an error.
SETTLED = """(() => {
    const loading = document.querySelector(".o_loading_indicator, .o_blockUI");
    const ready = document.readyState === "complete" && document.querySelector(%s);
    return Boolean(ready) && !loading && [...document.images].every((image) => image.complete);
})()"""
EMPTY = """(() => {
    if (document.querySelector(".o_error_dialog, .o_notification_bar.bg-danger")) {
        return "an error";
    }
    if (document.querySelector(".o_view_nocontent")) {
        return "an empty list";
    }
    const list = document.querySelector(".o_action_manager > .o_list_view .o_list_renderer");
    if (list && !list.querySelector(".o_data_row, .o_group_header")) {
        return "an empty list";
    }
    return "";
})()"""
CLICK = """(() => {
    const texts = %s;
    const found = [...document.querySelectorAll(%s)].find((element) => element.offsetParent
        && texts.some((text) => element.textContent.includes(text)));
    if (found) { found.click(); }
    return Boolean(found);
})()"""
# What is on the screen anyway, and says nothing in a picture.
TIDY = """(() => {
    const style = document.createElement("style");
    style.textContent = `
        * { animation: none !important; transition: none !important; }
        .o_notification_manager, .o_chatter_topbar { display: none !important; }
        .btn.o_field_translate { display: none !important; }
        .o-mail-Form-chatter, .o-mail-ChatterContainer { display: none !important; }
        .o_portal_chatter, #wrapwrap > footer { display: none !important; }`;
    document.head.append(style);
    if (document.activeElement) { document.activeElement.blur(); }
    window.scrollTo(0, 0);
})()"""
BOX = """(() => {
    const boxes = [...document.querySelectorAll(%s)].filter((element) => element.offsetParent)
        .map((element) => element.getBoundingClientRect());
    if (!boxes.length) { return null; }
    const x = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.left))));
    const y = Math.max(0, Math.floor(Math.min(...boxes.map((box) => box.top))));
    return {
        x, y,
        width: Math.ceil(Math.min(Math.max(...boxes.map((box) => box.right)), innerWidth)) - x,
        height: Math.ceil(Math.min(Math.max(...boxes.map((box) => box.bottom)), innerHeight)) - y,
    };
})()"""

# What somebody wrote, or what a record took over when it was made: in the language of that day.
WRITTEN = ".o_list_char, .o_list_text, .o_field_char, .o_field_text"
# What a reader sees on the picture, or a screen reader says.
TEXTS = """(() => {
    const texts = new Set(), written = %s;
    for (const shown of document.querySelectorAll(%s)) {
        const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (parent.checkVisibility() && !parent.closest(written)) {
                texts.add(walker.currentNode.textContent);
            }
        }
        for (const element of [shown, ...shown.querySelectorAll("*")]) {
            if (element.closest(written)) {
                continue;
            }
            for (const name of ["placeholder", "title", "aria-label", "data-tooltip"]) {
                if (element.hasAttribute(name) && element.checkVisibility()) {
                    texts.add(element.getAttribute(name));
                }
            }
            if (element.matches(".o_field_selection input")) {
                texts.add(element.value);
            }
        }
    }
    return [...texts].map((text) => text.trim()).filter((text) => text);
})()"""


@dataclasses.dataclass(frozen=True)
class Picture:
    """One page, and what of it is shown."""

    name: str
    login: str
    path: str
    #: What is shown: everything that this selector finds, up to the height.
    crop: str
    height: int = 900
    #: What is clicked one after another: (selector, text in it).
    clicks: tuple = ()
    #: What has to be there, where it is more than what is shown.
    ready: str = ""
    width: int = WIDTH
    #: More of what people wrote, which is not translated.
    written: str = ""


class Camera:
    """Takes pictures of one server with one browser, in one language."""

    def __init__(self, browser, port, folder, words=None):
        self.browser = browser
        self.port = port
        self.folder = folder
        #: Words of the language; None for English.
        self.words = words
        self.sessions = {}

    def take(self, picture):
        """Save a picture.

        :return: texts on it that were not translated
        :raise BrowserError: when the page has an error in its console, or nothing to show
        """
        self.browser.resize(picture.width, picture.height)
        self.browser.open(
            f"http://127.0.0.1:{self.port}{picture.path}", self._cookies(picture.login)
        )
        ready = picture.ready or picture.crop
        self._settle(ready if not picture.clicks else "body")
        for selector, text in picture.clicks:
            texts = self.words.all_of(text) if self.words and text else [text]
            self.browser.wait(CLICK % (json.dumps(texts), json.dumps(selector)))
            self.browser.settle()
        self._settle(ready)
        lack = self.browser.evaluate(EMPTY)
        if lack or self.browser.errors:
            raise BrowserError(str(lack or self.browser.errors))
        self.browser.evaluate(TIDY)
        self.browser.settle()
        crop = json.dumps(picture.crop)
        save(
            self.browser.picture(self.browser.evaluate(BOX % crop)),
            self.folder / f"{picture.name}.png",
        )
        if not self.words:
            return []
        written = ", ".join(filter(None, [WRITTEN, picture.written]))
        texts = self.browser.evaluate(TEXTS % (json.dumps(written), crop))
        return self.words.left_in_english(texts)

    def _settle(self, ready):
        self.browser.wait(SETTLED % json.dumps(ready))
        # Odoo draws what it has loaded a moment later.
        self.browser.settle()
        self.browser.wait(SETTLED % json.dumps(ready))

    def _cookies(self, login):
        language = self.words.code if self.words else "en_US"
        return {"session_id": self._session(login), "frontend_lang": language}

    def _session(self, login):
        if login not in self.sessions:
            opener = printing.sign_in(self.port, login)
            jar = next(
                handler.cookiejar
                for handler in opener.handlers
                if isinstance(handler, urllib.request.HTTPCookieProcessor)
            )
            self.sessions[login] = next(c.value for c in jar if c.name == "session_id")
        return self.sessions[login]


def save(content, path):
    """Write a picture with few colours, so that it stays small; leave it where none changed."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image = image.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
