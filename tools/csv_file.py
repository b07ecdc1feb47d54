# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""CSV files as the loaders read them, and the file of what they rejected; nothing of Odoo.

UTF-8 (a byte order mark is allowed), plain (``.csv``) or compressed (``.csv.xz``), read line by
line.
"""

import csv
import lzma
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXTENSIONS = (".csv", ".csv.xz")


class LoaderError(Exception):
    """Base of what a loader reports to a person: one clear sentence."""


class InputProblem(LoaderError, ValueError):
    """The file as a whole can't be used; says what, which file and what to do."""


def read_cells(path, columns) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    """Yield (row, cells, malformed): the cells of the columns, in the order that is asked for.

    Rows count as a spreadsheet does (the header is row 1); malformed is one with too many cells or
    too few.

    :raises InputProblem: no such file, unknown extension, not xz, wrong encoding (with the
        line), missing columns (with their names), empty file
    """
    path = Path(path)
    with _opened(path) as stream:
        yield from _parsed(path, stream, columns)


@contextmanager
def reject_file(path, columns):
    """Open a file for the rows that are not used; yields the function that writes one as a list.

    The file appears under its name only when the load came to its end, so that an earlier,
    complete one is never replaced by half a one. Without a path nothing is written.

    :raises InputProblem: when it cannot be written
    """
    if path is None:
        yield None
        return
    path = Path(path)
    partial = path.with_name(path.name + ".part")
    with _sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = partial.open("w", encoding="utf-8", newline="")
    try:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)

        def write(cells):
            with _sentence(path):
                writer.writerow(cells)

        yield write
        with _sentence(path):
            stream.close()
            os.replace(partial, path)
    finally:
        stream.close()
        partial.unlink(missing_ok=True)


@contextmanager
def _sentence(path):
    try:
        yield
    except OSError as error:
        raise InputProblem(
            f"The reject file {path} can't be written: {error.strerror or error}."
        ) from error


@contextmanager
def _opened(path):
    if not path.is_file():
        raise InputProblem(f"There is no file {path}: give the path of a {_extensions()} file.")
    compressed = path.name.lower().endswith(".csv.xz")
    if not compressed and not path.name.lower().endswith(".csv"):
        raise InputProblem(f"{path} can't be read: only {_extensions()} files are understood.")
    try:
        with lzma.open(path, "rb") if compressed else path.open("rb") as stream:
            yield stream
    except (lzma.LZMAError, EOFError) as error:
        raise InputProblem(
            f"{path} is not a whole xz file ({error}): fetch it again or give the plain .csv."
        ) from error
    except OSError as error:
        raise InputProblem(f"{path} can't be read: {error.strerror or error}.") from error


def _extensions():
    return " or ".join(EXTENSIONS)


def _decoded(path, stream):
    """Lines as text; decoding line by line is what lets the error name the line."""
    for number, line in enumerate(stream, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputProblem(
                f"{path} is not UTF-8 (line {number}): save it again with the encoding UTF-8."
            ) from error


def _parsed(path, stream, columns):
    records = csv.reader(_decoded(path, stream))
    try:
        header = next(records, None)
        if header is None or not any(cell.strip() for cell in header):
            raise InputProblem(f"{path} is empty: a header and rows were expected.")
        positions = _positions(path, header, columns)
        width, plain = len(header), list(positions) == list(range(len(header)))
        count = 0
        for count, cells in enumerate(records, 1):  # noqa: B007
            malformed = len(cells) != width
            if malformed:
                cells = (cells + [""] * width)[:width] if cells else [""] * width
            yield (
                count + 1,
                tuple(cells) if plain else tuple(cells[at] for at in positions),
                malformed,
            )
    except csv.Error as error:
        raise InputProblem(f"{path} is not a readable CSV file: {error}.") from error
    if not count:
        raise InputProblem(f"{path} has a header but no rows.")


def _positions(path, header, columns):
    known = {name.strip().lower(): at for at, name in reversed(list(enumerate(header)))}
    missing = [name for name in columns if name.lower() not in known]
    if missing:
        raise InputProblem(
            f"{path} lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}:"
            f" the first line must name {', '.join(columns)}."
        )
    return tuple(known[name.lower()] for name in columns)
