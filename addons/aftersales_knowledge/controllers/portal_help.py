# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from urllib.parse import urlencode

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.aftersales_service.models.aftersales_request_counter import TooManyRequests

LONGEST_TEXT = 200
FOUND = 20


class HelpPortal(AftersalesPortal):
    """Self-help: articles for users, for outlets where the login works for one (S22).

    Visitors have no right on any model of the knowledge base. Articles are read with sudo inside
    ``_get_portal_domain``, which never holds one for our own people; what lies outside is
    answered like what does not exist. No page opens by a token.
    """

    def _get_articles(self):
        # sudo: every search of these pages is narrowed by `_get_help_domain`.
        return request.env["aftersales.article"].sudo()

    def _get_help_domain(self):
        return self._get_articles()._get_portal_domain(request.env.user)

    def _get_article(self, article_id):
        """The article, if it holds today and this visitor may read it; none otherwise."""
        return self._get_articles().search(
            self._get_help_domain() & Domain("id", "=", article_id), limit=1
        )

    def _prepare_help_values(self, **values):
        return self._prepare_portal_layout_values() | {
            "page_name": "service_help",
            "no_breadcrumbs": request.env.user._is_public(),
            **values,
        }

    @http.route(
        "/service/help", type="http", auth="public", website=True, readonly=True, sitemap=False
    )
    def service_help(self, search="", model="", **kwargs):
        """Search by words and by model; without either, what helped most."""
        text = str(search or "").replace("\x00", "")[:LONGEST_TEXT].strip()
        domain = self._get_help_domain()
        articles = self._get_articles()
        models = articles.search(domain & Domain("product_ids", "!=", False)).product_ids
        chosen = models.filtered(lambda product: str(product.id) == str(model))
        within = domain
        if chosen:
            # What is about no model in particular holds for this one as well.
            within &= Domain("product_ids", "in", chosen.ids) | (
                Domain("product_ids", "=", False)
                & (
                    Domain("categ_ids", "=", False)
                    | Domain("categ_ids", "parent_of", chosen.categ_id.ids)
                )
            )
        found = articles._find(text, product=chosen, limit=FOUND, within=within, strict=bool(text))
        return request.render(
            "aftersales_knowledge.portal_help",
            self._prepare_help_values(
                articles=found,
                models=models.sorted("name"),
                chosen=chosen,
                text=text,
                ask_url=self._get_ask_url(text, chosen),
            ),
        )

    @http.route(
        "/service/help/<int:article_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def service_help_article(self, article_id, done=None, error=None, **kwargs):
        """One article, and the question whether it helped."""
        article = self._get_article(article_id)
        if not article:
            return request.redirect("/service/help")
        return request.render(
            "aftersales_knowledge.portal_help_article",
            self._prepare_help_values(article=article, done=done == "1", too_many=error == "many"),
        )

    @http.route(
        "/service/help/<int:article_id>/file/<int:file_id>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=False,
    )
    def service_help_file(self, article_id, file_id, **kwargs):
        """A file of an article that this visitor may read."""
        file = self._get_article(article_id).attachment_ids.filtered(
            lambda file: file.id == file_id and file.type == "binary"
        )
        if not file:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(file, "raw")
        response = stream.get_response(as_attachment=True)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @http.route(
        "/service/help/<int:article_id>/vote",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def service_help_vote(self, article_id, outcome="", **kwargs):
        """Note whether it helped; where it did not, go on to asking for service."""
        article = self._get_article(article_id)
        if not article or outcome not in ("helped", "failed"):
            return request.redirect("/service/help")
        url = f"/service/help/{article.id}"
        ask_url = self._get_ask_url(article.name, article.product_ids[:1])
        try:
            with request.env.cr.savepoint():
                self._count_vote(article, outcome)
        except TooManyRequests:
            # Nobody is kept from asking for service by having said too often what he thinks.
            return request.redirect(ask_url if outcome == "failed" else f"{url}?error=many")
        return request.redirect(ask_url if outcome == "failed" else f"{url}?done=1")

    def _count_vote(self, article, outcome):
        """Take a visitor's answer: one each, and so many an hour from one address.

        :raises TooManyRequests: when the address says it too often
        """
        user = request.env.user
        # sudo: counters are nobody's; the visitor writes one and reads none.
        counters = request.env["aftersales.request.counter"].sudo()
        network = counters._get_network(request.httprequest.remote_addr)
        counters._take([("vote", network)], request.env.company.sudo().aftersales_help_vote_limit)
        who = ("vote", network) if user._is_public() else ("vote user", str(user.id))
        # sudo: the article is one that the visitor may read; the row holds what he said of it.
        request.env["aftersales.article.use"].sudo()._note_visitor(
            article, counters._get_fingerprint(*who), outcome
        )

    def _get_ask_url(self, text, model):
        """The page that asks for service, with what is known already."""
        query = {"fault": text or "", "model": model.name if model else ""}
        return f"/service/request?{urlencode(query)}"
