# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models

from .aftersales_service_report import MONEY_READERS


class AftersalesContract(models.Model):
    """Profit of a contract, in the company's currency (S2 B)."""

    _inherit = "aftersales.contract"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    income = fields.Monetary(
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=MONEY_READERS,
        string="Income Invoiced",
        help="Posted invoices less credit notes, before tax.",
    )
    cost = fields.Monetary(
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=MONEY_READERS,
        string="Cost of Draws",
        help="Parts at their value and hours at their cost, by the share that the contract pays.",
    )
    profit = fields.Monetary(
        compute="_compute_profit", currency_field="company_currency_id", groups=MONEY_READERS
    )

    def _compute_profit(self):
        # sudo: the figures of contracts that the reader may read; the fields have their groups.
        rows = self.env["aftersales.contract.report"].sudo()
        found = {
            contract.id: (income, parts, labour)
            for contract, income, parts, labour in rows._read_group(
                [("contract_id", "in", self.ids)],
                ["contract_id"],
                ["income:sum", "parts_cost:sum", "labour_cost:sum"],
            )
        }
        for contract in self:
            income, parts, labour = found.get(contract._origin.id, (0.0, 0.0, 0.0))
            currency = contract.company_currency_id
            contract.income = currency.round(income)
            contract.cost = currency.round(parts + labour)
            contract.profit = currency.round(income - parts - labour)

    def action_view_profit(self):
        """Open the analysis of this contract."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_contract_report_action"
        )
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {}
        return action
