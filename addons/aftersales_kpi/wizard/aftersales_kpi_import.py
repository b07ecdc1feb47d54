# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import api, fields, models

from odoo.addons.aftersales_base.export import as_template
from odoo.addons.aftersales_base.spreadsheet import SpreadsheetError, as_date, as_number, as_text

from ..models.aftersales_kpi_subject_mixin import SUBJECT_FIELDS

#: How a cell of each column is read, and whether it is required.
COLUMNS = {
    "value": {
        "indicator": (as_text, True),
        "month": (as_date, True),
        "employee": (as_text, False),
        "team": (as_text, False),
        "outlet": (as_text, False),
        "dealer": (as_text, False),
        "value": (as_text, True),
        "note": (as_text, False),
    },
    "target": {
        "indicator": (as_text, True),
        "month": (as_date, False),
        "year": (as_number, False),
        "employee": (as_text, False),
        "team": (as_text, False),
        "outlet": (as_text, False),
        "dealer": (as_text, False),
        "value": (as_number, True),
        "note": (as_text, False),
    },
}
SHEETS = {"value": "Figures", "target": "Targets"}
#: By what each kind of subject is named in a file, in this order.
NAMES = {
    "employee": ("work_email", "name"),
    "team": ("code",),
    "outlet": ("code",),
    "dealer": ("ref", "vat", "name"),
}


class AftersalesKpiImport(models.TransientModel):
    """Imports typed figures or targets from XLSX or CSV: everything, or nothing and why (K2, K9).

    What is wrong is said in sentences with the rows' numbers, all at once. Drafts that are there
    are overwritten; what is confirmed or locked is not touched.
    """

    _name = "aftersales.kpi.import"
    _inherit = ["aftersales.spreadsheet.mixin"]
    _description = "Import Figures and Targets"

    kind = fields.Selection(
        [("value", "Figures"), ("target", "Targets")], required=True, default="value"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    file = fields.Binary(help="XLSX or CSV with the columns of the template.")
    confirm = fields.Boolean(
        string="Confirm at Once",
        help="The figures count at once, with the file as their evidence.",
    )
    template_file = fields.Binary(compute="_compute_template", help="Fill in and import.")
    template_name = fields.Char(compute="_compute_template")

    @api.depends("kind")
    def _compute_template(self):
        for wizard in self:
            kind = wizard.kind or "value"
            wizard.template_name = f"{SHEETS[kind].lower()}.xlsx"
            wizard.template_file = base64.b64encode(
                as_template(SHEETS[kind], COLUMNS[kind], wizard._get_guide(kind))
            )

    def action_import(self):
        """Import the file, or show what is wrong with it.

        :return: an action: the imported records, or this form again with the problems
        """
        self.ensure_one()
        model = self.env[f"aftersales.kpi.{self.kind}"]
        model.check_access("create")
        model.check_access("write")
        records = self._import_all_or_nothing()
        if records is None:
            return self._reopen()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"aftersales_kpi.aftersales_kpi_{self.kind}_action"
        )
        return action | {"domain": [("id", "in", records.ids)], "context": {}}

    # === READING === #

    def _read_file(self):
        return self._read_records(SHEETS[self.kind], COLUMNS[self.kind])

    def _find_known(self, rows):
        """What the rows name, with one search for each model and column.

        :return: {column: {text: records}}
        """
        asked = {column: set() for column in ("indicator", *NAMES)}
        for cells in rows:
            for column in asked:
                asked[column].add(cells.get(column))
        codes = list(asked["indicator"] - {None})
        indicators = self.env["aftersales.kpi.indicator"].search([("code", "in", codes)])
        known = {"indicator": indicators.grouped("code")}
        figures = self.env["aftersales.kpi.value"]
        for kind, names in NAMES.items():
            known[kind] = {}
            texts = list(asked[kind] - {None})
            company = [("company_id", "=", self.company_id.id)]
            if kind == "dealer":
                company = [
                    ("company_id", "in", (False, self.company_id.id)),
                    ("is_dealer", "=", True),
                ]
            for name in names:
                if not texts:
                    break
                found = figures._get_subject_model(kind).search([(name, "in", texts), *company])
                for text, records in found.grouped(name).items():
                    known[kind].setdefault(text, records)
        return known

    def _prepare_row(self, number, cells, known, problems):
        """Values of a record, or None where the row has a problem."""
        before = len(problems)
        indicator = self._pick(number, "indicator", cells, known, problems)
        named = [column for column in NAMES if column in cells]
        if len(named) > 1:
            problems.append(
                self.env._(
                    "Row %(row)s names more than one who is measured: %(columns)s. Fill in one of "
                    "them, or none for the company.",
                    row=number,
                    columns=", ".join(named),
                )
            )
            return None
        kind = named[0] if named else "company"
        subject = self.company_id
        if named:
            subject = self._pick(number, kind, cells, known, problems)
        vals = self._read_figure(number, indicator, cells, problems)
        vals |= self._read_period(number, cells, problems)
        if len(problems) > before or not indicator or not {"value", "period_start"} <= set(vals):
            return None
        return {
            "indicator_id": indicator.id,
            "company_id": self.company_id.id,
            **dict.fromkeys(SUBJECT_FIELDS.values(), False),
            **self.env["aftersales.kpi.value"]._prepare_subject_vals(kind, subject.id),
            "note": cells.get("note"),
            **vals,
        }

    def _pick(self, number, column, cells, known, problems):
        """The one record that a cell names."""
        text = cells.get(column)
        found = known[column].get(text, self.env["aftersales.kpi.indicator"])
        if text is not None and len(found) != 1:
            params = {"row": number, "column": column, "text": text}
            params["company"] = self.company_id.name
            problems.append(
                self.env._(
                    "Row %(row)s: more than one %(column)s of %(company)s is called “%(text)s”.",
                    **params,
                )
                if found
                else self.env._(
                    "Row %(row)s: there is no %(column)s “%(text)s” in %(company)s.", **params
                )
            )
        return found[:1]

    def _read_figure(self, number, indicator, cells, problems):
        """The figure: a number, or the name of a choice."""
        cell = cells.get("value")
        if cell is None or not indicator:
            return {}
        if self.kind == "target":
            return {"value": float(cell)}
        if indicator.measure != "manual":
            problems.append(
                self.env._(
                    "Row %(row)s: %(indicator)s is computed, it takes no typed figures.",
                    row=number,
                    indicator=indicator.display_name,
                )
            )
            return {}
        if indicator.choice_ids:
            return self._read_choice(number, indicator, cell, problems)
        try:
            return {"choice_id": False, "value": float(as_number(cell))}
        except SpreadsheetError as error:
            problems.append(
                self.env._(
                    "Row %(row)s, column %(column)s: %(problem)s",
                    row=number,
                    column="value",
                    problem=self._explain_spreadsheet_error(error),
                )
            )
        return {}

    def _read_choice(self, number, indicator, text, problems):
        """A choice by its name, or by its figure where only one has it."""
        choices = indicator.choice_ids
        named = choices.filtered(lambda choice: choice.name.lower() == text.lower())
        found = named or choices.filtered(lambda choice: f"{choice.value:g}" == text)
        if len(found) == 1:
            return {"choice_id": found.id, "value": found.value}
        problems.append(
            self.env._(
                "Row %(row)s: “%(text)s” is none of the choices of %(indicator)s: %(choices)s.",
                row=number,
                text=text,
                indicator=indicator.display_name,
                choices=", ".join(choices.mapped("name")),
            )
        )
        return {}

    def _read_period(self, number, cells, problems):
        month, year = cells.get("month"), cells.get("year")
        if self.kind == "value":
            return {"period_start": month.replace(day=1)} if month else {}
        if (month is None) == (year is None):
            problems.append(
                self.env._("Row %s: fill in either a month or a year of the target.", number)
            )
            return {}
        if month:
            return {"period_kind": "month", "period_start": month.replace(day=1)}
        if year != int(year) or not 1900 <= year <= 9999:
            problems.append(self.env._("Row %(row)s: %(year)s is no year.", row=number, year=year))
            return {}
        start = fields.Date.to_date(f"{int(year):04}-01-01")
        return {"period_kind": "year", "period_start": start}

    # === WHAT IS THERE ALREADY === #

    def _find_clashes(self, found):
        """Sentences about rows that say the same twice, or would touch what stays as it is."""
        there = self._find_there([vals for _number, vals in found])
        problems, seen = [], {}
        for number, vals in found:
            same = self._get_same(vals)
            if same in seen:
                problems.append(
                    self.env._(
                        "Row %(row)s says the same as row %(other)s: keep one of them.",
                        row=number,
                        other=seen[same],
                    )
                )
            seen.setdefault(same, number)
            record = there.get(same)
            if record and self._is_fixed(record):
                problems.append(
                    self.env._(
                        "Row %(row)s: “%(record)s” is there already and does not change: "
                        "%(advice)s",
                        row=number,
                        record=record.display_name,
                        advice=self.env._("open it and press Correct.")
                        if self.kind == "value"
                        else self.env._("open it and press Unlock."),
                    )
                )
        return problems

    def _find_there(self, vals_list):
        """{what tells figures apart: record}; what is confirmed or locked goes before drafts."""
        model = self.env[f"aftersales.kpi.{self.kind}"]
        if not vals_list:
            return {}
        records = model.search(
            [
                ("company_id", "=", self.company_id.id),
                ("indicator_id", "in", [vals["indicator_id"] for vals in vals_list]),
                ("period_start", "in", [vals["period_start"] for vals in vals_list]),
            ]
        )
        if self.kind == "value":
            records = records.filtered(lambda figure: figure.state != "superseded")
        return {
            record._get_same(): record for record in records.sorted(lambda one: self._is_fixed(one))
        }

    def _is_fixed(self, record):
        return record.state == "confirmed" if self.kind == "value" else record.is_locked

    def _get_same(self, vals):
        kind = vals["subject_kind"]
        subject = vals.get(SUBJECT_FIELDS.get(kind, "company_id"))
        same = (vals["indicator_id"], vals["company_id"], kind, subject, vals["period_start"])
        return same if self.kind == "value" else (*same, vals["period_kind"])

    # === WRITING === #

    def _write_file(self, vals_list):
        model = self.env[f"aftersales.kpi.{self.kind}"]
        there = self._find_there(vals_list)
        records, missing = model.browse(), []
        for vals in vals_list:
            record = there.get(self._get_same(vals))
            if record:
                record.write(
                    {name: vals[name] for name in ("choice_id", "value", "note") if name in vals}
                )
                records |= record
            else:
                missing.append(vals)
        records |= model.with_context(mail_create_nosubscribe=True).create(missing)
        if self.kind == "value":
            self._attach_file(records, SHEETS[self.kind])
            if self.confirm:
                records.action_confirm()
        return records

    # === TEMPLATE === #

    def _get_guide(self, kind):
        """Rows that say what goes into each column, and which indicators there are."""
        meaning = {
            "indicator": self.env._("code of the indicator, see below"),
            "month": self.env._("any day of the month, as a date or 2026-01-01"),
            "year": self.env._("for a year's target, instead of a month: 2026"),
            "employee": self.env._("e-mail address at work, else exact name"),
            "team": self.env._("code of the team"),
            "outlet": self.env._("code of the outlet"),
            "dealer": self.env._("reference of the dealer, else tax number or exact name"),
            "value": self.env._("number with a point, or one of the choices below"),
        }
        rows = [
            [name, meaning.get(name, self.env._("text; may be empty"))] for name in COLUMNS[kind]
        ]
        rows.append([" ", self.env._("Nobody named: the figure is the company's.")])
        domain = [("measure", "=", "manual")] if kind == "value" else []
        for indicator in self.env["aftersales.kpi.indicator"].search(domain):
            choices = ", ".join(indicator.choice_ids.mapped("name"))
            rows.append([indicator.code, ": ".join(filter(None, (indicator.name, choices)))])
        return rows
