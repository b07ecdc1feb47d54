# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class RebateSettlementStop(models.Model):
    """Somebody asked a run to stop; it looks here before each chunk (R15).

    The run holds the settlement's own row while it works: writing there would wait, and then
    fail to serialise. Nobody has a right on these rows, methods write and read them.
    """

    _name = "rebate.settlement.stop"
    _description = "Request to Stop a Run"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, index=True, ondelete="cascade"
    )
