# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesKpiTemplate(models.TransientModel):
    """Start a scheme from one that comes ready: the four-indicator sheet (K2)."""

    _name = "aftersales.kpi.template"
    _description = "KPI Scheme from a Template"

    template = fields.Selection(
        selection="_selection_template",
        required=True,
        default=lambda self: next(iter(self._get_templates())),
        help="What the scheme begins with; everything in it can be changed.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Name of the new scheme.",
    )
    subject_kind = fields.Char(compute="_compute_subject_kind", help="Whom the template measures.")
    date_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "month"),
        help="First day of the scheme.",
    )
    department_ids = fields.Many2many(
        "hr.department", string="Departments", domain="[('company_id', 'in', (False, company_id))]"
    )
    job_ids = fields.Many2many(
        "hr.job", string="Job Positions", domain="[('company_id', 'in', (False, company_id))]"
    )

    @api.model
    def _get_templates(self):
        """Schemes that come ready. Hook for further ones.

        :return: dict {key: {"name", "subject_kind", "lines": list of values of scheme lines with
            the external ids of indicator and table}}
        """
        points = {"grading": "proportional", "target": 10}
        return {
            "four": {
                "name": self.env._("Four-indicator sheet"),
                "subject_kind": "employee",
                "lines": [
                    {"indicator": "indicator_satisfaction", **points},
                    {"indicator": "indicator_speed", "table": "rate_table_speed"},
                    {"indicator": "indicator_quality", **points},
                    {"indicator": "indicator_skill", "table": "rate_table_skill"},
                ],
            }
        }

    @api.model
    def _selection_template(self):
        return [(key, template["name"]) for key, template in self._get_templates().items()]

    @api.depends("template")
    def _compute_name(self):
        templates = self._get_templates()
        for wizard in self:
            wizard.name = templates.get(wizard.template, {}).get("name")

    @api.depends("template")
    def _compute_subject_kind(self):
        templates = self._get_templates()
        for wizard in self:
            wizard.subject_kind = templates.get(wizard.template, {}).get("subject_kind")

    def action_create(self):
        """Make the scheme and open it."""
        self.ensure_one()
        scheme = self.env["aftersales.kpi.scheme"].create(self._prepare_scheme_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": scheme._name,
            "res_id": scheme.id,
            "view_mode": "form",
        }

    def _prepare_scheme_vals(self):
        template = self._get_templates()[self.template]
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "subject_kind": template["subject_kind"],
            "date_from": self.date_from,
            "department_ids": [fields.Command.set(self.department_ids.ids)],
            "job_ids": [fields.Command.set(self.job_ids.ids)],
            "line_ids": [
                fields.Command.create(self._prepare_line_vals(number, line))
                for number, line in enumerate(template["lines"], 1)
            ],
        }

    def _prepare_line_vals(self, number, line):
        """Values of a scheme line, with ids in place of external ids."""
        vals = {name: value for name, value in line.items() if name not in ("indicator", "table")}
        vals["sequence"] = 10 * number
        vals["indicator_id"] = self._find(line["indicator"])
        if "table" in line:
            vals["table_id"] = self._find(line["table"])
        return vals

    @api.model
    def _find(self, name):
        return self.env.ref(name if "." in name else f"aftersales_kpi.{name}").id
