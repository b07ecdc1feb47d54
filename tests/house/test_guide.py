# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The user guide: a page for each role in each language, its pictures, the words of the screens."""

import re

import pytest

from tools import catalogue, guide, system
from tools.common import ADDONS, LANGUAGES, ROOT, Problem
from tools.database import addons
from tools.generate import guides

GUIDE = ROOT / "docs" / "guide"
PICTURE = re.compile(r"!\[([^\]]+)\]\((\.\./images/[\w/-]+\.png)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
# Odoo's own words, or the demo's.
OTHERS = {*guides.ODOO["zh_CN"], "italics", "斜体", "Albion Machinery"}
# What GitHub still shows at once, and a clone does not mind.
LARGEST = 150_000


def pages(language="*"):
    return sorted(GUIDE.glob(f"{language}/*.md"))


def every_page():
    return [GUIDE / "README.md", *pages()]


def name(path):
    return path.relative_to(GUIDE).as_posix()


def without_code(path):
    """Text of a page, apart from what is generated or typed."""
    text = re.sub(r"<!-- (\w+) -->.*<!-- end of \1 -->", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"`[^`]*`", "", text)


def words(text):
    """What the guide says stands on a screen: parts of a path one by one."""
    for match in guides.ITALICS.finditer(text):
        yield from (part.strip() for part in " ".join(match[1].split()).split("▸"))


def anchors(path):
    """The anchors that headings of a page get."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def shape(path):
    """How many sections and steps a page has, and which pictures."""
    text = path.read_text()
    pictures = [found.rpartition("/")[2] for _text, found in PICTURE.findall(text)]
    return text.count("\n## "), len(re.findall(r"^\d\. ", text, re.MULTILINE)), pictures


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


def test_each_role_has_a_page_in_each_language():
    names = [{path.name for path in pages(language)} for language in LANGUAGES]
    assert names[0] == names[1]
    index = (GUIDE / "README.md").read_text()
    assert [name(path) for path in pages() if f"({name(path)})" not in index] == []


@pytest.mark.parametrize("page", pages("en"), ids=lambda path: path.stem)
def test_pages_of_both_languages_tell_the_same(page):
    assert shape(page) == shape(GUIDE / "zh" / page.name)


def test_every_picture_is_there_and_named():
    named = {
        (page.parent / path).resolve()
        for page in pages()
        for _, path in PICTURE.findall(page.read_text())
    }
    there = set(GUIDE.glob("images/*/*.png"))
    assert named
    assert {path.relative_to(GUIDE) for path in named ^ there} == set()


@pytest.mark.parametrize("page", pages(), ids=name)
def test_a_page_has_pictures_of_its_language(page):
    found = {path.split("/")[2] for _text, path in PICTURE.findall(page.read_text())}
    assert found <= {page.parent.name}


def test_pictures_are_small():
    large = {name(path) for path in GUIDE.glob("images/*/*") if path.stat().st_size > LARGEST}
    assert not large


@pytest.mark.parametrize("page", every_page(), ids=name)
def test_links_lead_somewhere(page):
    lost = set()
    for path, anchor in LINK.findall(page.read_text()):
        target = (page.parent / path).resolve() if path else page
        if path.startswith("http"):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.add((path, anchor))
    assert not lost


@pytest.mark.parametrize("page", [GUIDE / "README.md", *pages("en")], ids=name)
def test_words_are_those_of_the_screens(page, sources):
    found = set(words(without_code(page))) - OTHERS
    assert {word for word in found if not _stands_in(sources, word)} == set()


@pytest.mark.parametrize("page", pages("zh"), ids=name)
def test_chinese_words_are_those_of_the_catalogues(page, sources):
    known = catalogue.words("zh_CN")
    there = known.translations() | set(guides.ODOO["zh_CN"].values()) | OTHERS
    left = set(words(without_code(page))) - there
    # Not translated yet: English on the screen, English here.
    english = {word for word in left if not known.of(word) and _stands_in(sources, word)}
    assert left - english == set()


def test_what_is_generated_is_current():
    stale = [name(path) for path, text in guides.targets() if path.read_text() != text]
    assert not stale, "run python -m tools.generate.guides"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hook_and_role_is_listed(language):
    developer = (GUIDE / language / "developer.md").read_text()
    assert [addon for addon in addons() if f"/{addon}/readme/DEVELOP.rst" not in developer] == []
    administrator = (GUIDE / language / "administrator.md").read_text()
    assert administrator.count("\n| ") > 50


def _stands_in(sources, word):
    """Whether the English of a screen has a word."""
    # Quick for nearly all of them.
    if f'"{word}"' in sources or f">{word}<" in sources:
        return True
    field = _field(word)
    return bool(re.search(rf"[\"'>]{re.escape(word)}[\"'<. ]|\b{field}\b", sources))


def _field(word):
    """The name of a field whose label Odoo makes of its name."""
    return re.escape(word.lower().replace(" ", "_")) + r"(_ids?)? = fields"


def test_pictures_need_a_browser(monkeypatch):
    monkeypatch.setattr(system, "browser", lambda: None)
    with pytest.raises(Problem, match="no Chromium"):
        guide.run(None, 8069)


def test_words_of_another_language(tmp_path):
    folder = tmp_path / "one" / "i18n"
    folder.mkdir(parents=True)
    (folder / "zh_CN.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Job"\nmsgstr "服务单"\n\nmsgid "KPI"\nmsgstr "KPI"\n\nmsgid "Left"\nmsgstr ""\n'
    )
    found = catalogue.Words("zh_CN", tmp_path)
    assert found.of("Job") == "服务单"
    assert found.all_of("Job") == ["Job", "服务单"]
    assert found.left_in_english(["Job", " KPI", "Left", "服务单", "Tara"]) == ["Job", "Left"]


class Page:
    """A browser whose pages are as a test says."""

    def __init__(self, lack="", errors=()):
        self.lack, self.errors = lack, list(errors)

    def evaluate(self, _script):
        return self.lack

    def wait(self, _script):
        return True

    def settle(self):
        pass

    def resize(self, *_size):
        pass

    def open(self, *_address):
        pass


@pytest.mark.parametrize(
    ("page", "trouble"),
    [(Page("an empty list"), "an empty list"), (Page(errors=["TypeError"]), "TypeError")],
)
def test_a_page_that_is_empty_or_broken_is_refused(page, trouble, tmp_path):
    camera = pytest.importorskip("tools.inside.camera")
    taking = camera.Camera(page, 8069, tmp_path)
    taking.sessions["accountant"] = "known"
    with pytest.raises(camera.BrowserError, match=trouble):
        taking.take(camera.Picture("one", "accountant", "/odoo", "body"))
    assert not list(tmp_path.iterdir())
