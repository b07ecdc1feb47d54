# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal

LONGEST_COMMENT = 2000


class ServiceRatingPortal(AftersalesPortal):
    """A page of our own to rate a job in five steps (S9): core's takes three.

    Opening it records nothing, so that scanners of mails rate nothing.
    """

    def _get_service_rating(self, token):
        """The rating of a mail's link and its job; nothing for any other token."""
        # sudo: opened by the token of the customer's mail.
        ratings = request.env["rating.rating"].sudo()
        token = token.replace("\x00", "")
        rating = ratings.search(
            [("access_token", "=", token), ("res_model", "=", "aftersales.voucher")], limit=1
        )
        if not rating or not consteq(rating.access_token.encode(), token.encode()):
            return ratings, None
        job = rating.env["aftersales.voucher"].browse(rating.res_id).exists()
        return (rating, job) if job else (ratings, None)

    @http.route(
        "/service/rate/<string:token>", type="http", auth="public", website=True, methods=["GET"]
    )
    def service_rate(self, token, rate=None, done=None, **kwargs):
        """The five steps, the one of the mail's link chosen beforehand."""
        rating, job = self._get_service_rating(token)
        if not job:
            return request.render("aftersales_service.portal_service_rate_unknown", {}, status=404)
        return self._render_rating(rating, job, rate, done=done)

    @http.route(
        "/service/rate/<string:token>/send",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def service_rate_send(self, token, rate=None, comment="", **kwargs):
        """Take the answer in."""
        rating, job = self._get_service_rating(token)
        if not job:
            return request.render("aftersales_service.portal_service_rate_unknown", {}, status=404)
        comment = comment.replace("\x00", "").strip()[:LONGEST_COMMENT]
        steps = [value for value, _label in job._selection_rating_steps()]
        try:
            if rate not in steps:
                raise UserError(request.env._("Please choose how satisfied you are."))
            with request.env.cr.savepoint():
                job.rating_apply(int(rate), rating=rating, feedback=comment)
        except UserError as error:
            return self._render_rating(rating, job, rate, comment=comment, error=str(error))
        return request.redirect(f"/service/rate/{token}?done=1")

    def _render_rating(self, rating, job, rate, comment=None, done=None, error=None):
        chosen = str(int(rating.rating)) if rating.consumed else None
        values = {
            "rating": rating,
            "job": job,
            "company": job.company_id,
            "steps": job._selection_rating_steps(),
            "chosen": rate or chosen,
            "comment": rating.feedback or "" if comment is None else comment,
            "is_final": rating.consumed and job.state == "closed",
            "done": done and rating.consumed,
            "error_message": error,
            "no_breadcrumbs": True,
            "page_name": "service_rating",
        }
        # The customer's language: links of mails are opened without a login.
        lang = rating.partner_id.lang
        if lang and request.env.user._is_public():
            request.update_context(lang=lang)
            values["steps"] = job.with_context(lang=lang)._selection_rating_steps()
        return request.render("aftersales_service.portal_service_rating", values)
