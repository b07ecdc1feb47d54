# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re
from datetime import datetime
from urllib.parse import urlencode

import pytz

from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from .portal_service import ServicePortal


class OutletPortal(ServicePortal):
    """Pages of an outlet without employees of ours: its jobs from the call to the signature (S7).

    A login sees the jobs of the outlets at its own address, and those alone; nothing here opens
    by a token.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        jobs = self._get_service_jobs()
        if "outlet_job_count" in counters:
            values["outlet_job_count"] = jobs.search_count(self._get_outlet_domain())
        if "outlet_new_count" in counters:
            values["outlet_new_count"] = jobs.search_count(
                self._get_outlet_domain() & jobs._get_outlet_filters()["new"][1]
            )
        return values

    def _get_outlet_domain(self):
        return self._get_service_jobs()._get_outlet_domain(request.env.user)

    def _get_outlet_job(self, job_id):
        """A job that was given to one of the login's outlets; none otherwise."""
        return self._get_service_jobs().search(
            self._get_outlet_domain() & Domain("id", "=", job_id)
        )

    # ------------------------------------------------------------------
    # List
    # ------------------------------------------------------------------

    @http.route(
        ["/my/outlet-jobs", "/my/outlet-jobs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_outlet_jobs(self, page=1, sortby="planned", filterby="all", search="", **kwargs):
        """Jobs that were given to the outlet, by step."""
        filters = {"all": {"label": request.env._("All"), "domain": Domain.TRUE}} | {
            name: {"label": label, "domain": domain}
            for name, (label, domain) in self._get_service_jobs()._get_outlet_filters().items()
        }
        values = self._prepare_job_list(
            "/my/outlet-jobs",
            self._get_outlet_domain(),
            filters,
            page,
            sortby,
            filterby,
            search,
        )
        values["page_name"] = "outlet_jobs"
        values["labels"] = {name: one["label"] for name, one in filters.items()}
        return request.render("aftersales_service.portal_outlet_jobs", values)

    # ------------------------------------------------------------------
    # One job
    # ------------------------------------------------------------------

    @http.route(
        "/my/outlet-jobs/<int:job_id>", type="http", auth="user", website=True, readonly=True
    )
    def portal_outlet_job(self, job_id, part="", done=None, **kwargs):
        """One job: whom to call, what to do next."""
        job = self._get_outlet_job(job_id)
        if not job:
            return request.redirect("/my/outlet-jobs")
        return self._render_outlet_job(job, part, done=done)

    def _render_outlet_job(self, job, part="", done=None, error=None, typed=None):
        step = job._get_outlet_step()
        part = str(part or "").replace("\x00", "")[:80]
        # sudo: names of faults, for the outlet's report.
        faults = request.env["aftersales.fault"].sudo()
        values = self._prepare_portal_layout_values()
        values |= self._prepare_answer_page(
            f"/my/outlet-jobs/{job.id}", done=done and str(done)[:20], error=error
        )
        values |= {
            "job": job,
            "page_name": "outlet_jobs",
            "step": step,
            "labels": {name: label for name, (label, _domain) in job._get_outlet_filters().items()},
            "part": part,
            "parts": job._search_outlet_parts(part) if part and step == "working" else None,
            "faults": faults.search([]) if step == "working" else faults,
            "typed": typed or {},
            "moment": self._get_moment_options(job),
            "planned": self._to_local(job, job.planned_start),
            "planned_until": self._to_local(job, job.planned_end),
            "call_url": f"/my/outlet-jobs/{job.id}/sign?digest={job._get_signing_digest()}",
        }
        return request.render("aftersales_service.portal_outlet_job", values)

    def _to_local(self, job, moment):
        """A moment as the browser's field for day and hour wants it."""
        if not moment:
            return ""
        zone = pytz.timezone(self._get_service_timezone(job))
        return pytz.utc.localize(moment).astimezone(zone).strftime("%Y-%m-%dT%H:%M")

    def _from_local(self, job, text):
        """What was typed in that field, in UTC; False where nothing was.

        :raise UserError: when it is no moment
        """
        if not text:
            return False
        try:
            typed = datetime.fromisoformat(str(text)).replace(tzinfo=None)
            zone = pytz.timezone(self._get_service_timezone(job))
            return zone.localize(typed).astimezone(pytz.utc).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise UserError(request.env._("Enter day and hour like 2026-03-31 14:00.")) from None

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    @http.route(
        "/my/outlet-jobs/<int:job_id>/<string:step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_outlet_step(self, job_id, step, **typed):
        """Take the job, give it back, plan it, begin it, report it."""
        job = self._get_outlet_job(job_id)
        name, _sep, number = step.partition("_")
        take = {
            "accept": lambda: job._accept_by_outlet(),
            "refuse": lambda: job._refuse_by_outlet(typed.get("reason")),
            "plan": lambda: job._set_outlet_appointment(
                self._from_local(job, typed.get("start")), self._from_local(job, typed.get("end"))
            ),
            "start": lambda: job._start_by_outlet(),
            "search": lambda: self._write_result(job, typed),
            "add": lambda: self._add_part(job, number, typed),
            "remove": lambda: self._remove_part(job, number, typed),
            "save": lambda: self._write_result(job, typed),
            "report": lambda: self._report(job, typed),
            "reopen": lambda: job._reopen_by_outlet(),
        }.get(name)
        if not job or not take:
            return request.redirect("/my/outlet-jobs")
        back = "/my/outlet-jobs" if name == "refuse" else f"/my/outlet-jobs/{job.id}"
        part = typed.get("part") or ""
        if name == "search":
            back += "?" + urlencode({"part": part[:80]})
        try:
            with request.env.cr.savepoint():
                take()
        except UserError as error:
            return self._render_outlet_job(job, part, error=str(error), typed=typed)
        return request.redirect(back)

    def _add_part(self, job, number, typed):
        self._write_result(job, typed)
        # sudo: looked for among the parts that the outlet may see.
        products = request.env["product.product"].sudo()
        product = products.browse(int(number)) if re.fullmatch(r"[0-9]{1,9}", number) else products
        job._add_outlet_part(product, self._read_quantity(typed.get(f"quantity_{number}")))

    def _remove_part(self, job, number, typed):
        self._write_result(job, typed)
        job._remove_outlet_part(self._get_posted_line(job.line_ids, number))

    def _write_result(self, job, typed):
        """What was typed about the work, kept with every button of its form."""
        if "work_done" not in typed:
            return
        # sudo: one of the faults that the page offers.
        faults = request.env["aftersales.fault"].sudo()
        fault = faults.search([]).filtered(lambda one: str(one.id) == typed.get("fault_id"))
        job._write_outlet_result(
            typed.get("work_done"), fault, self._read_quantity(typed.get("meter") or "0")
        )

    def _report(self, job, typed):
        self._write_result(job, typed)
        job._report_by_outlet()

    def _read_quantity(self, text):
        try:
            number = float(str(text or "").strip().replace(",", "."))
        except ValueError:
            number = float("nan")
        if number != number or abs(number) == float("inf"):
            raise UserError(request.env._("Enter a number."))
        return number

    @http.route("/my/outlet-jobs/<int:job_id>/sign", type="jsonrpc", auth="user", website=True)
    def portal_outlet_sign(self, job_id, digest=None, name=None, signature=None, **kwargs):
        """The customer signs on the outlet's phone (S3)."""
        job = self._get_outlet_job(job_id)
        if not job:
            return {"error": request.env._("This job does not exist.")}
        digest = digest or request.httprequest.args.get("digest") or ""
        return self._take_signature(
            job,
            lambda: job._sign_from_afar(signature, name, digest),
            f"/my/outlet-jobs/{job.id}?done=signed",
            signature,
        )
