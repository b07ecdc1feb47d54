# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class AftersalesCover(models.Model):
    """Share of a line that a service contract pays, and what it takes from it (S2 B)."""

    _inherit = "aftersales.cover"

    contract_id = fields.Many2one(
        "aftersales.contract",
        string="Service Contract",
        index="btree_not_null",
        ondelete="restrict",
        help="Contract that pays, or that says why it does not.",
    )
    contract_balance_id = fields.Many2one(
        "aftersales.contract.balance",
        string="Drawn from",
        index="btree_not_null",
        ondelete="restrict",
        help="Balance that the job draws from when it is done.",
    )
    contract_quantity = fields.Float(
        string="Draws",
        digits="Product Unit",
        help="What the line takes of the balance; a visit is taken once a job.",
    )

    @api.model
    def _get_decided_fields(self):
        names = super()._get_decided_fields()
        return [*names, "contract_id", "contract_balance_id", "contract_quantity"]

    def _get_payer_name(self):
        """A contract by its number."""
        if self.payer == "contract" and self.contract_id:
            # sudo: technicians read no contracts; the number stands on their job.
            return self.contract_id.sudo().name
        return super()._get_payer_name()

    def _get_drawn(self):
        """What these rows take from each balance: a visit once a job.

        :return: dict {balance: quantity}
        """
        drawn, visits = defaultdict(float), set()
        for row in self.filtered("contract_balance_id"):
            balance = row.contract_balance_id
            if balance.service_id.service_type == "item":
                drawn[balance] += row.contract_quantity
            elif (balance, row.voucher_id) not in visits:
                visits.add((balance, row.voucher_id))
                drawn[balance] += 1
        return drawn

    def _check_balances(self):
        """Is there still what these rows want to draw?

        :raises UserError: naming the contract and the job
        """
        for balance, quantity in self._get_drawn().items():
            left = balance.included - balance.drawn
            if balance.is_limited and float_compare(quantity, left, precision_digits=6) > 0:
                job = self.filtered(lambda row, b=balance: row.contract_balance_id == b).voucher_id
                raise UserError(
                    self.env._(
                        "%(service)s of contract %(contract)s: %(used)s are used by now, so "
                        "%(voucher)s cannot draw on it. Change a line of the job, so that it is "
                        "asked anew who pays, and have the customer sign again.",
                        service=balance.service_id.name,
                        contract=balance.contract_id.name,
                        used=balance._describe(),
                        voucher=job[:1].display_name,
                    )
                )

    def _draw_from_contracts(self):
        """Write the ledger and the balances of jobs that are done; once, whoever calls again."""
        rows = self.filtered(lambda row: row.contract_id and row.voucher_id.done_at)
        known = self.env["aftersales.contract.draw"].search(
            [("voucher_id", "in", rows.voucher_id.ids)]
        )
        rows = rows.filtered(lambda row: row.voucher_id not in known.voucher_id)
        for balance, quantity in rows._get_drawn().items():
            balance._draw(quantity)
        visits = {}
        for row in rows:
            if row.contract_balance_id.service_id.service_type == "visit":
                visits.setdefault((row.voucher_id, row.contract_balance_id), row)
        self.env["aftersales.contract.draw"].create(
            [row._prepare_draw_vals(visit=True) for row in visits.values()]
            + [row._prepare_draw_vals() for row in rows]
        )
        rows.contract_balance_id._tell_open_jobs()

    def _prepare_draw_vals(self, visit=False):
        """Values of a row of the ledger: of the visit itself, or of a line."""
        self.ensure_one()
        voucher, balance = self.voucher_id, self.contract_balance_id
        day = voucher._get_company_date(voucher.done_at)
        vals = {
            "contract_id": self.contract_id.id,
            "balance_id": balance.id,
            "service_id": balance.service_id.id,
            "unit_id": self._get_contract_unit().id,
            "lot_id": voucher.lot_id.id,
            "voucher_id": voucher.id,
            "date": day,
            "clause": self.clause,
        }
        if visit:
            return {**vals, "quantity": 1.0}
        return {
            **vals,
            "voucher_line_id": self.voucher_line_id.id,
            "quantity": self.contract_quantity,
            "share": self.share,
            "amount": self.amount,
        }

    def _get_contract_unit(self):
        """Row of the job's unit on the contract."""
        self.ensure_one()
        voucher = self.voucher_id
        units = voucher._get_contract_units()[voucher]
        return units.filtered(lambda unit: unit.contract_id == self.contract_id)[:1]
