# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..contract_plan import earn, get_periods, split
from .aftersales_contract import BILLING_MONTHS


class AftersalesContract(models.Model):
    """The invoicing plan of a contract: instalments that sum to its price, to the cent (S2 B)."""

    _inherit = "aftersales.contract"

    instalment_ids = fields.One2many(
        "aftersales.contract.instalment", "contract_id", readonly=True, string="Instalments"
    )
    due_count = fields.Integer(
        compute="_compute_due_count", string="To Invoice", help="Instalments that are due."
    )
    amount_planned = fields.Monetary(
        compute="_compute_due_count",
        string="Not Invoiced",
        help="Instalments without an invoice, due or to come.",
    )

    # === COMPUTE METHODS === #

    @api.depends("instalment_ids.state", "instalment_ids.date_due")
    def _compute_due_count(self):
        for contract in self:
            instalments = contract.instalment_ids
            contract.due_count = len(instalments.filtered("is_due"))
            planned = instalments.filtered(lambda instalment: instalment.state == "planned")
            contract.amount_planned = sum(planned.mapped("amount"))

    # === ACTIONS === #

    def action_create_invoices(self):
        """Invoice all instalments of these contracts that are due: drafts, one each.

        :raises AccessError: for who may not invoice
        """
        self._check_invoicer()
        self.check_access("read")
        moves = self.instalment_ids.filtered("is_due")._create_invoices()
        return moves.with_env(self.env)._get_records_action() if moves else True

    def action_view_invoices(self):
        """Open the invoices and credit notes of the contract."""
        self.ensure_one()
        moves = self.env["account.move"].search([("aftersales_contract_id", "=", self.id)])
        return moves._get_records_action(name=self.env._("Invoices"))

    # === BUSINESS METHODS === #

    def _get_plan(self):
        """What the contract will be invoiced by, before it is in force too.

        :return: list of values of instalments; they sum to the price
        """
        self.ensure_one()
        if not self.price:
            return []
        periods = get_periods(self.date_from, self.date_to, BILLING_MONTHS[self.billing_period])
        amounts = split(
            self._to_decimal(self.price), [period.weight for period in periods], self._get_quantum()
        )
        return [
            {
                "contract_id": self.id,
                "date_from": period.start,
                "date_to": period.end,
                "date_due": period.start if self.billing_timing == "advance" else period.end,
                "amount": float(amount),
                "amount_agreed": float(amount),
            }
            for period, amount in zip(periods, amounts, strict=True)
        ]

    def _create_instalments(self):
        """Make the plan of contracts that come into force."""
        vals_list = [vals for contract in self for vals in contract._get_plan()]
        # sudo: nobody writes a plan by hand; it follows from the contract's own terms.
        return self.env["aftersales.contract.instalment"].sudo().create(vals_list)

    def _settle_end(self):
        """Bring the plan in line with an early end, by days.

        What is not invoiced becomes less, or is dropped. Draft invoices are taken back. What is
        invoiced and posted is credited by a draft credit note.
        """
        # sudo: who ends a contract need not be an accountant; the amounts follow from the plan.
        for contract in self.sudo():
            stop, quantum = contract.date_stop, contract._get_quantum()
            for instalment in contract.instalment_ids:
                amount = self._to_decimal(instalment.amount)
                earned = earn(amount, instalment.date_from, instalment.date_to, stop, quantum)
                if earned == amount:
                    continue
                if instalment.move_id.state == "draft":
                    instalment.move_id.button_cancel()
                if instalment.move_id:
                    instalment.amount_credit = float(amount - earned)
                else:
                    instalment.write(
                        {
                            "amount": float(earned),
                            "is_dropped": not earned,
                            "date_due": min(instalment.date_due, max(stop, instalment.date_from)),
                        }
                    )
        # sudo: drafts of what was invoiced for time that is over; accountants post them.
        self.sudo().instalment_ids._create_credit_notes()

    def _get_not_earned(self, day):
        """What of the plan is not earned where the contract stops after a day.

        :return: amount in the contract's currency
        """
        self.ensure_one()
        left = sum(
            self._to_decimal(row.amount)
            - earn(
                self._to_decimal(row.amount), row.date_from, row.date_to, day, self._get_quantum()
            )
            for row in self.instalment_ids
        )
        return float(left)

    def _prepare_move_vals(self, move_type):
        """Values of an invoice or credit note of this contract, without its lines."""
        self.ensure_one()
        invoiced = self.partner_id.address_get(["invoice"])["invoice"]
        return {
            "move_type": move_type,
            "partner_id": invoiced,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "invoice_origin": self.name,
            "invoice_user_id": self.user_id.id,
            "aftersales_contract_id": self.id,
        }

    @api.model
    def _check_invoicer(self):
        """Accountants invoice contracts.

        :raises AccessError: for everybody else
        """
        if not (self.env.su or self.env.user.has_group("account.group_account_invoice")):
            raise AccessError(self.env._("Only an accountant invoices contracts: ask yours."))

    # === HELPERS === #

    def _get_quantum(self):
        """Smallest unit of the contract's currency."""
        self.ensure_one()
        return Decimal(str(self.currency_id.rounding))

    @api.model
    def _to_decimal(self, amount):
        return Decimal(str(amount))
