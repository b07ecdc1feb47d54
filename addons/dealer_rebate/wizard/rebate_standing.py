# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateStanding(models.TransientModel):
    """Where one dealer stands today in the running window of a component (R4).

    The office's side of the progress that dealers see on the portal: who is close to the next row,
    who has not bought yet, whose gate is shut. Rows are computed when the board is opened and kept
    for that user only; amounts are in the agreement's currency.
    """

    _name = "rebate.standing"
    _description = "Rebate Standing"
    _order = "agreement_id, component_id, percent desc, id"

    agreement_id = fields.Many2one(
        "rebate.agreement", required=True, readonly=True, ondelete="cascade"
    )
    component_id = fields.Many2one(
        "rebate.component", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Dealer", required=True, readonly=True, ondelete="cascade"
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", string="Store", readonly=True, ondelete="cascade"
    )
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(string="Until", readonly=True, help="Last day that counts.")
    base = fields.Float(
        string="Basis", digits=(16, 2), readonly=True, help="What counts so far, or a quantity."
    )
    rate = fields.Float(digits=(16, 4), readonly=True, help="Rate of the row that is reached.")
    earned = fields.Monetary(readonly=True, help="Earned so far, by the terms as they stand.")
    settled = fields.Monetary(readonly=True, help="What of it was settled before.")
    forgone = fields.Monetary(readonly=True, help="What shut gates, caps and other offers cost.")
    has_next = fields.Boolean(readonly=True)
    missing = fields.Float(
        digits=(16, 2), readonly=True, help="How much more reaches the next row of the table."
    )
    gain = fields.Monetary(readonly=True, help="What the next row would bring on top.")
    percent = fields.Integer(
        string="Way to Next Row",
        readonly=True,
        aggregator="avg",
        help="Share of the next row's bound reached, in %.",
    )

    @api.model
    def action_open(self):
        """Compute the board of all agreements that run and that the user may read."""
        return self._open(self.env["rebate.agreement"].search([("state", "=", "active")]))

    @api.model
    def _open(self, agreements, day=None):
        """Compute the board of some agreements; what this user saw before is thrown away.

        :param day: default: today
        :return: action that shows it
        :raise UserError: when a document has no exchange rate
        """
        agreements.check_access("read")
        own = [("create_uid", "=", self.env.uid)]
        self.search(own).unlink()
        self.create([vals for agreement in agreements for vals in agreement._get_standings(day)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "dealer_rebate.rebate_standing_action"
        )
        action["domain"] = own
        return action
