# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words of the screens in another language, as the catalogues of the add-ons have them."""

import collections
import functools

import polib

from .common import ADDONS


class Words:
    """What stands on a screen in English, and in one other language."""

    def __init__(self, code, folder=ADDONS):
        self.code = code
        self._found = collections.defaultdict(collections.Counter)
        for path in sorted(folder.glob(f"*/i18n/{code}.po")):
            for entry in polib.pofile(str(path)):
                if not entry.obsolete:
                    told = "" if entry.fuzzy else entry.msgstr
                    self._found[joined(entry.msgid)][joined(told)] += 1

    def of(self, english):
        """The usual translation; empty where there is none."""
        told = self._found.get(joined(english), {})
        known = [(count, text) for text, count in told.items() if text]
        return max(known)[1] if known else ""

    def has(self, english):
        """Whether a catalogue has the text, translated or not."""
        return joined(english) in self._found

    def all_of(self, english):
        """Every text that may stand on the screen for an English one, itself among them."""
        return [english, *filter(None, self._found.get(joined(english), ()))]

    def left_in_english(self, texts):
        """Those of the texts of a screen that a catalogue has, and that are English still."""
        return sorted({text for text in map(joined, texts) if self._differs(text)})

    def translations(self):
        """All translations there are."""
        return {text for told in self._found.values() for text in told if text}

    def _differs(self, text):
        told = self._found.get(text)
        return bool(told) and text not in told and any(letter.isalpha() for letter in text)


@functools.cache
def words(code):
    """The words of a language, read once."""
    return Words(code)


def joined(text):
    """A text with its blanks made one, as a browser shows it."""
    return " ".join(text.split())
