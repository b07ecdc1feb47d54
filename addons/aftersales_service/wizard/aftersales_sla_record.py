# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesSlaRecord(models.TransientModel):
    """Record by hand that something happened to a document, or that its clock is held (S8)."""

    _name = "aftersales.sla.record"
    _description = "Record a Deadline Event"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    type_id = fields.Many2one(
        "aftersales.sla.event.type",
        string="Event",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', res_model), ('trigger', '=', 'manual')]",
        help="What happened, or what the clock waits for.",
    )
    is_pause = fields.Boolean(related="type_id.is_pause")
    is_held = fields.Boolean(
        compute="_compute_is_held", help="This pause has begun and not ended: it ends now."
    )
    reason = fields.Char(help="Why. Kept in the log.")

    @api.depends("type_id")
    def _compute_is_held(self):
        for record in self:
            record.is_held = record.is_pause and record._get_last().phase == "begin"

    def action_record(self):
        """Add the event to the log of the document.

        :raises UserError: when nothing is promised that the event would touch, or a pause begins
            without a reason
        """
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id)
        if self.type_id not in document._get_sla_policies()._get_event_types():
            raise UserError(
                self.env._(
                    "No active promise looks at %(event)s: there is nothing to record.",
                    event=self.type_id.name,
                )
            )
        if self.is_pause and not self.is_held and not (self.reason or "").strip():
            raise UserError(
                self.env._("Write the reason why the clock of %s is held.", document.display_name)
            )
        document.log_sla_event(self.type_id.code, reason=self.reason, end=self.is_held)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _get_last(self):
        """The last time that this event was recorded on the document."""
        # sudo: the document itself is checked when the event is recorded.
        return (
            self.env["aftersales.sla.event"]
            .sudo()
            .search(
                [
                    ("type_id", "=", self.type_id.id),
                    ("res_model", "=", self.res_model),
                    ("res_id", "=", self.res_id),
                ],
                limit=1,
            )
        )
