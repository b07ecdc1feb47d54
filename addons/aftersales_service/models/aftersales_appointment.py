# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tools import SQL, format_datetime

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

from .aftersales_voucher import GIVEN_STATES

# The technician's time is taken.
BOOKED_STATES = ("planned", "under_way")
WINDOW_FIELDS = frozenset({"start", "end", "technician_id"})


class AftersalesAppointment(models.Model):
    """A visit of one technician to one job, in a window of time (S3, S7).

    A job has as many as it needs, of several technicians. Windows of one technician do not
    overlap, also when two dispatchers book him at once; a supervisor may overrule that, with a
    reason that is kept. The window on the job itself is its technician's next visit.
    """

    _name = "aftersales.appointment"
    _description = "Appointment of a Technician"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
    ]
    _order = "start, id"
    _rec_name = "voucher_id"
    _check_company_auto = True

    # A step of the job takes its visits along.
    _step_model = "aftersales.voucher"

    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Job that the technician comes for.",
    )
    company_id = fields.Many2one(related="voucher_id.company_id", store=True, precompute=True)
    outlet_id = fields.Many2one(related="voucher_id.outlet_id", store=True, index=True)
    outlet_technician_ids = fields.Many2many(related="voucher_id.outlet_technician_ids")
    technician_id = fields.Many2one(
        "hr.employee",
        compute="_compute_technician_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        check_company=True,
        group_expand="_read_group_technician_id",
        domain="[('id', 'in', outlet_technician_ids)]",
        help="Who comes: one of the technicians of the job's outlet.",
    )
    technician_user_id = fields.Many2one(
        "res.users",
        related="technician_id.user_id",
        store=True,
        precompute=True,
        string="Technician's User",
        help="Login of the technician: the job is his to see and to work on.",
    )
    start = fields.Datetime(required=True, help="The technician comes after this.")
    end = fields.Datetime(
        compute="_compute_end",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The technician has time for the job until then.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("under_way", "Under Way"),
            ("done", "Done"),
            ("missed", "Not Kept"),
            ("cancelled", "Called Off"),
        ],
        default="planned",
        required=True,
        readonly=True,
        help="Under Way: the technician is there. Not Kept: nobody came, or nobody was in. Called "
        "Off: the job was finished or struck off before.",
    )
    arrived_at = fields.Datetime(string="Arrived", readonly=True, copy=False)
    left_at = fields.Datetime(string="Left", readonly=True, copy=False)
    note = fields.Char(help="What the technician should know, or why it was not kept.")
    overlap_reason = fields.Char(
        string="Reason for Overlap",
        copy=False,
        help="Why a supervisor booked a technician who is booked already; kept in the log.",
    )
    overlap_by_id = fields.Many2one(
        "res.users", string="Overlap Allowed By", readonly=True, copy=False
    )

    # Of the job, for the calendar.
    contact_name = fields.Char(related="voucher_id.contact_name")
    phone = fields.Char(related="voucher_id.phone")
    address = fields.Char(related="voucher_id.address")
    product_id = fields.Many2one(related="voucher_id.product_id")
    voucher_state = fields.Selection(related="voucher_id.state", string="State of the Job")
    is_late = fields.Boolean(
        compute="_compute_is_late", help="The window has passed and nobody has arrived."
    )

    _window = models.Constraint(
        'CHECK("end" > start)', "An appointment ends before it starts: correct the window."
    )
    _booked_idx = models.Index("(technician_id, start) WHERE state IN ('planned', 'under_way')")
    _user_idx = models.Index("(technician_user_id, voucher_id)")
    _start_idx = models.Index("(company_id, start)")

    # === COMPUTE METHODS === #

    @api.depends("voucher_id")
    def _compute_technician_id(self):
        """The job's own technician, until another one is chosen."""
        for appointment in self:
            appointment.technician_id = (
                appointment.technician_id or appointment.voucher_id.technician_id
            )

    @api.depends("start")
    def _compute_end(self):
        """A visit takes the company's usual time, until another end is chosen."""
        for appointment in self:
            start, end = appointment.start, appointment.end
            if start and not (end and end > start):
                appointment.end = start + appointment.voucher_id._get_visit_length()
            else:
                appointment.end = end

    @api.depends("voucher_id.display_name", "voucher_id.contact_name", "technician_id.name")
    def _compute_display_name(self):
        for appointment in self:
            voucher, technician = appointment.voucher_id, appointment.technician_id
            names = (voucher.contact_name, technician.name, voucher.display_name)
            appointment.display_name = " · ".join(name for name in names if name)

    @api.depends("end", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for appointment in self:
            appointment.is_late = bool(
                appointment.state == "planned" and appointment.end and appointment.end < now
            )

    @api.model
    def _read_group_technician_id(self, _technicians, _domain):
        """All technicians who may be given a job, also those with nothing to do."""
        return self.env["aftersales.voucher"]._get_board_technicians()

    # === CONSTRAINTS === #

    @api.constrains("start", "end")
    def _check_window(self):
        for appointment in self:
            if appointment.end <= appointment.start:
                raise ValidationError(
                    self.env._(
                        "The appointment of %(voucher)s ends before it starts: correct the window.",
                        voucher=appointment.voucher_id.display_name,
                    )
                )

    @api.constrains("technician_id", "voucher_id")
    def _check_technician_id(self):
        """S7: the outlet's own technicians do its jobs."""
        for appointment in self:
            outlet = appointment.voucher_id.outlet_id
            if appointment.technician_id not in outlet.technician_ids:
                raise ValidationError(
                    self.env._(
                        "%(technician)s does not belong to outlet %(outlet)s: choose one of its "
                        "technicians for %(voucher)s, or another outlet.",
                        technician=appointment.technician_id.name,
                        outlet=outlet.display_name or self.env._("(none)"),
                        voucher=appointment.voucher_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Book technicians.

        :raises UserError: when a technician is booked already, or the job is finished
        :raises AccessError: for whoever gives a dispatched job to somebody else without the right
            to dispatch, or overrules an overlap without being supervisor
        """
        if not self._is_step():
            for vals in vals_list:
                self._check_protected(vals)
                self._check_overruling(vals)
        vals_list = [self._stamp_overruling(vals) for vals in vals_list]
        appointments = super().create(vals_list)
        appointments = appointments.with_context(aftersales_booking=True)
        appointments.voucher_id._check_bookable()
        appointments._check_given()
        appointments._check_overlap()
        appointments._log_overruling()
        return appointments.with_env(self.env)

    def write(self, vals):
        """Move appointments.

        :raises UserError: when the technician is booked already, or the visit is over
        :raises AccessError: see ``create``
        """
        if not self._is_step() and get_business_fields(vals) - {"note"}:
            self._check_protected(vals)
            self._check_overruling(vals)
            self._check_movable(vals)
        moved = WINDOW_FIELDS & vals.keys()
        if not (moved or "overlap_reason" in vals):
            return super().write(vals)
        # What was allowed was this technician at this time: elsewhere it is asked anew.
        vals = self._stamp_overruling({"overlap_reason": False, **vals})
        led = self._get_led_jobs() if "technician_id" in vals else self.voucher_id.browse()
        result = super().write(vals)
        if "technician_id" in vals:
            self._check_given()
        self._check_overlap()
        self._log_overruling()
        if led:
            led.technician_id = vals["technician_id"]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        """Who came, and who did not, stays; only a plan is torn up."""
        for appointment in self:
            if appointment.state != "planned":
                raise UserError(
                    self.env._(
                        "The visit of %(appointment)s is %(state)s and stays on the job: book "
                        "another one for what is still to be done.",
                        appointment=appointment.display_name,
                        state=appointment._get_state_label().lower(),
                    )
                )

    # === ACTIONS === #

    def action_arrive(self):
        """The technician is there: a dispatched job begins (S3).

        :raises UserError: when the visit is not planned any more
        """
        self._check_own()
        self._arrive()
        return True

    def action_leave(self):
        """The technician leaves; the job is not done by that.

        :raises UserError: when he is not there
        """
        self._check_own()
        self._leave()
        return True

    def action_missed(self):
        """Nobody came, or nobody was in: the job needs another window.

        :raises UserError: when the visit is not planned any more
        """
        self._check_own()
        self._miss()
        return True

    # === STEPS === #

    def _arrive(self, at=None):
        """Mark the technician as there; see ``aftersales.voucher._dispatch`` for ``at``.

        :raises UserError: when the job is not his yet, or waits or is finished
        """
        self._check_state("planned")
        at = at or fields.Datetime.now()
        self.voucher_id._check_state("dispatched", "in_progress", "in_workshop")
        self._write_step({"state": "under_way", "arrived_at": at})
        self.voucher_id.filtered(lambda voucher: voucher.state == "dispatched")._start(at=at)

    def _leave(self, at=None):
        """Mark the technician as gone; see ``_arrive``."""
        self._check_state("under_way")
        self._write_step({"state": "done", "left_at": at or fields.Datetime.now()})

    def _miss(self):
        """Mark a visit that did not take place."""
        self._check_state("planned")
        self._write_step({"state": "missed"})

    def _finish(self, at, came="done"):
        """The job is over or stands still: who is there leaves, who was to come does not."""
        there = self.filtered(lambda appointment: appointment.state == "under_way")
        there._write_step({"state": came, "left_at": at})
        coming = self.filtered(lambda appointment: appointment.state == "planned")
        coming._write_step({"state": "cancelled"})

    # === HELPERS === #

    def _write_step(self, vals):
        """Write what only the steps write; see ``_get_protected_fields``."""
        if not self:
            return True
        # sudo: technicians only read appointments; the step itself was checked before.
        return super(AftersalesAppointment, self.sudo())._write_step(vals)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "arrived_at",
            "left_at",
            "overlap_by_id",
            # Computed and stored: nobody types them, also not past the form.
            "company_id",
            "outlet_id",
            "technician_user_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the visit only. Use the buttons.")

    def _get_led_jobs(self):
        """Jobs whose own technician has no visit but these: whoever gets them gets the job."""
        led = self.voucher_id.browse()
        for appointment in self:
            voucher, technician = appointment.voucher_id, appointment.technician_id
            others = (voucher.appointment_ids - self).filtered(
                lambda visit, technician=technician: (
                    visit.technician_id == technician and visit.state != "cancelled"
                )
            )
            if technician == voucher.technician_id and not others:
                led |= voucher
        return led

    def _check_own(self):
        """Technicians mark their own visits; the hotline those that it is told of."""
        self.check_access("read")
        if self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk"):
            return
        for appointment in self:
            mine = appointment.technician_user_id == self.env.user
            if not (mine or appointment.voucher_id._may_dispatch()):
                raise AccessError(
                    self.env._(
                        "This is the visit of %(technician)s on %(voucher)s, not yours.",
                        technician=appointment.technician_id.name,
                        voucher=appointment.voucher_id.display_name,
                    )
                )

    def _check_movable(self, vals):
        """A visit stays with its job, and does not move once it has begun."""
        if "voucher_id" in vals and any(a.voucher_id.id != vals["voucher_id"] for a in self):
            raise UserError(
                self.env._("An appointment stays with its job: book another one on the other job.")
            )
        for appointment in self:
            if appointment.state != "planned":
                raise UserError(
                    self.env._(
                        "The visit of %(appointment)s is %(state)s and does not move any more: "
                        "book another one.",
                        appointment=appointment.display_name,
                        state=appointment._get_state_label().lower(),
                    )
                )

    def _check_given(self):
        """S3: only who dispatches a job brings somebody else to it once it is dispatched."""
        for appointment in self:
            voucher = appointment.voucher_id
            if voucher._may_dispatch():
                continue
            known = voucher.technician_id | (voucher.appointment_ids - self).technician_id
            if voucher.state in GIVEN_STATES and appointment.technician_id not in known:
                raise AccessError(
                    self.env._(
                        "%(voucher)s is dispatched: only a service supervisor sends somebody else "
                        "to it (S3): ask yours.",
                        voucher=voucher.display_name,
                    )
                )

    def _check_overruling(self, vals):
        if vals.get("overlap_reason"):
            self.env["aftersales.voucher"]._check_group(
                "aftersales_service.group_service_supervisor",
                self.env._(
                    "Only a service supervisor books a technician who is booked already: ask yours."
                ),
            )

    def _stamp_overruling(self, vals):
        if "overlap_reason" not in vals:
            return vals
        reason = (vals["overlap_reason"] or "").strip()
        return {
            **vals,
            "overlap_reason": reason or False,
            "overlap_by_id": self.env.uid if reason else False,
        }

    def _log_overruling(self):
        """Who let two windows overlap, and why, stands in the log of the job."""
        overruled = self.filtered("overlap_reason")
        if overruled:
            overruled.voucher_id._message_log_batch(
                bodies={
                    appointment.voucher_id.id: self.env._(
                        "%(user)s booked %(technician)s from %(start)s to %(end)s although he is "
                        "booked already: %(reason)s",
                        user=self.env.user.name,
                        technician=appointment.technician_id.name,
                        start=appointment._format_moment(appointment.start),
                        end=appointment._format_moment(appointment.end),
                        reason=appointment.overlap_reason,
                    )
                    for appointment in overruled
                }
            )

    def _format_moment(self, moment):
        return format_datetime(self.env, moment, dt_format="short")

    def _check_overlap(self):
        """Windows of one technician do not overlap, also when two dispatchers book him at once.

        :raises RedirectWarning: for a supervisor, with the dialogue that overrules it
        :raises UserError: for everybody else, naming the other job and its window
        """
        booked = self.filtered(lambda appointment: appointment.state in BOOKED_STATES)
        if not booked:
            return
        booked._claim_technicians()
        clash = self.env.execute_query(
            SQL(
                """SELECT mine.id, other.id
                     FROM aftersales_appointment AS mine
                     JOIN aftersales_appointment AS other
                       ON other.technician_id = mine.technician_id
                      AND other.id != mine.id
                      AND other.state IN ('planned', 'under_way')
                      AND other.start < mine."end"
                      AND other."end" > mine.start
                    WHERE mine.id = ANY(%s) AND mine.overlap_reason IS NULL
                    ORDER BY mine.id, other.start
                    LIMIT 1""",
                booked.ids,
            )
        )
        if clash:
            ((mine, other),) = clash
            self.browse(mine)._refuse_overlap(self.browse(other))

    def _claim_technicians(self):
        """Count the booking on the technicians' rows before what is booked is looked at.

        Who books the same technician at the same moment waits for the row, gets a serialization
        failure, which Odoo retries, and then sees this appointment.
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE hr_employee AS technician
                      SET aftersales_bookings = COALESCE(aftersales_bookings, 0) + 1
                     FROM (SELECT id FROM hr_employee
                            WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE) AS booked
                    WHERE technician.id = booked.id""",
                self.technician_id.ids,
            )
        )
        # sudo: nobody reads the counter; what the cache holds of it is old now.
        self.technician_id.sudo().invalidate_recordset(["aftersales_bookings"], flush=False)

    def _refuse_overlap(self, other):
        """Say who is booked where and when; a supervisor is led to the dialogue that overrules."""
        self.ensure_one()
        # sudo: of the other job only its number and window are told.
        other = other.sudo()
        message = self.env._(
            "%(technician)s is booked for %(job)s from %(start)s to %(end)s already: choose "
            "another window or another technician for %(voucher)s.",
            technician=self.technician_id.name,
            job=other.voucher_id.display_name,
            start=self._format_moment(other.start),
            end=self._format_moment(other.end),
            voucher=self.voucher_id.display_name,
        )
        user = self.env.user
        may = user.has_group("aftersales_service.group_service_supervisor")
        # The dialogue needs the job, which is not there any more if it was just being registered.
        if self.env.su or not may or self.env.context.get("aftersales_registering"):
            raise UserError(message)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_appointment_overrule_action"
        )
        context = {
            "default_voucher_id": self.voucher_id.id,
            "default_appointment_id": not self.env.context.get("aftersales_booking") and self.id,
            "default_is_lead": bool(self.env.context.get("aftersales_booking_lead")),
            "default_technician_id": self.technician_id.id,
            "default_start": fields.Datetime.to_string(self.start),
            "default_end": fields.Datetime.to_string(self.end),
            "default_message": message,
        }
        raise RedirectWarning(message, {**action, "context": context}, self.env._("Book Anyway…"))
