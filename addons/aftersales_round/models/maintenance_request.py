# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class MaintenanceRequest(models.Model):
    """A request that a tool count made: when it is done, the tool is in order again (S21)."""

    _inherit = "maintenance.request"

    tool_count_line_ids = fields.One2many("aftersales.tool.count.line", "request_id")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("stage_id"):
            # sudo: whoever moves the request on need not read counts, nor write equipment.
            done = self.sudo().filtered(lambda r: r.stage_id.done and r.tool_count_line_ids)
            done.equipment_id.filtered(lambda tool: tool.tool_state != "in_order").write(
                {"tool_state": "in_order"}
            )
        return result
