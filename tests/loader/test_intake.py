# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tools.csv_file import InputProblem
from tools.invoice_loader import make_sample
from tools.invoice_loader.intake import REJECT_COLUMNS, Intake, reject_file
from tools.invoice_loader.rules import Reason
from tools.recompute import R4_TIERS, rebate, rebates, turnover

from . import REAL_FILE, TOOLS

SAMPLE = TOOLS / "invoice_loader" / "sample.csv"
Q4 = {"date_from": date(2010, 10, 1), "date_to": date(2010, 12, 31)}


def balance(intake):
    return intake.used + intake.copies + intake.outside + sum(intake.rejected.values())


def test_sample_is_what_its_script_writes():
    assert SAMPLE.read_text(encoding="utf-8") == make_sample.text()


def test_sample_has_every_kind_of_bad_row_and_no_row_is_lost():
    intake = Intake(SAMPLE, drop_overlap=False)
    invoices = list(intake)
    assert set(intake.rejected) == {reason.value for reason in Reason}
    assert balance(intake) == intake.read
    assert len(invoices) == 150
    assert any(invoice.credit_note for invoice in invoices)


def test_overlap_is_counted_or_rejected():
    dropped, kept = Intake(SAMPLE), Intake(SAMPLE, drop_overlap=False)
    assert list(dropped) == list(kept)
    assert dropped.copies == kept.rejected[Reason.COPY.value] > 0
    assert Reason.COPY.value not in dropped.rejected
    assert balance(dropped) == dropped.read


def test_range_and_limit():
    october = Intake(SAMPLE, date_from=date(2010, 10, 1), date_to=date(2010, 10, 31))
    dates = [invoice.date for invoice in october]
    assert dates and all(day.month == 10 for day in dates)
    assert balance(october) == october.read
    first = Intake(SAMPLE, limit=5)
    assert list(first) == list(Intake(SAMPLE))[:5]
    assert first.read < october.read
    assert list(Intake(SAMPLE, limit=0)) == []


def test_reject_file_holds_the_rejected_rows(tmp_path):
    path = tmp_path / "out" / "rejects.csv"
    with reject_file(path) as write:
        intake = Intake(SAMPLE, write_reject=write)
        list(intake)
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert tuple(header) == REJECT_COLUMNS
    assert Counter(row[-1] for row in rows) == intake.rejected
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        source = list(csv.reader(stream))
    for row in rows:
        cells = source[int(row[0]) - 1]
        assert row[1:-1] == cells + [""] * (8 - len(cells))


def test_failed_load_leaves_the_earlier_reject_file(tmp_path):
    path = tmp_path / "rejects.csv"
    path.write_text("earlier")
    with pytest.raises(RuntimeError), reject_file(path):
        raise RuntimeError
    assert path.read_text() == "earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rejects.csv"]


def test_reject_file_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputProblem, match="reject file"), reject_file(tmp_path / "file" / "x.csv"):
        pass


def test_sentences_for_a_file_without_usable_invoices(tmp_path):
    outside = Intake(SAMPLE, date_from=date(1999, 1, 1), date_to=date(1999, 12, 31))
    # the row with the unreadable date is always judged
    assert list(outside) == []
    assert "no usable invoice from 1999-01-01 to 1999-12-31" in str(outside.nothing_found())
    other = tmp_path / "us.csv"
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()[:3]
    other.write_text("\n".join(lines).replace("2010-10-02", "10/2/2010"))
    intake = Intake(other)
    assert list(intake) == []
    assert "YYYY-MM-DD" in str(intake.nothing_found())
    with pytest.raises(InputProblem, match="range of dates is empty"):
        Intake(SAMPLE, date_from=date(2011, 1, 1), date_to=date(2010, 1, 1))


def test_rebate_of_the_second_opinion():
    tiers = R4_TIERS
    assert rebate(Decimal("9999.99"), tiers, "whole") == 0
    assert rebate(Decimal("10000"), tiers, "whole") == 500
    assert rebate(Decimal("30000"), tiers, "whole") == 3000
    assert rebate(Decimal("30000"), tiers, "incremental") == 500 + 700
    assert rebate(Decimal("35000.10"), tiers, "incremental") == Decimal("1700.01")
    assert rebate(Decimal("-5"), tiers, "whole") == 0


@pytest.mark.shared
def test_real_file_agrees_with_the_second_opinion():
    intake = Intake(REAL_FILE, **Q4)
    total = Counter()
    for invoice in intake:
        total[invoice.customer] += -invoice.total if invoice.credit_note else invoice.total
    assert balance(intake) == intake.read == 1067371
    assert intake.copies == 22523
    assert dict(total) == turnover(REAL_FILE, Q4["date_from"], Q4["date_to"])


@pytest.mark.shared
def test_real_file_rebates_of_the_two_methods_differ():
    found = [
        rebates(REAL_FILE, Q4["date_from"], Q4["date_to"], R4_TIERS, method)
        for method in ("whole", "incremental")
    ]
    assert sum(found[0].values()) > sum(found[1].values()) > 0
