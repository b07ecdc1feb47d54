# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from odoo.tests import TransactionCase

from ..calculators import Row

D = Decimal


@cache
def golden(name):
    """Return the cases of ``golden/<name>.json`` by id, figures as Decimal."""
    path = Path(__file__).parent / "golden" / f"{name}.json"
    cases = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    return {case["id"]: case for case in cases}


def rows(*pairs):
    """Return rows from (bound, value) or (bound, bound_2, value)."""
    return [Row(D(p[0]), D(p[-1]), D(p[1]) if len(p) == 3 else D(0)) for p in pairs]


def cents(amount):
    """Round once, half up, as the documents do."""
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


class RateTableCommon(TransactionCase):
    """Makes tables."""

    @classmethod
    def make_table(cls, *pairs, **vals):
        """Create a table from (bound, value) or (bound, bound_2, value)."""
        lines = [
            {
                "from_value": float(p[0]),
                "from_value_2": float(p[1]) if len(p) == 3 else 0.0,
                "value": float(p[-1]),
            }
            for p in pairs
        ]
        return cls.env["rate.table"].create(
            {"name": "Table", "line_ids": [(0, 0, line) for line in lines], **vals}
        )
