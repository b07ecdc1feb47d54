# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PartsCoreRefusal(models.Model):
    """Refusals on jobs have a way of their own."""

    _inherit = "parts.core.refusal"

    job = fields.Selection(selection_add=[("service", "Job on site")])
