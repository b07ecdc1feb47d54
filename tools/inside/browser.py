# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Chromium without a window, driven over its devtools protocol."""

import base64
import contextlib
import itertools
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    # Also as root and in containers, as Odoo's own tours do.
    "--no-sandbox",
)
# Seconds for what a page has to come to.
PATIENCE = 40
# A page is done when nothing is loading and nothing has moved for so many milliseconds; whoever
# waits for an answer longer than that many seconds waits for news, not for the page.
STILL, NEWS = 250, 8
MOVED = """(() => {
    if (!window.guideMoved) {
        window.guideMoved = { at: performance.now() };
        new MutationObserver(() => { window.guideMoved.at = performance.now(); })
            .observe(document, { childList: true, characterData: true, subtree: true });
    }
    return performance.now() - window.guideMoved.at;
})()"""


def _lift_memory_limit():
    """A server limits the addresses of its process, and a browser asks for more than it uses."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class BrowserError(Exception):
    """What the page, or the browser, could not do."""


class Browser:
    """One page of one browser; use it as a context manager."""

    def __init__(self, program, language="en_US"):
        self.profile = tempfile.mkdtemp(prefix="guide-")
        lang = language.replace("_", "-")
        command = [program, *OPTIONS, f"--lang={lang}", f"--user-data-dir={self.profile}"]
        self.process = subprocess.Popen(
            [*command, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # What Chromium says itself, as on a button that chooses a file.
            env=os.environ | {"LANGUAGE": language, "LANG": f"{language}.UTF-8"},
            preexec_fn=_lift_memory_limit,
        )
        self.numbers = itertools.count(1)
        self.errors = []
        #: What the page has asked for and not got yet: {request: when}.
        self.asked = {}
        self.socket = None

    def __enter__(self):
        try:
            self.socket = websocket.create_connection(
                self._find_page(), timeout=PATIENCE, suppress_origin=True
            )
            for domain in ("Page", "Runtime", "Log", "Network"):
                self.call(f"{domain}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        if self.socket:
            self.socket.close()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, **params):
        """Result of a command; console errors on the way are kept."""
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            self._note_error(message)
            self._note_request(message)
            if message.get("id") == number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']['message']}")
                return message["result"]

    def evaluate(self, script):
        """Value of a script in the page."""
        result = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise BrowserError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def resize(self, width, height):
        """Size of the page in pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def open(self, address, cookies):
        """Open an address as the owner of cookies.

        :param cookies: dict of names and values
        """
        host = "/".join(address.split("/")[:3])
        for name, value in cookies.items():
            self.call("Network.setCookie", name=name, value=value, url=host)
        # Leaving the last page is none of this one's troubles.
        self.call("Page.navigate", url="about:blank")
        self.errors.clear()
        self.asked.clear()
        self.call("Page.navigate", url=address)

    def wait(self, script):
        """Wait until a script gives something true, then return it.

        :raise BrowserError: when it does not in time
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            value = self.evaluate(script)
            if value:
                return value
            time.sleep(0.1)
        raise BrowserError(f"The page did not come to: {script}")

    def settle(self):
        """Wait until the page has got all that it asked for, and moves no more."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            still = self.evaluate(MOVED) > STILL
            since = time.monotonic() - NEWS
            if still and not any(when > since for when in self.asked.values()):
                return
            time.sleep(0.05)
        raise BrowserError("The page did not come to rest.")

    def picture(self, clip):
        """PNG of a part of the page.

        :param clip: dict with x, y, width and height
        """
        answer = self.call(
            "Page.captureScreenshot",
            format="png",
            clip=clip | {"scale": 1},
            captureBeyondViewport=False,
        )
        return base64.b64decode(answer["data"])

    def _find_page(self):
        port_file = Path(self.profile) / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, IndexError, StopIteration):
                port = port_file.read_text().split()[0]
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                    pages = json.load(answer)
                return next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise BrowserError("Chromium did not start.")

    def _send(self, message):
        try:
            self.socket.send(json.dumps(message))
        except (websocket.WebSocketException, OSError) as error:
            raise BrowserError(f"The browser does not listen: {error}") from error

    def _receive(self):
        try:
            return json.loads(self.socket.recv())
        except (websocket.WebSocketException, OSError) as error:
            raise BrowserError(f"The browser does not answer: {error}") from error

    def _note_request(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            if not params["request"]["url"].startswith("data:"):
                self.asked[params["requestId"]] = time.monotonic()
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self.asked.pop(params["requestId"], None)

    def _note_error(self, message):
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"].get("text", "exception"))
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.errors.append(str([arg.get("value") for arg in params["args"]]))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
