# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Chromium without a window, driven over its devtools protocol."""

import base64
import contextlib
import itertools
import json
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
    "--lang=en-US",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    # Also as root and in containers, as Odoo's own tours do.
    "--no-sandbox",
)
# A page is done when nothing is loading and nothing has moved for a while.
PATIENCE = 40


class BrowserError(Exception):
    """What the page, or the browser, could not do."""


class Browser:
    """One page of one browser; use it as a context manager."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="guide-")
        command = [program, *OPTIONS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.numbers = itertools.count(1)
        self.errors = []
        self.socket = None

    def __enter__(self):
        try:
            self.socket = websocket.create_connection(
                self._find_page(), timeout=60, suppress_origin=True
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
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            self._note_error(message)
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

    def open(self, address, cookie):
        """Open an address as the owner of a session."""
        host = "/".join(address.split("/")[:3])
        self.call("Network.setCookie", name="session_id", value=cookie, url=host)
        # Leaving the last page is none of this one's troubles.
        self.call("Page.navigate", url="about:blank")
        self.errors.clear()
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
            time.sleep(0.2)
        raise BrowserError(f"The page did not come to: {script}")

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

    def _note_error(self, message):
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"].get("text", "exception"))
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.errors.append(str([arg.get("value") for arg in params["args"]]))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
