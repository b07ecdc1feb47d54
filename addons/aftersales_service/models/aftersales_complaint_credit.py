# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AftersalesComplaint(models.Model):
    """A compensation that was granted becomes a credit note, once (S11).

    Whoever decides makes the draft; an accountant posts it. While it is a draft or posted there
    is no second one; a draft that is deleted or cancelled makes room for another.
    """

    _inherit = "aftersales.complaint"

    compensation_move_id = fields.Many2one(
        "account.move",
        string="Credit Note of the Compensation",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Gives the customer the compensation that was decided.",
    )
    compensation_move_state = fields.Selection(
        related="compensation_move_id.state", string="Status of the Credit Note"
    )

    # === ACTIONS === #

    def action_credit_compensation(self):
        """Make the draft of the credit note; opened for those who read credit notes.

        :raises AccessError: for who neither decides on compensation nor invoices
        :raises UserError: when none is granted, it is made already, or nobody is to get it
        """
        self.ensure_one()
        if not self.env.user.has_group("account.group_account_invoice"):
            self._check_group(
                "aftersales_service.group_service_supervisor",
                self.env._(
                    "Only a service supervisor or an accountant makes the credit note of a "
                    "compensation (S11): ask one."
                ),
            )
        self._check_no_party()
        self._check_creditable()
        self.company_id._check_aftersales_accounting()
        # sudo: whoever decides on the compensation needs no right to invoices for its draft.
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        move = moves.create(self._prepare_compensation_move_vals())
        self._write_step({"compensation_move_id": move.id})
        move.message_post(
            body=self.env._("Compensation for late delivery, decided on %s.", self.display_name)
        )
        return self.action_view_compensation_move()

    def action_view_compensation_move(self):
        """Open the credit note, for those who may read it."""
        self.ensure_one()
        move = self.env["account.move"].browse(self.compensation_move_id.id)
        return move._get_records_action() if move.has_access("read") else True

    # === BUSINESS METHODS === #

    def _prepare_compensation_move_vals(self):
        """Values of the credit note: the amount decided, in the company's currency, untaxed.

        It is damages, not a change of the price: no tax is on it. Who judges otherwise sets the
        tax on the draft.
        """
        self.ensure_one()
        # sudo: who handles a complaint reads whom the order it is about is billed to.
        billed = self.sudo().sale_order_id.partner_invoice_id or self.partner_id
        name = self.env._(
            "Compensation for %(days)s days late, %(complaint)s",
            days=self.compensation_days,
            complaint=self.name,
        )
        return {
            "move_type": "out_refund",
            "company_id": self.company_id.id,
            "partner_id": billed.id,
            "currency_id": self.currency_id.id,
            "ref": self.name,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": name,
                        "quantity": 1.0,
                        "price_unit": self.compensation_amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    # === HELPERS === #

    def _check_creditable(self):
        # At once: who makes it at the same moment stops at the row, and finds the first one.
        self.lock_for_update()
        # sudo: only whether there is a credit note is asked.
        move = self.sudo().compensation_move_id
        if move and move.state != "cancel":
            raise UserError(
                self.env._(
                    "%(complaint)s has its credit note already: %(move)s.",
                    complaint=self.display_name,
                    move=move.display_name,
                )
            )
        if self.compensation_state != "approved" or not self.compensation_amount:
            raise UserError(
                self.env._(
                    "No compensation was granted for %s: a supervisor decides on it first.",
                    self.display_name,
                )
            )
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "%s names no customer who could get the credit note: enter who complains.",
                    self.display_name,
                )
            )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"compensation_move_id"}
