# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import parse_contact_from_email

LONGEST_MAIL = 10_000


class AftersalesVoucher(models.Model):
    """A mail to the service address is a call like any other (S1, S22).

    The company is that of the address. The customer is the one whose mail address it is; where
    several have it, or nobody, the hotline finds out. Replies join the thread of the job.
    """

    _inherit = "aftersales.voucher"
    # By this field Odoo's gateway sees an automatic answer that answers itself.
    _primary_email = "email_from"

    email_from = fields.Char(
        string="Mail Address",
        copy=False,
        help="Where the call came from by mail; what is written to the caller goes there.",
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Register the call that a mail brings; the gateway then keeps mail and files with it.

        :param dict custom_values: what the address says: company and channel
        """
        values = dict(custom_values or {})
        company = self.env["res.company"].browse(values.get("company_id")) or self.env.company
        values.update(
            self._read_mail(msg_dict, company),
            company_id=company.id,
            # Left out, the gateway would take the subject for it.
            reference=self._draw_references(company.id, 1)[0],
            user_id=False,
        )
        values.setdefault("channel", "mail")
        voucher = super(AftersalesVoucher, self.with_company(company)).message_new(
            msg_dict, custom_values=values
        )
        voucher.message_subscribe(voucher.partner_id.ids)
        return voucher

    @api.model
    def _read_mail(self, msg_dict, company):
        """What a mail says about a call.

        :return: values of the entry
        """
        sender = msg_dict.get("email_from") or ""
        name, address = parse_contact_from_email(sender)
        partner = self._find_mail_partner(address, company)
        text = html2plaintext(msg_dict.get("body") or "").strip()
        told = [(msg_dict.get("subject") or "").strip(), text]
        return {
            "partner_id": partner.id,
            "contact_name": partner.name or name or address or self.env._("Unknown sender"),
            "fault_description": "\n".join(part for part in told if part)[:LONGEST_MAIL],
        }

    @api.model
    def _find_mail_partner(self, address, company):
        """The customer whose mail address it is; none where it is not clear who that is."""
        partners = self.env["res.partner"]
        address = email_normalize(address)
        if not address:
            return partners
        # sudo: the gateway reads who has the address, in this company's own contacts.
        found = partners.sudo().search(
            Domain("email_normalized", "=", address)
            & Domain("company_id", "in", (company.id, False))
            & Domain("partner_share", "=", True)
        )
        houses = found.commercial_partner_id
        if len(houses) != 1:
            return partners
        return found if len(found) == 1 else houses
