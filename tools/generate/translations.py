# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Translation templates by Odoo's own export, and each language's file brought up to date."""

import polib

from tools.common import ADDONS
from tools.database import addons

LANGUAGES = ("zh_CN",)
# Dates would change the files at each run and say nothing.
SILENT = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator")


def settle(name):
    """Bring ``i18n/`` of an add-on up to date with its freshly exported template."""
    folder = ADDONS / name / "i18n"
    path = folder / f"{name}.pot"
    template = polib.pofile(str(path), wrapwidth=78)
    for key in SILENT:
        template.metadata[key] = ""
    template.save()
    for language in LANGUAGES:
        _merge(template, folder / f"{language}.po", language)


def _merge(template, path, language):
    catalogue = polib.pofile(str(path), wrapwidth=78) if path.exists() else polib.POFile()
    catalogue.wrapwidth = 78
    catalogue.metadata = {**template.metadata, "Language": language, "Plural-Forms": ""}
    catalogue.merge(template)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    catalogue.save(str(path))


if __name__ == "__main__":
    for addon in addons():
        settle(addon)
