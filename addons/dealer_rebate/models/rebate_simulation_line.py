# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class RebateSimulationLine(models.Model):
    """What one dealer or store would have got under the tried terms, and under the present ones."""

    _name = "rebate.simulation.line"
    _description = "Rebate Simulation Result"
    _order = "simulation_id, difference, id"

    simulation_id = fields.Many2one(
        "rebate.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="simulation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet", string="Store", readonly=True, ondelete="cascade"
    )
    base = fields.Float(
        string="Basis",
        digits=(16, 4),
        min_display_digits=2,
        readonly=True,
        help="The largest basis of a component and period, to judge the size of the dealer.",
    )
    amount_old = fields.Monetary(string="Present Terms", readonly=True)
    amount_new = fields.Monetary(string="Tried Terms", readonly=True)
    difference = fields.Monetary(compute="_compute_difference", store=True)
    verdict = fields.Selection(
        [("gains", "Gains"), ("same", "Same"), ("loses", "Loses")],
        compute="_compute_difference",
        store=True,
        help="Whether the dealer gains or loses by the tried terms.",
    )

    @api.depends("amount_old", "amount_new")
    def _compute_difference(self):
        for line in self:
            line.difference = line.amount_new - line.amount_old
            sign = line.currency_id.compare_amounts(line.amount_new, line.amount_old)
            line.verdict = {1: "gains", 0: "same", -1: "loses"}[sign]
