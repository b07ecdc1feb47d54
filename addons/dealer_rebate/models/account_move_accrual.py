# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveAccrual(models.Model):
    """Accrual entries belong to the ledger of accruals and stay as they are (R15)."""

    _inherit = "account.move"

    rebate_accrual_agreement_id = fields.Many2one(
        "rebate.agreement",
        string="Rebate Accrual of",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This entry books accruals of the agreement, or their reversal.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rebate_accrual(self):
        self._check_no_rebate_accrual()

    def button_draft(self):
        """Refuse to reopen an accrual entry (R15)."""
        self._check_no_rebate_accrual()
        return super().button_draft()

    def button_cancel(self):
        """Refuse to cancel an accrual entry (R15)."""
        self._check_no_rebate_accrual()
        return super().button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_no_rebate_accrual()
        return super()._reverse_moves(default_values_list, cancel)

    def _check_no_rebate_accrual(self):
        # sudo: whoever touches the entry must be stopped, whether or not they read rebates.
        accrued = self.sudo().filtered("rebate_accrual_agreement_id")
        if accrued:
            raise UserError(
                self.env._(
                    "%(document)s books the accruals of %(agreement)s. Leave it as it is: the next "
                    "accrual corrects it, and settling reverses it.",
                    document=accrued[0].display_name,
                    agreement=accrued[0].rebate_accrual_agreement_id.name,
                )
            )
