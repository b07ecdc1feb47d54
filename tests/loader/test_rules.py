# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.invoice_loader.reader import Block, Copy, Row
from tools.invoice_loader.rules import (
    Line,
    Reason,
    is_goods,
    judge,
    normal_code,
    normal_customer,
    parse_date,
    round_half_up,
    rounds_badly,
)

TODAY = date(2026, 1, 1)


def row(number="600001", at=2, **cells):
    values = {
        "code": "70001",
        "description": "BRAKE  PUMP ",
        "quantity": "2",
        "date": "2010-10-01 09:00:00",
        "price": "10.5",
        "customer": "40001",
        "country": "EIRE",
        **cells,
    }
    return Row(at, number, **values)


def verdict(*rows, copy=Copy.FIRST):
    return judge(Block(rows[0].invoice.strip().upper(), list(rows), copy), today=TODAY)


def reason(*rows, copy=Copy.FIRST):
    result = verdict(*rows, copy=copy)
    assert result.invoice is None
    (found,) = {why for _row, why in result.rejected}
    assert len(result.rejected) == len(rows)
    return found


def test_usable_invoice():
    invoice = verdict(row(), row(code="70008a ", quantity="3", price="0.335")).invoice
    assert (invoice.number, invoice.ref, invoice.credit_note) == ("600001", "ORII-600001", False)
    assert (invoice.date, invoice.customer, invoice.country) == (date(2010, 10, 1), "40001", "EIRE")
    assert [line.code for line in invoice.lines] == ["70001", "70008A"]
    assert invoice.lines[0].label == "BRAKE PUMP"
    assert invoice.lines[1].amount == Decimal("1.01")  # 1.005 half up
    assert invoice.total == Decimal("22.01")


def test_credit_note_has_positive_quantities():
    invoice = verdict(row("c600001", quantity="-2")).invoice
    assert invoice.credit_note
    assert invoice.lines[0].quantity == 2
    assert invoice.total == 21


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"customer": " "}, Reason.NO_CUSTOMER),
        ({"price": "0.0"}, Reason.ZERO_PRICE),
        ({"price": "-1"}, Reason.NEGATIVE_PRICE),
        ({"price": "1,50"}, Reason.BAD_PRICE),
        ({"price": "NaN"}, Reason.BAD_PRICE),
        ({"price": "1e3"}, Reason.BAD_PRICE),
        ({"price": ""}, Reason.BAD_PRICE),
        ({"quantity": "0"}, Reason.ZERO_QUANTITY),
        ({"quantity": "-2"}, Reason.NEGATIVE_QUANTITY),
        ({"quantity": "1.5"}, Reason.BAD_QUANTITY),
        ({"quantity": "two"}, Reason.BAD_QUANTITY),
        ({"quantity": ""}, Reason.BAD_QUANTITY),
        ({"date": ""}, Reason.BAD_DATE),
        ({"date": "12/1/2010 8:26"}, Reason.BAD_DATE),
        ({"date": "2010-02-30 08:00:00"}, Reason.BAD_DATE),
        ({"date": "2026-01-02"}, Reason.FUTURE),
        ({"code": ""}, Reason.NOT_GOODS),
        ({"malformed": True}, Reason.MALFORMED),
    ],
)
def test_each_bad_row_has_its_reason(cells, expected):
    assert reason(row(**cells)) is expected


def test_reasons_of_the_number():
    assert reason(row("C600001")) is Reason.POSITIVE_QUANTITY
    assert reason(row("A506401", code="B", price="-5")) is Reason.BAD_DEBT
    assert reason(row(" ")) is Reason.NO_NUMBER
    assert reason(row(), row(), copy=Copy.OTHER) is Reason.REPEATED
    assert reason(row(), copy=Copy.SAME) is Reason.COPY


def test_bad_row_leaves_the_others():
    result = verdict(row(), row(at=3, price="0"), row(at=4))
    assert len(result.invoice.lines) == 2
    assert [(r.row, why) for r, why in result.rejected] == [(3, Reason.ZERO_PRICE)]


def test_one_invoice_has_one_dealer_and_one_date():
    result = verdict(
        row(customer=""),
        row(customer="40001.0"),
        row(at=9, customer="40002"),
        row(date="2010-10-02 10:00:00"),
    )
    assert result.invoice.customer == "40001"
    assert result.invoice.date == date(2010, 10, 1)
    assert [why for _row, why in result.rejected] == [Reason.NO_CUSTOMER, Reason.OTHER_CUSTOMER]


@pytest.mark.parametrize(
    "code",
    "POST DOT M m C2 C3 D S B PADS CRUK AMAZONFEE ADJUST ADJUST2 GIFT gift_0001_20 TEST001".split()
    + ["bank charges", "Bank Charges "],
)
def test_codes_that_are_no_goods(code):
    assert not is_goods(normal_code(code))


@pytest.mark.parametrize("code", ["85048", "79323p", "DCGS0058", "SP1002", "15056BL", "M70001"])
def test_codes_that_are_goods(code):
    assert is_goods(normal_code(code))


def test_normal_forms():
    assert normal_code(" 15056bl ") == "15056BL"
    assert normal_customer(" 12345.0") == normal_customer("12345") == "12345"
    assert parse_date("2010-10-01") == parse_date(" 2010-10-01T8:26") == date(2010, 10, 1)


def test_total_that_rounds_badly():
    # 0.125 twice: 0.13 + 0.13 by lines, 0.25 at once
    assert reason(row(quantity="1", price="0.125"), row(quantity="1", price="0.125")) is (
        Reason.ROUNDING
    )
    # three decimals alone are no reason
    assert verdict(row(quantity="1", price="0.125")).invoice.total == Decimal("0.13")
    assert verdict(row(quantity="8", price="0.125")).invoice.total == 1


PENCE = st.integers(1, 9999999)


# the deadline and the pace of a machine that does other things beside say nothing
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 99999), PENCE), min_size=1, max_size=30))
def test_prices_of_two_decimals_never_round_badly(pairs):
    lines = [
        Line("X", "X", Decimal(quantity), Decimal(pence) / 100, Decimal(quantity * pence) / 100)
        for quantity, pence in pairs
    ]
    assert not rounds_badly(lines)
    assert all(
        round_half_up(line.quantity * line.price) == line.quantity * line.price == line.amount
        for line in lines
    )
