# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models


class AftersalesContractRenew(models.TransientModel):
    """Asks for the terms of the contract that follows: the same units, at another price (S2 B)."""

    _name = "aftersales.contract.renew"
    _description = "Renew a Service Contract"

    contract_id = fields.Many2one("aftersales.contract", required=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    old_price = fields.Monetary(related="contract_id.price", string="Price so far")
    date_from = fields.Date(
        string="First Day", compute="_compute_terms", store=True, readonly=False, required=True
    )
    months = fields.Integer(
        string="Length (months)",
        compute="_compute_terms",
        store=True,
        readonly=False,
        required=True,
    )
    index_percent = fields.Float(
        string="Indexation %",
        digits=(6, 2),
        help="By how many percent the price rises; below zero it falls.",
    )
    price = fields.Monetary(
        compute="_compute_price",
        store=True,
        readonly=False,
        help="Price of the whole new term: so far, for its length, with the indexation.",
    )

    _months_positive = models.Constraint(
        "CHECK (months > 0)", "A contract lasts for at least a month."
    )

    @api.depends("contract_id")
    def _compute_terms(self):
        for wizard in self:
            last = wizard.contract_id.date_stop
            wizard.date_from = last + timedelta(days=1) if last else False
            wizard.months = wizard.contract_id.months

    @api.depends("contract_id", "months", "index_percent")
    def _compute_price(self):
        for wizard in self:
            contract = wizard.contract_id
            wizard.price = contract._get_indexed_price(wizard.months, wizard.index_percent)

    def action_renew(self):
        """Make the contract that follows, and open it.

        :raises UserError: when it is renewed already
        """
        self.ensure_one()
        self.contract_id.check_access("write")
        renewal = self.contract_id._renew(self.date_from, self.months, self.price)
        return renewal._get_records_action()
