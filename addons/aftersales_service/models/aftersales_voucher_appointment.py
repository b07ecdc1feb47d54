# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_voucher import GIVEN_STATES, OPEN_STATES


class AftersalesVoucher(models.Model):
    """Who comes when: several technicians and visits a job (S3, S7).

    One truth: the appointments. The window on the job is its technician's next visit; it stands
    alone only until somebody is given the job. Typing it books that visit, or moves it.
    """

    _inherit = "aftersales.voucher"

    appointment_ids = fields.One2many(
        "aftersales.appointment",
        "voucher_id",
        string="Appointments",
        copy=False,
        help="Visits to this job: of its technician, and of those who help.",
    )
    planned_start = fields.Datetime(
        compute="_compute_planned",
        inverse="_inverse_planned",
        store=True,
        readonly=False,
        precompute=True,
    )
    planned_end = fields.Datetime(
        compute="_compute_planned",
        inverse="_inverse_planned",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="The reader is the job's technician, or has an appointment on it.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "technician_id",
        "appointment_ids.start",
        "appointment_ids.end",
        "appointment_ids.state",
        "appointment_ids.technician_id",
    )
    def _compute_planned(self):
        """The next visit of the job's technician; what was agreed last where none is open."""
        for voucher in self:
            visit = voucher._get_lead_appointment()
            voucher.planned_start = visit.start or voucher.planned_start
            voucher.planned_end = visit.end if visit else voucher.planned_end

    def _inverse_planned(self):
        """A window that is typed books the job's technician, or moves his visit."""
        self._book_lead()

    @api.depends("technician_user_id", "appointment_ids.state", "appointment_ids.technician_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        user = self.env.user
        # sudo: asked by the record rules, before they let anybody read.
        vouchers = self.sudo()
        mine = vouchers.filtered(lambda voucher: voucher.technician_user_id == user)
        helped = vouchers - mine
        if helped:
            visits = self.env["aftersales.appointment"].sudo()
            mine |= visits.search_fetch(
                [("voucher_id", "in", helped._origin.ids), *self._get_my_visits_domain()],
                ["voucher_id"],
            ).voucher_id
        ids = set(mine._origin.ids)
        for voucher in self:
            voucher.is_mine = voucher._origin.id in ids

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        # sudo: as above. One set of ids instead of two conditions: each side uses its index.
        led = self.sudo()._search([("technician_user_id", "=", self.env.uid)])
        visits = self.env["aftersales.appointment"].sudo()
        helped = visits._search(self._get_my_visits_domain())
        column = SQL.identifier(visits._table, "voucher_id")
        mine = SQL("(%s UNION %s)", led.subselect(), helped.subselect(column))
        return [("id", "in", mine)]

    @api.model
    def _get_my_visits_domain(self):
        return [("technician_user_id", "=", self.env.uid), ("state", "!=", "cancelled")]

    @api.onchange("outlet_id")
    def _onchange_outlet_id(self):
        """Another outlet sends a technician of its own."""
        if self.technician_id and self._is_stray(self.outlet_id):
            self.technician_id = False

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A window without an end takes the company's usual time of a visit."""
        vals_list = [
            {**vals, "planned_end": self._get_default_end(vals)}
            if vals.get("planned_start") and vals.get("technician_id")
            else vals
            for vals in vals_list
        ]
        registering = self.with_context(aftersales_registering=True)
        return super(AftersalesVoucher, registering).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Whoever gets the job gets its next visit; another outlet sends its own people.

        Dragging a card on the board does what choosing in the form does.
        """
        if vals.get("outlet_id") and "technician_id" not in vals:
            outlet = self.env["aftersales.outlet"].browse(vals["outlet_id"])
            strays = self.filtered(lambda voucher: voucher._is_stray(outlet))
            if strays:
                rest = self - strays
                strays.write({**vals, "technician_id": False})
                return rest.write(vals) if rest else True
        if "technician_id" not in vals:
            return super().write(vals)
        if vals["technician_id"] and "outlet_id" not in vals:
            self._find_outlet_of(vals["technician_id"])
        visits = {
            voucher: voucher._get_lead_appointment()
            for voucher in self
            if voucher.technician_id.id != vals["technician_id"]
        }
        result = super().write(vals)
        self._hand_over(visits)
        return result

    # === ACTIONS === #

    def action_view_appointments(self):
        """Open the visits to this job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_appointment_action"
        )
        return {
            **action,
            "domain": [("voucher_id", "=", self.id)],
            "context": {"default_voucher_id": self.id},
        }

    # === STEPS === #

    def _start(self, at=None):
        """The technician's visit begins with the job; see ``_dispatch`` for ``at``."""
        at = at or fields.Datetime.now()
        result = super()._start(at=at)
        visits = self.env["aftersales.appointment"]
        for voucher in self:
            if "under_way" not in voucher.appointment_ids.mapped("state"):
                visits |= voucher._get_lead_appointment()
        visits._write_step({"state": "under_way", "arrived_at": at})
        return result

    def _done(self, at=None):
        """Whoever is there leaves, whoever was to come does not; see ``_dispatch`` for ``at``."""
        at = at or fields.Datetime.now()
        result = super()._done(at=at)
        self.appointment_ids._finish(at)
        return result

    def _solve_by_phone(self, at=None):
        """Nobody has to come any more; see ``_dispatch`` for ``at``."""
        result = super()._solve_by_phone(at=at)
        self.appointment_ids._finish(at or fields.Datetime.now())
        return result

    def _cancel(self, reason, at=None):
        """Nobody has to come any more; see ``_dispatch`` for ``at``."""
        result = super()._cancel(reason, at=at)
        self.appointment_ids._finish(at or fields.Datetime.now())
        return result

    # === BUSINESS METHODS === #

    def _get_lead_appointment(self):
        """The next visit of the job's own technician, else the one that is under way."""
        self.ensure_one()
        visits = self.appointment_ids.filtered(
            lambda visit: visit.technician_id == self.technician_id
        )
        for state in ("planned", "under_way"):
            found = visits.filtered(lambda visit, state=state: visit.state == state)
            if found:
                return found.sorted(lambda visit: (visit.start, visit._origin.id))[:1]
        return visits.browse()

    def _get_crew(self):
        """Everybody who works on the job: its technician, and who has an appointment on it."""
        self.ensure_one()
        visits = self.appointment_ids.filtered(lambda visit: visit.state != "cancelled")
        return self.technician_id | visits.technician_id

    def _get_visit_length(self):
        """How long a visit takes where nobody says it."""
        company = self.company_id or self.env.company
        return timedelta(hours=company.aftersales_visit_hours)

    def _check_bookable(self):
        """Nobody is sent to a job that is over.

        :raises UserError: naming the job
        """
        self._check_state(*OPEN_STATES)

    # === HELPERS === #

    def _book_lead(self):
        """Book the technicians of these jobs for the windows on them, in one batch."""
        visits = self.env["aftersales.appointment"]
        fresh = []
        for voucher in self.filtered(lambda v: v.state in OPEN_STATES and v.technician_id):
            start = voucher.planned_start
            if start and voucher.planned_end in (False, start):
                # Outside an inverse this books the visit already.
                voucher.planned_end = start + voucher._get_visit_length()
            window = (start, voucher.planned_end)
            visit = voucher._get_lead_appointment()
            planned = visit.filtered(lambda visit: visit.state == "planned")
            if not start:
                planned.unlink()
            elif planned:
                if (planned.start, planned.end) != window:
                    planned.write({"start": window[0], "end": window[1]})
            elif (visit.start, visit.end) != window:
                fresh.append(voucher._prepare_appointment_vals())
        visits.with_context(aftersales_booking_lead=True).create(fresh)

    def _prepare_appointment_vals(self):
        """Values of the visit that the window on the job is. Hook."""
        self.ensure_one()
        return {
            "voucher_id": self.id,
            "technician_id": self.technician_id.id,
            "start": self.planned_start,
            "end": self.planned_end,
        }

    @api.model
    def _get_default_end(self, vals):
        start = fields.Datetime.to_datetime(vals["planned_start"])
        end = fields.Datetime.to_datetime(vals.get("planned_end"))
        if end and end != start:
            return end
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        return start + timedelta(hours=company.aftersales_visit_hours)

    def _hand_over(self, visits):
        """Give the next visit to whoever has the job now; without anybody it is torn up.

        :param dict visits: {voucher: next visit of who had it}
        """
        for voucher, visit in visits.items():
            planned = visit.filtered(lambda visit: visit.state == "planned")
            if voucher._get_lead_appointment().filtered(lambda visit: visit.state == "planned"):
                planned.unlink()
            elif planned and voucher.technician_id:
                planned.technician_id = voucher.technician_id
            else:
                planned.unlink()
                voucher._book_lead()

    def _is_stray(self, outlet):
        """Would the technician of a call stay behind if it went to this outlet?

        Only of one that is not dispatched: a dispatched one is given to a person.
        """
        self.ensure_one()
        technician = self.technician_id
        return bool(
            technician
            and outlet != self.outlet_id
            and self.state not in GIVEN_STATES
            and technician._origin not in outlet.technician_ids._origin
        )

    def _find_outlet_of(self, technician_id):
        """A call that no outlet covers goes to the outlet of who is given it."""
        homeless = self.filtered(lambda voucher: not voucher.outlet_id)
        if homeless:
            outlets = self._get_board_outlets()
            for company, vouchers in homeless.grouped("company_id").items():
                vouchers.outlet_id = outlets.filtered(
                    lambda outlet, company=company: (
                        outlet.company_id == company and technician_id in outlet.technician_ids.ids
                    )
                )[:1]
