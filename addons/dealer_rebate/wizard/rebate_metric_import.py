# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.aftersales_base.export import as_template
from odoo.addons.aftersales_base.spreadsheet import as_date, as_flag, as_number, as_text

from ..models.rebate_figure_mixin import excludes

#: Of each kind: model, sheet, columns with (how to read a cell, is it required?).
KINDS = {
    "value": (
        "rebate.metric.value",
        "Values",
        {
            "metric": (as_text, True),
            "dealer": (as_text, True),
            "store": (as_text, False),
            "date_from": (as_date, True),
            "date_to": (as_date, True),
            "value": (as_number, True),
            "note": (as_text, False),
        },
    ),
    "item": (
        "rebate.metric.item",
        "Items",
        {
            "metric": (as_text, True),
            "dealer": (as_text, True),
            "store": (as_text, False),
            "date": (as_date, True),
            "label": (as_text, False),
            "customer": (as_text, False),
            "vehicle": (as_text, False),
            "quantity": (as_number, False),
            "weight": (as_number, False),
            "exempt": (as_flag, False),
            "note": (as_text, False),
        },
    ),
    "target": (
        "rebate.target",
        "Targets",
        {
            "dealer": (as_text, True),
            "store": (as_text, False),
            "metric": (as_text, False),
            "agreement": (as_text, False),
            "component": (as_text, False),
            "date_from": (as_date, True),
            "date_to": (as_date, True),
            "value": (as_number, True),
            "note": (as_text, False),
        },
    ),
}
NOT_NEGATIVE = {"item": ("quantity", "weight"), "target": ("value",), "value": ()}


class RebateMetricImport(models.TransientModel):
    """Imports values, items and targets from XLSX or CSV: everything, or nothing and why.

    What is wrong is said in sentences with the rows' numbers, all at once, so that a file is
    mended in one go.
    """

    _name = "rebate.metric.import"
    _inherit = ["aftersales.spreadsheet.mixin"]
    _description = "Import Figures"

    kind = fields.Selection(
        [("value", "Values"), ("item", "Items"), ("target", "Targets")],
        required=True,
        default="value",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    file = fields.Binary(help="XLSX or CSV with the columns of the template.")
    submit = fields.Boolean(
        string="Hand In",
        default=True,
        help="Values and items are handed in at once, for another person to verify; the deadline "
        "is judged now.",
    )
    template_file = fields.Binary(compute="_compute_template", help="Fill in and import.")
    template_name = fields.Char(compute="_compute_template")

    @api.depends("kind", "company_id")
    def _compute_template(self):
        for wizard in self:
            _model, sheet, columns = KINDS[wizard.kind or "value"]
            wizard.template_name = f"{sheet.lower()}.xlsx"
            wizard.template_file = base64.b64encode(
                as_template(sheet, columns, wizard._get_guide(columns))
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_import(self):
        """Import the file, or show what is wrong with it.

        :return: an action: the imported records, or this form again with the problems
        """
        self.ensure_one()
        self.env[KINDS[self.kind][0]].check_access("create")
        records = self._import_all_or_nothing()
        if records is None:
            return self._reopen()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported"),
            "res_model": records._name,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }

    def _write_file(self, vals_list):
        records = (
            self.env[KINDS[self.kind][0]]
            .with_context(mail_create_nosubscribe=True, mail_notrack=True)
            .create(vals_list)
        )
        if self.kind != "target":
            evident = records.filtered(lambda record: record.metric_id.needs_evidence)
            self._attach_file(evident, KINDS[self.kind][1])
            if self.submit:
                records.action_submit()
        return records.with_env(self.env)

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _read_file(self):
        """Read and check the file.

        :return: (list of sentences, list of values)
        """
        _model, sheet, columns = KINDS[self.kind]
        return self._read_records(sheet, columns)

    # ------------------------------------------------------------------
    # Looking up
    # ------------------------------------------------------------------

    def _find_known(self, rows):
        """Records that the rows name, with one search for each model.

        :return: {column: {text: records}}
        """
        names = {
            column: {row[column] for row in rows if row.get(column)}
            for column in ("metric", "dealer", "store", "agreement")
        }
        company = ("company_id", "=", self.company_id.id)
        metrics = self.env["rebate.metric"].search([("code", "in", list(names["metric"])), company])
        stores = self.env["aftersales.outlet"].search(
            [("code", "in", list(names["store"])), company]
        )
        agreements = self.env["rebate.agreement"].search(
            [("name", "in", list(names["agreement"])), company]
        )
        return {
            "metric": metrics.grouped("code"),
            "store": stores.grouped("code"),
            "agreement": agreements.grouped("name"),
            "dealer": self._find_dealers(names["dealer"]),
        }

    def _find_dealers(self, names):
        """Dealers and suppliers by reference, tax number or name, the first that fits."""
        names = list(names)
        partners = self.env["res.partner"].search(
            [
                ("parent_id", "=", False),
                ("company_id", "in", (self.company_id.id, False)),
                *("|", ("is_dealer", "=", True), ("supplier_rank", ">", 0)),
                *("|", "|", ("ref", "in", names), ("vat", "in", names), ("name", "in", names)),
            ]
        )
        found = {}
        for field in ("name", "vat", "ref"):
            found |= partners.filtered(field).grouped(field)
        return found

    def _prepare_row(self, number, cells, known, problems):
        """Values of a record, or None where the row has a problem."""
        before = len(problems)
        records = {
            column: self._look_up(number, column, cells[column], known, problems)
            for column in ("metric", "dealer", "store", "agreement")
            if column in cells
        }
        self._check_row(number, cells, records, problems)
        required = [name for name, column in KINDS[self.kind][2].items() if column[1]]
        if len(problems) > before or any(name not in cells for name in required):
            return None
        vals = {
            name: cells[name]
            for name in ("date_from", "date_to", "date", "note", "label", "customer", "vehicle")
            if name in cells
        }
        vals |= {
            name: float(cells[name]) for name in ("value", "quantity", "weight") if name in cells
        }
        vals |= {
            "partner_id": records["dealer"].id,
            "outlet_id": records["store"].id if "store" in records else False,
        }
        if "metric" in records:
            vals["metric_id"] = records["metric"].id
        if "exempt" in cells:
            vals["exempt"] = cells["exempt"]
        if self.kind == "target" and "metric" not in records:
            vals["component_id"] = self._get_component(cells, records).id
        return vals

    def _look_up(self, number, column, name, known, problems):
        """The one record of a name; what is unknown or not clear is among the problems."""
        records = known[column].get(name)
        labels = {
            "metric": self.env._("metric with the code"),
            "dealer": self.env._("dealer"),
            "store": self.env._("store with the code"),
            "agreement": self.env._("agreement"),
        }
        if not records:
            problems.append(
                self.env._(
                    "Row %(row)s: there is no %(what)s “%(name)s” in %(company)s.",
                    row=number,
                    what=labels[column],
                    name=name,
                    company=self.company_id.name,
                )
            )
            return self.env["rebate.metric"]
        if len(records) > 1:
            problems.append(
                self.env._(
                    "Row %(row)s: there are %(count)s of the %(what)s “%(name)s”. Give dealers "
                    "references and use those.",
                    row=number,
                    count=len(records),
                    what=labels[column],
                    name=name,
                )
            )
        return records[:1]

    def _check_row(self, number, cells, records, problems):
        """Add what is wrong with a row as a whole."""
        first, last = cells.get("date_from"), cells.get("date_to")
        if first and last and last < first:
            problems.append(
                self.env._("Row %(row)s: the period ends before it starts.", row=number)
            )
        for name in NOT_NEGATIVE[self.kind]:
            if cells.get(name, 0) < 0:
                problems.append(
                    self.env._("Row %(row)s: %(column)s is negative.", row=number, column=name)
                )
        metric = records.get("metric")
        wanted = {"value": "reported", "item": "items"}.get(self.kind)
        if metric and wanted and metric.kind != wanted:
            problems.append(
                self.env._(
                    "Row %(row)s: the metric %(metric)s does not take %(kind)s.",
                    row=number,
                    metric=metric.code,
                    kind=KINDS[self.kind][1].lower(),
                )
            )
        store, dealer = records.get("store"), records.get("dealer")
        if store and dealer and store.dealer_id.commercial_partner_id != dealer:
            problems.append(
                self.env._(
                    "Row %(row)s: the store %(store)s does not belong to %(dealer)s.",
                    row=number,
                    store=store.code,
                    dealer=dealer.name,
                )
            )
        if self.kind == "target":
            self._check_target_row(number, cells, records, problems)

    def _check_target_row(self, number, cells, records, problems):
        if ("metric" in cells) == ("component" in cells):
            problems.append(
                self.env._(
                    "Row %(row)s: name either a metric, or an agreement and a component.",
                    row=number,
                )
            )
        elif "component" in cells and not self._get_component(cells, records):
            problems.append(
                self.env._(
                    "Row %(row)s: the agreement has no component “%(name)s”.",
                    row=number,
                    name=cells["component"],
                )
            )

    def _get_component(self, cells, records):
        agreement = records.get("agreement")
        if not agreement:
            return self.env["rebate.component"]
        return agreement.component_ids.filtered(lambda c: c.name == cells["component"])[:1]

    # ------------------------------------------------------------------
    # Duplicates
    # ------------------------------------------------------------------

    def _find_clashes(self, found):
        """Sentences about rows that would count twice, with each other or with what is there."""
        if self.kind == "item":
            return []
        problems = []
        known = self._read_known([vals for _number, vals in found])
        for number, vals in found:
            span = (vals["outlet_id"] or 0, vals["date_from"], vals["date_to"])
            rivals = known[self._get_group(vals)]
            for other_number, other in rivals:
                if not excludes(span, other):
                    continue
                problems.append(
                    self.env._(
                        "Row %(row)s: row %(other)s has the same dealer and days.",
                        row=number,
                        other=other_number,
                    )
                    if other_number
                    else self.env._(
                        "Row %(row)s: there is a figure of this dealer for these days already.",
                        row=number,
                    )
                )
                break
            rivals.append((number, span))
        return problems

    def _read_known(self, vals_list):
        """What is there of the same things and dealers, in one search."""
        known = defaultdict(list)
        model = self.env[KINDS[self.kind][0]]
        domain = [("partner_id", "in", list({vals["partner_id"] for vals in vals_list}))]
        if self.kind == "value":
            domain += [
                ("metric_id", "in", list({vals["metric_id"] for vals in vals_list})),
                ("state", "!=", "rejected"),
            ]
        for figure in model.search(domain):
            group = self._get_group(
                {
                    "partner_id": figure.partner_id.id,
                    "metric_id": figure.metric_id.id,
                    "component_id": figure.component_id.id if self.kind == "target" else False,
                }
            )
            span = (figure.outlet_id.id or 0, figure.date_from, figure.date_to)
            known[group].append((None, span))
        return known

    def _get_group(self, vals):
        component = self.env["rebate.component"].browse(vals.get("component_id") or [])
        return vals["partner_id"], vals.get("metric_id") or False, component.component_key

    # ------------------------------------------------------------------
    # Template
    # ------------------------------------------------------------------

    def _get_guide(self, columns):
        """Rows that say what goes into each column."""
        meaning = {
            "metric": self.env._("code of the metric"),
            "dealer": self.env._("reference of the dealer, else tax number or exact name"),
            "store": self.env._("code of the store; empty for the dealer as a whole"),
            "agreement": self.env._("name of the agreement, for a target of a component"),
            "component": self.env._("name of the component, instead of a metric"),
            "date_from": self.env._("first day, as a date or 2026-01-01"),
            "date_to": self.env._("last day"),
            "date": self.env._("day, as a date or 2026-01-01"),
            "value": self.env._("number with a point, without separators between thousands"),
            "quantity": self.env._("number; 1 if empty"),
            "weight": self.env._("number; 1 if empty"),
            "exempt": self.env._("yes or no; no if empty"),
        }
        rows = [[name, meaning.get(name, self.env._("text; may be empty"))] for name in columns]
        kinds = {"value": ["reported"], "item": ["items"]}.get(self.kind)
        domain = [("company_id", "=", self.company_id.id)]
        metrics = self.env["rebate.metric"].search(
            domain + ([("kind", "in", kinds)] if kinds else [])
        )
        rows.append([" ", " "])
        return rows + [[metric.code, metric.name] for metric in metrics]
