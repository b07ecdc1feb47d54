# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq
from odoo.tools.misc import hmac

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

OPEN_STATES = ("waiting", "asked", "phone")
BATCH = 50
LONGEST_REMARK = 2000
THEMES = ("product", "service", "loyalty")


class AftersalesSurveySample(models.Model):
    """A settled visit in the sample of a round, from the first mail to the answer (K11).

    The key of its link is computed from the database's secret: nobody inside can look it up and
    answer for the customer.
    """

    _name = "aftersales.survey.sample"
    _description = "Visit in a Survey"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _mail_post_access = "read"
    _order = "settled_on desc, id desc"
    _rec_name = "voucher_id"

    round_id = fields.Many2one(
        "aftersales.survey.round", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Visit",
        required=True,
        ondelete="cascade",
        help="Asked about; a visit is in one round.",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="set null"
    )
    contact_name = fields.Char(related="voucher_id.contact_name", string="Contact")
    phone = fields.Char(related="voucher_id.phone")
    outlet_id = fields.Many2one("aftersales.outlet", index="btree_not_null")
    technician_id = fields.Many2one("hr.employee", index="btree_not_null")
    settled_on = fields.Date(string="Settled", help="Day of the work or, if later, of its invoice.")
    state = fields.Selection(
        [
            ("waiting", "To Be Asked"),
            ("asked", "Asked by Link"),
            ("phone", "To Be Phoned"),
            ("answered", "Answered"),
            ("silent", "No Answer"),
            ("left_out", "Not to Be Contacted"),
        ],
        required=True,
        default="waiting",
        index=True,
        group_expand=True,
        help="To Be Phoned: drawn, and has not answered by the link.",
    )
    push_count = fields.Integer(string="Mails", default=0, help="How often the link was mailed.")
    pushed_at = fields.Datetime(string="Last Mail")
    push_due_at = fields.Datetime(string="Next Mail", help="Empty: no further mail.")
    expires_at = fields.Datetime(string="Link Valid Until")
    draw_digest = fields.Char(help="SHA-256 of “seed:visit”; empty: took no part in the draw.")
    phone_quarter = fields.Date(help="First day of the quarter that the call counts in.")
    phone_slot = fields.Integer(
        string="Call of the Quarter",
        default=0,
        aggregator=None,
        help="The outlet's how-manieth call of the quarter; 0: not drawn (K11).",
    )
    caller_id = fields.Many2one("res.users", help="Who is on it, so that nobody calls twice.")
    tries = fields.Integer(default=0, aggregator="sum", help="Calls that nobody answered.")
    called_at = fields.Datetime(string="Last Call")
    channel = fields.Selection(
        [("link", "By Link"), ("phone", "By Phone")],
        string="Answer Channel",
        help="How it came in.",
    )
    answered_at = fields.Datetime(index="btree_not_null")
    is_answered = fields.Float(
        string="Response Rate",
        default=0.0,
        aggregator="avg",
        help="1 where there is an answer: its average is the response rate.",
    )
    problem = fields.Char(help="Why there is no answer.")
    origin = fields.Char(
        groups="aftersales_kpi.group_kpi_manager",
        help="Keyed fingerprint of the network address that answered: the same for many customers "
        "says that somebody answers for them.",
    )
    answer_ids = fields.One2many("aftersales.survey.answer", "sample_id", readonly=True)
    product_score = fields.Float(
        string="Product", digits=(16, 2), aggregator="avg", help="Mean of its answers, 0 to 100."
    )
    service_score = fields.Float(
        string="Service", digits=(16, 2), aggregator="avg", help="Mean of its answers, 0 to 100."
    )
    loyalty_score = fields.Float(
        string="Loyalty", digits=(16, 2), aggregator="avg", help="Mean of its answers, 0 to 100."
    )
    same_origin_count = fields.Integer(
        compute="_compute_same_origin_count",
        string="From the Same Address",
        groups="aftersales_kpi.group_kpi_manager",
        help="How many other visits of the round were answered from the same network address.",
    )

    _voucher_uniq = models.UniqueIndex("(voucher_id)", "This visit is in a survey already.")
    # Two rounds that draw at once would give the same place twice: the limit holds (K11).
    _phone_slot_uniq = models.UniqueIndex(
        "(company_id, COALESCE(outlet_id, 0), phone_quarter, phone_slot) WHERE phone_slot > 0",
        "Somebody has just drawn customers of this outlet: draw again.",
    )
    _push_due_idx = models.Index("(push_due_at) WHERE push_due_at IS NOT NULL")

    @api.depends("origin", "round_id")
    def _compute_same_origin_count(self):
        counts = {
            (one.id, origin): count
            for one, origin, count in self._read_group(
                [("round_id", "in", self.round_id.ids), ("origin", "!=", False)],
                ["round_id", "origin"],
                ["__count"],
            )
        }
        for sample in self:
            count = counts.get((sample.round_id.id, sample.origin), 0)
            sample.same_origin_count = max(count - 1, 0)

    @api.model
    def _get_protected_fields(self):
        """All of it: the sample is taken, mailed, drawn and answered by steps."""
        return super()._get_protected_fields() | (
            get_business_fields(self._fields) - {"id", "display_name"}
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the survey, not entered.")

    # === THE LINK === #

    def _get_key(self):
        """Key of the customer's link: kept nowhere, computed from the database's secret."""
        self.ensure_one()
        # sudo: the secret keys the link; it is not returned.
        proof = hmac(self.env(su=True), "aftersales_kpi.survey", (self.id, self.voucher_id.id))
        return f"{self.id}-{proof}"

    @api.model
    def _find_by_key(self, key):
        """The visit that a link asks about; none for any other key.

        :param str key: as it came with the request
        """
        number, _sep, _proof = (key or "").partition("-")
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return self.browse()
        sample = self.browse(int(number)).exists()
        if sample and consteq(sample._get_key().encode(), key.encode()):
            return sample
        return self.browse()

    def _get_url(self):
        """Address of the customer's own page."""
        self.ensure_one()
        return f"{self.get_base_url()}/service/survey/{self._get_key()}"

    # === MAILS === #

    @api.model
    def _get_push_domain(self):
        """Whose mail is due: nobody who has answered, and nobody too often (K11)."""
        return (
            Domain("round_id.state", "in", ("open", "drawn"))
            & Domain("state", "in", ("waiting", "asked"))
            & Domain("push_due_at", "<=", fields.Datetime.now())
        )

    @api.model
    def _cron_push(self):
        """Mail what is due, in batches with progress."""
        domain = self._get_push_domain()
        remaining = self.search_count(domain)
        while samples := self.search(domain, order="push_due_at, id", limit=BATCH):
            samples._push()
            remaining = max(0, remaining - len(samples))
            if not self.env["ir.cron"]._commit_progress(len(samples), remaining=remaining):
                break

    def _push(self):
        """Mail the link, at most as often as the company says; tell somebody where none can go.

        Who asked not to be contacted since the sample was taken gets none (S13).
        """
        open_samples = self.filtered(lambda sample: sample.state in ("waiting", "asked"))
        silent = open_samples.filtered(lambda sample: not sample._may_contact())
        silent._write_step({"state": "left_out", "push_due_at": False})
        allowed = (open_samples - silent).filtered(
            lambda sample: sample.push_count < sample.company_id.aftersales_survey_pushes
        )
        (open_samples - silent - allowed)._write_step({"push_due_at": False})
        mailed = allowed.filtered(lambda sample: sample._get_mail_problem() is None)
        for company, samples in mailed.grouped("company_id").items():
            samples._push_by_mail(company)
        (allowed - mailed)._ask_for_mail()

    def _push_by_mail(self, company):
        now = fields.Datetime.now()
        for count, samples in self.grouped("push_count").items():
            more = count + 1 < company.aftersales_survey_pushes
            # The stamp comes first, so that nobody is asked twice.
            samples._write_step(
                {
                    "state": "asked",
                    "push_count": count + 1,
                    "pushed_at": now,
                    "push_due_at": more
                    and now + timedelta(days=company.aftersales_survey_repeat_days),
                    "expires_at": now + timedelta(days=company.aftersales_survey_link_days),
                    "problem": False,
                }
            )
        self.activity_unlink(["aftersales_kpi.mail_activity_survey"])
        # sudo: the link's key is computed from the database's secret.
        template = self.env.ref("aftersales_kpi.mail_template_survey").sudo()
        # On no document: who reads the visit must not find the customer's link in its mails.
        template.send_mail_batch(
            self.ids,
            email_values={"model": False, "res_id": False},
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _get_mail_problem(self):
        """Why the customer gets no mail; ``None`` where he does."""
        self.ensure_one()
        # sudo: only whether there is an address that takes mail.
        partner = self.partner_id.sudo()
        if not partner.email_normalized:
            return self.env._("No mail address")
        if partner.is_blacklisted:
            return self.env._("Takes no mail")
        return None

    def _ask_for_mail(self):
        """Tell the keeper of the survey, once, who has no address; look again later."""
        now = fields.Datetime.now()
        for sample in self:
            company = sample.company_id
            days = company.aftersales_survey_repeat_days
            sample._write_step(
                {
                    "problem": sample._get_mail_problem(),
                    "push_due_at": now + timedelta(days=days),
                }
            )
            # sudo: only whether the customer wants no mail.
            if sample.activity_ids or sample.partner_id.sudo().is_blacklisted:
                continue
            keeper = company.aftersales_survey_user_id or sample.round_id.create_uid
            sample.activity_schedule(
                "aftersales_kpi.mail_activity_survey",
                user_id=keeper.id,
                note=self.env._(
                    "%(customer)s has no mail address: complete it, and the questions go out.",
                    customer=sample.partner_id.name or sample.contact_name or sample.display_name,
                ),
            )

    def _may_contact(self):
        """Has the customer not asked to be left alone (S13)?"""
        self.ensure_one()
        partner = self.partner_id.sudo()  # sudo: only the mark is read.
        return partner._filter_aftersales_contactable() == partner

    # === ANSWERS === #

    def _check_answerable(self, by_link=True):
        """One answer a visit, while the round is open and the link is valid (K11).

        :raises UserError: otherwise
        """
        self.ensure_one()
        if self.state == "answered":
            raise UserError(self.env._("This questionnaire has been answered. Thank you."))
        expired = by_link and (not self.expires_at or self.expires_at < fields.Datetime.now())
        if self.round_id.state not in ("open", "drawn") or self.state == "left_out" or expired:
            raise UserError(self.env._("The time to answer is over. Thank you all the same."))

    def _take_answers(self, typed, channel="link", origin=False):
        """Take a questionnaire in, all at once and once for all.

        :param dict typed: {question id as text: value as text}; others are not looked at
        :param str channel: ``link`` or ``phone``
        :param str origin: keyed fingerprint of the sender
        :raises UserError: when it cannot be answered, or an answer is missing or no choice
        """
        self.ensure_one()
        self._check_answerable(by_link=channel == "link")
        now = fields.Datetime.now()
        # Written first: of two who answer at once the second fails to serialise at this row, is
        # tried again and finds the questionnaire answered.
        self._write_step(
            {
                "state": "answered",
                "answered_at": now,
                "channel": channel,
                "is_answered": 1,
                "push_due_at": False,
                "problem": False,
                "origin": origin,
            }
        )
        self.flush_recordset()
        answers = [
            vals
            for question in self.round_id.question_ids
            if (vals := self._prepare_answer_vals(question, typed.get(str(question.id))))
        ]
        self.env["aftersales.survey.answer"].create(answers)
        self._write_step(self._prepare_scores(answers))
        self.activity_unlink(["aftersales_kpi.mail_activity_survey"])

    def _prepare_answer_vals(self, question, typed):
        """Values of one answer; none where nothing was answered and nothing must be.

        :raises UserError: naming the question
        """
        typed = str(typed or "").replace("\x00", "").strip()
        if not typed:
            if question.is_required:
                raise UserError(self.env._("Please answer: %s", question.name))
            return None
        vals = {
            "sample_id": self.id,
            "question_id": question.id,
            "company_id": self.company_id.id,
            "voucher_id": self.voucher_id.id,
            "outlet_id": self.outlet_id.id,
            "technician_id": self.technician_id.id,
            "answered_at": self.answered_at,
        }
        if question.answer_kind == "text":
            return vals | {"remark": typed[:LONGEST_REMARK]}
        if typed not in dict(question._get_choices()):
            raise UserError(self.env._("Please choose one of the answers: %s", question.name))
        low, high = question._get_range()
        score = Decimal(100) * (int(typed) - low) / (high - low)
        return vals | {"value": int(typed), "score": float(score)}

    def _prepare_scores(self, answers):
        """Means of the questionnaire by what it asks about, for lists and graphs."""
        questions = self.env["aftersales.survey.question"]
        scores = {theme: [] for theme in THEMES}
        for vals in answers:
            theme = questions.browse(vals["question_id"]).theme
            if theme in scores:
                scores[theme].append(vals["score"])
        return {
            f"{theme}_score": sum(values) / len(values)
            for theme, values in scores.items()
            if values
        }

    def _silence(self, problem=False):
        """No answer is expected any more."""
        self._write_step({"state": "silent", "push_due_at": False, "problem": problem})
        self.activity_unlink(["aftersales_kpi.mail_activity_survey"])

    def _write_step(self, vals):
        # sudo: the sample is written by its steps only, each of which checks who may take it.
        return self.sudo().write(vals)
