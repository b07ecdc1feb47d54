# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import binascii

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

LONGEST_TEXT = 80
# A signature is a small drawing.
LARGEST_SIGNATURE = 2 * 1024 * 1024


class ServicePortal(AftersalesPortal):
    """A customer's service jobs: followed, agreed to, signed (S3, S15).

    Portal users have no right on any model of service. What they see is read with sudo inside
    ``aftersales.voucher._get_portal_domain``; what lies outside is answered like what does not
    exist. The link of a mail opens one job, no more.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_count" in counters:
            values["service_count"] = self._get_service_jobs().search_count(
                self._get_service_domain()
            )
        if "service_answer_count" in counters:
            values["service_answer_count"] = len(self._get_service_to_answer())
        return values

    # ------------------------------------------------------------------
    # What the customer may see
    # ------------------------------------------------------------------

    def _get_service_jobs(self):
        # sudo: every search and token of these pages is narrowed to the customer's own.
        return request.env["aftersales.voucher"].sudo()

    def _get_service_domain(self):
        return self._get_service_jobs()._get_portal_domain(request.env.user)

    def _get_service_job(self, job_id, access_token=None):
        """The job that the token opens, or that the login's customer has; none for others."""
        jobs = self._get_service_jobs()
        if access_token:
            job = jobs.browse(job_id).exists()
            token = (job.access_token or "").encode()
            if token and consteq(token, str(access_token).encode()):
                return job
        if request.env.user._is_public():
            return jobs
        return jobs.search(self._get_service_domain() & Domain("id", "=", job_id))

    def _get_service_to_answer(self):
        """Jobs that wait for the customer: a signature, or a yes or no to the estimate."""
        waiting = self._get_service_jobs().search(
            self._get_service_domain()
            & (Domain("reported_at", "!=", False) | Domain("estimate_state", "=", "sent"))
            & Domain("state", "not in", ("done", "closed", "cancelled"))
        )
        return waiting.filtered(lambda job: job._has_to_be_signed() or job._has_open_estimate())

    def _get_service_timezone(self, job=None):
        """Times on the pages are the login's, else the company's."""
        company = job.company_id if job else request.env.company.sudo()
        return request.env.user.tz or company._get_aftersales_timezone().zone

    def _get_moment_options(self, job=None):
        return {
            "widget": "datetime",
            "hide_seconds": True,
            "tz_name": self._get_service_timezone(job),
        }

    # ------------------------------------------------------------------
    # List
    # ------------------------------------------------------------------

    def _get_service_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "registered_at desc, id desc"},
            "planned": {"label": request.env._("Appointment"), "order": "planned_start, id"},
            "state": {"label": request.env._("State"), "order": "state, id desc"},
        }

    def _get_service_filters(self):
        finished = ("done", "closed", "cancelled")
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("Open"),
                "domain": Domain("state", "not in", finished),
            },
            "done": {
                "label": request.env._("Done"),
                "domain": Domain("state", "in", finished),
            },
        }

    def _get_search_domain(self, text):
        """Jobs by number, reference, serial, model or fault."""
        text = str(text or "").replace("\x00", "")[:LONGEST_TEXT].strip()
        if not text:
            return Domain.TRUE
        return Domain.OR(
            Domain(name, "ilike", text)
            for name in ("number", "reference", "lot_id.name", "unit_note", "fault_description")
        )

    def _prepare_job_list(self, url, domain, filters, page, sortby, filterby, search):
        """Values of a page that lists jobs: found, sorted, paged.

        :param domain: jobs that the login may see
        :param dict filters: {name: {"label", "domain"}}, with one called ``all``
        """
        sortings = self._get_service_sortings()
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        domain &= filters[filterby]["domain"] & self._get_search_domain(search)
        jobs = self._get_service_jobs()
        pager = portal_pager(
            url=url,
            total=jobs.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
        )
        found = jobs.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return self._prepare_portal_layout_values() | {
            "jobs": found,
            "pager": pager,
            "default_url": url,
            "searchbar_sortings": sortings,
            "sortby": sortby,
            "searchbar_filters": filters,
            "filterby": filterby,
            "searchbar_inputs": {
                "all": {"input": "all", "label": request.env._("Number, machine or fault")}
            },
            "search_in": "all",
            "search": search,
            "moment": self._get_moment_options(),
        }

    @http.route(
        ["/my/service", "/my/service/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_service(self, page=1, sortby="date", filterby="all", search="", **kwargs):
        """List of the customer's jobs with state and appointment."""
        values = self._prepare_job_list(
            "/my/service",
            self._get_service_domain(),
            self._get_service_filters(),
            page,
            sortby,
            filterby,
            search,
        )
        values["page_name"] = "service"
        return request.render("aftersales_service.portal_my_service", values)

    # ------------------------------------------------------------------
    # One job
    # ------------------------------------------------------------------

    # Not readonly: the token of the chatter may have to be made.
    @http.route("/my/service/<int:job_id>", type="http", auth="public", website=True)
    def portal_my_service_job(self, job_id, access_token=None, report_type=None, **kwargs):
        """One job: where it stands, what was done, what waits for an answer."""
        job = self._get_service_job(job_id, access_token)
        if not job:
            return request.redirect("/my")
        if report_type == "pdf" and job.number:
            return self._make_aftersales_paper(
                "aftersales_service.action_report_voucher",
                job,
                f"{job.display_name.replace('/', '-')}.pdf",
            )
        return self._render_service_job(job, access_token, done=kwargs.get("done"))

    def _render_service_job(self, job, access_token, done=None, error=None):
        token = job._portal_ensure_token()
        values = self._prepare_portal_layout_values()
        values |= self._prepare_answer_page(
            f"/my/service/{job.id}",
            access_token,
            done if done in ("signed", "accepted", "refused", "asked") else None,
            error,
        )
        values |= {
            "job": job,
            "object": job,
            "page_name": "service",
            # The chatter reads and posts by the token: logins have no right on the model.
            "token": token,
            "call_url": f"/my/service/{job.id}/sign?access_token={token}"
            f"&digest={job._get_signing_digest()}",
            "moment": self._get_moment_options(job),
        }
        return request.render("aftersales_service.portal_service_job", values)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    @http.route("/my/service/<int:job_id>/sign", type="jsonrpc", auth="public", website=True)
    def portal_my_service_sign(
        self, job_id, access_token=None, digest=None, name=None, signature=None, **kwargs
    ):
        """Sign the finished job, once (S3)."""
        arguments = request.httprequest.args
        access_token = access_token or arguments.get("access_token")
        digest = digest or arguments.get("digest") or ""
        job = self._get_service_job(job_id, access_token)
        if not job:
            return {"error": request.env._("This job does not exist, or the link is wrong.")}
        return self._take_signature(
            job,
            lambda: job._sign_from_afar(signature, name, digest),
            f"/my/service/{job.id}?done=signed"
            + (f"&access_token={access_token}" if access_token else ""),
            signature,
        )

    def _take_signature(self, job, sign, url, signature):
        """Run a signature of the pad; answer as its widget expects."""
        if signature and len(signature) > LARGEST_SIGNATURE:
            return {"error": request.env._("This signature is too large: draw it again.")}
        try:
            with request.env.cr.savepoint():
                sign()
                job._log_signature(request.env.user)
        except UserError as error:
            return {"error": str(error)}
        except (TypeError, ValueError, binascii.Error):
            return {"error": request.env._("This signature cannot be read: draw it again.")}
        return {"force_refresh": True, "redirect_url": url}

    @http.route(
        "/my/service/<int:job_id>/estimate",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_service_estimate(
        self, job_id, access_token=None, answer=None, name=None, reason=None, **kwargs
    ):
        """Agree to the estimate or refuse it (S15)."""
        job = self._get_service_job(job_id, access_token)
        if not job:
            return request.redirect("/my")

        def take(_author):
            if answer == "accept":
                job._accept_estimate((name or "")[:LONGEST_TEXT])
            else:
                job._refuse_estimate((reason or "")[:500])

        return self._take_answer(
            take,
            lambda error: self._render_service_job(job, access_token, error=error),
            f"/my/service/{job.id}",
            access_token,
            "accepted" if answer == "accept" else "refused",
        )
