# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# Nothing more is done about it.
CLOSED_STATES = ("closed", "withdrawn")


class AftersalesComplaint(models.Model):
    """What a customer, or a newspaper, holds against us: from hearing to judgement (S11).

    What is judged (judgement, discipline) and what is paid (compensation) stand in files of their
    own: ``aftersales_complaint_finding`` and ``aftersales_complaint_compensation``.
    """

    _name = "aftersales.complaint"
    _description = "Complaint"
    _inherit = [
        "aftersales.caller.mixin",
        "aftersales.sla.mixin",
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "registered_at desc, id desc"
    _rec_names_search = ["name", "subject", "contact_name", "phone"]
    _check_company_auto = True
    _mail_post_access = "read"

    # Identity
    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("answered", "Answered"),
            ("settled", "Settled"),
            ("closed", "Judged and Closed"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Answered: the customer has heard from us. Settled: what had to be done is done. "
        "Judged: it was found true or not, and is closed.",
    )
    kind = fields.Selection(
        [("complaint", "Complaint"), ("media", "Media Report")],
        default="complaint",
        required=True,
        help="Negative reports in the media are recorded and judged at the year's end (S11).",
    )
    subject = fields.Char(required=True, tracking=True, help="What it is about, in a few words.")
    description = fields.Text(help="What was said, in the words of who complains.")

    # Who complains
    partner_id = fields.Many2one(tracking=True, help="Customer who complains.")
    contact_name = fields.Char(string="Who Complains")
    channel = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.voucher"]._fields["channel"]._description_selection(self.env)
        ),
        default="call",
        required=True,
        help="How it reached us.",
    )
    callback_id = fields.Many2one(
        "aftersales.callback",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Callback in which it was heard (S9).",
    )
    media_name = fields.Char(string="Published By", help="Newspaper, station or site.")
    media_url = fields.Char(string="Link", help="Where the report is found.")
    media_date = fields.Date(string="Published On", help="Day of the report.")

    # About what
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Job that it is about.",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Order that it is about.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Delivery that it is about.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Model",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_outlet_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Outlet that it is about; counts in its evaluation.",
    )
    dealer_id = fields.Many2one(
        "res.partner",
        compute="_compute_dealer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('is_dealer', '=', True)]",
        help="Dealer that it is about.",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Employee whose conduct it is about. Then only who registered it, supervisors, "
        "quality engineers and auditors see the complaint.",
    )
    employee_user_id = fields.Many2one(
        "res.users", related="employee_id.user_id", store=True, index="btree_not_null"
    )

    # How grave, why
    level = fields.Selection(
        [("low", "Low"), ("high", "High")],
        default="low",
        required=True,
        tracking=True,
        index=True,
        help="A low one that is not solved after the company's number of attempts is high from "
        "the next one on (S11).",
    )
    level_raised_at = fields.Datetime(
        readonly=True, copy=False, help="When failed attempts made it a high one."
    )
    cause = fields.Selection(
        [
            ("product", "Product"),
            ("logistics", "Logistics"),
            ("before_sales", "Before Sales"),
            ("after_sales", "After Sales"),
            ("service", "Service"),
        ],
        tracking=True,
        index=True,
        help="Where it comes from; needed before it is settled.",
    )
    weight = fields.Float(
        default=1.0,
        help="How much it counts where complaints are counted by weight; the heaviest come first.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handled By",
        default=lambda self: self._default_user_id(),
        copy=False,
        index=True,
        tracking=True,
        help="Quality engineer who answers for it and is told about its deadlines.",
    )

    # What is done about it
    attempt_ids = fields.One2many(
        "aftersales.complaint.attempt",
        "complaint_id",
        help="What was tried with the customer, and whether it solved it.",
    )
    attempt_count = fields.Integer(compute="_compute_attempt_count", string="Attempts")
    action = fields.Text(
        help="What was done so that it is settled, and does not come again; needed to settle.",
    )
    followup_id = fields.Many2one(
        "aftersales.voucher",
        string="Follow-up Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Job that was registered to settle the complaint.",
    )

    is_frozen = fields.Boolean(compute="_compute_is_frozen")

    # Stamps: written by the steps only
    registered_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    registered_at = fields.Datetime(
        required=True, readonly=True, copy=False, index=True, default=fields.Datetime.now
    )
    answered_at = fields.Datetime(
        readonly=True, copy=False, help="First answer to the customer (S8: within 24 hours)."
    )
    settled_at = fields.Datetime(
        readonly=True, copy=False, help="When it was settled (S8: within a month)."
    )
    closed_at = fields.Datetime(readonly=True, copy=False, help="When it was judged and closed.")
    withdrawn_at = fields.Datetime(readonly=True, copy=False)
    withdraw_reason = fields.Char(readonly=True, copy=False)

    _weight_not_negative = models.Constraint(
        "CHECK(weight >= 0)", "The weight of a complaint cannot be negative."
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_user_id(self):
        """Whoever registers it handles it, where that is a quality engineer's work."""
        if self.env.user.has_group("aftersales_service.group_service_quality"):
            return self.env.user
        return False

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_partner_id(self):
        for complaint in self:
            complaint.partner_id = complaint.partner_id or complaint.voucher_id.partner_id

    @api.depends("voucher_id")
    def _compute_contact_name(self):
        """What was typed stays; else whoever called about the job complains about it."""
        for complaint in self:
            complaint.contact_name = complaint.contact_name or complaint.voucher_id.contact_name
        unknown = self.filtered(lambda complaint: not complaint.contact_name)
        return super(AftersalesComplaint, unknown)._compute_contact_name()

    @api.depends("voucher_id")
    def _compute_phone(self):
        for complaint in self:
            complaint.phone = complaint.phone or complaint.voucher_id.phone
        unknown = self.filtered(lambda complaint: not complaint.phone)
        return super(AftersalesComplaint, unknown)._compute_phone()

    @api.depends("voucher_id")
    def _compute_lot_id(self):
        for complaint in self:
            complaint.lot_id = complaint.voucher_id.lot_id or complaint.lot_id

    @api.depends("voucher_id", "lot_id")
    def _compute_product_id(self):
        for complaint in self:
            complaint.product_id = (
                complaint.lot_id.product_id or complaint.voucher_id.product_id
            ) or complaint.product_id

    @api.depends("voucher_id")
    def _compute_outlet_id(self):
        for complaint in self:
            complaint.outlet_id = complaint.voucher_id.outlet_id or complaint.outlet_id

    @api.depends("outlet_id")
    def _compute_dealer_id(self):
        for complaint in self:
            complaint.dealer_id = complaint.outlet_id.dealer_id or complaint.dealer_id

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for complaint in self:
            complaint.display_name = " – ".join(filter(None, (complaint.name, complaint.subject)))

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        for complaint in self:
            complaint.attempt_count = len(complaint.attempt_ids)

    @api.depends("state")
    def _compute_is_frozen(self):
        for complaint in self:
            complaint.is_frozen = complaint.state in CLOSED_STATES

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Register complaints and number them.

        :raises UserError: when a user passes what only the steps write
        """
        complaints = super().create(vals_list)
        unnamed = complaints.filtered(lambda c: c.name == self.env._("New"))
        for company, batch in unnamed.grouped("company_id").items():
            # sudo: whoever registers a complaint draws a number and reads no sequence.
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for complaint in batch:
                complaint.sudo().name = sequence.next_by_code("aftersales.complaint")
        return complaints

    def write(self, vals):
        """Refuse changes of what is closed, and a level that goes down again.

        :raises UserError: on a closed complaint, or a lowered level
        """
        if not self.env.su:
            self._check_open(vals)
            self._check_level(vals)
        return super().write(vals)

    # === ACTIONS === #

    def action_answer(self):
        """The customer has had a first answer.

        :raises UserError: when a complaint is not open
        """
        self._check_handler()
        self._check_state("open")
        self._write_step({"state": "answered", "answered_at": fields.Datetime.now()})
        return True

    def action_settle(self):
        """What had to be done is done.

        :raises UserError: when its cause, or what was done, is not written down
        """
        self._check_handler()
        self._check_state("open", "answered")
        for complaint in self:
            if not complaint.cause or not (complaint.action or "").strip():
                raise UserError(
                    self.env._(
                        "%(complaint)s: choose its cause and write what was done, then settle it.",
                        complaint=complaint.display_name,
                    )
                )
        now = fields.Datetime.now()
        unanswered = self.filtered(lambda complaint: not complaint.answered_at)
        unanswered._write_step({"answered_at": now})
        self._write_step({"state": "settled", "settled_at": now})
        return True

    def action_withdraw(self, reason=None):
        """Strike complaints off with a reason: the customer took it back, it was registered twice.

        :param str reason: why; without it a dialogue asks
        :raises UserError: when one is closed already
        """
        self._check_group(
            "aftersales_service.group_service_quality",
            self.env._("Only a quality engineer strikes complaints off (S11): ask one."),
        )
        if reason is None:
            return self._ask_reason("complaint_withdraw")
        reason = self._check_reason(reason)
        self._check_state("open", "answered", "settled")
        self._write_step(
            {
                "state": "withdrawn",
                "withdraw_reason": reason,
                "withdrawn_at": fields.Datetime.now(),
            }
        )
        return True

    def action_register_followup(self):
        """Register the job that is to settle the complaint, and open it.

        :raises UserError: when there is one already
        """
        self.ensure_one()
        self._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("The hotline registers jobs: ask it to register the follow-up."),
        )
        self._check_state("open", "answered")
        if self.followup_id:
            raise UserError(
                self.env._(
                    "%(complaint)s has its follow-up already: %(voucher)s.",
                    complaint=self.display_name,
                    voucher=self.followup_id.display_name,
                )
            )
        vouchers = self.env["aftersales.voucher"]
        vouchers.check_access("create")
        # sudo: the link to the job that it goes back to is no field that anybody types.
        voucher = vouchers.sudo().create(self._prepare_followup_vals())
        self._write_step({"followup_id": voucher.id})
        return self.action_view_followup()

    def action_view_followup(self):
        """Open the job that is to settle it."""
        self.ensure_one()
        return self.followup_id._get_records_action()

    def action_view_voucher(self):
        """Open the job that it is about."""
        self.ensure_one()
        return self.voucher_id._get_records_action()

    # === BUSINESS METHODS === #

    def _apply_attempts(self):
        """Take over what the attempts came to: a first one answers, failed ones raise the level."""
        for complaint in self:
            vals = {}
            if not complaint.answered_at:
                vals["answered_at"] = complaint.attempt_ids.sorted("id")[0].made_at
            if complaint.state == "open":
                vals["state"] = "answered"
            failed = complaint.attempt_ids.filtered(lambda attempt: attempt.result == "unsolved")
            limit = complaint.company_id.aftersales_complaint_attempts
            if complaint.level == "low" and len(failed) >= limit:
                decisive = failed.sorted("made_at")[limit - 1]
                vals |= {"level": "high", "level_raised_at": decisive.made_at}
            if vals:
                complaint._write_step(vals)

    def _prepare_followup_vals(self):
        """Values of the job that is to settle the complaint."""
        self.ensure_one()
        vals = {
            "company_id": self.company_id.id,
            "kind": "complaint",
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "lot_id": self.lot_id.id,
            "product_id": self.product_id.id,
            "channel": self.channel,
            "fault_description": self.description or self.subject,
            "priority": "1" if self.level == "high" else "0",
        }
        if self.voucher_id and self.voucher_id._is_done():
            vals |= {
                "followup_of_id": self.voucher_id.id,
                "fault_id": self.voucher_id.fault_id.id,
                "address": self.voucher_id.address,
                "area_id": self.voucher_id.area_id.id,
            }
        return vals

    def _get_sla_user(self):
        return self.user_id

    # === HELPERS === #

    def _write_step(self, vals):
        """Write what only the steps write; the right to do so was checked by the caller."""
        self.check_access("write")
        # sudo: see ``aftersales.guarded.mixin``
        return self.sudo().write(vals)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "state",
            "level_raised_at",
            "callback_id",
            "followup_id",
            "employee_user_id",
            "registered_by_id",
            "registered_at",
            "answered_at",
            "settled_at",
            "closed_at",
            "withdrawn_at",
            "withdraw_reason",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the complaint only. Use the buttons.")

    def _check_group(self, group, message):
        """Steps belong to roles, also when a tool calls them without a click."""
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(message)

    def _check_handler(self):
        """Quality engineers and supervisors answer and settle complaints."""
        if not (
            self.env.su
            or self.env.user.has_group("aftersales_service.group_service_quality")
            or self.env.user.has_group("aftersales_service.group_service_supervisor")
        ):
            raise AccessError(
                self.env._(
                    "Quality engineers and supervisors answer and settle complaints (S11). "
                    "Record what you tried as an attempt."
                )
            )
        self._check_no_party()

    def _check_no_party(self):
        """Nobody handles or judges a complaint about himself.

        :raises AccessError: to the employee whom it is about
        """
        for complaint in self:
            if not self.env.su and complaint.sudo().employee_user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%(complaint)s is about yourself: a colleague handles and judges it.",
                        complaint=complaint.display_name,
                    )
                )

    def _check_open(self, vals):
        """What is judged or withdrawn does not change; mail and activities go on."""
        closed = self.filtered("is_frozen")
        if closed and get_business_fields(vals):
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s is %(state)s and does not change any more: register "
                    "a new one for what is still to be done.",
                    complaint=closed[0].display_name,
                    state=closed[0]._get_state_label().lower(),
                )
            )

    def _check_level(self, vals):
        """A level that failed attempts have raised stays (S11)."""
        if vals.get("level") == "low" and any(complaint.level_raised_at for complaint in self):
            raise UserError(
                self.env._(
                    "Failed attempts have made this complaint a high one: it stays one until it "
                    "is settled."
                )
            )
