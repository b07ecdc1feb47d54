# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fetch documents from the running server as the person who would print them."""

import http.cookiejar
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
    try:
        with opener.open(address, timeout=300) as answer:
            return answer.read()
    except OSError as error:
        raise Problem(f"The server does not give {address}: {error}") from error
