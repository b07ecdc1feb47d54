# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT_DAYS = 30


class AftersalesArticleUse(models.Model):
    """One job, or one visitor, to whom an article helped or did not (S22).

    Counts are added up from these rows, so that no two people wait for a counter. Nobody types
    them: they come from the job or from the page of the portal.
    """

    _name = "aftersales.article.use"
    _description = "Use of an Article"
    _order = "used_at desc, id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        "aftersales.article", required=True, readonly=True, index=True, ondelete="restrict"
    )
    root_id = fields.Many2one(
        "aftersales.article",
        string="First Version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    outcome = fields.Selection(
        [("helped", "Helped"), ("failed", "Did Not Help")], required=True, readonly=True
    )
    source = fields.Selection(
        [("phone", "Solved by Phone"), ("job", "On a Job"), ("portal", "On the Web")],
        required=True,
        readonly=True,
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True, index="btree_not_null")
    visitor_key = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="Keyed fingerprint by which a visitor counts once; forgotten after a month.",
    )
    used_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _job_once = models.UniqueIndex("(root_id, voucher_id) WHERE voucher_id IS NOT NULL")
    _visitor_once = models.UniqueIndex("(root_id, visitor_key) WHERE visitor_key IS NOT NULL")

    @api.model
    def _note_job(self, article, voucher, outcome, source="job"):
        """An article helped with a job, or did not; the last word counts."""
        return self._note(
            article,
            outcome,
            source,
            SQL("(root_id, voucher_id) WHERE voucher_id IS NOT NULL"),
            voucher_id=voucher.id,
            user_id=self.env.uid,
            company_id=voucher.company_id.id,
        )

    @api.model
    def _note_visitor(self, article, visitor, outcome):
        """An article helped a visitor of the portal, or did not; the last word counts.

        :param str visitor: fingerprint of who it was
        """
        return self._note(
            article,
            outcome,
            "portal",
            SQL("(root_id, visitor_key) WHERE visitor_key IS NOT NULL"),
            visitor_key=visitor,
            company_id=self.env.company.id,
        )

    def _note(self, article, outcome, source, conflict, **values):
        values |= {
            "article_id": article.id,
            "root_id": article.root_id.id,
            "outcome": outcome,
            "source": source,
            "used_at": fields.Datetime.now(),
        }
        self.env.flush_all()
        ((use_id,),) = self.env.execute_query(
            SQL(
                """INSERT INTO aftersales_article_use (%(names)s, create_uid, create_date)
                   VALUES (%(values)s, %(uid)s, now() AT TIME ZONE 'UTC')
              ON CONFLICT %(conflict)s
                DO UPDATE SET outcome = EXCLUDED.outcome, article_id = EXCLUDED.article_id,
                              source = EXCLUDED.source, used_at = EXCLUDED.used_at
                RETURNING id""",
                names=SQL(", ").join(SQL.identifier(name) for name in values),
                values=SQL(", ").join(SQL("%s", value) for value in values.values()),
                uid=self.env.uid,
                conflict=conflict,
            )
        )
        self.invalidate_model()
        self.env["aftersales.voucher"].invalidate_model(["article_use_ids"])
        self.env["aftersales.article"].invalidate_model(["helped_count", "failed_count"])
        return self.browse(use_id)

    @api.autovacuum
    def _gc_visitors(self):
        """Forget who the visitors were; what they said stays counted."""
        until = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("visitor_key", "!=", False), ("used_at", "<", until)]).visitor_key = False
