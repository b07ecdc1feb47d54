# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import fields, models

from .stock_lot import SERVICE_GROUPS


class StockLot(models.Model):
    """The unit's page: everything that ever happened to it (S14)."""

    _inherit = "stock.lot"

    unit_event_ids = fields.One2many(
        "aftersales.unit.event",
        "lot_id",
        string="Timeline",
        groups=SERVICE_GROUPS,
        help="Everything that ever happened to the unit, as far as the reader may see it.",
    )
    meter_reading_count = fields.Integer(
        compute="_compute_unit_counts", string="Readings", groups=SERVICE_GROUPS
    )
    unit_user_count = fields.Integer(
        compute="_compute_unit_counts", string="Number of Users", groups=SERVICE_GROUPS
    )
    insurance_policy_count = fields.Integer(
        compute="_compute_unit_counts", string="Insurance", groups=SERVICE_GROUPS
    )
    complaint_count = fields.Integer(
        compute="_compute_unit_counts", string="Complaints", groups=SERVICE_GROUPS
    )
    registration_count = fields.Integer(
        compute="_compute_unit_counts", string="Registered", groups=SERVICE_GROUPS
    )

    def _compute_unit_counts(self):
        """One query for all smart buttons of the page."""
        counts = defaultdict(int)
        for lot, kind, count in self.env["aftersales.unit.event"]._read_group(
            [("lot_id", "in", self.ids)], ["lot_id", "kind"], ["__count"]
        ):
            counts[lot.id, kind] = count
        for lot in self:
            for name, kind in self._get_count_kinds().items():
                lot[name] = counts[lot._origin.id, kind]

    def _get_count_kinds(self):
        """Smart buttons that count events of the timeline: {field: kind}. Hook."""
        return {
            "complaint_count": "complaint",
            "insurance_policy_count": "policy",
            "meter_reading_count": "meter",
            "registration_count": "registration",
            "unit_user_count": "user",
        }

    def action_view_unit_complaints(self):
        """Open the complaints about this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_complaint_action"
        )
        return {**action, "domain": [("lot_id", "=", self.id)], "context": {}}
