# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

from odoo.addons.rating.models.rating_data import RATING_LIMIT_SATISFIED


class AftersalesVoucher(models.Model):
    """A good rating by the customer's link may stand for the callback (S9)."""

    _inherit = "aftersales.voucher"

    # === COMPUTE METHODS === #

    @api.depends("rating_last_value")
    def _compute_callback_due_at(self):
        return super()._compute_callback_due_at()

    # === BUSINESS METHODS === #

    def rating_apply(self, rate, *args, **kwargs):
        """Where the company says so, a good rating closes the job like a satisfied callback."""
        rating = super().rating_apply(rate, *args, **kwargs)
        rated = self.filtered(
            lambda voucher: (
                voucher.state == "done" and voucher._is_rated_well() and voucher._can_close()
            )
        )
        # sudo: the customer who rates has no rights here; the rating itself was checked.
        rated.sudo()._close()
        return rating

    def _is_rated_well(self):
        """Did the customer rate the job so that the company need not call him?"""
        self.ensure_one()
        return (
            self.company_id.aftersales_callback_skip_rated
            and self.rating_last_value >= RATING_LIMIT_SATISFIED
        )

    def _needs_callback(self):
        return super()._needs_callback() and not self._is_rated_well()

    def _can_close(self):
        return super()._can_close() or self._is_rated_well()
