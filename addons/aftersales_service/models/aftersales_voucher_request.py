# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import io
import re

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mimetypes import guess_mimetype

from .aftersales_voucher import OPEN_STATES

MOST_PHOTOS = 5
LARGEST_PHOTO = 8 * 1024 * 1024
PHOTO_TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
# What a visitor may type, and how much of it.
REQUEST_LIMITS = {
    "contact_name": 100,
    "phone": 40,
    "address": 300,
    "unit_note": 200,
    "fault_description": 4000,
}


class AftersalesVoucher(models.Model):
    """A call that comes in by the web: from a login of the portal or from a guest (S1).

    A guest is told nothing that the house knows: whether his phone or serial is known is for the
    hotline to find out, and the entry is linked to no customer until it did.
    """

    _inherit = "aftersales.voucher"

    consented_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the visitor agreed that we keep and use what he wrote.",
    )
    consent_text = fields.Text(
        readonly=True, copy=False, help="What the visitor agreed to, word for word."
    )

    # === BUSINESS METHODS === #

    @api.model
    def _register_guest_request(self, typed, photos, address):
        """Register the call of a guest (S1).

        :param dict typed: what he wrote, by the names of ``REQUEST_LIMITS``, and ``consent``
        :param photos: list of (file name, content)
        :param str address: network address that the request came from
        :raises UserError: when something is missing or too much, in a sentence for the guest
        """
        values = self._read_request(typed)
        for name, label in (
            ("contact_name", self.env._("your name")),
            ("phone", self.env._("your phone number")),
            ("address", self.env._("the address of the machine")),
            ("unit_note", self.env._("the model or serial number")),
        ):
            if not values[name]:
                raise UserError(self.env._("Please enter %(what)s.", what=label))
        digits = re.sub(r"\D", "", values["phone"])
        if len(digits) < 5:
            raise UserError(self.env._("Please enter a phone number that we can call back."))
        self._take_request([("address", address), ("phone", digits)])
        return self._register_web_request({**values, "partner_id": False}, photos, None)

    @api.model
    def _register_user_request(self, user, typed, photos, unit=None):
        """Register the call of a login of the portal, for its own customer (S1).

        :param user: res.users
        :param unit: stock.lot among ``_get_portal_units``, or none
        :raises UserError: when something is missing or too much
        """
        values = self._read_request(typed)
        if not unit and not values["unit_note"]:
            raise UserError(
                self.env._("Please choose a machine, or enter its model or serial number.")
            )
        self._take_request([("user", str(user.id))])
        # sudo: the login's own person.
        partner = user.sudo().partner_id
        values.update(
            partner_id=(unit.user_partner_id if unit else partner.commercial_partner_id).id,
            contact_name=values["contact_name"] or partner.name,
            phone=values["phone"] or partner.phone or partner.commercial_partner_id.phone,
        )
        if unit:
            values["lot_id"] = unit.id
        if not values["address"]:
            # The customer's own address then.
            del values["address"]
        return self._register_web_request(values, photos, partner)

    @api.model
    def _take_request(self, keys):
        """Count the request; see ``aftersales.request.counter``."""
        # sudo: counters are nobody's; the caller writes one and reads none.
        self.env["aftersales.request.counter"].sudo()._take(
            keys, self.env.company.sudo().aftersales_web_request_limit
        )

    @api.model
    def _read_request(self, typed):
        """What a visitor may write, cut to length, with his consent.

        :raises UserError: without consent, or without a fault
        """
        values = {
            name: (typed.get(name) or "").replace("\x00", "").strip()[:longest]
            for name, longest in REQUEST_LIMITS.items()
        }
        if not typed.get("consent"):
            raise UserError(
                self.env._(
                    "Please tick that we may keep what you wrote: without it we cannot register "
                    "your request."
                )
            )
        if not values["fault_description"]:
            raise UserError(self.env._("Please describe what is wrong."))
        return values

    @api.model
    def _register_web_request(self, values, photos, author):
        """Enter a call that came by the web in the register.

        :param author: res.partner who wrote it, none for a guest
        """
        photos = self._read_photos(photos)
        company = self.env.company.sudo()
        # sudo: visitors have no right on the register. Every value was read by `_read_request`,
        # the customer and the unit are the login's own.
        voucher = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    **values,
                    "channel": "web",
                    "company_id": company.id,
                    "user_id": False,
                    "consented_at": fields.Datetime.now(),
                    "consent_text": company._get_aftersales_consent_text(),
                }
            )
        )
        if author:
            voucher.message_subscribe(author.ids)
        if photos:
            voucher.message_post(
                body=self.env._("Photos sent with the request"),
                attachments=photos,
                author_id=(author or self.env.ref("base.partner_root")).id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment" if author else "mail.mt_note",
            )
        return voucher

    @api.model
    def _read_photos(self, photos):
        """Photos of a request, named by us, after a look at what they really are.

        :param photos: list of (file name, content)
        :return: list of (file name, content)
        :raises UserError: when there are too many, or one is too large or no photo
        """
        if len(photos) > MOST_PHOTOS:
            raise UserError(self.env._("Please send at most %(count)s photos.", count=MOST_PHOTOS))
        read = []
        for index, (name, content) in enumerate(photos, start=1):
            if len(content) > LARGEST_PHOTO:
                raise UserError(
                    self.env._(
                        "%(name)s is too large: a photo may have %(size)s MB.",
                        name=name[:80],
                        size=LARGEST_PHOTO // 1024 // 1024,
                    )
                )
            ending = PHOTO_TYPES.get(guess_mimetype(content))
            if not (ending and self._is_image(content)):
                raise UserError(
                    self.env._("%(name)s is not a photo: send JPEG, PNG or WebP.", name=name[:80])
                )
            read.append((f"photo-{index}.{ending}", content))
        return read

    @api.model
    def _is_image(self, content):
        """Is the content what its first bytes say? Its size in pixels is looked at as well."""
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.verify()
                return image.width * image.height <= 100_000_000
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ):
            return False

    @api.model
    def _get_portal_units(self, user):
        """Units that a login's customer has (S14).

        :param user: res.users
        """
        # sudo: the login's own customer; its units and nothing else of them leave the page.
        units = self.env["stock.lot"].sudo()
        user = user.sudo()
        return units.search(
            Domain("user_partner_id", "child_of", user.partner_id.commercial_partner_id.id)
            & Domain("company_id", "in", [False, *user.company_ids.ids]),
            order="name",
        )

    def _get_open_request(self, user, unit):
        """The login's open job on a unit: the same call twice is said (S1)."""
        # sudo: the domain holds nothing but the login's own.
        return self.sudo().search(
            self._get_portal_domain(user)
            & Domain("lot_id", "=", unit.id)
            & Domain("state", "in", OPEN_STATES),
            limit=1,
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"consented_at", "consent_text"}
