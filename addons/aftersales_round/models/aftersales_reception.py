# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesReception(models.Model):
    """The visit of a customer: host, lodging, appointments, return ticket, steps (S21)."""

    _name = "aftersales.reception"
    _description = "Reception of a Customer"
    _inherit = ["aftersales.round.document.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Purpose", required=True, tracking=True, help="Why the customer comes."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("here", "Guests Are Here"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    guest_names = fields.Text(string="Guests", help="Who comes: one name a line.")
    guest_count = fields.Integer(string="Number of Guests", default=1)
    host_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who looks after the guests; the job and its steps are his.",
    )
    host_user_id = fields.Many2one(
        "res.users", related="host_id.user_id", store=True, index="btree_not_null"
    )
    date_from = fields.Datetime(string="Arrival", required=True, tracking=True)
    date_to = fields.Datetime(string="Departure", required=True, tracking=True)
    arrival_note = fields.Char(string="Met At", help="Station, flight or gate, and who meets them.")
    lodging_state = fields.Selection(
        [("none", "Not Needed"), ("to_book", "To Be Booked"), ("booked", "Booked")],
        string="Lodging",
        default="to_book",
        required=True,
    )
    lodging_partner_id = fields.Many2one(
        "res.partner", string="Hotel", index="btree_not_null", check_company=True
    )
    lodging_note = fields.Char(string="Rooms", help="Rooms, nights, number of the booking.")
    ticket_state = fields.Selection(
        [
            ("none", "Not Needed"),
            ("to_book", "To Be Booked"),
            ("booked", "Booked"),
            ("handed", "Handed Over"),
        ],
        string="Return Ticket",
        default="to_book",
        required=True,
    )
    ticket_note = fields.Char(string="Ticket", help="Train or flight, number, seats.")
    return_at = fields.Datetime(string="Return On", help="When their train or flight leaves.")
    appointment_ids = fields.One2many(
        "aftersales.reception.appointment", "reception_id", string="Appointments", copy=True
    )
    is_unprepared = fields.Boolean(
        compute="_compute_is_unprepared",
        search="_search_is_unprepared",
        string="Not Prepared",
        help="The guests come soon, or are here, and lodging or ticket is not booked.",
    )
    note = fields.Html()

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "The visit ends before it begins: correct its dates."
    )
    _guests_check = models.Constraint("CHECK (guest_count > 0)", "At least one guest comes.")

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for reception in self:
            # sudo: the customer's name, to whoever sees the visit.
            partner = reception.sudo().partner_id.name
            reception.display_name = ": ".join(filter(None, (partner, reception.name)))

    @api.depends("state", "lodging_state", "ticket_state")
    def _compute_is_unprepared(self):
        for reception in self:
            reception.is_unprepared = reception.state in ("confirmed", "here") and (
                "to_book" in (reception.lodging_state, reception.ticket_state)
            )

    def _search_is_unprepared(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            ("state", "in", ("confirmed", "here")),
            "|",
            ("lodging_state", "=", "to_book"),
            ("ticket_state", "=", "to_book"),
        ]

    # === CONSTRAINTS === #

    @api.constrains("lodging_state", "lodging_partner_id", "ticket_state", "ticket_note")
    def _check_booked(self):
        for reception in self:
            if reception.lodging_state == "booked" and not reception.lodging_partner_id:
                raise ValidationError(
                    self.env._("%(visit)s: enter the hotel.", visit=reception.display_name)
                )
            if reception.ticket_state in ("booked", "handed") and not reception.ticket_note:
                raise ValidationError(
                    self.env._(
                        "%(visit)s: enter the train or flight of the return ticket.",
                        visit=reception.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_stay(self):
        self.appointment_ids._check_inside()

    # === CRUD METHODS === #

    def write(self, vals):
        """A visit that is over does not change any more."""
        if not self.env.su:
            for reception in self.filtered(lambda r: r.state in ("done", "cancelled")):
                if set(vals) - {"note"} and not all(
                    name.startswith(("message_", "activity_")) for name in vals
                ):
                    raise UserError(
                        self.env._(
                            "%(visit)s is over and does not change any more.",
                            visit=reception.display_name,
                        )
                    )
        return super().write(vals)

    # === ACTIONS === #

    def action_confirm(self):
        """The visit is agreed: its job begins, with its steps, and the host is told."""
        self.check_access("write")
        self._check_state("draft")
        self.sudo().write({"state": "confirmed"})  # sudo: the right was asked above
        self._begin_job()
        for reception in self.sudo():  # sudo: the host is somebody else
            host = reception.host_user_id
            if host.active and reception.with_user(host).has_access("read"):
                reception.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=reception.company_id._get_aftersales_date(reception.date_from),
                    summary=self.env._("Receive %(visit)s", visit=reception.display_name),
                    user_id=host.id,
                )
        return True

    def action_arrive(self):
        """The guests are here."""
        self.check_access("write")
        self._check_state("confirmed")
        self.sudo().write({"state": "here"})  # sudo: the right was asked above
        return True

    def action_done(self):
        """The guests have left: nothing is left to be booked, the required steps are done.

        :raises UserError: while something is open
        """
        self.check_access("write")
        self._check_state("here")
        for reception in self.filtered("is_unprepared"):
            raise UserError(
                self.env._(
                    "%(visit)s: lodging or return ticket is still to be booked. Enter it, or say "
                    "that it was not needed.",
                    visit=reception.display_name,
                )
            )
        self._end_job()
        done = self.sudo()  # sudo: the right was asked above
        done.write({"state": "done"})
        done.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_cancel(self, reason=None):
        """The visit does not take place: with a reason. Without one a dialogue asks for it."""
        self.check_access("write")
        self._check_state("draft", "confirmed")
        if reason is None:
            return self._ask_reason("reception_cancel")
        reason = self._check_reason(reason)
        cancelled = self.sudo()  # sudo: the right was asked above
        cancelled.write({"state": "cancelled", "reason": reason})
        cancelled.activity_unlink(["mail.mail_activity_data_todo"])
        self._strike_off_job(reason)
        return True

    # === HELPERS === #

    @api.model
    def default_get(self, fields_list):
        """The house's own checklist of a reception, where it is there."""
        vals = super().default_get(fields_list)
        if "checklist_id" in fields_list and not vals.get("checklist_id"):
            checklist = self.env.ref(
                "aftersales_round.checklist_reception", raise_if_not_found=False
            )
            vals["checklist_id"] = checklist.id if checklist and checklist.active else False
        return vals

    def _prepare_voucher_vals(self):
        return {
            **super()._prepare_voucher_vals(),
            "round_kind": "reception",
            "round_date": self.company_id._get_aftersales_date(self.date_to),
            "technician_id": self.host_id.id,
        }
