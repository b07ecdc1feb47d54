# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesUnitTransfer(models.TransientModel):
    """Says that a unit has another user now: since when, why, who told us, at which meter (S14)."""

    _name = "aftersales.unit.transfer"
    _description = "Change User of a Unit"

    lot_id = fields.Many2one("stock.lot", string="Unit", required=True, ondelete="cascade")
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        ondelete="cascade",
        help="Job on which we learnt it.",
    )
    former_id = fields.Many2one(
        related="lot_id.user_partner_id",
        string="User So Far",
        help="Who has it by the unit's file.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="New User",
        required=True,
        ondelete="cascade",
        help="Who has the unit now.",
    )
    date = fields.Date(
        string="Since",
        required=True,
        default=fields.Date.context_today,
        help="Day on which the unit changed hands.",
    )
    reason = fields.Char(required=True, help="Sold on, given to a branch, heir …")
    told_by = fields.Char(required=True, help="Who told us.")
    has_meter = fields.Boolean(string="Meter Known", help="The meter was read at the change.")
    meter = fields.Float(
        compute="_compute_meter",
        store=True,
        readonly=False,
        help="What the meter showed at the change.",
    )
    meter_unit = fields.Selection(related="lot_id.meter_unit")

    @api.depends("lot_id")
    def _compute_meter(self):
        for wizard in self:
            wizard.meter = wizard.lot_id.meter

    def action_transfer(self):
        """Write the new user on the unit's file, with its history and the meter.

        :raises UserError: when nothing changes, or the day is still to come
        """
        self.ensure_one()
        if self.partner_id == self.former_id:
            raise UserError(
                self.env._(
                    "%(user)s is the user of unit %(unit)s already: choose who has it now.",
                    user=self.partner_id.display_name,
                    unit=self.lot_id.display_name,
                )
            )
        if self.date > self.lot_id._get_file_today():
            raise UserError(
                self.env._(
                    "Unit %(unit)s cannot have changed hands on %(day)s, which is still to come.",
                    unit=self.lot_id.display_name,
                    day=self.date,
                )
            )
        self.lot_id._set_user(
            self.partner_id,
            self.date,
            "transfer",
            self.voucher_id,
            told_by=self.told_by,
            reason=self.reason,
        )
        if self.has_meter:
            self.lot_id._take_meter_reading(
                self.meter, day=self.date, voucher=self.voucher_id, source="transfer"
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
