# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each language is complete: nothing missing, nothing doubtful, nothing that breaks a sentence."""

import functools
import re

import polib
import pytest

from tools.common import ADDONS
from tools.database import addons
from tools.generate.translations import LANGUAGES

# What the program puts into a sentence, and the tags of a text: as often in each language.
PARTS = re.compile(r"%\([^)]+\)[sdf]|%[sd]|\{\{.*?\}\}|\{[\w.]*\}|</?[a-zA-Z][^>]*>")
CATALOGUES = [(name, language) for name in addons() for language in LANGUAGES]
# Terms that are the same in Chinese: codes, names of programs and of formats, expressions.
TAG = re.compile(r"<code.*?</code>|<[^>]*>|" + PARTS.pattern)
# What of a tag is read out or shown on hovering is translated with it.
SHOWN = re.compile(r'\b(title|placeholder|alt|aria-label|data-tooltip)="([^"]*)"')
WORD = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")


@functools.cache
def catalogue(name, language):
    return list(polib.pofile(str(ADDONS / name / "i18n" / f"{language}.po")))


@pytest.mark.parametrize(("name", "language"), CATALOGUES)
def test_every_term_is_translated(name, language):
    template = polib.pofile(str(ADDONS / name / "i18n" / f"{name}.pot"))
    terms = {entry.msgid: entry for entry in catalogue(name, language)}
    assert sorted(set(terms) ^ {entry.msgid for entry in template}) == [], "run ./sandbox generate"
    assert [entry.msgid for entry in terms.values() if not entry.msgstr.strip()] == []
    assert [entry.msgid for entry in terms.values() if entry.fuzzy] == []


@pytest.mark.parametrize(("name", "language"), CATALOGUES)
def test_a_translation_keeps_what_the_program_fills_in(name, language):
    broken = [
        entry.msgid
        for entry in catalogue(name, language)
        if sorted(PARTS.findall(SHOWN.sub(r"\1", entry.msgid)))
        != sorted(PARTS.findall(SHOWN.sub(r"\1", entry.msgstr)))
        or entry.msgid[:1].isspace() != entry.msgstr[:1].isspace()
        or entry.msgid[-1:].isspace() != entry.msgstr[-1:].isspace()
    ]
    assert broken == []


@pytest.mark.parametrize("name", addons())
def test_chinese_is_chinese(name):
    """A text that was copied is not translated."""
    copied = [
        entry.msgid
        for entry in catalogue(name, "zh_CN")
        if entry.msgstr == entry.msgid and WORD.search(TAG.sub("", entry.msgid))
    ]
    assert copied == []


@pytest.mark.parametrize("name", addons())
def test_what_a_tag_says_is_chinese(name):
    """A title inside a term is translated, too: the tag is not simply copied."""
    copied = [
        entry.msgid
        for entry in catalogue(name, "zh_CN")
        for said in SHOWN.findall(entry.msgid)
        if re.search("[A-Za-z]{3}", TAG.sub("", said[1])) and said in SHOWN.findall(entry.msgstr)
    ]
    assert copied == []


@pytest.mark.parametrize("name", addons())
def test_one_word_is_one_word(name):
    """A term of an add-on has one translation in it, whatever its context."""
    said = {}
    for entry in catalogue(name, "zh_CN"):
        said.setdefault(entry.msgid, set()).add(entry.msgstr)
    assert {term: words for term, words in said.items() if len(words) > 1} == {}
