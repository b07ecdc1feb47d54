# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from ..phone import get_key

# Given to a technician, and not finished.
GIVEN_STATES = ("dispatched", "in_progress", "waiting_part", "in_workshop")
OPEN_STATES = ("registered", *GIVEN_STATES)
# Somebody can work on it now, so it can be finished.
WORK_STATES = ("in_progress", "in_workshop")

# What a technician writes on his own job; the rest is the hotline's.
TECHNICIAN_FIELDS = frozenset(
    {
        "checklist_line_ids",
        "fault_id",
        "line_ids",
        "meter_reading",
        "nongenuine_notice",
        "meter_replaced",
        "old_meter_reading",
        "signature",
        "signed_by",
        "work_done",
    }
)
# What the customer puts his name to: who pays, for what.
SIGNED_FIELDS = frozenset({"line_ids", "service_type", "partner_id", "lot_id"})


class AftersalesVoucher(models.Model):
    """A call in the register and the job that comes of it, from call to archive (S1, S3).

    It starts as an entry of the call-in register with a plain reference. When a supervisor
    dispatches it, it becomes a numbered voucher: the numbers of a company and year have no gap.
    Each step stamps its time once; nothing else writes the stamps.

    What belongs to one rule alone stands in a file of its own: ``aftersales_voucher_number``,
    ``_callback``, ``_rework``, ``_charge`` and ``_parts``.
    """

    _name = "aftersales.voucher"
    _description = "Service Voucher"
    _inherit = [
        "aftersales.caller.mixin",
        "aftersales.sla.mixin",
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "portal.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "priority desc, registered_at desc, id desc"
    _rec_name = "reference"
    _rec_names_search = ["number", "reference", "contact_name", "phone", "lot_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # Identity
    state = fields.Selection(
        [
            ("registered", "Registered"),
            ("dispatched", "Dispatched"),
            ("in_progress", "In Progress"),
            ("waiting_part", "Waiting for Part"),
            ("in_workshop", "In Workshop"),
            ("done", "Done"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="registered",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Registered: in the call-in register. Dispatched: numbered, given to a technician. "
        "Waiting for Part: stands still until it comes. In Workshop: the goods are in our house. "
        "Done: signed by the customer. Closed: after a satisfied callback.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent")], default="0", help="Urgent jobs come first in lists."
    )

    # The call (S1)
    user_id = fields.Many2one(
        "res.users",
        string="Registered By",
        default=lambda self: self.env.user,
        copy=False,
        index=True,
        help="Clerk who took the call.",
    )
    channel = fields.Selection(
        [
            ("call", "Call"),
            ("letter", "Letter"),
            ("mail", "Mail"),
            ("chat", "Chat"),
            ("app", "App"),
            ("web", "Web Request"),
            ("walk_in", "Walk-In"),
        ],
        default="call",
        required=True,
        help="How the customer reached us (S1).",
    )
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("installation", "Installation and Commissioning"),
            ("maintenance", "Maintenance"),
            ("inspection", "Inspection"),
            ("campaign", "Campaign or Recall"),
            ("relocation", "Removal and Relocation"),
            ("guidance", "Guidance"),
            ("sample_test", "Sample Test"),
            ("training", "Training"),
            ("delivery", "Delivery"),
            ("accident", "Accident"),
            ("complaint", "Complaint Follow-up"),
        ],
        string="Kind of Job",
        default="repair",
        required=True,
        help="What is to be done, beside who pays for it (S2).",
    )
    partner_id = fields.Many2one(
        tracking=True, help="Who asked for the job and pays for it where it is a paid one."
    )
    phone_key = fields.Char(
        compute="_compute_phone_key",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Last digits of the phone number: by them a second call of the same caller is seen.",
    )
    address = fields.Char(
        compute="_compute_address",
        store=True,
        readonly=False,
        precompute=True,
        help="Where the unit is.",
    )
    area_id = fields.Many2one(
        "aftersales.area",
        compute="_compute_area_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Area of the address: decides which outlet is proposed (S7).",
    )
    fault_description = fields.Text(string="Fault", help="The fault in the caller's words.")
    fault_id = fields.Many2one(
        "aftersales.fault",
        string="Fault Code",
        index="btree_not_null",
        ondelete="restrict",
        help="Fault in the words of the house; rework is recognised by it (S18).",
    )
    work_done = fields.Text(help="Cause found and work done, in the technician's words.")

    # The unit (S14)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('product_id', '=?', product_id)]",
        help="The unit's file, by its serial number.",
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
        help="Product model of the unit.",
    )
    unit_note = fields.Char(
        string="Model as Told",
        help="Model and serial in the caller's words, where no unit file is known.",
    )
    unit_not_sold_by_us = fields.Boolean(
        compute="_compute_proposed_service_type",
        store=True,
        precompute=True,
        help="The unit was not sold by the company or its channel: the job is a paid one (S2).",
    )

    meter_reading = fields.Float(
        copy=False,
        aggregator=None,
        help="Reading of the unit's meter on this job; goes to the unit's file.",
    )

    # Who pays (S2)
    proposed_service_type = fields.Selection(
        "_selection_service_type",
        compute="_compute_proposed_service_type",
        store=True,
        precompute=True,
        help="What the unit's file says: warranty gives C, else contract B, else A.",
    )
    proposal_lot_id = fields.Many2one(
        "stock.lot",
        compute="_compute_proposed_service_type",
        store=True,
        precompute=True,
        ondelete="restrict",
        help="Unit whose file gave the proposal.",
    )
    service_type = fields.Selection(
        "_selection_service_type",
        compute="_compute_service_type",
        copy=False,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
        help="A paid by the customer, B by contract, C free, D administrative.",
    )
    service_type_reason = fields.Char(
        string="Reason for Overruling",
        copy=False,
        tracking=True,
        help="Why the proposed service type was overruled; kept in the log.",
    )

    # Dispatch (S3, S7)
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_outlet_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Outlet that does the job; proposed from the customer's area.",
    )
    outlet_technician_ids = fields.Many2many(
        "hr.employee", related="outlet_id.technician_ids", string="Technicians of the Outlet"
    )
    technician_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('id', 'in', outlet_technician_ids)]",
        help="Who does the job; one of the outlet's technicians.",
    )
    technician_user_id = fields.Many2one(
        "res.users",
        related="technician_id.user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        string="Technician's User",
        help="Login of the technician: decides whose jobs these are.",
    )
    dispatched_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Supervisor who gave the job away (S3)."
    )
    planned_start = fields.Datetime(
        string="Appointment",
        index="btree_not_null",
        copy=False,
        tracking=True,
        help="Start of the window agreed with the customer.",
    )
    planned_end = fields.Datetime(
        string="Appointment Until", copy=False, help="End of the window agreed with the customer."
    )

    is_hotline = fields.Boolean(compute="_compute_role")
    is_supervisor = fields.Boolean(compute="_compute_role")
    is_frozen = fields.Boolean(
        compute="_compute_is_frozen",
        help="Signed or struck off: figures and facts of the job do not change any more (S3).",
    )
    is_late = fields.Boolean(
        compute="_compute_is_late", help="The agreed appointment has passed and work is not done."
    )

    # Stamps: written by the steps only
    registered_at = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=fields.Datetime.now,
        help="When the call was registered.",
    )
    dispatched_at = fields.Datetime(
        readonly=True, copy=False, help="When the job got its number and its technician."
    )
    started_at = fields.Datetime(readonly=True, copy=False, help="Technician began on site.")
    done_at = fields.Datetime(
        readonly=True, copy=False, index="btree_not_null", help="Work done and signed."
    )
    closed_at = fields.Datetime(readonly=True, copy=False, help="When the job was archived.")
    cancelled_at = fields.Datetime(
        readonly=True, copy=False, help="When the entry was struck off with a reason."
    )
    cancel_reason = fields.Char(readonly=True, copy=False, help="Why the job was cancelled.")
    solved_by_phone = fields.Boolean(
        readonly=True, copy=False, help="Guidance solved it: closed without a visit (S6)."
    )

    # Signature (S3)
    # Not an attachment: whoever may write a record may also replace its attachments, and what was
    # signed does not change.
    signature = fields.Image(
        copy=False, attachment=False, max_width=1024, max_height=1024, help="Customer's signature."
    )
    signed_by = fields.Char(copy=False, help="Name of the person who signed.")
    signed_on = fields.Datetime(
        readonly=True, copy=False, help="When the job was finished with the customer's signature."
    )

    # Work and parts
    line_ids = fields.One2many(
        "aftersales.voucher.line",
        "voucher_id",
        copy=True,
        help="Parts, labour, travel and fees of the job.",
    )

    _technician_idx = models.Index("(technician_user_id, state) WHERE state != 'closed'")

    # === COMPUTE METHODS === #

    @api.model
    def _selection_service_type(self):
        """Types of service (S2): who pays for the job."""
        return [
            ("A", self.env._("A – Paid")),
            ("B", self.env._("B – Contract")),
            ("C", self.env._("C – Free (Warranty)")),
            ("D", self.env._("D – Administrative")),
        ]

    @api.depends("lot_id")
    def _compute_partner_id(self):
        for voucher in self:
            # Administrative work on a unit has no customer (S2).
            user = voucher.lot_id.user_partner_id if voucher.service_type != "D" else False
            voucher.partner_id = voucher.partner_id or user

    @api.depends("phone")
    def _compute_phone_key(self):
        for voucher in self:
            voucher.phone_key = get_key(voucher.phone) or False

    # As the mixin's: the partner's own address is no dependency on purpose.
    @api.depends("partner_id")
    def _compute_address(self):
        for voucher in self:
            partner = voucher.partner_id
            voucher.address = voucher._format_address(partner) if partner else voucher.address

    @api.depends("partner_id")
    def _compute_area_id(self):
        for voucher in self:
            partner = voucher.partner_id
            voucher.area_id = partner._get_aftersales_area() if partner else voucher.area_id

    @api.depends("lot_id")
    def _compute_product_id(self):
        for voucher in self:
            voucher.product_id = voucher.lot_id.product_id or voucher.product_id

    @api.depends(
        "lot_id.sold_by_us",
        "lot_id.warranty_start",
        "lot_id.warranty_end",
        "lot_id.contract_start",
        "lot_id.contract_end",
    )
    def _compute_proposed_service_type(self):
        """Propose who pays (S2); once dispatched, the proposal stays unless the unit was wrong."""
        for voucher in self:
            lot = voucher.lot_id
            decided = voucher.state != "registered" and voucher.proposal_lot_id == lot
            if voucher._is_frozen() or (decided and voucher.proposed_service_type):
                voucher.proposed_service_type = voucher.proposed_service_type
                voucher.unit_not_sold_by_us = voucher.unit_not_sold_by_us
                voucher.proposal_lot_id = voucher.proposal_lot_id
                continue
            day = voucher._get_company_date(voucher.registered_at)
            voucher.proposed_service_type = lot._get_service_type(day) if lot else "A"
            voucher.unit_not_sold_by_us = bool(lot) and not lot.sold_by_us
            voucher.proposal_lot_id = lot

    # Not in the method of the proposal: a type that is typed must not hold the proposal back.
    @api.depends("proposed_service_type")
    def _compute_service_type(self):
        """Follow the proposal, unless it was overruled with a reason or the work is internal."""
        for voucher in self:
            overruled = voucher.service_type and voucher.service_type_reason
            if not overruled and voucher.service_type != "D":
                voucher.service_type = voucher.proposed_service_type

    @api.depends("area_id", "company_id")
    def _compute_outlet_id(self):
        """Outlet that covers the area (S7), in one query a company."""
        for company, vouchers in self.grouped("company_id").items():
            areas = vouchers.area_id
            covering = {}
            if areas:
                covering = self.env["aftersales.outlet"]._get_outlet_by_area(areas, company)
            for voucher in vouchers:
                if voucher.state == "registered":
                    voucher.outlet_id = covering.get(voucher.area_id) or voucher.outlet_id
                else:
                    voucher.outlet_id = voucher.outlet_id

    @api.depends_context("uid")
    def _compute_role(self):
        """Views open to each role the fields that it may write."""
        self.is_hotline = self.env.user.has_group("aftersales_service.group_service_clerk")
        self.is_supervisor = self.env.user.has_group("aftersales_service.group_service_supervisor")

    @api.depends("state")
    def _compute_is_frozen(self):
        for voucher in self:
            voucher.is_frozen = voucher._is_frozen()

    @api.depends("planned_start", "planned_end", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for voucher in self:
            until = voucher.planned_end or voucher.planned_start
            waiting = voucher.state in OPEN_STATES
            voucher.is_late = bool(until) and until < now and waiting

    # === CONSTRAINTS === #

    # Not on the proposal: it is computed before the type that follows it.
    @api.constrains("service_type", "service_type_reason", "partner_id")
    def _check_service_type(self):
        """S2: overruling needs a logged reason; administrative work has no customer."""
        for voucher in self:
            if voucher.service_type == "D" and voucher.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(voucher)s is administrative work (type D), which has no customer: "
                        "remove the customer or choose another service type.",
                        voucher=voucher.display_name,
                    )
                )
            overruled = voucher.service_type != voucher.proposed_service_type
            internal = voucher.service_type == "D" and not voucher.lot_id
            if overruled and not internal and not (voucher.service_type_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "The file of the unit proposes service type %(proposed)s for %(voucher)s. "
                        "Write the reason for choosing %(chosen)s instead.",
                        proposed=voucher.proposed_service_type,
                        chosen=voucher.service_type,
                        voucher=voucher.display_name,
                    )
                )

    @api.constrains("outlet_id", "technician_id")
    def _check_technician_id(self):
        """S7: a job is given to one of the outlet's technicians."""
        for voucher in self:
            if voucher.technician_id and voucher.technician_id not in (
                voucher.outlet_id.technician_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(technician)s does not belong to outlet %(outlet)s: choose one of its "
                        "technicians for %(voucher)s, or another outlet.",
                        technician=voucher.technician_id.name,
                        outlet=voucher.outlet_id.display_name or self.env._("(none)"),
                        voucher=voucher.display_name,
                    )
                )

    @api.constrains("outlet_id", "technician_id", "partner_id", "service_type")
    def _check_dispatched(self):
        """S3: what a job was dispatched with is changed, never taken away."""
        for voucher in self:
            if voucher.state in GIVEN_STATES:
                voucher._check_dispatchable()

    @api.constrains("planned_start", "planned_end")
    def _check_planned(self):
        for voucher in self:
            start, end = voucher.planned_start, voucher.planned_end
            if start and end and end < start:
                raise ValidationError(
                    self.env._(
                        "The appointment of %(voucher)s ends before it starts: correct the window.",
                        voucher=voucher.display_name,
                    )
                )

    @api.constrains("lot_id", "product_id")
    def _check_lot_id(self):
        for voucher in self:
            if voucher.lot_id and voucher.lot_id.product_id != voucher.product_id:
                raise ValidationError(
                    self.env._(
                        "Unit %(unit)s is a %(its_model)s, not a %(model)s: choose the unit's own "
                        "model or another unit.",
                        unit=voucher.lot_id.display_name,
                        its_model=voucher.lot_id.product_id.display_name,
                        model=voucher.product_id.display_name or self.env._("(no model)"),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Register calls (S1); references are drawn for the whole batch.

        :raises UserError: when a user passes what only the steps write
        """
        if not self.env.su:
            for vals in vals_list:
                self._check_protected(vals)
        vals_list = [dict(vals) for vals in vals_list]
        by_company = defaultdict(list)
        for vals in vals_list:
            if not vals.get("reference"):
                by_company[vals.get("company_id") or self.env.company.id].append(vals)
        for company_id, batch in by_company.items():
            references = self._draw_references(company_id, len(batch))
            for vals, reference in zip(batch, references, strict=True):
                vals["reference"] = reference
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what only the steps may write, and any change once the job is done.

        :raises UserError: on a protected field, or on a done, closed or cancelled voucher
        """
        if not self._is_step():
            self._check_protected(vals)
            self._check_role(vals)
            self._check_not_frozen(vals)
            if SIGNED_FIELDS.intersection(vals) and "signature" not in vals:
                # The customer signed for something else: he signs again.
                vals = {**vals, "signature": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        """S3: a number is never lost. S1: an entry is struck off, not torn out.

        No group may delete at all; this stops the superuser as well.
        """
        for voucher in self:
            if voucher.number_index or voucher.state != "registered":
                raise UserError(
                    self.env._(
                        "Voucher %(voucher)s cannot be deleted: the register has no gaps. "
                        "Cancel it with a reason instead.",
                        voucher=voucher.display_name,
                    )
                )

    # === ACTIONS === #

    def action_dispatch(self):
        """Give the jobs to their technicians and draw their numbers (S3), in one batch.

        :raises AccessError: when the user neither is a supervisor nor dispatches for the outlet
        :raises UserError: when a job is not registered, or lacks outlet or technician
        """
        self._check_dispatcher()
        self._dispatch()
        return True

    def action_start(self):
        """The technician begins: dispatched jobs are in progress.

        :raises UserError: when a job is not dispatched
        """
        self._start()
        return True

    def action_done(self):
        """The work is done and signed: parts leave the van, a paid job gets its order (S3).

        :raises UserError: when a job is not in progress, or its customer has not signed
        """
        self._done()
        return True

    def action_sign(self, signature, signed_by):
        """Record the customer's signature and finish the job: for tools and the portal.

        :param str signature: base64 image
        :param str signed_by: name of the person who signed
        """
        self.write({"signature": signature, "signed_by": signed_by})
        return self.action_done()

    def action_close(self):
        """Close jobs whose callback allows it (S9).

        :raises UserError: when the customer was not heard yet, or was not satisfied
        """
        self._check_group(
            "aftersales_service.group_service_caller",
            self.env._("Only the hotline closes jobs, after its callback (S9)."),
        )
        self.check_access("read")
        # sudo: who calls back closes the job by what was heard, and writes nothing else on it.
        self.sudo()._close()
        return True

    def action_solve_by_phone(self):
        """Close calls that guidance solved, without a visit (S6).

        :raises UserError: when a job has been dispatched already
        """
        self._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only the hotline closes calls that were solved by phone (S6)."),
        )
        self._solve_by_phone()
        return True

    def action_cancel(self, reason=None):
        """Strike jobs off with a reason (S1); a number stays with its voucher.

        Without a reason (the button) a dialogue asks for it.

        :param str reason: why the job is not done
        :raises UserError: when a job is done already
        """
        self._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only the hotline cancels jobs: ask it, with the reason."),
        )
        if reason is None:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_voucher_cancel_action"
            )
            action["context"] = {"default_voucher_ids": self.ids}
            return action
        self._cancel(reason)
        return True

    def action_view_unit(self):
        """Open the unit's file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_action_unit"
        )
        views = [view for view in action["views"] if view[1] == "form"]
        return {**action, "res_id": self.lot_id.id, "view_mode": "form", "views": views}

    # === STEPS === #

    def _dispatch(self, at=None):
        """Number the jobs and mark them dispatched.

        :param at: time to stamp, or {voucher: time}; only loaders of history pass one
        """
        self._check_state("registered")
        for voucher in self:
            voucher._check_dispatchable()
        # The outlet may have changed since the technician was chosen.
        self._check_technician_id()
        self._check_outlet_serves()
        # The new state is written before the numbers are drawn: a second dispatcher of the same
        # voucher stops at the row, not after having taken a number.
        self._write_stamped(
            {"state": "dispatched", "dispatched_by_id": self.env.uid}, ["dispatched_at"], at
        )
        self._reserve_numbers()

    def _start(self, at=None):
        """Mark dispatched jobs as begun; see ``_dispatch`` for ``at``."""
        self._check_state("dispatched")
        self._write_stamped({"state": "in_progress"}, ["started_at"], at)

    def _done(self, at=None):
        """Finish jobs: signature, parts, order, unit file; see ``_dispatch`` for ``at``."""
        self._check_state(*WORK_STATES)
        self._check_signed()
        at = at or fields.Datetime.now()
        signed = self.filtered("signature")
        signed._write_stamped({"state": "done"}, ["done_at", "signed_on"], at)
        (self - signed)._write_stamped({"state": "done"}, ["done_at"], at)
        # Orders are confirmed after the parts have left: Odoo then sees them delivered and makes
        # no second delivery from the warehouse.
        self._create_sale_orders()
        self._create_pickings()
        self._confirm_sale_orders()
        for voucher in self.filtered(lambda v: v.lot_id and v.partner_id):
            # sudo: the job confirms the user in the unit's file (S14); technicians only read it.
            voucher.lot_id.sudo()._confirm_user(
                voucher.partner_id, voucher._get_company_date(voucher.done_at), voucher
            )
        self._log_meter_readings()

    def _close(self, at=None):
        """Close done jobs that ``_can_close``; see ``_dispatch`` for ``at``."""
        self._check_state("done")
        for voucher in self:
            if not voucher._can_close():
                raise UserError(
                    self.env._(
                        "%(voucher)s cannot be closed yet: record a satisfied callback, or "
                        "%(tries)s tries without an answer.",
                        voucher=voucher.display_name,
                        tries=voucher.company_id.aftersales_callback_tries,
                    )
                )
        self._write_stamped({"state": "closed"}, ["closed_at"], at)

    def _solve_by_phone(self, at=None):
        """Close registered calls without a visit; see ``_dispatch`` for ``at``.

        :raises UserError: when parts or work are on one, which nobody would deliver or charge
        """
        self._check_state("registered")
        for voucher in self.filtered("line_ids"):
            raise UserError(
                self.env._(
                    "%(voucher)s has work or parts on it, which a call without a visit neither "
                    "delivers nor charges: remove them, or dispatch the job.",
                    voucher=voucher.display_name,
                )
            )
        at = at or fields.Datetime.now()
        self._write_step(
            {"state": "closed", "solved_by_phone": True, "done_at": at, "closed_at": at}
        )

    def _cancel(self, reason, at=None):
        """Strike open jobs off with a reason; see ``_dispatch`` for ``at``."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write the reason: an entry is struck off only with one (S1).")
            )
        self._check_state(*OPEN_STATES)
        self._write_step(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "cancelled_at": at or fields.Datetime.now(),
            }
        )

    def _has_customer(self):
        """Internal work has no customer to sign or to call back (S2 D), unless one is named."""
        self.ensure_one()
        return bool(self.service_type != "D" or self.partner_id)

    # === HELPERS === #

    @api.model
    def _format_address(self, partner):
        """A partner's address on one line."""
        lines = partner._display_address(without_company=True).splitlines()
        return ", ".join(line.strip() for line in lines if line.strip())

    def _get_company_date(self, moment):
        """Day of a moment in the company's time zone, or False."""
        self.ensure_one()
        return bool(moment) and self.company_id._get_aftersales_date(moment)

    def _is_frozen(self):
        """Signed or struck off: figures and facts of the job do not change any more."""
        self.ensure_one()
        return self.state in ("done", "closed", "cancelled")

    def _get_sla_user(self):
        return self.technician_user_id or self.user_id

    @api.model
    def _get_sla_user_fields(self):
        return super()._get_sla_user_fields() | {"technician_id"}

    def _write_stamped(self, vals, stamps, at=None):
        """Write a step with the time at which it was taken.

        :param stamps: names of the stamps
        :param at: time, or {voucher: time} where each has its own; now by default
        """
        at = at or fields.Datetime.now()
        if not isinstance(at, dict):
            return self._write_step({**vals, **dict.fromkeys(stamps, at)})
        with self._sla_together() as vouchers:
            for moment, taken in vouchers.grouped(lambda voucher: at[voucher]).items():
                taken._write_step({**vals, **dict.fromkeys(stamps, moment)})
        return True

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "user_id",
            "state",
            "registered_at",
            "dispatched_at",
            "dispatched_by_id",
            "started_at",
            "done_at",
            "closed_at",
            "cancelled_at",
            "cancel_reason",
            "solved_by_phone",
            "signed_on",
            # Computed and stored: nobody types them, also not past the form.
            "phone_key",
            "technician_user_id",
            "proposed_service_type",
            "proposal_lot_id",
            "unit_not_sold_by_us",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the job only. Use the buttons.")

    def _check_group(self, group, message):
        """Steps belong to roles, also when a tool calls them without a click."""
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(message)

    def _check_role(self, vals):
        """Which fields of a job belong to whom (S3, S7).

        :raises AccessError: for a technician beyond his own work, and for whoever gives a
            dispatched job to somebody else without the right to dispatch
        :raises UserError: when a job would change its company
        """
        if "company_id" in vals and any(v.company_id.id != vals["company_id"] for v in self):
            raise UserError(
                self.env._("A job stays in its company: strike it off and register it there.")
            )
        if get_business_fields(vals) - TECHNICIAN_FIELDS:
            self._check_group(
                "aftersales_service.group_service_clerk",
                self.env._(
                    "A technician writes the work, the parts and the signature. Ask the "
                    "hotline to change anything else on the job."
                ),
            )
        for name in {"outlet_id", "technician_id"}.intersection(vals):
            if any(
                voucher.state in GIVEN_STATES and voucher[name].id != vals[name] for voucher in self
            ):
                self._check_group(
                    "aftersales_service.group_service_supervisor",
                    self.env._(
                        "Only a service supervisor gives a dispatched job to somebody else (S3): "
                        "ask yours."
                    ),
                )

    def _check_not_frozen(self, vals):
        """S3: what was signed or struck off does not change; mail and activities go on."""
        frozen = self.filtered(lambda voucher: voucher._is_frozen())
        if frozen and get_business_fields(vals):
            raise UserError(
                self.env._(
                    "Voucher %(voucher)s is %(state)s and does not change any more: "
                    "register a new job for what is still to be done.",
                    voucher=frozen[0].display_name,
                    state=frozen[0]._get_state_label().lower(),
                )
            )

    def _check_outlet_serves(self):
        """N1: an outlet in preparation or organisation is a prospect; it gets no jobs yet."""
        for voucher in self:
            if voucher.outlet_id.phase not in ("operation", "extension"):
                raise UserError(
                    self.env._(
                        "%(outlet)s is not in operation yet: choose another outlet for "
                        "%(voucher)s.",
                        outlet=voucher.outlet_id.display_name,
                        voucher=voucher.display_name,
                    )
                )

    def _check_dispatchable(self):
        """Outlet, technician and, but for internal work, the customer must be known (S3, S7)."""
        self.ensure_one()
        missing = [
            self._fields[name]._description_string(self.env)
            for name in self._get_dispatch_fields()
            if not self[name]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(voucher)s goes to a technician of an outlet, for a customer: enter "
                    "%(missing)s.",
                    voucher=self.display_name,
                    missing=", ".join(missing),
                )
            )

    def _get_dispatch_fields(self):
        """Names of the fields that a job is dispatched with. Hook: an outlet may need fewer."""
        self.ensure_one()
        needed = ["outlet_id", "technician_id"]
        if self.service_type != "D":
            needed.append("partner_id")
        return needed

    def _check_signed(self):
        """S3: the customer signs when the work is done."""
        for voucher in self:
            if not voucher._has_customer():
                continue
            if not (voucher.signature and voucher.signed_by):
                raise UserError(
                    self.env._(
                        "%(voucher)s is not signed: have the customer sign and enter the name of "
                        "who signed.",
                        voucher=voucher.display_name,
                    )
                )
