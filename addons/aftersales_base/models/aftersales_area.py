# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesArea(models.Model):
    """A stretch of country that outlets cover (S7): a tree of regions down to districts."""

    _name = "aftersales.area"
    _description = "Service Area"
    _inherit = ["aftersales.code.mixin"]
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(index=True, help="Short code used on lists and in imports.")
    complete_name = fields.Char(
        compute="_compute_complete_name",
        recursive=True,
        store=True,
        index="trigram",
        help="The area with all above it, e.g. North / Harbour City.",
    )
    parent_id = fields.Many2one(
        "aftersales.area",
        index=True,
        ondelete="restrict",
        help="Area that this one lies in; who covers it covers this one too.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("aftersales.area", "parent_id", string="Sub-areas")
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "This area code is taken.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        """Full path of the area, in the order of the tree."""
        for area in self:
            parent = area.parent_id.complete_name
            area.complete_name = f"{parent} / {area.name}" if parent else area.name
