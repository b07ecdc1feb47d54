# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesRepairInspection(models.Model):
    """A supervisor's verdict on a repair: passed, or sent back with a reason (S5)."""

    _name = "aftersales.repair.inspection"
    _description = "Inspection of a Repair"
    _order = "inspected_at desc, id desc"
    _rec_name = "repair_id"

    repair_id = fields.Many2one(
        "repair.order", string="Repair Card", required=True, index=True, ondelete="cascade"
    )
    voucher_id = fields.Many2one(
        related="repair_id.aftersales_voucher_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True)
    result = fields.Selection(
        [("passed", "Passed"), ("sent_back", "Sent Back")], required=True, readonly=True
    )
    reason = fields.Char(readonly=True, help="What was not in order.")
    findings = fields.Char(
        readonly=True, help="Steps of the inspection's checklist that were not in order."
    )
    inspected_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Inspected By", required=True, readonly=True)
    technician_id = fields.Many2one(
        "hr.employee", readonly=True, ondelete="restrict", help="Who had repaired it."
    )
