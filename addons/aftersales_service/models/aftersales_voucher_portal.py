# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import uuid

from odoo import api, fields, models
from odoo.fields import Domain


class AftersalesVoucher(models.Model):
    """A job on the customer's own page: whose it is, what it tells, and the link of a mail (S3).

    Portal users have no right on this model. Their pages find records with
    ``_get_portal_domain`` or by the token of a link; nothing else leaves.
    """

    _inherit = "aftersales.voucher"

    # Nothing is rated when a call is registered: no query for it.
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value", store=True, precompute=True
    )

    # === COMPUTE METHODS === #

    def _compute_access_url(self):
        super()._compute_access_url()
        for voucher in self:
            voucher.access_url = f"/my/service/{voucher.id}"

    # === BUSINESS METHODS === #

    @api.model
    def _get_portal_domain(self, user):
        """Jobs that a login of the portal may follow: those of its own customer.

        :param user: res.users
        """
        return Domain(
            "partner_id", "child_of", user.partner_id.sudo().commercial_partner_id.id
        ) & Domain("company_id", "in", user.sudo().company_ids.ids)

    def _portal_ensure_token(self):
        """Token of the customer's link; a frozen voucher may get one as well."""
        self.ensure_one()
        if not self.access_token:
            # sudo: whoever may read the job may have its link sent to the customer.
            self.sudo()._write_step({"access_token": str(uuid.uuid4())})
        return self.access_token

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"access_token"}
