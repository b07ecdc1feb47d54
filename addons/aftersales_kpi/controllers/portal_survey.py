# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal

# A field that people do not see and scripts fill in.
TRAP = "website"


class SurveyPortal(AftersalesPortal):
    """The customer's questionnaire, opened by the link of a mail (K11).

    Opening it records nothing, so that scanners of mails answer nothing.
    """

    def _get_survey_sample(self, key):
        """The visit of a link; none for any other key."""
        # sudo: opened by the key of the customer's mail.
        return request.env["aftersales.survey.sample"].sudo()._find_by_key(key)

    @http.route(
        "/service/survey/<string:key>", type="http", auth="public", website=True, methods=["GET"]
    )
    def survey(self, key, done=None, **kwargs):
        """The questions, or why they cannot be answered."""
        sample = self._get_survey_sample(key)
        if not sample:
            return request.render("aftersales_kpi.portal_survey_unknown", {}, status=404)
        return self._render_survey(sample, key, done=done)

    @http.route(
        "/service/survey/<string:key>/send",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def survey_send(self, key, **typed):
        """Take the answers in, once."""
        sample = self._get_survey_sample(key)
        if not sample:
            return request.render("aftersales_kpi.portal_survey_unknown", {}, status=404)
        address = request.httprequest.remote_addr
        counter = request.env["aftersales.request.counter"].sudo()  # sudo: only counts
        try:
            self._check_survey_person(sample)
            if typed.get(TRAP):
                raise UserError(request.env._("Please answer the questions yourself."))
            sample._check_answerable()
            counter._take([("survey", address)], sample.company_id.aftersales_survey_hourly_limit)
            with request.env.cr.savepoint():
                answers = {
                    name.removeprefix("question_"): value
                    for name, value in typed.items()
                    if name.startswith("question_")
                }
                sample._take_answers(answers, "link", counter._get_fingerprint("survey", address))
        except UserError as error:
            return self._render_survey(sample, key, typed=typed, error=str(error))
        return request.redirect(f"/service/survey/{key}?done=1")

    @http.route("/my/outlet-survey", type="http", auth="user", website=True, readonly=True)
    def portal_outlet_survey(self, **kwargs):
        """What customers of the login's own outlets answered in a year, without their names."""
        samples = request.env["aftersales.survey.sample"]
        values = self._prepare_portal_layout_values() | {
            "page_name": "outlet_survey",
            "results": samples._get_outlet_results(request.env.user),
        }
        return request.render("aftersales_kpi.portal_outlet_survey", values)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "outlet_survey_count" in counters:
            samples = request.env["aftersales.survey.sample"]
            values["outlet_survey_count"] = len(samples._get_outlet_results(request.env.user))
        return values

    def _check_survey_person(self, sample):
        """Only the customer answers: neither one of us, nor another customer who is logged in.

        :raises UserError: otherwise
        """
        user = request.env.user
        if user._is_public():
            return
        # sudo: the login's own customer, and that of the visit.
        mine = user.sudo().partner_id.commercial_partner_id
        theirs = sample.partner_id.commercial_partner_id
        if not user._is_portal() or mine != theirs:
            raise UserError(
                request.env._(
                    "This questionnaire is for the customer: you are logged in as somebody else."
                )
            )

    def _render_survey(self, sample, key, typed=None, done=None, error=None):
        # The customer's language: links of mails are opened without a login.
        lang = sample.partner_id.lang
        if lang and request.env.user._is_public():
            request.update_context(lang=lang)
            sample = sample.with_context(lang=lang)
        closed = None
        try:
            sample._check_answerable()
        except UserError as refusal:
            closed = str(refusal)
        values = self._prepare_portal_layout_values() | {
            "sample": sample,
            "job": sample.voucher_id,
            "company": sample.company_id,
            "questions": sample.round_id.question_ids,
            "key": key,
            "typed": typed or {},
            "done": done and sample.state == "answered",
            "closed": closed,
            "error_message": error if error != closed else None,
            "no_breadcrumbs": True,
            "page_name": "service_survey",
        }
        return request.render("aftersales_kpi.portal_survey", values)
