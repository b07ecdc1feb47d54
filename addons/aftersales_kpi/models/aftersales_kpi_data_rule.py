# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
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
    """What a department must fill in on a job before its data count as complete (K4)."""

    _name = "aftersales.kpi.data.rule"
    _description = "Required Data of a Job"
    _order = "company_id, department_id, id"
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
        "Empty: of all departments without a rule of their own.",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        "aftersales_kpi_data_rule_field_rel",
        "rule_id",
        "field_id",
        string="Fields",
        required=True,
        domain=[
            ("model", "=", "aftersales.voucher"),
            ("store", "=", True),
            ("ttype", "in", list(FILLED)),
        ],
        help="A job is complete when each of these is filled in.",
    )

    _department_uniq = models.UniqueIndex(
        "(company_id, COALESCE(department_id, 0))",
        "This department has a rule already: change that one.",
    )

    @api.depends("department_id.name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.department_id.name or self.env._("All other departments")

    @api.constrains("field_ids")
    def _check_fields(self):
        """Only columns of the job itself can be looked at."""
        voucher = self.env["aftersales.voucher"]
        for rule in self:
            for field in rule.field_ids:
                column = voucher._fields.get(field.name)
                if (
                    field.model != voucher._name
                    or not column
                    or not column.store
                    or field.ttype not in FILLED
                ):
                    raise ValidationError(
                        self.env._(
                            "%(field)s is no field of a job that can be checked: take it out of "
                            "the rule of %(rule)s.",
                            field=field.field_description,
                            rule=rule.display_name,
                        )
                    )

    def _get_complete_sql(self):
        """Whether a job has what its department asks for.

        :return: SQL expression over ``voucher`` and ``held`` (the technician's version), integer;
            NULL where no rule asks for anything
        """
        named, general = SQL(""), SQL("NULL")
        for rule in self:
            if rule.department_id:
                named = SQL(
                    "%s WHEN held.department_id = %s THEN (%s)::integer",
                    named,
                    rule.department_id.id,
                    rule._get_filled_sql(),
                )
            else:
                general = SQL("(%s)::integer", rule._get_filled_sql())
        return SQL("CASE %s ELSE %s END", named or SQL("WHEN FALSE THEN 0"), general)

    def _get_filled_sql(self):
        """All fields of the rule are filled in: SQL condition over ``voucher``."""
        self.ensure_one()
        # sudo: names of fields, for whoever computes the figures.
        return SQL(" AND ").join(
            SQL(
                "COALESCE(%s, FALSE)",
                SQL(FILLED[field.ttype], SQL.identifier("voucher", field.name)),
            )
            for field in self.sudo().field_ids
        )
