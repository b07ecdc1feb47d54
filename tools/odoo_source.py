# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where Odoo 19 comes from: ``ODOO_HOME``, else the package of Debian unstable.

The package is found through the sources that apt is configured with (only the address is taken
from there), into private lists and caches, checked by Debian's own keyring, and unpacked under
``.sandbox``: nothing is installed system-wide.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .common import CACHE, STATE, Problem, capture, drop_stamp, run, set_stamp, stamp, step

PACKAGE = "odoo-19"
UNPACKED = STATE / "odoo"
INSIDE = Path("usr/lib/python3/dist-packages")
# Files that Odoo's package links to come from these; where unstable has moved on to a version
# without the linked file, the stable release still has it.
LINKED = re.compile(r"^(fonts-|libjs-|gsfonts)")
SUITES = ("sid", "trixie")
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
# Debian leaves it out; without any file there the browser's console shows an error.
PLACEHOLDER = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")

BY_HAND = (
    "Get the official source yourself (git clone --depth 1 --branch 19.0 "
    "https://github.com/odoo/odoo) and run this again with ODOO_HOME=/path/to/odoo."
)


class OdooSource:
    """A tree of Odoo 19: its Python path, its add-ons and its version."""

    def __init__(self, home, origin):
        self.home = home
        self.origin = origin

    @property
    def addons_paths(self):
        """Folders of add-ons; a checkout has two, a package one."""
        paths = [self.home / "odoo" / "addons", self.home / "addons"]
        return [path for path in paths if (path / "base").is_dir() or (path / "web").is_dir()]

    @property
    def version(self):
        """Series and the package's or checkout's own version."""
        return f"{series(self.home)} ({self.origin})"


def find():
    """The Odoo 19 to work with.

    :raise Problem: when ``ODOO_HOME`` is no Odoo 19, or none can be had
    """
    given = os.environ.get("ODOO_HOME")
    if given:
        return _given(Path(given).expanduser())
    return _debian()


def series(home):
    """Version that a tree says of itself, without importing it."""
    text = (home / "odoo" / "release.py").read_text()
    match = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else "unknown"


def _given(home):
    for candidate in (home, home / INSIDE, home.parent):
        if (candidate / "odoo" / "release.py").is_file():
            found = series(candidate)
            if found != "19.0":
                raise Problem(f"ODOO_HOME={home} holds Odoo {found}; 19.0 is needed.")
            return OdooSource(candidate.resolve(), f"ODOO_HOME={home}")
    raise Problem(f"ODOO_HOME={home} holds no Odoo: {home}/odoo/release.py is not there.")


def _debian():
    done = stamp("odoo")
    if done and (UNPACKED / INSIDE / "odoo" / "release.py").is_file():
        return OdooSource(UNPACKED / INSIDE, f"Debian {done['version']}")
    drop_stamp("odoo")
    with step("Odoo 19: looking for the package of Debian unstable"):
        apt = _Apt()
        version = apt.update_and_find()
    with step(f"Odoo 19: fetching and unpacking {PACKAGE} {version}"):
        shutil.rmtree(UNPACKED, ignore_errors=True)
        wanted = [PACKAGE, *apt.linked_packages()]
        _unpack(apt.download(wanted))
        missing = _dangling()
        if missing:
            older = [f"{name}/{SUITES[1]}" for name in wanted if name.startswith("fonts-")]
            _unpack(apt.download(older), only=missing)
        _add_placeholder()
    set_stamp("odoo", {"version": version, "dangling": [str(path) for path in _dangling()]})
    return OdooSource(UNPACKED / INSIDE, f"Debian {version}")


class _Apt:
    """apt with private lists, cache and sources."""

    def __init__(self):
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise Problem(f"This machine has no apt, so Odoo cannot be fetched here. {BY_HAND}")
        self.keyring = next((path for path in KEYRINGS if path.is_file()), None)
        self.address = self._address()
        if not self.keyring or not self.address:
            raise Problem(
                "apt is not configured with a Debian archive and its keyring, so Odoo cannot be "
                f"fetched here. {BY_HAND}"
            )
        self.folder = STATE / "apt"
        self.archives = CACHE / "archives"
        for path in (self.folder / "lists" / "partial", self.archives / "partial"):
            path.mkdir(parents=True, exist_ok=True)
        sources = self.folder / "unstable.sources"
        sources.write_text(
            "Types: deb\n"
            f"URIs: {self.address}\n"
            f"Suites: {' '.join(SUITES)}\n"
            "Components: main\n"
            f"Signed-By: {self.keyring}\n"
        )
        self.options = [
            f"-oDir::Etc::SourceList={sources}",
            "-oDir::Etc::SourceParts=/dev/null",
            f"-oDir::State::Lists={self.folder / 'lists'}",
            f"-oDir::Cache::Archives={self.archives}",
            f"-oDir::Cache::pkgcache={self.folder / 'pkgcache.bin'}",
            f"-oDir::Cache::srcpkgcache={self.folder / 'srcpkgcache.bin'}",
            "-oDir::State::Status=/dev/null",
            "-oAcquire::Languages=none",
            "-oAcquire::Retries=3",
            "-oAPT::Sandbox::User=root",
        ]

    @staticmethod
    def _address():
        """Base address of the Debian archive among apt's sources."""
        form = "$(ORIGIN) $(REPO_URI)"
        targets = capture(["apt-get", "indextargets", "--format", form, "Created-By: Packages"])
        known = [line.split(" ", 1) for line in dict.fromkeys(targets.splitlines())]
        addresses = [address for origin, address in known if origin == "Debian"]
        # Before the first apt-get update no origin is known: the usual path must do.
        addresses += [address for _origin, address in known if "/debian" in address]
        return next((each for each in addresses if "security" not in each), None)

    def update_and_find(self):
        """Refresh the private lists; the version of Odoo's package that they offer."""
        run(
            ["apt-get", *self.options, "update"],
            log="apt-update",
            what="Reading the package lists of Debian unstable",
            hint=f"Is the network there? If not: {BY_HAND}",
        )
        policy = capture(["apt-cache", *self.options, "policy", PACKAGE])
        match = re.search(r"Candidate: (\S+)", policy)
        if not match or match[1] == "(none)":
            raise Problem(f"Debian unstable no longer offers {PACKAGE}. {BY_HAND}")
        return match[1]

    def linked_packages(self):
        """The script and font packages that Odoo's package depends on."""
        text = capture(["apt-cache", *self.options, "depends", PACKAGE])
        names, alternative = [], False
        for line in text.splitlines():
            match = re.match(r"\s*(\|?)Depends: (\S+)", line)
            if not match:
                continue
            if not alternative and LINKED.match(match[2]):
                names.append(match[2])
            alternative = bool(match[1])
        return names

    def download(self, packages):
        """Fetch packages into the cache folder; what is there already is not fetched again."""
        uris = capture(["apt-get", *self.options, "--print-uris", "download", *packages])
        files = [line.split()[1] for line in uris.splitlines() if line.startswith("'")]
        if len(files) < len(packages):
            raise Problem(f"Debian does not offer all of {', '.join(packages)}. {BY_HAND}")
        run(
            ["apt-get", *self.options, "download", *packages],
            log="apt-download",
            what="Fetching Odoo's package",
            hint=f"Is the network there? If not: {BY_HAND}",
            cwd=self.archives,
        )
        return [self.archives / name for name in files]


def _unpack(archives, only=None):
    for archive in archives:
        result = subprocess.run(
            ["dpkg-deb", "-x", archive, UNPACKED], capture_output=True, text=True, check=False
        )
        if result.returncode:
            archive.unlink(missing_ok=True)
            raise Problem(
                f"{archive.name} is broken and was removed from the cache "
                f"({result.stderr.strip()[-200:]}). Run this again."
            )
        if only and not _dangling():
            return


def _dangling():
    """Links of the unpacked tree that point nowhere."""
    base = UNPACKED / INSIDE
    links = []
    for folder, _folders, names in os.walk(base):
        for name in names:
            path = Path(folder, name)
            if path.is_symlink() and not path.exists():
                links.append(path.relative_to(base))
    return sorted(links)


def _add_placeholder():
    path = UNPACKED / INSIDE / PLACEHOLDER
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("// Not part of Debian's package; nothing here needs it.\n")
