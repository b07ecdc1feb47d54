# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.aftersales_registration_portal import (
    DOCUMENT_TYPES,
    REGISTRATION_LIMITS,
    SeveralUnits,
)
from ..models.aftersales_voucher_request import LARGEST_PHOTO

LONGEST_TEXT = 80


class RegistrationPortal(AftersalesPortal):
    """A dealer's retail registrations: what is to be registered, what was, what came of it (S14).

    Portal users have no right on units or registrations. What they see is read with sudo inside
    ``aftersales.registration._get_portal_domain`` and ``_get_portal_unit_domain``; what lies
    outside is answered like what does not exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "registration_count" in counters:
            values["registration_count"] = self._get_registrations().search_count(
                self._get_registration_domain()
            ) + self._get_units().search_count(self._get_unregistered_domain())
        return values

    # ------------------------------------------------------------------
    # What the dealer may see
    # ------------------------------------------------------------------

    def _get_registrations(self):
        # sudo: every search of these pages is narrowed to the login's own dealer.
        return request.env["aftersales.registration"].sudo()

    def _get_units(self):
        # sudo: likewise.
        return request.env["stock.lot"].sudo()

    def _get_registration_domain(self):
        return self._get_registrations()._get_portal_domain(request.env.user)

    def _get_unregistered_domain(self):
        return self._get_registrations()._get_unregistered_domain(request.env.user)

    def _is_dealer(self):
        # sudo: the login's own company.
        return request.env.user.sudo().partner_id.commercial_partner_id.is_dealer

    # ------------------------------------------------------------------
    # List
    # ------------------------------------------------------------------

    def _get_registration_filters(self):
        states = request.env["aftersales.registration"]._fields["state"]
        labels = dict(states._description_selection(request.env))
        return {"open": {"label": request.env._("To Register")}} | {
            state: {"label": labels[state]} for state in ("confirmed", "waiting", "refused")
        }

    @http.route(
        [
            "/my/aftersales/registrations",
            "/my/aftersales/registrations/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_registrations(self, page=1, filterby="open", search="", **kwargs):
        """Units to register, and registrations by state."""
        if not self._is_dealer():
            return request.redirect("/my")
        filters = self._get_registration_filters()
        filterby = filterby if filterby in filters else "open"
        text = str(search or "").replace("\x00", "")[:LONGEST_TEXT].strip()
        if filterby == "open":
            records, domain = self._get_units(), self._get_unregistered_domain()
            searched, order = ("name", "product_id.name"), "shipped_on, name, id"
        else:
            records = self._get_registrations()
            domain = self._get_registration_domain() & Domain("state", "=", filterby)
            searched, order = ("name", "lot_id.name", "user_name"), "registered_at desc, id desc"
        if text:
            domain &= Domain.OR(Domain(name, "ilike", text) for name in searched)
        pager = portal_pager(
            url="/my/aftersales/registrations",
            total=records.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"filterby": filterby, "search": text},
        )
        found = records.search(
            domain, order=order, limit=self._items_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values() | {
            "page_name": "registrations",
            "records": found,
            "pager": pager,
            "default_url": "/my/aftersales/registrations",
            "searchbar_filters": filters,
            "filterby": filterby,
            "searchbar_inputs": {
                "all": {"input": "all", "label": request.env._("Serial, model or user")}
            },
            "search_in": "all",
            "search": text,
        }
        return request.render("aftersales_service.portal_registrations", values)

    # ------------------------------------------------------------------
    # One registration
    # ------------------------------------------------------------------

    @http.route(
        "/my/aftersales/registrations/<int:registration_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_registration(self, registration_id, done=None, **kwargs):
        """What was registered, and what came of it."""
        registration = self._get_registrations().search(
            self._get_registration_domain() & Domain("id", "=", registration_id)
        )
        if not registration:
            return request.redirect("/my/aftersales/registrations")
        values = self._prepare_portal_layout_values() | {
            "page_name": "registrations",
            "registration": registration,
            "done": done == "registered",
        }
        return request.render("aftersales_service.portal_registration", values)

    @http.route("/my/aftersales/registrations/new", type="http", auth="user", website=True)
    def portal_registration_new(self, serial="", **kwargs):
        """The form; a unit of the list fills in its serial."""
        if not self._is_dealer():
            return request.redirect("/my")
        return self._render_registration({"serial": str(serial)[:LONGEST_TEXT]})

    @http.route(
        "/my/aftersales/registrations/send",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_registration_send(self, **typed):
        """Register, or show the form again with what is wrong."""
        if not self._is_dealer():
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                registration = request.env["aftersales.registration"]._register_by_dealer(
                    request.env.user, typed, self._read_upload()
                )
        except SeveralUnits as error:
            return self._render_registration(typed, str(error), error.products)
        except UserError as error:
            return self._render_registration(typed, str(error))
        return request.redirect(f"/my/aftersales/registrations/{registration.id}?done=registered")

    def _read_upload(self):
        upload = request.httprequest.files.get("document")
        if not upload or not upload.filename:
            return None
        return upload.filename, upload.stream.read(LARGEST_PHOTO + 1)

    def _render_registration(self, typed, error=None, products=None):
        # sudo: texts of the company, for everybody.
        company = request.env.company.sudo()
        values = self._prepare_portal_layout_values() | {
            "page_name": "registrations",
            "is_new": True,
            "typed": typed,
            "limits": REGISTRATION_LIMITS,
            "products": products,
            "today": company._get_aftersales_today(),
            "document_types": ",".join(DOCUMENT_TYPES),
            "megabytes": LARGEST_PHOTO // 1024 // 1024,
            "consent_text": company._get_aftersales_consent_text(),
            "error_message": error,
        }
        return request.render("aftersales_service.portal_registration_new", values)
