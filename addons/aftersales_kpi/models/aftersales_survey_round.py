# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils, format_date

from odoo.addons.aftersales_base.drawing import choose, get_digest


class AftersalesSurveyRound(models.Model):
    """A round of the survey: all visits settled of late, asked by link, some of them phoned (K11).

    Settled is a visit that is done and of which nothing is left to invoice to its customer; its day
    is that of the work or, if later, of the posted invoice *(ours)*. The window ends with the day
    before the round, so that it is complete. A visit is in one round.
    """

    _name = "aftersales.survey.round"
    _description = "Survey Round"
    _inherit = ["aftersales.draw.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the round: visits of the days before it are in the sample.",
    )
    date_from = fields.Date(
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        string="Settled From",
        help="First day of the window: proposed from the settings.",
    )
    date_to = fields.Date(
        compute="_compute_date_to", string="Settled To", help="Last day of the window."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Asking"), ("drawn", "Phoning"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Asking: the sample is taken and the link is mailed. Phoning: some of those who have "
        "not answered are drawn and phoned; links still work. Closed: nothing is taken in.",
    )
    question_ids = fields.Many2many(
        "aftersales.survey.question",
        string="Questions",
        compute="_compute_question_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="The questionnaire of this round.",
    )
    opened_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    left_out_count = fields.Integer(
        readonly=True,
        copy=False,
        string="Not to Be Contacted",
        help="Visits of customers who asked not to be contacted: they get no questionnaire (S13).",
    )
    sample_ids = fields.One2many("aftersales.survey.sample", "round_id", readonly=True)
    sample_count = fields.Integer(compute="_compute_counts", string="Visits")
    answered_count = fields.Integer(compute="_compute_counts", string="Answered")
    phone_count = fields.Integer(compute="_compute_counts", string="To Be Phoned")
    response_rate = fields.Float(
        compute="_compute_counts", digits=(16, 1), help="Answered ÷ visits in the sample, in %."
    )

    _date_in_order = models.Constraint(
        "CHECK (date_from < date)", "The window of a round begins before the day of the round."
    )

    @api.depends("date")
    def _compute_name(self):
        for one in self:
            one.name = self.env._("Survey of %s", format_date(self.env, one.date))

    @api.depends("date", "company_id")
    def _compute_date_from(self):
        for one in self:
            if one.date:
                one.date_from = one.date - timedelta(
                    days=one.company_id.aftersales_survey_window or 1
                )

    @api.depends("date")
    def _compute_date_to(self):
        for one in self:
            one.date_to = one.date and one.date - timedelta(days=1)

    @api.depends("company_id")
    def _compute_question_ids(self):
        for one in self:
            one.question_ids = self.env["aftersales.survey.question"].search(
                [("company_id", "in", (False, one.company_id.id))]
            )

    def _compute_counts(self):
        counts = {}
        for one, state, count in self.env["aftersales.survey.sample"]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "state"], ["__count"]
        ):
            counts[one.id, state] = count
        for one in self:
            one.sample_count = sum(
                count for (round_id, _state), count in counts.items() if round_id == one.id
            )
            one.answered_count = counts.get((one.id, "answered"), 0)
            one.phone_count = counts.get((one.id, "phone"), 0)
            one.response_rate = (
                100 * one.answered_count / one.sample_count if one.sample_count else 0
            )

    # === ACTIONS === #

    def action_open(self):
        """Take the sample; mails follow by themselves (K11)."""
        self.check_access("write")
        for one in self:
            one._open()

    def action_push(self):
        """Mail the link now to those whose mail is due."""
        self.check_access("write")
        self._check_state("open", "drawn")
        # sudo: the right on the round was checked; its sample is written by its steps only.
        samples = self.sudo().sample_ids
        return samples.filtered_domain(samples._get_push_domain())._push()

    def action_close(self):
        """Take nothing in any more."""
        self.check_access("write")
        self._check_state("open", "drawn")
        self._close()

    def action_view_samples(self):
        """Open the visits of the round."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_survey_sample_action"
        )
        return action | {"domain": [("round_id", "=", self.id)], "context": {"create": False}}

    # === STEPS === #

    def _open(self):
        """Take the sample in one statement.

        :raises UserError: when the round is not a draft or asks nothing
        """
        self.ensure_one()
        self._check_state("draft")
        if not self.question_ids:
            raise UserError(
                self.env._("%(round)s asks nothing: choose its questions first.", round=self.name)
            )
        self._begin({"state": "open", "opened_at": fields.Datetime.now()})
        left_out = self._insert_samples()
        # sudo: as in ``_begin``.
        self.sudo().left_out_count = left_out
        self.env["aftersales.survey.sample"].invalidate_model()
        self.invalidate_recordset()

    def _insert_samples(self):
        """Put each settled visit of the window into the sample, once and for all (K11).

        :return: number of visits left out, whose customers must not be contacted
        """
        ((left_out,),) = self.env.execute_query(
            SQL(
                """WITH settled AS (%(settled)s),
                        taken AS (
                    INSERT INTO aftersales_survey_sample
                           (round_id, company_id, voucher_id, partner_id, outlet_id,
                            technician_id, settled_on, state, push_count, push_due_at, tries,
                            is_answered, phone_slot,
                            create_uid, create_date, write_uid, write_date)
                    SELECT %(round)s, %(company)s, voucher_id, partner_id, outlet_id,
                           technician_id, settled_on, 'waiting', 0, %(now)s, 0,
                           0, 0, %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM settled WHERE may_ask
                  ORDER BY settled_on, voucher_id
               ON CONFLICT (voucher_id) DO NOTHING)
                   SELECT count(*) FROM settled WHERE NOT may_ask""",
                settled=self._get_settled_sql(),
                round=self.id,
                company=self.company_id.id,
                now=self.env.cr.now(),
                uid=self.env.uid,
            )
        )
        return left_out

    def _get_settled_sql(self):
        """Visits that were settled in the window.

        :return: SQL of a SELECT with ``voucher_id``, ``partner_id``, ``outlet_id``,
            ``technician_id``, ``settled_on`` and ``may_ask``
        """
        self.ensure_one()
        start, end = self.company_id._get_aftersales_bounds(self.date_from, self.date_to)
        day = SQL(
            "(voucher.done_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            self.company_id._get_aftersales_timezone().zone,
        )
        return SQL(
            """SELECT * FROM (
                   SELECT voucher.id AS voucher_id, voucher.partner_id, voucher.outlet_id,
                          voucher.technician_id,
                          GREATEST(%(day)s, invoice.invoice_date) AS settled_on,
                          (partner.id IS NULL OR %(contactable)s) AS may_ask
                     FROM aftersales_voucher AS voucher
                     JOIN (
                        SELECT id FROM aftersales_voucher
                         WHERE done_at >= %(start)s AND done_at < %(end)s
                         UNION
                        SELECT billed.id FROM aftersales_voucher AS billed
                          JOIN account_move AS move ON move.id = billed.invoice_id
                         WHERE move.invoice_date BETWEEN %(first)s AND %(last)s
                     ) AS recent ON recent.id = voucher.id
                LEFT JOIN account_move AS invoice
                       ON invoice.id = voucher.invoice_id AND invoice.state = 'posted'
                LEFT JOIN res_partner AS partner ON partner.id = voucher.partner_id
                    WHERE voucher.company_id = %(company)s
                      AND voucher.state IN ('done', 'closed')
                      AND voucher.solved_by_phone IS NOT TRUE
                      AND voucher.service_type != 'D'
                      AND (COALESCE(voucher.amount_customer, 0) <= 0
                           OR voucher.sale_order_id IS NULL OR invoice.id IS NOT NULL)
               ) AS visit
                WHERE visit.settled_on BETWEEN %(first)s AND %(last)s""",
            day=day,
            contactable=self.env["res.partner"]._get_aftersales_contactable_sql("partner"),
            start=start,
            end=end,
            first=self.date_from,
            last=self.date_to,
            company=self.company_id.id,
        )

    def _draw(self):
        """Draw who is phoned: a share per outlet, within the quarter's limit, from the seed (K11).

        Who has answered does not take part, nor who cannot or must not be phoned.

        :raises UserError: when the round is not asking
        """
        self.ensure_one()
        self._check_state("open")
        self._begin({"state": "drawn", "drawn_at": fields.Datetime.now()})
        self.env.execute_query(self._get_draw_sql())
        self.env["aftersales.survey.sample"].invalidate_model()
        self.invalidate_recordset()

    def _get_draw_sql(self):
        """One statement draws for all outlets and gives each call its place in the quarter."""
        today = self.company_id._get_aftersales_date(fields.Datetime.now())
        return SQL(
            """WITH pool AS (
                    SELECT sample.id, sample.outlet_id, %(digest)s AS digest
                      FROM aftersales_survey_sample AS sample
                      JOIN aftersales_voucher AS voucher ON voucher.id = sample.voucher_id
                 LEFT JOIN res_partner AS partner ON partner.id = sample.partner_id
                     WHERE sample.round_id = %(round)s AND sample.state IN ('waiting', 'asked')
                       AND COALESCE(voucher.phone, partner.phone, '') != ''
                       AND (partner.id IS NULL OR %(contactable)s)),
                    ranked AS (
                    SELECT id, outlet_id, digest,
                           row_number() OVER (PARTITION BY outlet_id ORDER BY digest)::int AS place,
                           count(*) OVER (PARTITION BY outlet_id) AS size
                      FROM pool),
                    used AS (
                    SELECT COALESCE(outlet_id, 0) AS outlet, max(phone_slot) AS calls
                      FROM aftersales_survey_sample
                     WHERE company_id = %(company)s AND phone_quarter = %(quarter)s
                  GROUP BY COALESCE(outlet_id, 0)),
                    drawn AS (
                    SELECT ranked.*, COALESCE(used.calls, 0) AS calls,
                           place <= LEAST(CEIL(size * %(percent)s::numeric / 100),
                                          %(limit)s - COALESCE(used.calls, 0)) AS is_drawn
                      FROM ranked LEFT JOIN used ON used.outlet = COALESCE(ranked.outlet_id, 0))
             UPDATE aftersales_survey_sample AS sample
                SET draw_digest = drawn.digest,
                    state = CASE WHEN is_drawn THEN 'phone' ELSE sample.state END,
                    phone_quarter = CASE WHEN is_drawn THEN %(quarter)s::date END,
                    phone_slot = CASE WHEN is_drawn THEN calls + place ELSE 0 END,
                    write_uid = %(uid)s, write_date = %(now)s
               FROM drawn
              WHERE drawn.id = sample.id
          RETURNING sample.id""",
            digest=self._get_digest_sql(SQL("sample.voucher_id")),
            contactable=self.env["res.partner"]._get_aftersales_contactable_sql("partner"),
            round=self.id,
            company=self.company_id.id,
            quarter=date_utils.start_of(today, "quarter"),
            percent=self.company_id.aftersales_survey_phone_percent,
            limit=self.company_id.aftersales_survey_outlet_limit,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _is_verified(self):
        """Repeat the draw: of each outlet the lowest digests, and no others, were drawn."""
        self.ensure_one()
        if not self.drawn_at:
            return True
        # sudo: whoever reads the round may have its draw repeated; only yes or no is told.
        samples = self.sudo().sample_ids.filtered("draw_digest")
        for pool in samples.grouped("outlet_id").values():
            drawn = pool.filtered("phone_slot")
            numbers = pool.voucher_id.ids
            if any(one.draw_digest != get_digest(self.seed, one.voucher_id.id) for one in pool):
                return False
            if set(choose(self.seed, numbers, len(drawn))) != set(drawn.voucher_id.ids):
                return False
        return True

    def _close(self):
        """Close rounds: who has not answered stays silent."""
        self._begin({"state": "closed", "closed_at": fields.Datetime.now()})
        # sudo: who did not answer is written by this step only.
        self.sudo().sample_ids.filtered(
            lambda sample: sample.state in ("waiting", "asked", "phone")
        )._silence()

    # === THE JOB OF THE CLOCK === #

    @api.model
    def _cron_run(self):
        """Open rounds, mail links, draw and close, as far as each is due (K11)."""
        self._open_due()
        self._close_due()
        for one in self.search([("state", "=", "open")]).filtered("company_id"):
            if one._is_draw_due():
                one._draw()
        self.env["aftersales.survey.sample"]._cron_push()

    @api.model
    def _open_due(self):
        """A new round for each company that surveys and had none of late.

        :return: the new rounds
        """
        rounds = self.browse()
        for company in self.env["res.company"].search([("aftersales_survey_mail", "=", True)]):
            today = company._get_aftersales_date(fields.Datetime.now())
            since = today - timedelta(days=company.aftersales_survey_every)
            if self.search_count([("company_id", "=", company.id), ("date", ">", since)], limit=1):
                continue
            one = self.with_company(company).create({"company_id": company.id, "date": today})
            if one.question_ids:
                one._open()
                rounds |= one
            else:
                one.unlink()
        return rounds

    def _is_draw_due(self):
        """Have all mails gone out, and has everybody had time to answer the last one?"""
        self.ensure_one()
        company = self.company_id
        days = company.aftersales_survey_repeat_days * max(company.aftersales_survey_pushes, 1)
        return fields.Datetime.now() >= self.opened_at + timedelta(days=days)

    @api.model
    def _close_due(self):
        """Close rounds whose links have all expired and whose phone list is done."""
        now = fields.Datetime.now()
        for one in self.search([("state", "=", "drawn")]):
            open_samples = one.sample_ids.filtered(
                lambda sample: (
                    sample.state == "phone"
                    or (sample.state == "asked" and (sample.expires_at or now) > now)
                )
            )
            if not open_samples:
                one._close()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "opened_at",
            "closed_at",
            "left_out_count",
            "sample_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the round, not entered.")
