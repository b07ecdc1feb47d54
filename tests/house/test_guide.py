# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user guide: its pictures are there, and it uses the words of the screens."""

import re

import pytest

from tools.common import ADDONS, ROOT

GUIDE = ROOT / "docs" / "guide"
PICTURE = re.compile(r"!\[([^\]]+)\]\((images/[\w-]+\.png)\)")
WORDS = re.compile(r"(?<![*\w])\*([^*\n]+(?:\n[^*\n]+)?)\*(?![*\w])")
# Odoo's own words, or the demo's.
OTHERS = {"New", "Pay", "Send Money", "My Account", "Import", "italics"}
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
