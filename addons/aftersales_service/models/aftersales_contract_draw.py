# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesContractDraw(models.Model):
    """What a job has drawn from a contract: a ledger that is only added to (S2 B).

    One row for a visit, and one for each line of a job that the contract pays a part of. It is
    written when the job is done. The profit of a contract is counted by it.
    """

    _name = "aftersales.contract.draw"
    _description = "Draw from a Contract"
    _order = "date desc, id desc"
    _rec_name = "clause"

    contract_id = fields.Many2one(
        "aftersales.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="voucher_id.currency_id", store=True, precompute=True)
    unit_id = fields.Many2one(
        "aftersales.contract.unit",
        string="Unit under Contract",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    lot_id = fields.Many2one("stock.lot", string="Unit", readonly=True, index="btree_not_null")
    service_id = fields.Many2one(
        "aftersales.contract.service",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Service that was drawn; empty where somebody gave the line to the contract by hand.",
    )
    balance_id = fields.Many2one(
        "aftersales.contract.balance", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the job that the contract pays a part of; empty for the visit itself.",
    )
    date = fields.Date(required=True, readonly=True, help="Day on which the job was done.")
    quantity = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="What counts against the contract: 1 for a visit, a quantity for parts and work.",
    )
    share = fields.Float(
        readonly=True, digits=(16, 6), help="Percent of the line that the contract pays."
    )
    amount = fields.Monetary(
        readonly=True, help="What the customer did not pay, before tax, at the job's prices."
    )
    clause = fields.Char(readonly=True)

    _visit_once = models.UniqueIndex(
        "(voucher_id, balance_id) WHERE voucher_line_id IS NULL",
        "A visit is drawn once a job.",
    )
    _line_once = models.UniqueIndex(
        "(voucher_line_id, contract_id, COALESCE(service_id, 0)) WHERE voucher_line_id IS NOT NULL",
        "A line of a job is drawn once.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        for draw in self:
            raise UserError(
                self.env._(
                    "What %(voucher)s has drawn from %(contract)s stays in the books.",
                    voucher=draw.voucher_id.display_name,
                    contract=draw.contract_id.display_name,
                )
            )
