# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Text cut into pieces that an index finds, in any script.

PostgreSQL's own trigrams know letters by the database's locale: in the usual one (C), a Chinese
text has none. And Chinese has no blanks, words of it are two characters long. So letters and
digits are cut in threes here, ideographs in twos, whatever the database thinks of them.
"""

import re
import unicodedata

LATIN = 3
IDEOGRAPH = 2
# What somebody types on the phone; the rest of a long story adds nothing but work.
MOST_WORDS = 24

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A part number keeps together what its dashes, points and slashes part: HX-4711/B.
_RUN = re.compile(
    rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}]+(?:[-./_][^\W_{_IDEOGRAPHS}]+)*", re.UNICODE
)
_SEPARATORS = re.compile(r"[-./_]")
_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPHS}]")


def normalize(text):
    """Text as it is compared: small letters, full-width forms and part numbers made one."""
    return " ".join(run for run, _parts in _read_runs(text))


def get_grams(text):
    """Set of the pieces by which an index finds a text."""
    grams = set()
    for run, parts in _read_runs(text):
        if _IDEOGRAPH.match(run):
            grams.update(run)
            grams.update(_cut(run, IDEOGRAPH))
        else:
            grams.update(_cut(run, LATIN))
            # Short words are found as they stand.
            grams.update(part for part in (run, *parts) if len(part) < LATIN)
    return grams


def split_query(text):
    """Words that are looked for, each with the pieces that all must be there.

    :return: list of (word, list of pieces); a text of ideographs counts as many words
    """
    words = {}
    for run, parts in _read_runs(text):
        if _IDEOGRAPH.match(run):
            for piece in _cut(run, IDEOGRAPH) or [run]:
                words.setdefault(piece, [piece])
            continue
        # A part number is one word, two words with a dash between them are two.
        for word in [run] if any(map(str.isdigit, run)) else parts:
            words.setdefault(word, sorted(set(_cut(word, LATIN) or [word])))
    return list(words.items())[:MOST_WORDS]


def has_word(text, word):
    """Is a word in a normalized text? A short one, as ``no``, stands for itself alone."""
    if len(word) < LATIN and not _IDEOGRAPH.match(word):
        return f" {word} " in f" {text} "
    return word in text


def _read_runs(text):
    """Runs of one script, each with its parts."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    for match in _RUN.finditer(folded):
        parts = _SEPARATORS.split(match[0])
        yield "".join(parts), parts


def _cut(run, size):
    return [run[start : start + size] for start in range(len(run) - size + 1)]
