# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# A job that was done longer ago is not asked about any more, also when the mails were switched on
# after it or its history was loaded.
ASKED_DAYS = 7
BATCH = 50


class AftersalesVoucher(models.Model):
    """The customer rates a job in five steps, by the link of one mail (S9)."""

    _inherit = "aftersales.voucher"

    rating_requested_at = fields.Datetime(
        string="Rating Asked For",
        readonly=True,
        copy=False,
        help="When the customer was asked by mail how satisfied he is; once a job.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _selection_rating_steps(self):
        """The five steps of a rating, the best one first; the key is its value."""
        return [
            ("5", self.env._("Very satisfied")),
            ("4", self.env._("Satisfied")),
            ("3", self.env._("Neither satisfied nor dissatisfied")),
            ("2", self.env._("Dissatisfied")),
            ("1", self.env._("Very dissatisfied")),
        ]

    @api.model
    def _get_rating_domain(self):
        """Jobs whose customer is to be asked: done of late, with an address that takes mail.

        Hook: who asked for no survey is left out here.
        """
        since = fields.Datetime.now() - timedelta(days=ASKED_DAYS)
        return (
            Domain("company_id.aftersales_rating_mail", "=", True)
            & Domain("state", "in", ("done", "closed"))
            & Domain("done_at", ">=", since)
            & Domain("rating_requested_at", "=", False)
            & Domain("solved_by_phone", "=", False)
            & Domain("service_type", "!=", "D")
            & Domain("partner_id.email_normalized", "!=", False)
            & Domain("partner_id.is_blacklisted", "=", False)
        )

    @api.model
    def _cron_request_ratings(self):
        """Ask for ratings in batches, each job once (S9)."""
        domain = self._get_rating_domain()
        remaining = self.search_count(domain)
        while vouchers := self.search(domain, order="done_at, id", limit=BATCH):
            vouchers._request_ratings()
            remaining = max(0, remaining - len(vouchers))
            if not self.env["ir.cron"]._commit_progress(len(vouchers), remaining=remaining):
                break

    def _request_ratings(self):
        """Send the mails; the stamp comes first, so that nobody is asked twice."""
        self._write_step({"rating_requested_at": fields.Datetime.now()})
        template = self.env.ref("aftersales_service.mail_template_rating")
        template.send_mail_batch(self.ids, email_layout_xmlid="mail.mail_notification_light")

    def _get_rating_url(self):
        """Address of the customer's own page for this rating."""
        self.ensure_one()
        return f"{self.get_base_url()}/service/rate/{self._rating_get_access_token()}"

    def _rating_get_operator(self):
        """Who is rated: the technician, or the outlet that has none of ours."""
        self.ensure_one()
        return self.technician_user_id.partner_id or self.outlet_id.partner_id

    def _rating_get_access_token(self, partner=None):
        """One rating a job: who opens the link again finds his answer."""
        self.ensure_one()
        self.check_access("read")
        # sudo: employees do not read ratings of jobs; what is returned goes to the customer.
        rating = self.sudo().rating_ids[:1]
        if rating:
            return rating.access_token
        return super()._rating_get_access_token(partner=partner)

    def _check_rateable(self, rating):
        """S9: a job is rated once it is done; the answer may change until the job is closed.

        :raises UserError: otherwise
        """
        self.ensure_one()
        if rating.res_model != self._name or rating.res_id != self.id:
            raise UserError(self.env._("This link does not belong to the job: use the mail's own."))
        if self.state not in ("done", "closed"):
            raise UserError(
                self.env._(
                    "%(voucher)s is not done: it can be rated afterwards.",
                    voucher=self.display_name,
                )
            )
        if rating.consumed and self.state == "closed":
            raise UserError(
                self.env._(
                    "Your answer about %(voucher)s has been taken in and the job is closed. Call "
                    "us, if there is something to add.",
                    voucher=self.display_name,
                )
            )

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """Take a rating in, whichever page it comes from (S9).

        :raises UserError: when the job is not done, or is closed with an answer
        """
        self.ensure_one()
        rating = rating or self.env["rating.rating"].search([("access_token", "=", token)], limit=1)
        if rating:
            self._check_rateable(rating)
        rating = super().rating_apply(
            rate,
            token=token,
            rating=rating,
            feedback=feedback,
            subtype_xmlid=subtype_xmlid,
            notify_delay_send=notify_delay_send,
        )
        self._on_rated(rating)
        return rating

    def _on_rated(self, rating):
        """The customer has rated this job. Hook: the queue of callbacks listens.

        :param rating: rating.rating with its value from 1 (worst) to 5
        """

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"rating_requested_at"}
