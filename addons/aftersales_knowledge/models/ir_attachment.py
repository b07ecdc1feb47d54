# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import UserError

from .aftersales_article import OPEN_STATES


class IrAttachment(models.Model):
    """A released article keeps its files as they were (S22)."""

    _inherit = "ir.attachment"

    def write(self, vals):
        """Refuse to change files of a version that was released.

        :raises UserError: naming the file and the article
        """
        if not {"datas", "raw", "db_datas", "store_fname", "url", "name"}.isdisjoint(vals) or (
            not {"res_model", "res_id", "type", "public"}.isdisjoint(vals)
        ):
            self._check_article_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released_article(self):
        self._check_article_open()

    def _check_article_open(self):
        own = self.filtered(lambda file: file.res_model == "aftersales.article" and file.res_id)
        if not own:
            return
        # sudo: whether a file is part of a released article is all that is asked.
        article = (
            self.env["aftersales.article"]
            .sudo()
            .search(
                [("attachment_ids", "in", own.ids), ("state", "not in", OPEN_STATES)],
                limit=1,
            )
        )
        if article:
            raise UserError(
                self.env._(
                    "%(file)s belongs to %(article)s, which was released and does not change any "
                    "more: make a new version.",
                    file=own[0].name,
                    article=article.display_name,
                )
            )
