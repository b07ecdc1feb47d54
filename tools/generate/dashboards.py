# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's dashboards from readable descriptions.

``addons/<add-on>/dashboards/<name>.xml`` says what a dashboard shows; this writes
``addons/<add-on>/data/files/<name>_dashboard.json``, the workbook that Odoo opens. Community has no
editor for it. Odoo itself checks the fields and menus when the add-on is installed with tests.

A description has ``filter`` (a period, relations), ``model`` (which field of a model each filter
means, and its type), and in reading order ``scorecard``, ``chart`` and ``table``.
"""

import json
import uuid
from ast import literal_eval

from lxml import etree

from ..common import ADDONS

VERSION = "18.5.10"
WIDTH = 1000
ROW = 23
GAP = 10
CARD_HEIGHT = 106
CHART_HEIGHT = 300
#: Two tables side by side, a narrow column between them.
COLUMNS = (250, 110, 130, 20, 250, 110, 130)
PLACES = ("A", "E")
MEASURE_COLUMNS = 2
BACKGROUNDS = {"plain": "#EFF6FF", "money": "#FFF7ED", "late": "#FEF2F2"}
STYLES = {
    "1": {"textColor": "#01666b", "bold": True, "fontSize": 16},
    "2": {"textColor": "#434343", "fontSize": 11, "bold": True},
    "3": {"textColor": "#434343", "verticalAlign": "middle"},
    "4": {"textColor": "#434343", "fontSize": 11, "bold": True, "align": "right"},
}
LOCALE = {
    "name": "English (US)",
    "code": "en_US",
    "thousandsSeparator": ",",
    "decimalSeparator": ".",
    "dateFormat": "mm/dd/yyyy",
    "timeFormat": "hh:mm:ss",
    "formulaArgSeparator": ",",
    "weekStart": 7,
}


class Dashboard:
    """One workbook, built from top to bottom.

    :param str name: technical name, from which all ids follow: the same text gives the same file
    :param dict text: the description, see :func:`read`
    """

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.filters = text.get("filters", {})
        self.cells, self.styles, self.data, self.formats = {}, {}, {}, {}
        self.figures, self.tables, self.pivots, self.menus = [], [], {}, {}
        self.y = GAP

    def build(self):
        """Return the workbook as plain data."""
        self._add_cards(self.text.get("scorecards", ()))
        self._add_charts(self.text.get("charts", ()))
        self._add_tables(self.text.get("tables", ()))
        return {
            "version": VERSION,
            "sheets": [self._dashboard_sheet(), self._data_sheet()],
            "styles": STYLES,
            "formats": {"1": "0%"},
            "borders": {},
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {"locale": LOCALE},
            "pivots": self.pivots,
            "pivotNextId": len(self.pivots) + 1,
            "customTableStyles": {},
            "globalFilters": [self._filter(key, one) for key, one in self.filters.items()],
            "lists": {},
            "listNextId": 1,
            "chartOdooMenusReferences": self.menus,
        }

    # Bands

    def _add_cards(self, cards):
        """Figures in a row of five: the period, and what it was the period before."""
        width = (WIDTH - 4 * GAP) // 5
        for start in range(0, len(cards), 5):
            for place, card in enumerate(cards[start : start + 5]):
                self._add_card(card, place * (width + GAP), width)
            self.y += CARD_HEIGHT + GAP

    def _add_card(self, card, x, width):
        row = len(self.data) // 4 + 1
        self.data[f"A{row}"] = f'=_t("{card["title"]}")'
        now, before = self._figure(card), self._figure(card, offset=-1)
        compared = "period" in self.filters and card.get("compare") != "0"
        self.data[f"B{row}"] = f"={now}"
        # Nothing before is nothing to compare with, not an infinite rise.
        self.data[f"C{row}"] = f'=IF({before}=0,"",{before})' if compared else ""
        self.data[f"D{row}"] = "" if card.get("share") else f"=FORMAT.LARGE.NUMBER(B{row})"
        if card.get("share"):
            self.formats[f"B{row}:C{row}"] = 1
        chart = {
            "baselineColorDown": "#00A04A" if card.get("better") == "lower" else "#DC6965",
            "baselineColorUp": "#DC6965" if card.get("better") == "lower" else "#00A04A",
            "baselineMode": "difference" if card.get("share") else "percentage",
            "title": {"text": card["title"], "bold": True, "color": "#434343"},
            "type": "scorecard",
            "background": BACKGROUNDS[card.get("tone", "plain")],
            "keyValue": f"Data!{'B' if card.get('share') else 'D'}{row}",
            "humanize": False,
        }
        if compared:
            chart |= {
                "baseline": f"Data!C{row}",
                "baselineDescr": {"text": "since last period"},
            }
        self._add_figure(card, chart, x, width, CARD_HEIGHT)

    def _figure(self, card, offset=0):
        """The measure, or which share it is of the records that ``of`` names."""
        part = self._value(card, offset)
        if not card.get("share"):
            return part
        whole = self._value({**card, "domain": card.get("of", [])}, offset)
        return f"IFERROR({part}/{whole},0)"

    def _value(self, card, offset=0):
        pivot = self._add_pivot({**card, "rows": []}, offset=offset)
        return f'PIVOT.VALUE({pivot},"{card.get("measure", "__count")}")'

    def _add_charts(self, charts):
        """A full one fills a row, two half ones share it."""
        x = 0
        for chart in charts:
            full = chart.get("width") == "full"
            width = WIDTH if full else (WIDTH - GAP) // 2
            if x and full:
                x, self.y = 0, self.y + CHART_HEIGHT + GAP
            mode = chart.get("kind", "bar")
            measure = chart.get("measure", "__count")
            grouped = chart["group_by"]
            figure = {
                "title": {"text": chart["title"], "bold": True, "color": "#01666B"},
                "background": "#FFFFFF",
                "legendPosition": "top" if mode == "pie" or len(grouped) > 1 else "none",
                "metaData": {
                    "groupBy": grouped,
                    "measure": measure,
                    "order": None if chart.get("order") == "group" or ":" in grouped[0] else "DESC",
                    "resModel": chart["model"],
                    "mode": mode,
                },
                "searchParams": {
                    "comparison": None,
                    "context": {},
                    "domain": chart.get("domain", []),
                    "groupBy": grouped,
                    "orderBy": [],
                },
                "type": f"odoo_{mode}",
                "dataSets": [{}],
                "verticalAxisPosition": "left",
                "stacked": mode == "bar" and len(grouped) > 1,
                "fieldMatching": self._matching(chart["model"]),
            }
            self._add_figure(chart, figure, x, width, CHART_HEIGHT)
            x += width + GAP
            if x > WIDTH // 2 + GAP or full:
                x, self.y = 0, self.y + CHART_HEIGHT + GAP
        if x:
            self.y += CHART_HEIGHT + GAP

    def _add_tables(self, tables):
        """Two beside each other: what leads, and by how much."""
        for start in range(0, len(tables), 2):
            row = self.y // ROW + 2
            pair = tables[start : start + 2]
            for place, table in zip(PLACES, pair, strict=False):
                self._add_table(table, place, row)
            self.y = (row + 2 + max(table.get("limit", 8) for table in pair)) * ROW

    def _add_table(self, table, place, row):
        limit = table.get("limit", 8)
        title, menu = table["title"], table["menu"]
        pivot = self._add_pivot(table)
        # Shown in place of the rows where there are none.
        self.pivots[pivot]["name"] = "–"
        last = chr(ord(place) + MEASURE_COLUMNS)
        self.cells[f"{place}{row}"] = f"[{title}](odoo://ir_menu_xml_id/{menu})"
        # Titles of a pivot itself are in the language of the file: ours are cells.
        titles = [table.get("head", title), *(label for _field, label in table["measures"])]
        for column, label in enumerate(titles):
            self.cells[f"{chr(ord(place) + column)}{row + 1}"] = f'=_t("{label}")'
        self.cells[f"{place}{row + 2}"] = (
            f"=PIVOT({pivot},{limit},FALSE,FALSE,{MEASURE_COLUMNS},FALSE)"
        )
        self.styles[f"{place}{row}"] = 1
        self.styles[f"{place}{row + 1}"] = 2
        self.styles[f"{chr(ord(place) + 1)}{row + 1}:{last}{row + 1}"] = 4
        self.styles[f"{place}{row + 2}:{last}{row + 1 + limit}"] = 3
        self.tables.append(
            {
                "range": f"{place}{row + 1}:{last}{row + 1 + limit}",
                "type": "static",
                "config": {
                    "hasFilters": False,
                    "totalRow": False,
                    "firstColumn": False,
                    "lastColumn": False,
                    "numberOfHeaders": 1,
                    "bandedRows": True,
                    "bandedColumns": False,
                    "automaticAutofill": True,
                    "styleId": "None",
                },
            }
        )

    # Pieces

    def _add_pivot(self, asked, offset=0):
        """A grouped query; the same one is asked once."""
        measures = asked.get("measures") or [[asked.get("measure", "__count"), ""]]
        rows = asked.get("rows", [])
        pivot = {
            "type": "ODOO",
            "fieldMatching": self._matching(asked["model"], offset),
            "context": {},
            "domain": asked.get("domain", []),
            "measures": [
                {"id": field, "fieldName": field.split(":")[0]}
                | ({"aggregator": field.split(":")[1]} if ":" in field else {})
                | ({"userDefinedName": label} if label else {})
                for field, label in measures
            ],
            "model": asked["model"],
            "name": asked["title"],
            "columns": [],
            "rows": [self._dimension(field) for field in rows],
        }
        if rows:
            pivot["sortedColumn"] = {
                "measure": measures[0][0],
                "order": asked.get("order", "desc"),
                "domain": [],
            }
        same = {key: value for key, value in pivot.items() if key != "name"}
        for number, other in self.pivots.items():
            if {k: v for k, v in other.items() if k not in ("name", "id", "formulaId")} == same:
                return number
        number = str(len(self.pivots) + 1)
        self.pivots[number] = {**pivot, "id": number, "formulaId": number}
        return number

    def _dimension(self, field):
        name, _, granularity = field.partition(":")
        return {"fieldName": name} | ({"granularity": granularity} if granularity else {})

    def _matching(self, model, offset=0):
        """Which field of a model each filter means."""
        matching = {}
        for key, (chain, kind) in self.text.get("models", {}).get(model, {}).items():
            matching[self._id("filter", key)] = {"chain": chain, "type": kind}
            if self.filters[key]["type"] == "date":
                matching[self._id("filter", key)]["offset"] = offset
        return matching

    def _filter(self, key, one):
        common = {"id": self._id("filter", key), "type": one["type"], "label": one["label"]}
        if one["type"] == "date":
            return common | {"defaultValue": one["default"]}
        return common | {"modelName": one["model"], "defaultValueDisplayNames": []}

    def _add_figure(self, asked, chart, x, width, height):
        number = self._id("figure", len(self.figures))
        self.figures.append(
            {
                "id": number,
                "width": width,
                "height": height,
                "tag": "chart",
                "data": {**chart, "chartId": number},
                "offset": {"x": x, "y": self.y},
                "col": 0,
                "row": 0,
            }
        )
        self.menus[number] = asked["menu"]

    # Sheets

    def _dashboard_sheet(self):
        sizes = {str(number): {"size": size} for number, size in enumerate(COLUMNS)}
        rows = self.y // ROW + 3
        return self._sheet("Dashboard", len(COLUMNS), rows, sizes, self.cells) | {
            "styles": self.styles,
            "figures": self.figures,
            "tables": self.tables,
        }

    def _data_sheet(self):
        cells = {place: text for place, text in self.data.items() if text}
        rows = max(1, len(self.data) // 4)
        return self._sheet("Data", 4, rows, {"0": {"size": 250}}, cells) | {"formats": self.formats}

    def _sheet(self, name, columns, rows, sizes, cells):
        return {
            "id": self._id("sheet", name),
            "name": name,
            "colNumber": columns,
            "rowNumber": rows,
            "rows": {},
            "cols": sizes,
            "merges": [],
            "cells": cells,
            "styles": {},
            "formats": {},
            "borders": {},
            "conditionalFormats": [],
            "dataValidationRules": [],
            "figures": [],
            "tables": [],
            "areGridLinesVisible": True,
            "isVisible": True,
            "headerGroups": {"ROW": [], "COL": []},
            "comments": {},
        }

    def _id(self, kind, key):
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.name}/{kind}/{key}"))


def read(path):
    """Return a description as plain data."""
    root = etree.parse(str(path)).getroot()
    return {
        "filters": {one.get("name"): dict(one.attrib) for one in root.iter("filter")},
        "models": {
            one.get("name"): {
                key: value.split(":") for key, value in one.attrib.items() if key != "name"
            }
            for one in root.iter("model")
        },
        "scorecards": [_item(one) for one in root.iter("scorecard")],
        "charts": [_item(one) for one in root.iter("chart")],
        "tables": [_item(one) for one in root.iter("table")],
    }


def _item(node):
    item = dict(node.attrib)
    for key in ("domain", "of"):
        if key in item:
            item[key] = [list(term) for term in literal_eval(item[key])]
    for key in ("group_by", "rows"):
        if key in item:
            item[key] = item[key].split(",")
    if "limit" in item:
        item["limit"] = int(item["limit"])
    measures = [[one.get("field"), one.get("label")] for one in node.iter("measure")]
    return item | ({"measures": measures} if measures else {})


def descriptions():
    """Return {description: where its workbook stands}."""
    return {
        path: path.parent.parent / "data" / "files" / f"{path.stem}_dashboard.json"
        for path in sorted(ADDONS.glob("*/dashboards/*.xml"))
    }


def workbook(path):
    """Return a description's workbook as text."""
    name = f"{path.parent.parent.name}/{path.stem}"
    built = Dashboard(name, read(path)).build()
    return json.dumps(built, indent=1, ensure_ascii=False) + "\n"


def main():
    """Write every workbook anew."""
    for path, target in descriptions().items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(workbook(path), encoding="utf-8")


if __name__ == "__main__":
    main()
