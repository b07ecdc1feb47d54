# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Months, quarters and years as the reader's language writes them."""

from babel.dates import format_skeleton

from odoo.tools.misc import babel_locale_parse, get_lang

# Skeletons of CLDR: what is shown, not in which order; a fixed pattern gives "九月 2026".
_SKELETONS = {"month": "yMMMM", "short_month": "yMMM", "quarter": "yQQQ", "year": "y"}


def format_period(env, day, kind="month"):
    """Name the period that ``day`` is in, such as September 2026 or 2026年9月.

    :param kind: month, short_month, quarter or year
    :return: str; empty without a day
    """
    if not day:
        return ""
    locale = babel_locale_parse(get_lang(env).code)
    return format_skeleton(_SKELETONS[kind], day, locale=locale)
