# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Programs beside Odoo: PDF printing, the browser of the tours, fonts with Chinese."""

import shutil

from .common import Problem, capture, is_root, run, say, set_stamp, stamp, step

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
    if is_root() and shutil.which("apt-get") and stamp("system") != missing:
        packages = [PROGRAMS[name][0] for name in missing]
        with step(f"System packages ({', '.join(packages)})"):
            _install(packages)
        missing = [name for name in missing if not _present(name)]
        # What apt does not have, it is not asked for again at each run.
        set_stamp("system", missing)
    for name in missing:
        package, loss = PROGRAMS[name]
        say(f"Missing: {package}; without it {loss}. Install it with your package manager.")


def _install(packages):
    """Install what apt has, one by one: a package that is not there must not keep the others."""
    commands = [["apt-get", "update", "--quiet"]]
    for package in packages:
        command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package]
        commands.append(command)
    for command in commands:
        try:
            run(command, log=f"apt-{command[-1]}", what=" ".join(command), hint="")
        except Problem as problem:
            say(f"{problem} ")


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
