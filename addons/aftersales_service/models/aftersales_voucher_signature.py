# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from .aftersales_voucher import WORK_STATES

LONGEST_NAME = 100


class AftersalesVoucher(models.Model):
    """The customer signs from afar, by the link of a mail or a login of the portal (S3).

    Who did the work reports it as finished; from then on the link takes a signature, once. What
    changes afterwards has to be reported again.
    """

    _inherit = "aftersales.voucher"

    reported_at = fields.Datetime(
        string="Work Reported",
        readonly=True,
        copy=False,
        tracking=True,
        help="Who did the work reported it as finished: the customer may sign by the link of a "
        "mail or on the portal.",
    )

    # === ACTIONS === #

    def action_request_signature(self):
        """Report the work as finished and send the customer the link to sign by (S3).

        :raises UserError: when the work has not begun, nothing is written about it, or the
            customer has no mail address
        """
        self._report_work()
        for voucher in self:
            if not voucher.partner_id.email:
                raise UserError(
                    self.env._(
                        "%(voucher)s: the customer has no mail address to send the link to. Enter "
                        "one, or have the voucher signed on your screen.",
                        voucher=voucher.display_name,
                    )
                )
        self._send_signature_link()
        return True

    # === BUSINESS METHODS === #

    def _report_work(self, at=None):
        """Mark the work as finished: the customer may sign; see ``_dispatch`` for ``at``.

        :raises UserError: when the work has not begun, or nothing is written about it
        """
        self._check_state(*WORK_STATES)
        for voucher in self:
            if not voucher._has_customer():
                raise UserError(
                    self.env._(
                        "%(voucher)s is internal work: nobody signs for it. Finish it with Done.",
                        voucher=voucher.display_name,
                    )
                )
            if not (voucher.work_done or "").strip() and not voucher.line_ids:
                raise UserError(
                    self.env._(
                        "%(voucher)s: write what was done before the customer signs for it.",
                        voucher=voucher.display_name,
                    )
                )
        # Read before it is marked: a technician may write his own jobs only.
        self.check_access("write")
        self._write_step({"reported_at": at or fields.Datetime.now()})

    def _take_back_estimate(self):
        """What the customer saw has changed: he neither agreed to it nor signs for it."""
        self._withdraw_report()
        return super()._take_back_estimate()

    def _withdraw_report(self):
        """What the customer was to sign for has changed: it is reported again."""
        # sudo: whoever may change the work may thereby take its report back.
        self.filtered("reported_at").filtered(lambda v: not v._is_frozen()).sudo()._write_step(
            {"reported_at": False}
        )

    def _send_signature_link(self):
        """Mail the link to those customers who have an address."""
        template = self.env.ref("aftersales_service.mail_template_signature")
        reachable = self.filtered("partner_id.email")
        if reachable:
            # sudo: a technician sends the house's own text about his own job.
            template.sudo().send_mail_batch(
                reachable.ids, email_layout_xmlid="mail.mail_notification_light"
            )

    def _has_to_be_signed(self):
        """Does the job wait for the customer's signature from afar?"""
        self.ensure_one()
        return bool(
            self.reported_at
            and self.state in WORK_STATES
            and self._has_customer()
            and not self.signature
        )

    def _get_signing_digest(self):
        """Fingerprint of what the customer signs for: a page that is out of date is not signed."""
        self.ensure_one()
        content = [
            self.service_type,
            self.work_done or "",
            self.currency_id.id,
            [
                [line.id, line.product_id.id, line.quantity, line.price_unit, line.amount_customer]
                for line in self.line_ids.sorted("id")
            ],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def _sign_from_afar(self, signature, name, digest=None):
        """Take the customer's signature from his own page and finish the job (S3).

        :param str signature: base64 image
        :param str name: who signs
        :param str digest: fingerprint of what the page showed, where there was a page
        :raises UserError: when it is signed, struck off, not reported, or has changed meanwhile
        """
        self.ensure_one()
        name = (name or "").strip()[:LONGEST_NAME]
        if not self._has_to_be_signed():
            raise UserError(self._get_no_signature_reason())
        if not name:
            raise UserError(self.env._("Enter your name beside the signature."))
        if not signature:
            raise UserError(self.env._("The signature is missing: draw it, then send it."))
        if digest is not None and not consteq(
            str(digest).encode(), self._get_signing_digest().encode()
        ):
            raise UserError(
                self.env._(
                    "The work on this job has changed since you opened the page. Load it again, "
                    "read it, then sign."
                )
            )
        self.action_sign(signature, name)

    def _log_signature(self, user):
        """Say in the chatter that it was signed on the portal, and by which login."""
        self.ensure_one()
        # sudo: the login's own person, as author.
        author = self.env.ref("base.partner_root") if user._is_public() else user.sudo().partner_id
        self.message_post(
            body=self.env._("Signed on the portal by %(name)s.", name=self.signed_by),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _get_no_signature_reason(self):
        """Why the job takes no signature from afar."""
        self.ensure_one()
        if self.state in ("done", "closed"):
            return self.env._("%(voucher)s is signed already.", voucher=self.display_name)
        if self.state == "cancelled":
            return self.env._(
                "%(voucher)s was cancelled: there is nothing to sign.", voucher=self.display_name
            )
        return self.env._(
            "The work on %(voucher)s is not finished yet: you can sign when it is reported.",
            voucher=self.display_name,
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"reported_at"}
