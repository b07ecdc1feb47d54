# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user guide: its pictures are there, and it uses the words of the screens."""

import re

import pytest

from tools import guide, system
from tools.common import ADDONS, ROOT, Problem

GUIDE = ROOT / "docs" / "guide"
PICTURE = re.compile(r"!\[([^\]]+)\]\((images/[\w-]+\.png)\)")
WORDS = re.compile(r"(?<![*\w])\*([^*\n]+(?:\n[^*\n]+)?)\*(?![*\w])")
# Odoo's own words, or the demo's.
OTHERS = {"New", "Pay", "Send Money", "My Account", "Import", "italics", "Dashboards", "Logistics"}
# What GitHub still shows at once, and a clone does not mind.
LARGEST = 150_000


def chapters():
    return sorted(GUIDE.glob("*.md"))


def words(text):
    """What the guide says stands on a screen: parts of a path one by one."""
    for match in WORDS.finditer(text):
        yield from (part.strip() for part in " ".join(match[1].split()).split("▸"))


@pytest.fixture(scope="module")
def sources():
    """Texts of views, models and pages, blanks made one."""
    files = [
        *ADDONS.glob("*/**/*.xml"),
        *ADDONS.glob("*/**/*.py"),
        *ADDONS.glob("*/data/**/*.json"),
    ]
    text = "\n".join(path.read_text() for path in files if "tests" not in path.parts)
    return text.replace("&amp;", "&")


def test_every_picture_is_there_and_named():
    named = [path for chapter in chapters() for _text, path in PICTURE.findall(chapter.read_text())]
    there = sorted(f"images/{path.name}" for path in (GUIDE / "images").iterdir())
    assert named
    assert sorted(named) == there


def test_pictures_are_small():
    large = {path.name for path in (GUIDE / "images").iterdir() if path.stat().st_size > LARGEST}
    assert not large


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_links_inside_a_chapter_lead_somewhere(chapter):
    text = chapter.read_text()
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: path.stem)
def test_words_are_those_of_the_screens(chapter, sources):
    unknown = {
        word
        for word in words(chapter.read_text())
        if word not in OTHERS
        and not re.search(rf"[\"'>]{re.escape(word)}[\"'<. ]|\b{_field(word)}\b", sources)
    }
    assert not unknown


def _field(word):
    """The name of a field whose label Odoo makes of its name."""
    return re.escape(word.lower().replace(" ", "_")) + r"(_ids?)? = fields"


def test_pictures_need_a_browser(monkeypatch):
    monkeypatch.setattr(system, "browser", lambda: None)
    with pytest.raises(Problem, match="no Chromium"):
        guide.run(None, 8069)


class Page:
    """A browser whose pages are as a test says."""

    def __init__(self, lack="", errors=()):
        self.lack, self.errors = lack, list(errors)

    def evaluate(self, _script):
        return self.lack

    def wait(self, _script):
        return True

    def resize(self, *_size):
        pass

    def open(self, *_address):
        pass


@pytest.mark.parametrize(
    ("page", "trouble"),
    [(Page("an empty list"), "an empty list"), (Page(errors=["TypeError"]), "TypeError")],
)
def test_a_page_that_is_empty_or_broken_is_refused(page, trouble, tmp_path):
    pictures = pytest.importorskip("tools.inside.pictures")
    camera = pictures.Camera(page, 8069, tmp_path)
    camera.sessions["accountant"] = "known"
    with pytest.raises(pictures.BrowserError, match=trouble):
        camera.take(pictures.Picture("one", "accountant", "/odoo", "body"))
    assert not list(tmp_path.iterdir())
