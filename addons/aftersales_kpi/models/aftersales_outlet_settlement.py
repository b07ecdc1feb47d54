# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields
from odoo.addons.aftersales_base.periods import format_period

# What the outlet may read.
SHOWN_STATES = ("sent", "accepted", "posting", "posted")


class AftersalesOutletSettlement(models.Model):
    """A month of an outlet: one line a job, fee × coefficient of its grade, less penalties (S10).

    A settlement is computed, sent to the outlet, which may object line by line, accepted, and
    posted as one vendor bill. Our own outlets have no vendor: theirs are internal figures and
    never billed. Amounts are in the currency of the outlet's fees. How it is computed and posted
    stands in files of their own.
    """

    _name = "aftersales.outlet.settlement"
    _description = "Outlet Settlement"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_start desc, outlet_id, id"
    _rec_names_search = ["name", "outlet_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        help="Month and code of the outlet.",
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Vendor",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whom the bill comes from: the outlet's address. Empty: our own people, no bill.",
    )
    is_internal = fields.Boolean(
        compute="_compute_is_internal",
        store=True,
        precompute=True,
        string="Internal Figures",
        help="An outlet without a vendor: shown, never billed.",
    )
    period_start = fields.Date(string="Month", required=True, readonly=True, index=True)
    period_end = fields.Date(
        compute="_compute_period_end", store=True, precompute=True, help="Last day of the month."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent to Outlet"),
            ("accepted", "Accepted"),
            ("posting", "Being Posted"),
            ("posted", "Posted"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        help="Draft: computing again refreshes it. Sent: the outlet reads it and may object. "
        "Accepted: by the outlet. Posted: billed. Closed: internal figures, not billed. "
        "Cancelled: the bill was reversed, and its jobs are free for the next settlement.",
    )
    line_ids = fields.One2many(
        "aftersales.outlet.settlement.line",
        "settlement_id",
        readonly=True,
        help="One line a job, a correction, or a penalty.",
    )
    objection_ids = fields.One2many(
        "aftersales.outlet.objection", "settlement_id", help="What the outlet objected to."
    )
    open_objection_count = fields.Integer(
        compute="_compute_open_objection_count", help="Objections that wait for an answer."
    )
    job_count = fields.Integer(readonly=True, string="Jobs", help="Jobs settled.")
    unpriced_count = fields.Integer(
        readonly=True, string="Jobs without a Fee", help="Jobs that no fee fits."
    )
    fee_total = fields.Monetary(readonly=True, string="Fees", help="Jobs and corrections.")
    penalty_total = fields.Monetary(readonly=True, string="Penalties", help="Below 0.")
    amount_total = fields.Monetary(
        readonly=True, string="Total", help="What the outlet is paid, before tax."
    )
    computed_at = fields.Datetime(readonly=True, copy=False, help="When the lines were computed.")
    sent_at = fields.Datetime(readonly=True, copy=False, help="When the outlet got it.")
    accepted_at = fields.Datetime(readonly=True, copy=False, help="When the outlet agreed.")
    accepted_by = fields.Char(
        readonly=True, copy=False, help="Who agreed: the outlet's login, or who noted it for it."
    )

    _month_uniq = models.UniqueIndex(
        "(outlet_id, period_start) WHERE state != 'cancelled'",
        "This outlet has a settlement of this month already.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)",
        "A settlement starts on the first of a month.",
    )

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_is_internal(self):
        for settlement in self:
            settlement.is_internal = not settlement.partner_id

    @api.depends("period_start")
    def _compute_period_end(self):
        for settlement in self:
            start = settlement.period_start
            settlement.period_end = start and start + relativedelta(months=1, days=-1)

    @api.depends("objection_ids.state")
    def _compute_open_objection_count(self):
        counts = dict(
            self.env["aftersales.outlet.objection"]._read_group(
                [("settlement_id", "in", self.ids), ("state", "=", "open")],
                ["settlement_id"],
                ["__count"],
            )
        )
        for settlement in self:
            settlement.open_objection_count = counts.get(settlement, 0)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Settlements come of the computation only.

        :raises UserError: for one made by hand
        """
        if not self._is_step():
            raise UserError(
                self.env._(
                    "A settlement is computed, not typed: use Performance > Outlets > Settle a "
                    "Month."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes by hand.

        :raises UserError: on any field of its own
        """
        if not self._is_step() and get_business_fields(vals):
            raise UserError(
                self.env._(
                    "The figures and the state of a settlement are not typed: use its steps."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        if not self._is_step():
            self._check_state("draft")

    # === ACTIONS === #

    def action_compute(self):
        """Compute drafts anew: jobs done and judged since are there.

        :raises UserError: when one is no draft
        """
        self._check_manager()
        self._check_state("draft")
        for (company, month), settlements in self.grouped(
            lambda settlement: (settlement.company_id, settlement.period_start)
        ).items():
            self._generate(company, month, settlements.outlet_id)
        return True

    def action_send(self):
        """Send to the outlets, once the month is over: they read them on the portal, and object.

        :raises UserError: for internal figures, jobs without a fee, or a month that is not over
        """
        self._check_manager()
        self._check_state("draft")
        for settlement in self:
            settlement._check_complete()
            if settlement.is_internal:
                raise UserError(
                    self.env._(
                        "%(settlement)s has no vendor: its figures are internal. Close it.",
                        settlement=settlement.display_name,
                    )
                )
        self._write_step({"state": "sent", "sent_at": fields.Datetime.now()})
        mailed = self.filtered("partner_id.email")
        if mailed:
            # sudo: the house's own text, to the outlet that the settlement is for.
            self.env.ref("aftersales_kpi.mail_template_outlet_settlement").sudo().send_mail_batch(
                mailed.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        return True

    def action_accept(self):
        """Note that the outlet agreed, outside of the portal.

        :raises UserError: with an objection that waits for an answer
        """
        self._check_manager()
        self._accept(self.env.user.name)
        return True

    def action_close(self):
        """Close internal figures: they do not change any more.

        :raises UserError: when there is a vendor, whose bill is to be posted
        """
        self._check_manager()
        self._check_state("draft")
        for settlement in self:
            settlement._check_complete()
            if not settlement.is_internal:
                raise UserError(
                    self.env._(
                        "%(settlement)s is billed by %(vendor)s: send it to the outlet.",
                        settlement=settlement.display_name,
                        vendor=settlement.partner_id.display_name,
                    )
                )
        self._write_step({"state": "closed"})
        self._mark_lines_posted()
        return True

    def action_view_objections(self):
        """Open what the outlet objected to."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_outlet_objection_action"
        )
        return action | {"domain": [("settlement_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _accept(self, name):
        """Agree to settlements that were sent.

        :param str name: who agrees
        :raises UserError: with an objection that waits for an answer
        """
        self._check_state("sent")
        for settlement in self.filtered("open_objection_count"):
            raise UserError(
                self.env._(
                    "%(settlement)s has %(count)s objections without an answer: answer them first.",
                    settlement=settlement.display_name,
                    count=settlement.open_objection_count,
                )
            )
        self._write_step(
            {"state": "accepted", "accepted_at": fields.Datetime.now(), "accepted_by": name}
        )

    def _mark_lines_posted(self):
        """From here on a line's job is settled for good; differences come as corrections."""
        # sudo: nobody writes lines by hand; the step was checked.
        self.line_ids._with_step().sudo().write({"is_posted": True})

    def _check_complete(self):
        """Every job has a fee, and the month is over.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        if self.unpriced_count:
            jobs = self.line_ids.filtered("is_unpriced").voucher_id
            raise UserError(
                self.env._(
                    "No fee fits %(count)s jobs of %(settlement)s, e.g. %(job)s: enter a fee for "
                    "their kind, service type and distance, 0 where nothing is paid, and compute "
                    "again.",
                    count=self.unpriced_count,
                    settlement=self.display_name,
                    job=jobs[:1].display_name,
                )
            )
        if self.period_end >= self.company_id._get_aftersales_date(fields.Datetime.now()):
            raise UserError(
                self.env._(
                    "The month of %(settlement)s is not over: send it from the first of next "
                    "month on.",
                    settlement=self.display_name,
                )
            )

    # === HELPERS === #

    def _get_month_label(self):
        """Month and year in the user's language."""
        self.ensure_one()
        return format_period(self.env, self.period_start)

    def _write_step(self, vals):
        # sudo: nobody writes settlements by hand; each step checks who takes it.
        return super(AftersalesOutletSettlement, self.sudo())._write_step(vals)

    def _check_manager(self):
        """Computing, sending and answering is for KPI managers.

        :raises AccessError: for others
        """
        if not self.env.su and not self.env.user.has_group("aftersales_kpi.group_kpi_manager"):
            raise AccessError(
                self.env._(
                    "Only a KPI manager computes and sends settlements of outlets: ask yours."
                )
            )
        self.check_access("read")
