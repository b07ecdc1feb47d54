# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import lzma

import pytest

from tools.csv_file import InputProblem
from tools.invoice_loader.reader import COLUMNS, Copy, group_invoices, read_rows

HEADER = ",".join(COLUMNS)
GOOD = "600001,70001,BRAKE PUMP,2,2010-10-01 09:00:00,10.5,40001,EIRE"


def write(tmp_path, text, name="in.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def row_text(number, code="70001", day="2010-10-01", quantity=1):
    return f"{number},{code},x,{quantity},{day} 09:00:00,1.5,40001,EIRE"


def blocks(tmp_path, *lines):
    path = write(tmp_path, "\n".join([HEADER, *lines]))
    return [(b.number, len(b.rows), b.copy) for b in group_invoices(read_rows(path))]


def test_rows_are_numbered_like_a_spreadsheet(tmp_path):
    (row,) = read_rows(write(tmp_path, f"{HEADER}\n{GOOD}\n"))
    assert row.row == 2
    assert row.cells() == tuple(GOOD.split(","))
    assert not row.malformed


def test_byte_order_mark_and_crlf(tmp_path):
    path = write(tmp_path, f"{HEADER}\r\n{GOOD}\r\n", encoding="utf-8-sig")
    assert [row.invoice for row in read_rows(path)] == ["600001"]


def test_xz_reads_like_plain(tmp_path):
    path = tmp_path / "in.csv.xz"
    path.write_bytes(lzma.compress(f"{HEADER}\n{GOOD}\n".encode()))
    assert list(read_rows(path)) == list(read_rows(write(tmp_path, f"{HEADER}\n{GOOD}\n")))


def test_columns_in_other_order_and_more_of_them(tmp_path):
    header = ["Note", *reversed(COLUMNS)]
    cells = ["n", *reversed(GOOD.split(","))]
    (row,) = read_rows(write(tmp_path, ",".join(header) + "\n" + ",".join(cells)))
    assert row.cells() == tuple(GOOD.split(","))


def test_quoted_cells_keep_commas_and_quotes(tmp_path):
    line = '600001,70001,"FRAME 7"", RED",2,2010-10-01,1,40001,EIRE'
    (row,) = read_rows(write(tmp_path, f"{HEADER}\n{line}"))
    assert row.description == 'FRAME 7", RED'


@pytest.mark.parametrize("cells", ["600001,70001", GOOD + ",more", ""])
def test_wrong_number_of_columns_is_marked(tmp_path, cells):
    rows = list(read_rows(write(tmp_path, f"{HEADER}\n{cells}\n{GOOD}\n")))
    assert [row.malformed for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("in.xlsx", b"PK", "only .csv or .csv.xz"),
        ("in.xz", b"x", "only .csv or .csv.xz"),
        ("in.csv", b"", "is empty"),
        ("in.csv", b"\n", "is empty"),
        ("in.csv", HEADER.encode(), "no rows"),
        ("in.csv", b"Invoice,StockCode,Quantity\n1,2,3\n", "lacks the columns Description"),
        ("in.csv", HEADER.replace(",Price", "").encode(), "lacks the column Price:"),
        ("in.csv", f"{HEADER}\n{GOOD}\n".encode() + b"1,2,caf\xe9,1,2,3,4,5\n", "line 3"),
        ("in.csv", HEADER.encode("utf-16"), "not UTF-8 (line 1)"),
        ("in.csv.xz", b"Invoice,StockCode\n", "not a whole xz file"),
        ("in.csv.xz", lzma.compress(GOOD.encode() * 500)[:-20], "not a whole xz file"),
    ],
)
def test_bad_file_gives_one_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputProblem) as caught:
        list(read_rows(path))
    message = str(caught.value)
    assert words in message
    assert str(path) in message
    assert message.endswith(".")
    assert "\n" not in message


def test_unknown_file(tmp_path):
    with pytest.raises(InputProblem, match="There is no file"):
        list(read_rows(tmp_path / "none.csv"))
    with pytest.raises(InputProblem, match="There is no file"):
        list(read_rows(tmp_path))


def test_rows_of_a_day_may_interleave(tmp_path):
    lines = [row_text("1"), row_text("2"), row_text("1", "70002"), row_text("2", "70002")]
    assert blocks(tmp_path, *lines) == [("1", 2, Copy.FIRST), ("2", 2, Copy.FIRST)]


def test_copy_is_recognised_by_content_whatever_the_order(tmp_path):
    first = [row_text("1"), row_text("1", "70002")]
    assert blocks(tmp_path, *first, row_text("2", day="2010-10-02"), *reversed(first)) == [
        ("1", 2, Copy.FIRST),
        ("2", 1, Copy.FIRST),
        ("1", 2, Copy.SAME),
    ]


def test_number_with_other_rows_is_no_copy(tmp_path):
    other = [row_text("1", quantity=9)]
    assert blocks(tmp_path, row_text("1"), row_text("2", day="2010-10-02"), *other)[-1] == (
        "1",
        1,
        Copy.OTHER,
    )


def test_equal_rows_inside_an_invoice_stay(tmp_path):
    assert blocks(tmp_path, row_text("1"), row_text("1")) == [("1", 2, Copy.FIRST)]


def test_invoice_alone_over_two_days_stays_whole(tmp_path):
    assert blocks(tmp_path, row_text("1"), row_text("1", day="2010-10-02")) == [
        ("1", 2, Copy.FIRST)
    ]


def test_unreadable_day_closes_nothing(tmp_path):
    lines = [row_text("1"), row_text("2", day="01/10/2010"), row_text("1", "70002")]
    assert blocks(tmp_path, *lines) == [("1", 2, Copy.FIRST), ("2", 1, Copy.FIRST)]
