# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ground of the sandbox: places, steps with their duration, commands, stamps, the lock."""

import contextlib
import fcntl
import hashlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDONS = ROOT / "addons"
STATE = ROOT / ".sandbox"
LOGS = STATE / "log"
OUT = STATE / "out"
STAMPS = STATE / "stamps"
SHARED = ROOT.parent / "shared"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aftersales-sandbox"

FREE_SPACE_NEEDED = 4 * 1024**3

#: Languages of the guide by their folder: Odoo's code of each.
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}


class Problem(Exception):
    """Something that the user has to know: one sentence that says what failed and what to do."""


# Lines of steps in other threads: they wait for the end of the line that is being printed.
_waiting = queue.SimpleQueue()


def say(text=""):
    """Print a line at once, also into a pipe; then what steps in other threads have to tell."""
    print(text, flush=True)
    while not _waiting.empty():
        print(_waiting.get(), flush=True)


@contextlib.contextmanager
def step(title):
    """Print a step with its duration; a failing one is named before its error."""
    alone = threading.current_thread() is threading.main_thread()
    start = time.monotonic()
    if alone:
        print(f"{title} ", end="", flush=True)
    outcome = "… failed after"
    try:
        yield
        outcome = "…"
    finally:
        told = f"{outcome} {time.monotonic() - start:.1f} s"
        if alone:
            say(told)
        else:
            _waiting.put(f"{title} {told} (meanwhile)")


def run(command, *, log, what, hint, env=None, cwd=ROOT, user=None, show=False):
    """Run a command, its output in ``.sandbox/log/<log>.log``.

    :param show: print its standard output as it comes; only its errors go to the log

    :raise Problem: saying what failed, the last line of its output and what to do
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    with path.open("w", encoding="utf-8", errors="replace") as output:
        try:
            result = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=None if show else output,
                stderr=output,
                env=env,
                cwd=cwd,
                user=user,
                check=False,
            )
        except OSError as error:
            raise Problem(f"{what} could not start ({error.strerror}). {hint}") from error
    if result.returncode:
        raise Problem(f"{what} failed: {last_words(path)} {hint} (The whole output: {path})")
    return path


def capture(command, env=None):
    """Output of a command that is allowed to fail; empty then."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=env,
            check=False,
        )
    except OSError:
        return ""
    return result.stdout if result.returncode == 0 else ""


def last_words(path):
    """The last telling line of a log."""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines()]
    lines = [line for line in lines if line]
    telling = [line for line in lines if "rror" in line or "fatal" in line.lower()]
    words = (telling or lines or ["(no output)"])[-1]
    return words if len(words) <= 300 else words[:300] + "…"


def stamp(name):
    """What was written at the last success of a step; None if it never succeeded."""
    try:
        return json.loads((STAMPS / f"{name}.json").read_text())
    except (FileNotFoundError, ValueError):
        return None


def set_stamp(name, value):
    """Note the success of a step; written aside and moved, so that it is whole or absent."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    draft = STAMPS / f".{name}.new"
    draft.write_text(json.dumps(value, indent=1, sort_keys=True))
    draft.replace(STAMPS / f"{name}.json")


def drop_stamp(name):
    """Forget a step: it runs again next time."""
    (STAMPS / f"{name}.json").unlink(missing_ok=True)


def digest(*parts):
    """Short fingerprint of texts and files, to tell whether a step must be done again."""
    seen = hashlib.sha256()
    for part in parts:
        seen.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        seen.update(b"\0")
    return seen.hexdigest()[:16]


def check_space():
    """Refuse to begin on a full disk: a half-written database helps nobody."""
    free = shutil.disk_usage(ROOT).free
    if free < FREE_SPACE_NEEDED:
        raise Problem(
            f"Only {free / 1024**3:.1f} GB are free on the disk of {ROOT}; "
            f"{FREE_SPACE_NEEDED / 1024**3:.0f} GB are needed. Make room and run it again."
        )


@contextlib.contextmanager
def only_one():
    """Keep two runs of the sandbox in the same folder apart."""
    try:
        STATE.mkdir(exist_ok=True)
        handle = (STATE / "lock").open("a+")
    except OSError as error:
        raise Problem(
            f"{STATE} cannot be written ({error.strerror}). Make it yours and run it again."
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            raise Problem(
                f"Another run of ./sandbox is at work here (process {handle.read().strip()}). "
                "Wait for it, or stop it, and run this again."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        # Children must not hold the lock on after us.
        os.set_inheritable(handle.fileno(), False)
        yield


def is_root():
    """Whether packages can be installed by apt."""
    return os.geteuid() == 0


def interpreter():
    """Version of the running Python as a text, for stamps."""
    return ".".join(map(str, sys.version_info[:3]))
