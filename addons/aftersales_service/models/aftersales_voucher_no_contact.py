# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.fields import Domain


class AftersalesVoucher(models.Model):
    """Who asked not to be contacted is neither called back nor asked for a rating (S13)."""

    _inherit = "aftersales.voucher"

    @api.depends(
        "partner_id.aftersales_no_contact",
        "partner_id.commercial_partner_id.aftersales_no_contact",
    )
    def _compute_callback_due_at(self):
        """A customer who is marked leaves the queue of callbacks at once."""
        return super()._compute_callback_due_at()

    @api.model
    def _get_rating_domain(self):
        return (
            super()._get_rating_domain()
            & Domain("partner_id.aftersales_no_contact", "!=", True)
            & Domain("partner_id.commercial_partner_id.aftersales_no_contact", "!=", True)
        )

    def _needs_callback(self):
        return super()._needs_callback() and self._may_contact_customer()

    def _can_close(self):
        """A job whose customer must not be asked is closed without a callback."""
        return super()._can_close() or not self._may_contact_customer()

    def _may_contact_customer(self):
        """May the customer be asked how satisfied he is? False for who asked to be left alone."""
        self.ensure_one()
        return self.partner_id._filter_aftersales_contactable() == self.partner_id
