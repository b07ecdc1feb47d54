# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

FINISHED_STATES = ("done", "closed")
# Accountants open jobs as well.
READERS = "aftersales_service.group_service_technician,aftersales_service.group_service_reader"


class AftersalesVoucher(models.Model):
    """What the knowledge base knows about a job, and what it learns from it (S22)."""

    _inherit = "aftersales.voucher"

    suggested_article_ids = fields.Many2many(
        "aftersales.article",
        compute="_compute_suggested_article_ids",
        string="Articles That May Help",
        groups=READERS,
        help="By model, fault code and the words of the fault; the likeliest first.",
    )
    article_use_ids = fields.One2many(
        "aftersales.article.use",
        "voucher_id",
        string="Articles Used",
        readonly=True,
        groups=READERS,
        copy=False,
    )
    source_article_ids = fields.One2many(
        "aftersales.article",
        "source_voucher_id",
        string="Articles Made of It",
        readonly=True,
        groups=READERS,
    )

    # === COMPUTE METHODS === #

    @api.depends("product_id", "fault_id", "fault_description", "company_id")
    def _compute_suggested_article_ids(self):
        articles = self.env["aftersales.article"]
        for voucher in self:
            asked = voucher.product_id or voucher.fault_id or voucher.fault_description
            voucher.suggested_article_ids = asked and articles.with_company(
                voucher.company_id
            )._find(
                voucher.fault_description,
                product=voucher.product_id,
                fault=voucher.fault_id,
                # sudo: a number of the settings.
                limit=voucher.company_id.sudo().aftersales_article_suggestions,
            )

    # === ACTIONS === #

    def action_make_article(self):
        """Draft of an article from a job that is done; the one that there is, if there is one.

        :raises UserError: when the job is not done, or nobody wrote what solved it
        """
        self.ensure_one()
        return self._make_article()._get_records_action()

    # === BUSINESS METHODS === #

    def _note_article(self, article, outcome, source="job"):
        """Count that an article helped with this job, or did not.

        :param str outcome: ``helped`` or ``failed``
        """
        self.ensure_one()
        self.check_access("read")
        article.check_access("read")
        # sudo: the row says who noted it; nobody may write such rows by hand.
        self.env["aftersales.article.use"].sudo()._note_job(article, self, outcome, source)

    def _make_article(self):
        """Draft with the job's fault, what was found and done, and the parts that it took."""
        self.ensure_one()
        self.check_access("read")
        if self.source_article_ids:
            return self.source_article_ids[0]
        self._check_state(*FINISHED_STATES)
        if not (self.work_done or "").strip():
            raise UserError(
                self.env._(
                    "Nobody wrote on %s what was found and done: there is nothing to learn from.",
                    self.display_name,
                )
            )
        articles = self.env["aftersales.article"]._with_step()
        return articles.create(self._prepare_article_vals()).with_env(self.env)

    def _prepare_article_vals(self):
        """Values of the draft. Hook: the customer's name, phone and address are left out."""
        self.ensure_one()
        first = (self.fault_description or "").strip().splitlines()[:1]
        solution = plaintext2html(self.work_done or "")
        parts = self.line_ids.filtered(lambda line: line.line_type == "part").product_id
        if parts:
            solution += Markup("<p>%s</p><ul>%s</ul>") % (
                self.env._("Parts:"),
                Markup("").join(Markup("<li>%s</li>") % part.display_name for part in parts),
            )
        return {
            "name": (first[0] if first else self.fault_id.name or self.display_name)[:120],
            "company_id": self.company_id.id,
            "symptoms": self.fault_description,
            "solution": solution,
            "product_ids": [Command.set(self.product_id.ids)],
            "fault_ids": [Command.set(self.fault_id.ids)],
            "source_voucher_id": self.id,
        }
