# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``python -m tools.generate.readmes``: README.rst out of ``readme/``, store page, its pictures."""

import shutil

from tools.common import ADDONS
from tools.database import addons, manifest

from . import store

FRAGMENTS = (
    ("DESCRIPTION", None),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("DEVELOP", "For developers"),
    ("ROADMAP", "Roadmap"),
    ("HISTORY", "Changelog"),
)


def readme(name):
    """Text of README.rst of an add-on."""
    about = manifest(name)
    parts = [_title(about["name"], "="), f"*{about['summary']}*"]
    for fragment, title in FRAGMENTS:
        path = ADDONS / name / "readme" / f"{fragment}.rst"
        if path.is_file():
            if title:
                parts.append(_title(title, "-"))
            parts.append(path.read_text().strip())
    parts.append(_title("Licence", "-"))
    parts.append(f"{about['license']}, {about['author']}. Version {about['version']}.")
    return "\n\n".join(parts) + "\n"


def targets():
    """Every generated file and its text, in order."""
    for name in addons():
        yield ADDONS / name / "README.rst", readme(name)
        yield ADDONS / name / "static" / "description" / "index.html", store.page(name)


def _title(text, line):
    return f"{text}\n{line * len(text)}"


if __name__ == "__main__":
    for path, text in targets():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(ADDONS))
    for path, shown in store.copies():
        shutil.copyfile(shown, path)
