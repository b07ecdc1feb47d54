# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ask the running server for documents, or for a signature, as the person who would do it."""

import http.cookiejar
import json
import re
import shutil
import urllib.parse
import urllib.request

from .common import OUT, Problem, say


def can_print():
    """Whether the program that makes PDFs is there."""
    return bool(shutil.which("wkhtmltopdf"))


def print_documents(port, documents):
    """Save each document as ``.sandbox/out/<file>``.

    :param documents: list of dicts with ``file``, ``login`` and ``url`` (from the root)
    :raise Problem: when the server gives something else than a PDF
    """
    if not can_print():
        say("(wkhtmltopdf is missing: no PDF is printed) ")
        return
    sessions = {}
    for document in documents:
        login = document["login"]
        if login not in sessions:
            sessions[login] = sign_in(port, login)
        content = _fetch(sessions[login], f"http://127.0.0.1:{port}{document['url']}")
        if not content.startswith(b"%PDF"):
            raise Problem(f"{document['file']}: the server's answer to {login} is no PDF.")
        (OUT / document["file"]).write_bytes(content)


def send_requests(port, requests):
    """Do what needs a server that prints, as a page in the browser would do it.

    :param requests: list of dicts with ``login``, ``url`` (from the root) and ``params``
    :raise Problem: when the server refuses one
    """
    if not can_print():
        return
    for request in requests:
        call = urllib.request.Request(
            f"http://127.0.0.1:{port}{request['url']}",
            json.dumps({"jsonrpc": "2.0", "params": request["params"]}).encode(),
            {"Content-Type": "application/json"},
        )
        answer = json.loads(_fetch(sign_in(port, request["login"]), call))
        trouble = answer.get("error") or answer["result"].get("error")
        if trouble:
            raise Problem(f"The server refuses {request['url']} to {request['login']}: {trouble}")


def sign_in(port, login):
    """An opener with the session of a demo user, whose password is the login."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    address = f"http://127.0.0.1:{port}/web/login"
    page = _fetch(opener, address).decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    fields = {"login": login, "password": login, "csrf_token": token[1] if token else ""}
    data = urllib.parse.urlencode(fields).encode()
    try:
        with opener.open(address, data, timeout=120) as answer:
            landed = urllib.parse.urlsplit(answer.url).path
    except OSError as error:
        raise Problem(f"The server does not let {login} in: {error}") from error
    if landed == "/web/login":
        raise Problem(f"The demo user {login} cannot sign in.")
    return opener


def _fetch(opener, address):
    """Content of an address, or the answer to a request."""
    try:
        with opener.open(address, timeout=300) as answer:
            return answer.read()
    except OSError as error:
        address = getattr(address, "full_url", address)
        raise Problem(f"The server does not give {address}: {error}") from error
