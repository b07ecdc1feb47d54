# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the states of a log mean to a job, and what is said about files that cannot be used."""

import lzma
from datetime import datetime

import pytest

from tools.csv_file import InputProblem
from tools.job_loader.intake import Intake
from tools.job_loader.make_sample import HEADER, bad_rows, rows, text
from tools.job_loader.reader import COLUMNS, Row
from tools.job_loader.rules import Hold, Owner, Reason, judge, read_incident

SILENT = lambda *_progress: None  # noqa: E731
NOW = datetime(2020, 1, 1)


def moment(hour, minute=0):
    return datetime(2016, 3, 1, hour, minute)


def row(state, hour, minute=0, *, group="Group 1", resolver="Resolver 1", **cells):
    values = {
        "row": 2,
        "number": "INC1",
        "state": state,
        "priority": "3 - Moderate",
        "caller": "Caller 1",
        "opened_at": "1/3/2016 08:00",
        "updated_at": f"1/3/2016 {hour:02}:{minute:02}",
        "contact": "Phone",
        "category": "Category 1",
        "subcategory": "?",
        "symptom": "?",
        "group": group,
        "resolver": resolver,
    }
    return Row(**values | cells)


def jobs(*course):
    return read_incident(list(course)).jobs


def write(tmp_path, content, name="in.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, **options):
    return Intake(path, now=NOW, **options).read(SILENT)


def test_one_job_from_call_to_closing():
    (job,) = jobs(row("New", 8), row("Active", 9), row("Resolved", 11), row("Closed", 17))
    assert job.registered_at == moment(8)
    assert job.owners == [Owner(moment(8), "Group 1", "Resolver 1")]
    assert (job.started_at, job.done_at, job.closed_at) == (moment(9), moment(11), moment(17))


def test_given_when_somebody_is_named():
    (job,) = jobs(row("New", 8, resolver="?"), row("Active", 9, resolver="?"), row("Active", 10))
    assert job.owners == [Owner(moment(10), "Group 1", "Resolver 1")]
    assert job.started_at == moment(10), "nobody works on it before it is his"


def test_nobody_named_is_somebody_of_the_group_at_the_end():
    (job,) = jobs(row("New", 8, resolver="?"), row("Resolved", 9, resolver="?"))
    assert job.owners == [Owner(moment(9), "Group 1", None)]


def test_hand_overs_and_a_group_that_is_not_repeated():
    (job,) = jobs(
        row("New", 8),
        row("New", 9, group="?", resolver="Resolver 1"),
        row("Active", 10, group="Group 2", resolver="Resolver 2"),
        row("Active", 11, group="Group 2", resolver="?"),
        row("Resolved", 12, group="Group 1", resolver="Resolver 1"),
    )
    assert [(owner.group, owner.since) for owner in job.owners] == [
        ("Group 1", moment(8)),
        ("Group 2", moment(10)),
        ("Group 1", moment(12)),
    ]


def test_waiting_holds_the_clock_until_another_state():
    (job,) = jobs(
        row("New", 8),
        row("Awaiting User Info", 9),
        row("Awaiting Evidence", 10),
        row("Awaiting Vendor", 11),
        row("-100", 12),
        row("Active", 13),
        row("Awaiting Problem", 14),
        row("Resolved", 15),
    )
    assert job.holds == [
        Hold("waiting_customer", moment(9), moment(11)),
        Hold("waiting_supplier", moment(11), moment(13)),
        Hold("waiting_problem", moment(14), moment(15)),
    ]


def test_open_incident_stays_open_and_held():
    (job,) = jobs(row("New", 8), row("Awaiting Vendor", 9))
    assert job.done_at is None
    assert job.started_at == moment(9)
    assert job.holds == [Hold("waiting_supplier", moment(9), None)]


def test_reopening_is_a_job_of_its_own():
    first, second, third = jobs(
        row("New", 8),
        row("Resolved", 9),
        row("Resolved", 10),
        row("Active", 11, priority="1 - Critical"),
        row("Resolved", 12, priority="2 - High"),
        row("Closed", 13),
        row("Active", 14),
        row("Closed", 15),
    )
    assert (first.done_at, first.closed_at, first.urgent) == (moment(9), None, False)
    assert (second.registered_at, second.done_at, second.urgent) == (moment(11), moment(12), True)
    assert second.closed_at == moment(13)
    assert (third.registered_at, third.closed_at) == (moment(14), moment(15))


def test_row_dated_before_the_one_above_it():
    (job,) = jobs(row("New", 10), row("Active", 7), row("Resolved", 9))
    assert (job.registered_at, job.started_at, job.done_at) == (moment(8), moment(10), moment(10))


def test_each_bad_row_has_its_reason():
    shown = []
    for cells in bad_rows():
        named = dict(zip(HEADER, cells, strict=False))
        malformed = len(cells) != len(HEADER)
        told = Row(2, *(named.get(column, "") for column in COLUMNS), malformed)
        shown.append(judge(told, NOW))
    assert shown == [
        Reason.NO_NUMBER,
        Reason.BAD_MOMENT,
        Reason.BAD_OPENING,
        Reason.FUTURE,
        Reason.BAD_STATE,
        Reason.BAD_PRIORITY,
        Reason.MALFORMED,
    ]


def test_bad_rows_are_written_with_their_reason(tmp_path):
    intake = Intake(write(tmp_path, text()), now=NOW, reject_path=tmp_path / "bad.csv")
    incidents = intake.read(SILENT)
    bad = len(list(bad_rows()))
    assert intake.rows_read == intake.rows_used + bad
    assert sum(intake.rejected.values()) == bad
    assert len(incidents) == len({cells[0] for cells in rows()})
    lines = (tmp_path / "bad.csv").read_text().splitlines()
    assert len(lines) == bad + 1
    assert lines[-1].endswith("wrong number of columns")


def test_xz_reads_like_plain(tmp_path):
    plain = read(write(tmp_path, text()))
    packed = read(write(tmp_path, lzma.compress(text().encode()), "in.csv.xz"))
    assert packed == plain


def test_rows_of_an_incident_may_stand_apart(tmp_path):
    header, *lines = text(bad=False).splitlines()
    apart = [*lines[::2], *lines[1::2]]
    by_number = sorted(apart, key=lambda line: line.split(",")[0])
    shuffled = read(write(tmp_path, "\n".join([header, *apart])))
    together = read(write(tmp_path, "\n".join([header, *by_number])))
    assert sorted(shuffled, key=str) == sorted(together, key=str)


def test_file_without_a_column(tmp_path):
    path = write(tmp_path, text().replace("incident_state", "ident_state", 1))
    with pytest.raises(InputProblem, match="lacks the column incident_state"):
        read(path)


def test_cut_xz(tmp_path):
    whole = lzma.compress(text().encode())
    with pytest.raises(InputProblem, match="not a whole xz file"):
        read(write(tmp_path, whole[: len(whole) // 2], "in.csv.xz"))


def test_cut_inside_a_row(tmp_path):
    intake = Intake(write(tmp_path, text(bad=False)[:-70]), now=NOW)
    intake.read(SILENT)
    assert dict(intake.rejected) == {"wrong number of columns": 1}


def test_other_encoding_names_the_line(tmp_path):
    content = text().replace("Caller", "Appelé", 1).encode("latin-1")
    with pytest.raises(InputProblem, match=r"not UTF-8 \(line 2\)"):
        read(write(tmp_path, content))


def test_no_usable_row(tmp_path):
    content = text().replace("/2016 ", "-2016 ").replace("/2999 ", "-2999 ")
    with pytest.raises(InputProblem, match="no usable row"):
        read(write(tmp_path, content))


def test_no_such_file(tmp_path):
    with pytest.raises(InputProblem, match="There is no file"):
        read(tmp_path / "nothing.csv")
