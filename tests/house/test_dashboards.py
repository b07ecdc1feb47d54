# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dashboards: made from their descriptions, readable by whom they are for, without an error."""

import json

import pytest

from odoo.tests import HttpCase, tagged

from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
)

from tools.generate import dashboards

PEOPLE = {
    "aftersales_kpi.dashboard_service": "supervisor",
    "aftersales_kpi.dashboard_outlets": "supervisor",
    "aftersales_kpi_parts.dashboard_parts": "storekeeper",
    "dealer_rebate_kpi.dashboard_rebates": "accountant",
}
# All figures are drawn, and no cell or figure says that it could not be computed.
SHOWN = """
(async () => {
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const drawn = () => document.querySelectorAll(".o-figure canvas").length;
    for (let tries = 0; drawn() < %s; tries++) {
        if (tries > 1000) {
            throw new Error(drawn() + " figures are drawn");
        }
        await pause(10);
    }
    if (document.querySelector(".o_error_dialog")) {
        throw new Error(document.querySelector(".o_error_dialog").textContent);
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@pytest.mark.parametrize(
    "path", dashboards.descriptions(), ids=lambda path: f"{path.parts[-3]}-{path.stem}"
)
def test_workbook_is_current(path):
    target = dashboards.descriptions()[path]
    assert target.read_text() == dashboards.workbook(path), (
        "run python -m tools.generate.dashboards"
    )


@tagged("post_install", "-at_install")
class TestDashboards(HttpCase):
    """Stands on the demo data of all add-ons."""

    def _workbooks(self):
        for xmlid, person in PEOPLE.items():
            user = self.env["res.users"].search([("login", "=", person)])
            yield xmlid, user, json.loads(self.env.ref(xmlid).spreadsheet_data)

    def test_every_dashboard_is_somebodys(self):
        ours = {path.parent.parent.name for path in dashboards.descriptions()}
        data = self.env["ir.model.data"].search(
            [("model", "=", "spreadsheet.dashboard"), ("module", "in", list(ours))]
        )
        self.assertEqual(set(data.mapped("complete_name")), set(PEOPLE))
        self.assertEqual(len(dashboards.descriptions()), len(PEOPLE))

    def test_fields_and_menus_exist(self):
        for xmlid, user, workbook in self._workbooks():
            for model, chains in fields_in_spreadsheet(workbook).items():
                for chain in chains:
                    with self.subTest(xmlid, model=model, chain=chain):
                        fields = self.env[model].with_user(user)
                        for name in chain.split("."):
                            self.assertIn(name, fields._fields)
                            fields.check_access("read")
                            if fields._fields[name].relational:
                                fields = fields[name]
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu in menus_xml_ids_in_spreadsheet(workbook):
                with self.subTest(xmlid, menu=menu):
                    self.assertIn(self.env.ref(menu).id, visible)

    def test_what_is_asked_is_answered(self):
        """The server answers every pivot as the reader.

        Half of the scorecards' pivots are of the period before, in which the demo had not begun.
        """
        for xmlid, user, workbook in self._workbooks():
            shown = 0
            for pivot in workbook["pivots"].values():
                with self.subTest(xmlid, pivot=pivot["name"]):
                    measures = [
                        one["fieldName"] if one["fieldName"] == "__count" else f"{one['id']}:sum"
                        for one in pivot["measures"]
                    ]
                    rows = [row["fieldName"] for row in pivot["rows"]]
                    model = self.env[pivot["model"]].with_user(user)
                    found = model.formatted_read_group(pivot["domain"], rows, measures)
                    shown += any(group[measure] for group in found for measure in measures)
            self.assertGreaterEqual(shown, len(workbook["pivots"]) / 3, xmlid)

    def test_no_table_has_titles_that_cannot_be_translated(self):
        """A pivot's own titles stay in the language of the file; those of cells are terms."""
        for xmlid, _user, workbook in self._workbooks():
            cells = workbook["sheets"][0]["cells"]
            tables = [cell for cell in cells.values() if cell.startswith("=PIVOT(")]
            self.assertTrue(tables, xmlid)
            for cell in tables:
                self.assertTrue(cell.endswith(",FALSE,FALSE,2,FALSE)"), (xmlid, cell))

    def test_it_opens(self):
        for xmlid, user, workbook in self._workbooks():
            with self.subTest(xmlid):
                self.browser_js(
                    f"/odoo/dashboards?dashboard_id={self.env.ref(xmlid).id}",
                    SHOWN % len(workbook["sheets"][0]["figures"]),
                    ready="!!document.querySelector('.o-figure')",
                    login=user.login,
                    timeout=60,
                )
