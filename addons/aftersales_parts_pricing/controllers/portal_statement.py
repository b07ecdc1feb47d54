# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PartsStatementPortal(CustomerPortal):
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
        values |= {
            "statement": statement,
            "answerable": statement._is_open(),
            "page_url": f"/my/parts/statements/{statement.id}",
            "token_query": f"?{urlencode({'access_token': access_token})}" if access_token else "",
            "access_token": access_token,
            "no_breadcrumbs": bool(access_token and request.env.user._is_public()),
            "done": done if done in ("agreed", "objected") else None,
            "error_message": error,
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
            line = self._get_answered_statement_line(statement, line_id) if line_id else None
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
            line = self._get_answered_statement_line(statement, line_id)
            statement._object(line, comment, author)

        return self._answer_parts_statement(statement_id, access_token, disagree, "objected")

    def _answer_parts_statement(self, statement_id, access_token, answer, done):
        """Run an answer; show the page with what went wrong, or with thanks."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        user = request.env.user
        # sudo: whoever answers, as author.
        author = None if user._is_public() else user.partner_id.sudo()
        try:
            with request.env.cr.savepoint():
                answer(statement, author)
        except UserError as error:
            return self._render_parts_statement(statement, access_token, error=str(error))
        query = {"done": done} | ({"access_token": access_token} if access_token else {})
        return request.redirect(f"/my/parts/statements/{statement_id}?{urlencode(query)}")

    def _get_answered_statement_line(self, statement, line_id):
        """The line of a form, only if it is of this statement.

        :raise UserError: for any other number, in the same words
        """
        lines = statement.line_ids.filtered(lambda line: str(line.id) == str(line_id))
        if not lines:
            raise UserError(request.env._("This line is not part of your statement."))
        return lines

    # ------------------------------------------------------------------
    # Downloads
    # ------------------------------------------------------------------

    @http.route("/my/parts/statements/<int:statement_id>/pdf", type="http", auth="public")
    def portal_my_parts_statement_pdf(self, statement_id, access_token=None, **kwargs):
        """The statement as PDF."""
        statement = self._get_parts_statement(statement_id, access_token)
        if not statement:
            return request.redirect("/my/parts/statements")
        # sudo: renders the statement that was found for this dealer, no other.
        report = request.env["ir.actions.report"].sudo().with_company(statement.company_id)
        content, _type = report._render_qweb_pdf(
            "aftersales_parts_pricing.action_report_parts_statement", statement.ids
        )
        name = statement._get_file_name("pdf")
        return self._make_parts_statement_file(content, "application/pdf", name)

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
        return self._make_parts_statement_file(
            statement._get_xlsx(), XLSX, statement._get_file_name("xlsx")
        )

    def _make_parts_statement_file(self, content, mimetype, name):
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
