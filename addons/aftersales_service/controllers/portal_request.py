# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal

from ..models.aftersales_request_counter import TooManyRequests
from ..models.aftersales_voucher_request import (
    LARGEST_PHOTO,
    MOST_PHOTOS,
    PHOTO_TYPES,
    REQUEST_LIMITS,
)


class ServiceRequestPortal(AftersalesPortal):
    """Asking for service on the web: by a login for its own machines, or as a guest (S1).

    A guest sees the same page, whether the house knows him or not.
    """

    @http.route("/service/request", type="http", auth="public", website=True)
    def service_request(self, unit=None, fault="", model="", **kwargs):
        """The form; a login chooses among its own machines.

        A link may bring what is known of the fault and the model already.
        """
        typed = {"unit": unit}
        if fault:
            typed["fault_description"] = str(fault)[: REQUEST_LIMITS["fault_description"]]
        if model:
            typed["unit_note"] = str(model)[: REQUEST_LIMITS["unit_note"]]
        return self._render_request(typed)

    @http.route("/service/request/send", type="http", auth="public", methods=["POST"], website=True)
    def service_request_send(self, **typed):
        """Register the request, or show the form again with what is missing."""
        if typed.get("website"):
            # Nobody sees this field: whoever fills it in is a robot, and is thanked all the same.
            return request.redirect("/service/request/thanks")
        try:
            with request.env.cr.savepoint():
                job, duplicate = self._register_request(typed)
        except TooManyRequests as error:
            response = self._render_request(typed, str(error), too_many=True)
            response.status_code = 429
            return response
        except UserError as error:
            return self._render_request(typed, str(error))
        if duplicate:
            return self._render_request(typed, duplicate=duplicate)
        if request.env.user._is_public():
            request.session["aftersales_request"] = job.id
            return request.redirect("/service/request/thanks")
        return request.redirect(f"/my/service/{job.id}?done=asked")

    def _register_request(self, typed):
        """The new job, or the open one that it would repeat."""
        # sudo: the model's method lets a visitor write nothing but what it reads from the form.
        jobs = request.env["aftersales.voucher"].sudo()
        user = request.env.user
        if user._is_public():
            photos = self._read_uploads()
            return jobs._register_guest_request(
                typed, photos, request.httprequest.remote_addr
            ), None
        unit = self._get_own_unit(typed.get("unit"))
        duplicate = unit and jobs._get_open_request(user, unit)
        if duplicate and not typed.get("again"):
            return None, duplicate
        return jobs._register_user_request(user, typed, self._read_uploads(), unit), None

    def _get_own_unit(self, unit_id):
        """The unit of a form, only if the login's customer has it."""
        units = request.env["aftersales.voucher"]._get_portal_units(request.env.user)
        return units.filtered(lambda unit: str(unit.id) == str(unit_id))

    def _read_uploads(self):
        """Photos of the form; no more of a file is read than one may have."""
        files = request.httprequest.files.getlist("photos")[: MOST_PHOTOS + 1]
        return [
            (upload.filename, upload.stream.read(LARGEST_PHOTO + 1))
            for upload in files
            if upload.filename
        ]

    def _render_request(self, typed, error=None, duplicate=None, too_many=False):
        public = request.env.user._is_public()
        jobs = request.env["aftersales.voucher"]
        # sudo: texts of the company, for everybody.
        company = request.env.company.sudo()
        values = self._prepare_portal_layout_values() | {
            "page_name": "service_request",
            "is_guest": public,
            "no_breadcrumbs": public,
            "units": None if public else jobs._get_portal_units(request.env.user),
            "typed": typed,
            "limits": REQUEST_LIMITS,
            "most_photos": MOST_PHOTOS,
            "photo_megabytes": LARGEST_PHOTO // 1024 // 1024,
            "photo_types": ",".join(PHOTO_TYPES),
            "consent_text": company._get_aftersales_consent_text(),
            "company": company,
            "error_message": error,
            "duplicate": duplicate,
            "too_many": too_many,
        }
        return request.render("aftersales_service.portal_service_request", values)

    @http.route("/service/request/thanks", type="http", auth="public", website=True)
    def service_request_thanks(self, **kwargs):
        """Thanks, with the reference and a link to follow the request."""
        # sudo: the entry that this very session has made.
        job = (
            request.env["aftersales.voucher"]
            .sudo()
            .browse(request.session.get("aftersales_request", 0))
            .exists()
        )
        values = self._prepare_portal_layout_values() | {
            "page_name": "service_request",
            "no_breadcrumbs": request.env.user._is_public(),
            "job": job,
            # sudo: the company's phone, for everybody.
            "company": request.env.company.sudo(),
        }
        return request.render("aftersales_service.portal_service_thanks", values)
