# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs beside Odoo: PDF printing, the browser of the tours, fonts with Chinese."""

import shutil

from .common import Problem, capture, is_root, run, say, step

PROGRAMS = {
    "wkhtmltopdf": ("wkhtmltopdf", "no PDF can be printed"),
    "chromium": ("chromium", "the browser tours cannot run"),
    "cjk": ("fonts-noto-cjk", "Chinese shows as boxes in PDFs and pictures"),
}


def ensure(*, browser):
    """Use what is there; as root install what is not; else say what will not work.

    :param browser: whether the tours are going to run
    """
    missing = [name for name in PROGRAMS if not _present(name)]
    if not browser:
        missing = [name for name in missing if name != "chromium"]
    if not missing:
        return
    packages = [PROGRAMS[name][0] for name in missing]
    if is_root() and shutil.which("apt-get"):
        with step(f"System packages ({', '.join(packages)})"):
            _install(packages)
        return
    for name in missing:
        package, loss = PROGRAMS[name]
        say(f"Missing: {package}; without it {loss}. Install it with your package manager.")


def _install(packages):
    try:
        run(
            ["apt-get", "update", "--quiet"],
            log="apt-system-update",
            what="Reading the package lists",
            hint="Is the network there?",
        )
        run(
            ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages],
            log="apt-system",
            what=f"Installing {', '.join(packages)}",
            hint="Install them by hand and run this again.",
        )
    except Problem as problem:
        say(str(problem))


def browser():
    """Path of a Chromium that Odoo's tours find; None when there is none."""
    names = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def _present(name):
    if name == "cjk":
        return bool(capture(["fc-list", ":lang=zh-cn", "family"]).strip())
    if name == "chromium":
        return bool(browser())
    return bool(shutil.which(name))
