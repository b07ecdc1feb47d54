# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    """Payments that technicians took on site, until they are handed over (S4)."""

    _name = "account.payment"
    _inherit = ["aftersales.protected.mixin", "account.payment"]

    aftersales_voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Service Voucher",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Job that was paid on site.",
    )
    aftersales_technician_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Who has the money, or handed it over.",
    )
    aftersales_handover_id = fields.Many2one(
        "aftersales.cash.handover",
        string="Cash Hand-Over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Document by which the technician gave the money to the accountant.",
    )

    _aftersales_voucher_once = models.UniqueIndex(
        "(aftersales_voucher_id) WHERE aftersales_voucher_id IS NOT NULL "
        "AND state NOT IN ('canceled', 'rejected')",
        "This job was collected already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Take job and technician from the collecting itself only.

        :raises UserError: when a user passes them
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        return super().create(vals_list)

    def write(self, vals):
        """What was handed over stays; what is cancelled before frees the job.

        :raises UserError: when a payment that was handed over would be taken back
        """
        if not self.env.su:
            self._check_protected(vals)
        if vals.get("state") in ("draft", "canceled", "rejected"):
            self._check_not_handed_over()
        result = super().write(vals)
        if vals.get("state") in ("canceled", "rejected"):
            # sudo: an accountant writes no vouchers; only what was collected is taken back.
            self.sudo().aftersales_voucher_id._write_step(
                {"payment_id": False, "collected_at": False, "collected_amount": 0.0}
            )
            # sudo: as above; the money is in nobody's hands.
            self.sudo().filtered("aftersales_handover_id").aftersales_handover_id = False
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_collected(self):
        for payment in self.filtered("aftersales_voucher_id"):
            raise UserError(
                self.env._(
                    "%(payment)s was collected on site for %(voucher)s: cancel it instead, so "
                    "that it stays in the books.",
                    payment=payment.display_name,
                    voucher=payment.sudo().aftersales_voucher_id.display_name,
                )
            )

    def _check_not_handed_over(self):
        for payment in self:
            # sudo: the state of the document is all that is read.
            handover = payment.sudo().aftersales_handover_id
            if handover.state == "done":
                raise UserError(
                    self.env._(
                        "%(payment)s was handed over with %(handover)s and stays as it is: correct "
                        "it by a journal entry.",
                        payment=payment.display_name,
                        handover=handover.display_name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "aftersales_voucher_id",
            "aftersales_technician_id",
            "aftersales_handover_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written when a technician collects or hands over only.")
