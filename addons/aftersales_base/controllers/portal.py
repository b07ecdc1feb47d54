# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..export import MIMETYPES


class AftersalesPortal(CustomerPortal):
    """What the pages of dealers share: files, papers, and answers to a document.

    It has no page of its own and finds no record: who may see what is for its heirs to say.
    """

    def _make_aftersales_file(self, content, name, **headers):
        """A download; the ending of its name says what it is.

        :param content: the file, as bytes
        """
        return request.make_response(
            content,
            headers={
                "Content-Type": MIMETYPES[name.rpartition(".")[2]],
                "Content-Length": len(content),
                "Content-Disposition": content_disposition(name),
                "X-Content-Type-Options": "nosniff",
                **headers,
            },
        )

    def _make_aftersales_paper(self, report, records, name):
        """A report of records as PDF.

        :param records: those that the caller found for this visitor, of one company
        """
        # sudo: prints the records that the caller found for this visitor, no others.
        reports = request.env["ir.actions.report"].sudo().with_company(records.company_id)
        content, _type = reports._render_qweb_pdf(report, records.ids)
        return self._make_aftersales_file(content, name)

    def _prepare_answer_page(self, url, access_token=None, done=None, error=None):
        """Values of a page with answers, which the link of a mail may open without a login."""
        return {
            "page_url": url,
            "token_query": f"?{urlencode({'access_token': access_token})}" if access_token else "",
            "access_token": access_token,
            "no_breadcrumbs": bool(access_token and request.env.user._is_public()),
            "done": done,
            "error_message": error,
        }

    def _take_answer(self, answer, show_error, url, access_token=None, done="1"):
        """Run an answer; show the page with what went wrong, or with thanks.

        :param answer: called with the person who answers (``res.partner``), None for a visitor
            who only has the link of a mail
        :param show_error: called with a sentence, where the answer raises a ``UserError``
        """
        user = request.env.user
        # sudo: whoever answers, as author of the message.
        author = None if user._is_public() else user.partner_id.sudo()
        try:
            with request.env.cr.savepoint():
                answer(author)
        except UserError as error:
            return show_error(str(error))
        query = {"done": done} | ({"access_token": access_token} if access_token else {})
        return request.redirect(f"{url}?{urlencode(query)}")

    def _get_posted_line(self, lines, line_id):
        """The line of a form, only if it is one of these.

        :raise UserError: for any other number, in the same words
        """
        line = lines.filtered(lambda line: str(line.id) == str(line_id))
        if not line:
            raise UserError(request.env._("This line is not part of your document."))
        return line
