# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.aftersales_claim_dealer import CLAIM_LIMITS, MOST_PARTS
from ..models.aftersales_request_counter import TooManyRequests
from ..models.aftersales_voucher_request import MOST_PHOTOS, PHOTO_TYPES
from .portal_request import ServiceRequestPortal

CLAIMS = "/my/aftersales/claims"


class ClaimPortal(ServiceRequestPortal):
    """Pages of a dealer's warranty claims: filed, followed, printed (S17).

    Portal users have no right on claims. What they see is read with sudo inside
    ``aftersales.claim._get_dealer_domain``; what lies outside is answered like what does not
    exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "claim_count" in counters:
            values["claim_count"] = self._get_claims().search_count(self._get_claim_domain())
        return values

    def _get_claims(self):
        # sudo: every search of these pages is narrowed to the dealer's own.
        return request.env["aftersales.claim"].sudo()

    def _get_claim_domain(self):
        return self._get_claims()._get_dealer_domain(request.env.user)

    def _is_dealer(self):
        # sudo: the login's own house.
        return request.env.user.sudo().partner_id.commercial_partner_id.is_dealer

    def _get_claim(self, claim_id):
        """A claim of the login's dealer; none for others."""
        return self._get_claims().search(self._get_claim_domain() & Domain("id", "=", claim_id))

    @http.route(
        [CLAIMS, f"{CLAIMS}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_claims(self, page=1, search="", **kwargs):
        """The dealer's claims with what was answered and credited."""
        if not self._is_dealer():
            return request.redirect("/my")
        text = str(search or "").replace("\x00", "")[:80].strip()
        domain = self._get_claim_domain()
        if text:
            domain &= Domain.OR(Domain(name, "ilike", text) for name in ("name", "case_ids.serial"))
        claims = self._get_claims()
        pager = portal_pager(
            url=CLAIMS,
            total=claims.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"search": text},
        )
        values = self._prepare_portal_layout_values() | {
            "claims": claims.search(
                domain, limit=self._items_per_page, offset=pager["offset"], order="id desc"
            ),
            "pager": pager,
            "default_url": CLAIMS,
            "search": text,
            "page_name": "aftersales_claims",
            "moment": self._get_claim_moment(),
        }
        return request.render("aftersales_service.portal_claims", values)

    def _get_claim_moment(self):
        company = request.env.company.sudo()  # sudo: the company's time zone, for everybody
        zone = request.env.user.tz or company._get_aftersales_timezone().zone
        return {"widget": "datetime", "hide_seconds": True, "tz_name": zone}

    @http.route(f"{CLAIMS}/<int:claim_id>", type="http", auth="user", website=True, readonly=True)
    def portal_claim(self, claim_id, report_type=None, done=None, **kwargs):
        """One claim: what was claimed, what was answered, what was credited."""
        claim = self._get_claim(claim_id)
        if not claim:
            return request.redirect(CLAIMS if self._is_dealer() else "/my")
        if report_type == "pdf":
            return self._make_aftersales_paper(
                "aftersales_service.action_report_claim",
                claim,
                f"{claim.name.replace('/', '-')}.pdf",
            )
        values = self._prepare_portal_layout_values() | {
            "claim": claim,
            "page_name": "aftersales_claims",
            "done": bool(done),
            "photos": claim._get_photos(),
            "moment": self._get_claim_moment(),
        }
        return request.render("aftersales_service.portal_claim", values)

    @http.route(f"{CLAIMS}/new", type="http", auth="user", website=True, readonly=True)
    def portal_claim_new(self, serial="", **kwargs):
        """The form of a claim."""
        if not self._is_dealer():
            return request.redirect("/my")
        return self._render_claim_form({"serial": serial})

    def _render_claim_form(self, typed, error=None):
        # sudo: names of faults and whether labour may be claimed, for the form.
        faults = request.env["aftersales.fault"].sudo()
        company = request.env.company.sudo()
        values = self._prepare_portal_layout_values() | {
            "page_name": "aftersales_claims",
            "is_new_claim": True,
            "typed": typed,
            "faults": faults.search([]),
            "limits": CLAIM_LIMITS,
            "part_rows": range(min(MOST_PARTS, 5)),
            "has_labour": bool(company.aftersales_claim_labour_id),
            "most_photos": MOST_PHOTOS,
            "photo_types": ",".join(PHOTO_TYPES),
            "error_message": error,
            "today": company._get_aftersales_date(fields.Datetime.now()),
        }
        return request.render("aftersales_service.portal_claim_form", values)

    @http.route(f"{CLAIMS}/send", type="http", auth="user", methods=["POST"], website=True)
    def portal_claim_send(self, **typed):
        """File the claim, or show the form again with what is missing."""
        if not self._is_dealer():
            return request.redirect("/my")
        claims = self._get_claims()
        user = request.env.user
        try:
            # Outside of the savepoint: a wrong serial counts as well.
            claims._take_filing(user)
        except TooManyRequests as error:
            response = self._render_claim_form(typed, str(error))
            response.status_code = 429
            return response
        try:
            with request.env.cr.savepoint():
                claim = claims._file_by_dealer(
                    user,
                    self._read_claim(typed),
                    self._read_claim_parts(typed),
                    self._read_uploads(),
                )
        except UserError as error:
            return self._render_claim_form(typed, str(error))
        return request.redirect(f"{CLAIMS}/{claim.id}?done=1")

    def _read_claim(self, typed):
        """What was typed, as days and numbers.

        :raise UserError: when it is none
        """
        # sudo: one of the faults that the page offers.
        faults = request.env["aftersales.fault"].sudo().search([])
        return {
            **{name: typed.get(name) for name in CLAIM_LIMITS},
            "failed_on": self._read_claim_day(typed.get("failed_on")),
            "repaired_on": self._read_claim_day(typed.get("repaired_on")),
            "meter": self._read_claim_number(typed.get("meter")),
            "hours": self._read_claim_number(typed.get("hours")),
            "fault_id": faults.filtered(lambda one: str(one.id) == typed.get("fault_id")),
        }

    def _read_claim_parts(self, typed):
        return [
            (
                str(typed.get(f"part_{n}") or "")[:60],
                self._read_claim_number(typed.get(f"quantity_{n}")),
            )
            for n in range(MOST_PARTS)
            if typed.get(f"part_{n}")
        ]

    def _read_claim_day(self, text):
        try:
            return fields.Date.to_date(str(text)) if text else False
        except ValueError:
            raise UserError(request.env._("Enter days like 2026-03-31.")) from None

    def _read_claim_number(self, text):
        try:
            number = float(str(text or "0").strip().replace(",", "."))
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e9:
            raise UserError(request.env._("Enter a number that is not below 0."))
        return number
