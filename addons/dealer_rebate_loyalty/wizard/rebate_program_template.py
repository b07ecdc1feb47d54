# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateProgramTemplate(models.TransientModel):
    """Start a promotion of R5 from a template, also where there are programs already.

    Odoo shows its gallery only while there is no program.
    """

    _name = "rebate.program.template"
    _description = "New Promotion from a Template"

    template = fields.Selection(
        selection="_get_template_selection",
        required=True,
        help="The program is made in your company's currency, to be edited.",
    )
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def _get_template_selection(self):
        templates = self.env["loyalty.program"]._get_rebate_templates()
        return [(key, template["title"]) for key, template in templates.items()]

    @api.depends("template")
    def _compute_summary(self):
        templates = self.env["loyalty.program"]._get_rebate_templates()
        for wizard in self:
            wizard.summary = templates.get(wizard.template, {}).get("description", "")

    def action_create(self):
        """Make the program and open it."""
        self.ensure_one()
        return self.env["loyalty.program"].create_from_template(self.template)
