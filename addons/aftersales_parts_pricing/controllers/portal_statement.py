# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.aftersales_base.controllers.portal import AftersalesPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class PartsStatementPortal(AftersalesPortal):
    """A dealer's statements of parts: read, downloaded, agreed or objected to (P12).

    Portal users have no right on the models. What they see is read with sudo inside
    ``_get_parts_statement_domain`` of their own dealer; what lies outside is answered like what
    does not exist. The link of a mail opens one statement and no more.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "parts_statement_count" in counters:
            values["parts_statement_count"] = self._count_parts_statements()
        if "parts_statement_open_count" in counters:
            values["parts_statement_open_count"] = self._count_parts_statements(
                [("state", "=", "sent")]
            )
        return values

    # ------------------------------------------------------------------
    # What the dealer may see
    # ------------------------------------------------------------------

    def _get_parts_statement_domain(self):
        """Statements that were sent to the logged-in dealer."""
        user = request.env.user
        return [
            ("partner_id.commercial_partner_id", "=", user.partner_id.commercial_partner_id.id),
            ("company_id", "in", user.company_ids.ids),
            ("state", "!=", "draft"),
        ]

    def _get_parts_statements(self):
        # sudo: every caller searches inside the dealer's own domain, or checks the token.
        return request.env["parts.statement"].sudo()

    def _count_parts_statements(self, domain=()):
        return self._get_parts_statements().search_count(
            [*self._get_parts_statement_domain(), *domain]
        )

    def _get_parts_statement(self, statement_id, access_token=None):
        """The statement, if the token is its own or the logged-in dealer's; else none."""
        statements = self._get_parts_statements()
        if access_token:
            found = statements.search([("id", "=", statement_id), ("state", "!=", "draft")])
            known = found.access_token
            return found if known and consteq(known, access_token) else statements
        if request.env.user._is_public():
            return statements
        return statements.search([*self._get_parts_statement_domain(), ("id", "=", statement_id)])

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    @http.route(
        ["/my/parts/statements", "/my/parts/statements/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_parts_statements(self, page=1, **kwargs):
        """List of the dealer's statements, the newest first."""
        values = self._prepare_portal_layout_values()
        pager = portal_pager(
            url="/my/parts/statements",
            total=self._count_parts_statements(),
            page=page,
            step=self._items_per_page,
        )
        values |= {
            "statements": self._get_parts_statements().search(
                self._get_parts_statement_domain(),
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
            "pager": pager,
            "page_name": "parts_statement",
            "default_url": "/my/parts/statements",
        }
        return request.render("aftersales_parts_pricing.portal_my_parts_statements", values)

    @http.route("/my/parts/statements/<int:statement_id>", type="http", auth="public", website=True)
    def portal_my_parts_statement(self, statement_id, access_token=None, done=None, **kwargs):
        """One statement with its sections and answers."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        return self._render_parts_statement(statement, access_token, done)

    def _render_parts_statement(self, statement, access_token, done=None, error=None):
        values = self._prepare_portal_layout_values()
        values |= self._prepare_answer_page(
            f"/my/parts/statements/{statement.id}",
            access_token,
            done if done in ("agreed", "objected") else None,
            error,
        )
        values |= {
            "statement": statement,
            "answerable": statement._is_open(),
            "page_name": "parts_statement",
        }
        return request.render("aftersales_parts_pricing.portal_parts_statement", values)

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    @http.route(
        "/my/parts/statements/<int:statement_id>/agree",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_parts_statement_agree(
        self, statement_id, access_token=None, line_id=None, **kwargs
    ):
        """Agree to one line, or to the whole statement."""

        def agree(statement, author):
            line = self._get_posted_line(statement.line_ids, line_id) if line_id else None
            statement._agree(line, author)

        return self._answer_parts_statement(statement_id, access_token, agree, "agreed")

    @http.route(
        "/my/parts/statements/<int:statement_id>/object",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_my_parts_statement_object(
        self, statement_id, access_token=None, line_id=None, comment=None, **kwargs
    ):
        """Object to a line, with a comment."""

        def disagree(statement, author):
            line = self._get_posted_line(statement.line_ids, line_id)
            statement._object(line, comment, author)

        return self._answer_parts_statement(statement_id, access_token, disagree, "objected")

    def _answer_parts_statement(self, statement_id, access_token, answer, done):
        """Run an answer; show the page with what went wrong, or with thanks."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        return self._take_answer(
            lambda author: answer(statement, author),
            lambda error: self._render_parts_statement(statement, access_token, error=error),
            f"/my/parts/statements/{statement_id}",
            access_token,
            done,
        )

    # ------------------------------------------------------------------
    # Downloads
    # ------------------------------------------------------------------

    @http.route("/my/parts/statements/<int:statement_id>/pdf", type="http", auth="public")
    def portal_my_parts_statement_pdf(self, statement_id, access_token=None, **kwargs):
        """The statement as PDF."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        return self._make_aftersales_paper(
            "aftersales_parts_pricing.action_report_parts_statement",
            statement,
            statement._get_file_name("pdf"),
        )

    @http.route("/my/parts/statements/<int:statement_id>/xlsx", type="http", auth="public")
    def portal_my_parts_statement_xlsx(self, statement_id, access_token=None, **kwargs):
        """The statement as XLSX, in the dealer's language."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        return self._make_parts_statement_xlsx(
            statement.with_context(lang=statement.partner_id.lang)
        )

    @http.route("/parts/statements/<int:statement_id>/xlsx", type="http", auth="user")
    def parts_statement_xlsx(self, statement_id, **kwargs):
        """The statement as XLSX for the people who keep statements, drafts included."""
        statement = request.env["parts.statement"].browse(statement_id)
        try:
            statement.check_access("read")
            statement.mapped("name")
        except (AccessError, MissingError):
            raise request.not_found() from None
        return self._make_parts_statement_xlsx(statement)

    def _make_parts_statement_xlsx(self, statement):
        return self._make_aftersales_file(statement._get_xlsx(), statement._get_file_name("xlsx"))
