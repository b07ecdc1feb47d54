# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.tools import SQL

# Fields whose column tells by itself whether somebody filled it in.
FILLED = {
    "char": "%s <> ''",
    "text": "%s <> ''",
    "selection": "%s <> ''",
    "float": "%s <> 0",
    "integer": "%s <> 0",
    "monetary": "%s <> 0",
    "boolean": "%s IS TRUE",
    "many2one": "%s IS NOT NULL",
    "date": "%s IS NOT NULL",
    "datetime": "%s IS NOT NULL",
}


class AftersalesKpiDataRule(models.Model):
    """A field that a department must fill in on a job before its data count as complete (K4)."""

    _name = "aftersales.kpi.data.rule"
    _description = "Required Data of a Job"
    _order = "company_id, department_id, field_name"
    _rec_name = "field_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Whose jobs, by the technician's department of the day on which the job was done. "
        "Empty: of all departments that ask for nothing of their own.",
    )
    field_name = fields.Selection(
        selection="_get_field_names",
        string="Field",
        required=True,
        help="A job is complete when each field that is asked for is filled in.",
    )

    _field_uniq = models.UniqueIndex(
        "(company_id, COALESCE(department_id, 0), field_name)",
        "This department asks for this field already.",
    )

    @api.constrains("field_name")
    def _check_field_name(self):
        """Odoo does not compare what is written with a list that a method gives."""
        known = dict(self._get_field_names())
        for rule in self:
            if rule.field_name not in known:
                raise ValidationError(
                    self.env._(
                        "%(field)s is no field of a job that can be checked: choose one from the "
                        "list.",
                        field=rule.field_name,
                    )
                )

    @api.model
    def _get_field_names(self):
        """The columns of a job that can be filled in, by their labels."""
        described = self.env["aftersales.voucher"].fields_get(
            attributes=["string", "store", "type"]
        )
        return sorted(
            (
                (name, field["string"])
                for name, field in described.items()
                if field.get("store") and field["type"] in FILLED and name not in MAGIC_COLUMNS
            ),
            key=lambda pair: pair[1],
        )

    def _get_complete_sql(self):
        """Whether a job has what its department asks for.

        :return: SQL expression over ``voucher`` and ``held`` (the technician's version), integer;
            NULL where nobody asks for anything
        """
        named, general = SQL(""), SQL("NULL")
        for department, rules in self.grouped("department_id").items():
            if department:
                named = SQL(
                    "%s WHEN held.department_id = %s THEN (%s)::integer",
                    named,
                    department.id,
                    rules._get_filled_sql(),
                )
            else:
                general = SQL("(%s)::integer", rules._get_filled_sql())
        return SQL("CASE %s ELSE %s END", named or SQL("WHEN FALSE THEN 0"), general)

    def _get_filled_sql(self):
        """All fields of these rules are filled in: SQL condition over ``voucher``."""
        voucher = self.env["aftersales.voucher"]
        return SQL(" AND ").join(
            SQL(
                "COALESCE(%s, FALSE)",
                SQL(FILLED[voucher._fields[name].type], SQL.identifier("voucher", name)),
            )
            for name in self.mapped("field_name")
        )
