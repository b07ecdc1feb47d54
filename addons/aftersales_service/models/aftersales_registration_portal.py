# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import escape_psql
from odoo.tools.mimetypes import guess_mimetype

from .aftersales_registration import LIVE_STATES
from .aftersales_voucher_request import LARGEST_PHOTO, PHOTO_TYPES

# What a dealer may type, and how much of it.
REGISTRATION_LIMITS = {
    "serial": 80,
    "user_name": 100,
    "phone": 40,
    "email": 100,
    "street": 200,
    "zip": 20,
    "city": 80,
    "meter": 20,
    "sold_on": 10,
}
DOCUMENT_TYPES = {**PHOTO_TYPES, "application/pdf": "pdf"}


class AftersalesRegistration(models.Model):
    """Registrations on the dealer's own pages (S14).

    Portal users have no right on this model. A dealer registers the units that sales wrote as its
    own, and sees what it registered; a unit of somebody else is answered like one that does not
    exist.
    """

    _inherit = "aftersales.registration"

    @api.model
    def _get_portal_domain(self, user):
        """Registrations that a login of the portal may see: those of its own dealer.

        :param user: res.users
        """
        # sudo: only the login's own dealer and companies are read.
        user = user.sudo()
        return Domain("dealer_id", "=", user.partner_id.commercial_partner_id.id) & Domain(
            "company_id", "in", user.company_ids.ids
        )

    @api.model
    def _get_portal_unit_domain(self, user):
        """Units that the login's dealer sold, or is to sell."""
        # sudo: as in `_get_portal_domain`.
        user = user.sudo()
        dealer = user.partner_id.commercial_partner_id
        if not dealer.is_dealer:
            return Domain.FALSE
        return (
            Domain("dealer_id.commercial_partner_id", "=", dealer.id)
            & Domain("company_id", "in", [False, *user.company_ids.ids])
            & Domain("sold_by_us", "=", True)
            & Domain("merged_into_id", "=", False)
        )

    @api.model
    def _get_unregistered_domain(self, user):
        """Units of the login's dealer that wait for their registration."""
        return (
            self._get_portal_unit_domain(user)
            & (Domain("warranty_start", "=", False) | Domain("warranty_source", "=", "shipment"))
            & ~Domain("registration_ids.state", "in", LIVE_STATES)
        )

    @api.model
    def _register_by_dealer(self, user, typed, upload=None):
        """Take a registration from the portal.

        :param user: res.users who typed it
        :param dict typed: by the names of ``REGISTRATION_LIMITS``, and ``product``, ``consent``
        :param upload: (file name, content), or None
        :return: aftersales.registration
        :raises UserError: with a sentence for the dealer
        """
        told = {
            name: str(typed.get(name) or "").replace("\x00", "").strip()[:longest]
            for name, longest in REGISTRATION_LIMITS.items()
        }
        if not typed.get("consent"):
            raise UserError(
                self.env._(
                    "Please tick that the user agrees that we keep these data: without it we "
                    "cannot register the unit."
                )
            )
        lot = self._find_portal_unit(user, told.pop("serial"), typed.get("product"))
        vals = self._prepare_portal_vals(user, lot, told)
        # sudo: portal users have no right on registrations. Every value was read above, the unit
        # is the dealer's own, and steps look at the rest.
        registration = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create({**vals, **self._read_document(upload)})
        )
        registration._submit()
        return registration

    @api.model
    def _find_portal_unit(self, user, serial, product_id=None):
        """The dealer's own unit of a serial.

        :raises UserError: in the same words for a unit of somebody else and one that does not
            exist; and where two models have the serial
        """
        if not serial:
            raise UserError(self.env._("Enter the serial number of the unit."))
        # sudo: narrowed to the login's own dealer.
        lots = self.env["stock.lot"].sudo()
        found = lots.search(
            self._get_portal_unit_domain(user) & Domain("name", "=ilike", escape_psql(serial)),
            limit=20,
        )
        if len(found) > 1 and product_id:
            found = found.filtered(lambda lot: str(lot.product_id.id) == str(product_id))
        if len(found) > 1:
            raise SeveralUnits(
                self.env._("Several of your units have this serial number: choose the model."),
                found.product_id,
            )
        if not found:
            raise UserError(
                self.env._(
                    "No unit of yours has this serial number. Look at the plate again; if it is "
                    "right, ask us to write the unit on your account."
                )
            )
        return found

    @api.model
    def _prepare_portal_vals(self, user, lot, told):
        """Values of a registration by what was typed."""
        # sudo: the login's own dealer, and a text of the company for everybody.
        user = user.sudo()
        company = (lot.company_id or user.company_id).sudo()
        try:
            sold_on = fields.Date.to_date(told.pop("sold_on") or None)
        except ValueError:
            sold_on = None
        if not sold_on:
            raise UserError(self.env._("Enter the date of sale like 2026-03-31."))
        return {
            **told,
            "meter": self._read_meter(told.pop("meter")),
            "sold_on": sold_on,
            "lot_id": lot.id,
            "dealer_id": user.partner_id.commercial_partner_id.id,
            "country_id": user.partner_id.commercial_partner_id.country_id.id,
            "company_id": company.id,
            "user_id": user.id,
            "source": "portal",
            "consented_at": fields.Datetime.now(),
            "consent_text": company._get_aftersales_consent_text(),
        }

    @api.model
    def _read_meter(self, text):
        try:
            number = float((text or "0").replace(",", "."))
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e9:
            raise UserError(self.env._("Enter the meter as a number, or leave it empty."))
        return number

    @api.model
    def _read_document(self, upload):
        """The invoice or photo, named by us, after a look at what it really is.

        :raises UserError: when it is too large, or neither photo nor PDF
        """
        if not upload or not upload[1]:
            return {}
        name, content = upload
        if len(content) > LARGEST_PHOTO:
            raise UserError(
                self.env._(
                    "%(name)s is too large: a file may have %(size)s MB.",
                    name=name[:80],
                    size=LARGEST_PHOTO // 1024 // 1024,
                )
            )
        ending = DOCUMENT_TYPES.get(guess_mimetype(content))
        image = ending and ending != "pdf"
        if not ending or (image and not self.env["aftersales.voucher"]._is_image(content)):
            raise UserError(
                self.env._(
                    "%(name)s is neither a photo nor a PDF: send JPEG, PNG, WebP or PDF.",
                    name=name[:80],
                )
            )
        return {"document": base64.b64encode(content), "document_name": f"invoice.{ending}"}


class SeveralUnits(UserError):
    """Several units of the dealer have the serial: the page lets the model be chosen."""

    def __init__(self, message, products):
        super().__init__(message)
        self.products = products
