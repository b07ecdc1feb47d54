# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/rules.md is complete, and what it claims exists."""

import re

import pytest

from tools.common import ROOT, SHARED

TABLE = ROOT / "docs" / "rules.md"
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEST = re.compile(r"`((?:addons|tests)/[\w/]+\.py)::(\w+)`")
CODE = re.compile(r"`((?:addons|tools)/[\w/.]+)`")


@pytest.fixture(scope="module")
def rows():
    return {match[0]: match[1:] for match in ROW.findall(TABLE.read_text())}


@pytest.mark.shared
def test_every_rule_has_its_row(rows):
    text = (SHARED / "DOMAIN.md").read_text()
    ids = re.findall(r"^\| ([A-Z]\d+) \|", text, re.MULTILINE)
    assert ids
    assert [rule for rule in ids if rule not in rows] == []
    assert [rule for rule in rows if rule not in ids] == []


def test_named_tests_exist(rows):
    missing = []
    for rule, (_text, _code, tests) in rows.items():
        for path, name in TEST.findall(tests):
            file = ROOT / path
            if not file.is_file() or f"def {name}(" not in file.read_text():
                missing.append(f"{rule}: {path}::{name}")
    assert not missing


def test_named_code_exists(rows):
    missing = [
        f"{rule}: {path}"
        for rule, (_text, code, _tests) in rows.items()
        for path in CODE.findall(code)
        if not (ROOT / path).exists()
    ]
    assert not missing


def test_every_rule_is_carried_and_proved(rows):
    for rule, (_text, code, tests) in rows.items():
        assert CODE.search(code), rule
        assert TEST.search(tests), rule
        assert "not yet" not in tests, rule
