# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    """A tool, instrument or machine of an outlet: its keeper is Odoo's assigned employee (S21)."""

    _inherit = "maintenance.equipment"

    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_outlet_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Where it is kept and counted.",
    )
    round_area_id = fields.Many2one(
        "aftersales.round.area",
        string="Area of Responsibility",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    tool_state = fields.Selection(
        [("in_order", "In Order"), ("missing", "Missing"), ("broken", "Broken")],
        string="Last Found",
        default="in_order",
        tracking=True,
        index=True,
        help="As the last count found it; in order again when its request is done.",
    )
    last_count_on = fields.Date(string="Last Counted", readonly=True, copy=False)

    @api.depends("round_area_id")
    def _compute_outlet_id(self):
        for equipment in self:
            equipment.outlet_id = equipment.round_area_id.outlet_id or equipment.outlet_id
