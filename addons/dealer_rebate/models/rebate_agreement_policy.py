# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json
from datetime import date
from pathlib import Path

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.aftersales_base.export import make_download

FORMAT = "rebate-policy/1"
POLICIES = Path(__file__).parents[1] / "data" / "policies"
MAX_SIZE = 2_000_000

#: By which fields a record of another database is found again, the first that it has.
KEYS = {
    "res.currency": ("name",),
    "uom.uom": ("name",),
    "product.category": ("complete_name",),
    "product.product": ("default_code", "barcode", "name"),
    "res.partner": ("ref", "vat", "name"),
    "res.partner.category": ("name",),
    "rebate.metric": ("code",),
    "rebate.wallet": ("name",),
}
NUMBERS = {"integer": int, "float": float, "monetary": float}


class PolicyReader:
    """Turns parts of a policy file into values, and collects what is wrong with it.

    :param env: environment to look records up in
    :param company: company that the policy is for
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.problems = []
        self.announced = set()

    def problem(self, text):
        """Note one thing that is wrong, as a sentence."""
        if text not in self.problems:
            self.problems.append(text)

    def part(self, data, name, kind, where):
        """A part of the file, empty where it is missing or of another kind."""
        value = data.get(name, kind())
        if not isinstance(value, kind):
            self.problem(
                self.env._("“%(name)s” of %(where)s cannot be read.", name=name, where=where)
            )
            return kind()
        return value

    def values(self, model, data, names, where):
        """Values of plain fields and references.

        :param names: fields that may be set
        """
        if not isinstance(data, dict):
            self.problem(self.env._("%s cannot be read.", where))
            return {}
        vals = {}
        for name, value in data.items():
            if name not in names:
                self.problem(self.env._("%(where)s has no “%(name)s”.", where=where, name=name))
                continue
            vals[name] = self._value(self.env[model]._fields[name], value, where)
        return vals

    def _value(self, field, value, where):
        try:
            if field.type == "many2one":
                return self._find(field.comodel_name, value, where)
            if field.type == "many2many":
                found = [self._find(field.comodel_name, one, where) for one in value]
                return [Command.set([one for one in found if one])]
            return self._plain(field, value)
        except (TypeError, ValueError, OverflowError):
            self.problem(
                self.env._(
                    "%(where)s: “%(value)s” is no value of “%(name)s”.",
                    where=where,
                    value=str(value)[:50],
                    name=field._description_string(self.env),
                )
            )
            return False

    def _plain(self, field, value):
        if value is None or value is False:
            return False
        if field.type == "boolean":
            if not isinstance(value, bool):
                raise ValueError(value)
            return value
        if field.type in NUMBERS:
            number = NUMBERS[field.type](value)
            if isinstance(value, (bool, str)) or abs(number) >= 1e15 or number != number:
                raise ValueError(value)
            return number
        if field.type == "date":
            return date.fromisoformat(value)
        if not isinstance(value, str):
            raise ValueError(value)
        if field.type == "selection" and value not in field.get_values(self.env):
            raise ValueError(value)
        return value

    def _find(self, model, key, where):
        """Id of the record that a key names, among those of this company."""
        if not isinstance(key, dict) or len(key) != 1:
            raise ValueError(key)
        ((name, value),) = key.items()
        if name not in KEYS.get(model, ("name",)) or not isinstance(value, str):
            raise ValueError(key)
        records = self.env[model]
        domain = [(name, "=", value)]
        if "company_id" in records._fields:
            domain.append(("company_id", "in", (self.company.id, False)))
        found = records.search(domain, limit=2)
        if not found and (model, value) in self.announced:
            # The file brings it, but something else was wrong before it could be made.
            return False
        if len(found) != 1:
            text = (
                self.env._("%(where)s: there is no %(model)s “%(value)s” here.")
                if not found
                else self.env._("%(where)s: there are several %(model)s “%(value)s” here.")
            )
            self.problem(text % {"where": where, "model": records._description, "value": value})
            return False
        return found.id


class RebateAgreementPolicy(models.Model):
    """An agreement as one file: to try a policy on a copy and to move it (R12).

    The file is JSON, see the add-on's developer notes. It names products, dealers and metrics by
    their codes, never by numbers of a database, and carries no accounts.
    """

    _inherit = "rebate.agreement"

    def action_export_policy(self):
        """Download this agreement with its tables and metrics as one file."""
        self.ensure_one()
        name = f"{self.name}.json".replace("/", "-")
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)]
        ).unlink()
        text = json.dumps(self._export_policy(), ensure_ascii=False, indent=2)
        return make_download(self, name, text.encode())

    # ------------------------------------------------------------------
    # Export
    # ------------------------------------------------------------------

    def _export_policy(self):
        """This agreement as plain data, see :meth:`_import_policy`."""
        self.ensure_one()
        components = self.component_ids
        metrics = components._get_metrics()._sort_by_use()
        return {
            "format": FORMAT,
            "tables": [self._dump_table(table) for table in components.rate_table_id],
            "metrics": [dump(metric, self._get_metric_names()) for metric in metrics],
            "agreement": dump(self, self._get_policy_names())
            | {
                "members": [
                    dump(member, ("partner_id", "date_from", "date_to"))
                    for member in self.member_ids
                ],
                "periods": [
                    dump(period, ("name", "date_from", "date_to")) for period in self.period_ids
                ],
                "components": [self._dump_component(component) for component in components],
            },
        }

    def _dump_component(self, component):
        names = self._get_condition_names()
        return (
            dump(component, component._get_policy_names())
            | {"table": component.rate_table_id.name or None}
            | {
                "limits": [dump(limit, ("grade", "amount")) for limit in component.limit_ids],
                "gates": [dump(gate, (*names, "kind")) for gate in component.gate_ids],
                "adjustments": [
                    dump(adjustment, (*names, "points")) for adjustment in component.adjustment_ids
                ],
            }
        )

    def _dump_table(self, table):
        return dump(table, self._get_table_names()) | {
            "rows": [dump(line, ("from_value", "from_value_2", "value")) for line in table.line_ids]
        }

    # ------------------------------------------------------------------
    # Import
    # ------------------------------------------------------------------

    @api.model
    def _import_policy(self, data, company=None):
        """Make a draft agreement of a policy file, with its tables and the metrics it lacks.

        :param data: plain data as :meth:`_export_policy` returns it
        :return: the agreement
        :raise UserError: listing all that is wrong; then nothing was made
        """
        company = company or self.env.company
        policies = self.with_company(company)
        reader = PolicyReader(policies.env, company)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise UserError(
                self.env._(
                    "This is no policy file: it does not begin with the format “%s”.", FORMAT
                )
            )
        try:
            with self.env.cr.savepoint():
                policies._import_metrics(reader, data)
                agreement = policies._import_agreement(reader, data, company)
                if reader.problems:
                    raise UserError("\n".join(f"• {problem}" for problem in reader.problems))
        except ValidationError as error:
            raise UserError("\n".join([*reader.problems, str(error)])) from error
        return agreement

    def _import_metrics(self, reader, data):
        """Make the metrics that are not here yet; the others have to mean the same."""
        names = self._get_metric_names()
        compared = set(names) - {"name", "note", "unit"}
        metrics = self.env["rebate.metric"]
        for one in reader.part(data, "metrics", list, reader.env._("the file")):
            where = reader.env._("Metric %s", one.get("code") if isinstance(one, dict) else one)
            vals = reader.values("rebate.metric", one, names, where)
            reader.announced.add(("rebate.metric", vals.get("code")))
            known = metrics.search(
                [("code", "=", vals.get("code")), ("company_id", "=", reader.company.id)]
            )
            if not known:
                if not reader.problems:
                    metrics.create(vals | {"company_id": reader.company.id})
            elif dump(known, compared) != dump(metrics.new(vals), compared):
                reader.problem(
                    reader.env._(
                        "%(where)s is here already and means something else. Rename one of them.",
                        where=where,
                    )
                )

    def _import_agreement(self, reader, data, company):
        where = reader.env._("The agreement")
        own = dict(reader.part(data, "agreement", dict, reader.env._("the file")))
        parts = {
            name: reader.part({name: own.pop(name, [])}, name, list, where)
            for name in ("members", "periods", "components")
        }
        tables = self._import_tables(reader, data)
        vals = reader.values(self._name, own, self._get_policy_names(), where)
        vals["company_id"] = company.id
        vals["member_ids"] = [
            Command.create(
                reader.values("rebate.member", one, ("partner_id", "date_from", "date_to"), where)
            )
            for one in parts["members"]
        ]
        vals["period_ids"] = [
            Command.create(
                reader.values("rebate.period", one, ("name", "date_from", "date_to"), where)
            )
            for one in parts["periods"]
        ]
        vals["component_ids"] = [
            Command.create(self._get_component_vals(reader, one, tables))
            for one in parts["components"]
        ]
        for name in ("name", "date_start"):
            if not vals.get(name):
                reader.problem(reader.env._("%(where)s has no “%(name)s”.", where=where, name=name))
        if reader.problems:
            return self.browse()
        return self.create(vals)

    def _import_tables(self, reader, data):
        """{name: id of a new table}."""
        tables = {}
        for one in reader.part(data, "tables", list, reader.env._("the file")):
            where = reader.env._("Table %s", one.get("name") if isinstance(one, dict) else one)
            if not isinstance(one, dict):
                reader.problem(reader.env._("%s cannot be read.", where))
                continue
            one = dict(one)
            rows = reader.part({"rows": one.pop("rows", [])}, "rows", list, where)
            vals = reader.values("rate.table", one, self._get_table_names(), where)
            vals["line_ids"] = [
                Command.create(
                    reader.values(
                        "rate.table.line", row, ("from_value", "from_value_2", "value"), where
                    )
                )
                for row in rows
            ]
            if not reader.problems:
                vals["company_id"] = reader.company.id
                tables[vals.get("name")] = self.env["rate.table"].create(vals).id
        return tables

    def _get_component_vals(self, reader, data, tables):
        where = reader.env._("Component %s", data.get("name") if isinstance(data, dict) else data)
        if not isinstance(data, dict):
            reader.problem(reader.env._("%s cannot be read.", where))
            return {}
        own = dict(data)
        table = own.pop("table", None)
        names = self._get_condition_names()
        children = {}
        for name, model, fields_ in (
            ("limits", "rebate.component.limit", ("grade", "amount")),
            ("gates", "rebate.gate", (*names, "kind")),
            ("adjustments", "rebate.adjustment", (*names, "points")),
        ):
            children[name[:-1] + "_ids"] = [
                Command.create(reader.values(model, one, fields_, where))
                for one in reader.part({name: own.pop(name, [])}, name, list, where)
            ]
        component = self.env["rebate.component"]
        vals = reader.values("rebate.component", own, component._get_policy_names(), where)
        if table and table not in tables and not reader.problems:
            reader.problem(
                reader.env._(
                    "%(where)s names the table “%(table)s”, which is not in the file.",
                    where=where,
                    table=table,
                )
            )
        return vals | children | ({"rate_table_id": tables[table]} if table in tables else {})

    # ------------------------------------------------------------------
    # Names of what a file holds
    # ------------------------------------------------------------------

    @api.model
    def _get_policy_names(self):
        """Fields of an agreement that a file holds, besides its parts."""
        parts = {"company_id", "component_ids", "member_ids", "period_ids"}
        return sorted(self._get_term_fields() - parts) + ["name", "note"]

    @api.model
    def _get_metric_names(self):
        return sorted(
            {
                *self.env["rebate.metric"]._get_term_fields(),
                "name",
                "unit",
                "note",
                "needs_evidence",
            }
            - {"company_id"}
        )

    @api.model
    def _get_table_names(self):
        return (
            "name", "method", "inputs", "input_label", "input_label_2", "bound", "open_below",
            "rate_unit", "step_every", "step_amount", "step_cap",
        )  # fmt: skip

    @api.model
    def _get_condition_names(self):
        return ("metric_id", "span", "comparison", "threshold", "threshold_metric_id")

    @api.model
    def _get_templates(self):
        """Shipped policies: {file name without ending: (name, summary)}."""
        templates = {}
        for path in sorted(POLICIES.glob("*.json")):
            data = json.loads(path.read_text())
            templates[path.stem] = (data["agreement"]["name"], data.get("summary", ""))
        return templates


def dump(record, names):
    """Fields of a record as plain data; empty ones are left out."""
    data = {}
    for name in sorted(names):
        field, value = record._fields[name], record[name]
        if field.type == "many2one":
            plain = dump_key(value) if value else None
        elif field.type == "many2many":
            plain = [dump_key(one) for one in value]
        elif field.type == "date":
            plain = fields.Date.to_string(value) if value else None
        elif field.type in ("html", "text", "char"):
            plain = str(value) if value else None
        else:
            plain = value
        if plain not in (None, [], "") and not (plain is False and field.type != "boolean"):
            data[name] = plain
    return data


def dump_key(record):
    """What names a record in another database: {field: value}.

    :raise UserError: when it has no code or name
    """
    for name in KEYS.get(record._name, ("name",)):
        if record[name]:
            return {name: record[name]}
    raise UserError(record.env._("%s has no code that names it in a file.", record.display_name))
