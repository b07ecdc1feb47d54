# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .aftersales_voucher import GIVEN_STATES

LONGEST_REASON = 300
LONGEST_WORK = 4000
MOST_PIECES = 10_000


class AftersalesVoucher(models.Model):
    """Jobs of outlets without employees of ours: they come, go and are reported on the portal (S7).

    Such an outlet takes its own parts and charges its customer itself: nothing leaves our stock,
    and the job makes no order. What it used and did stands on the voucher all the same.
    """

    _inherit = "aftersales.voucher"

    is_foreign = fields.Boolean(
        string="Works on the Portal",
        compute="_compute_is_foreign",
        help="The outlet has no employees of ours and works on the portal.",
    )
    is_with_outlet = fields.Boolean(
        string="With an Outlet on the Portal",
        compute="_compute_is_with_outlet",
        search="_search_is_with_outlet",
        help="Given to an outlet that works on the portal, which has not given it back: it waits "
        "for no technician of ours.",
    )
    outlet_accepted_at = fields.Datetime(
        string="Accepted by the Outlet",
        readonly=True,
        copy=False,
        help="When the outlet took the job on.",
    )
    outlet_refused_at = fields.Datetime(
        string="Refused by the Outlet",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the outlet gave the job back; give it to another one, or offer it again.",
    )
    outlet_refusal = fields.Char(
        string="Reason of the Outlet",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the outlet gave the job back.",
    )

    # === COMPUTE METHODS === #

    @api.depends("outlet_id.is_foreign", "technician_id")
    def _compute_is_foreign(self):
        for voucher in self:
            voucher.is_foreign = voucher.outlet_id.is_foreign and not voucher.technician_id

    @api.depends("is_foreign", "state", "outlet_refused_at")
    def _compute_is_with_outlet(self):
        for voucher in self:
            voucher.is_with_outlet = (
                voucher.is_foreign
                and voucher.state != "registered"
                and not voucher.outlet_refused_at
            )

    def _search_is_with_outlet(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: which outlets work on the portal is no secret; the reader's own rules then hold.
        # Not looked up here: a board asks for each of its columns.
        outlets = self.env["aftersales.outlet"].sudo().with_context(active_test=False)
        foreign = outlets._search([("is_foreign", "=", True)])
        domain = (
            Domain("technician_id", "=", False)
            & Domain("state", "!=", "registered")
            & Domain("outlet_refused_at", "=", False)
            & Domain("outlet_id", "in", foreign)
        )
        if set(value) >= {True, False}:
            return Domain.TRUE
        return domain if True in value else ~domain

    # === CRUD METHODS === #

    def write(self, vals):
        """Whoever gets the job next has not answered yet."""
        moved = self.browse()
        if not self._is_step():
            moved = self.filtered(
                lambda v: any(
                    name in vals and v[name].id != vals[name]
                    for name in ("outlet_id", "technician_id")
                )
            )
        result = super().write(vals)
        if moved:
            moved._reset_outlet_answer()
            moved.filtered(lambda v: v.state in GIVEN_STATES)._notify_outlets()
        return result

    # === ACTIONS === #

    def action_offer_again(self):
        """Give the job to the same outlet again, after a word with it (S7).

        :raises AccessError: when the user is not a supervisor
        """
        self._check_group(
            "aftersales_service.group_service_supervisor",
            self.env._("Only a service supervisor gives jobs to outlets (S7): ask yours."),
        )
        refused = self.filtered("outlet_refused_at")
        refused._reset_outlet_answer()
        refused._notify_outlets()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _get_outlet_domain(self, user):
        """Jobs that a login works on: those given to its own outlets and not given back (S7).

        :param user: res.users
        """
        return (
            Domain("outlet_id", "in", self.env["aftersales.outlet"]._get_portal_outlets(user).ids)
            & Domain("technician_id", "=", False)
            & Domain("state", "in", (*GIVEN_STATES, "done", "closed"))
            & Domain("outlet_refused_at", "=", False)
            & Domain("number", "!=", False)
        )

    @api.model
    def _get_outlet_filters(self):
        """Steps of a job on the outlet's pages: name → (label, domain)."""
        accepted = Domain("outlet_accepted_at", "!=", False)
        dispatched = Domain("state", "=", "dispatched")
        working = Domain("state", "in", ("in_progress", "waiting_part", "in_workshop"))
        planned = Domain("planned_start", "!=", False)
        reported = Domain("reported_at", "!=", False)
        return {
            "new": (self.env._("New"), dispatched & ~accepted),
            "accepted": (self.env._("Accepted"), dispatched & accepted & ~planned),
            "planned": (self.env._("Appointment set"), dispatched & accepted & planned),
            "working": (self.env._("In work"), working & ~reported),
            "reported": (self.env._("To be signed"), working & reported),
            "done": (self.env._("Done"), Domain("state", "in", ("done", "closed"))),
        }

    def _get_outlet_step(self):
        """Which of ``_get_outlet_filters`` the job is in."""
        self.ensure_one()
        if self.state in ("done", "closed"):
            return "done"
        if self.state != "dispatched":
            return "reported" if self.reported_at else "working"
        if not self.outlet_accepted_at:
            return "new"
        return "planned" if self.planned_start else "accepted"

    def _check_outlet_step(self, *steps):
        """Refuse what the outlet does at the wrong time.

        :raises UserError: naming the job and where it stands
        """
        self.ensure_one()
        step = self._get_outlet_step()
        if self.outlet_refused_at or step not in steps:
            raise UserError(
                self.env._(
                    "%(voucher)s is at “%(step)s”: load the page again to see what comes next.",
                    voucher=self.display_name,
                    step=self._get_outlet_filters()[step][0],
                )
            )

    def _accept_by_outlet(self):
        """The outlet takes the job on."""
        self._check_outlet_step("new")
        self._write_step({"outlet_accepted_at": fields.Datetime.now()})
        self._message_log(body=self.env._("Accepted by the outlet"))

    def _refuse_by_outlet(self, reason):
        """The outlet gives the job back; the hotline gets an activity (S7).

        :raises UserError: without a reason, or once the work has begun
        """
        self._check_outlet_step("new", "accepted", "planned")
        reason = (reason or "").strip()[:LONGEST_REASON]
        if not reason:
            raise UserError(self.env._("Write why you cannot take the job: the hotline asks."))
        self._write_step(
            {
                "outlet_refused_at": fields.Datetime.now(),
                "outlet_refusal": reason,
                "outlet_accepted_at": False,
            }
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("%(outlet)s refused the job", outlet=self.outlet_id.display_name),
            note=reason,
            user_id=(self.dispatched_by_id or self.user_id or self.create_uid).id,
        )

    def _set_outlet_appointment(self, start, end):
        """The outlet has agreed a window with the customer.

        :param datetime start: in UTC
        :param datetime end: in UTC, or False
        :raises UserError: once the work has begun, or for a day that has passed
        """
        self._check_outlet_step("accepted", "planned")
        if not start:
            raise UserError(self.env._("Enter the day and hour that you agreed with the customer."))
        if self._get_company_date(start) < self._get_company_date(fields.Datetime.now()):
            raise UserError(self.env._("This day has passed: enter the one that you agreed on."))
        self.write({"planned_start": start, "planned_end": end})

    def _start_by_outlet(self):
        """The outlet begins."""
        self._check_outlet_step("accepted", "planned")
        self._start()

    def _write_outlet_result(self, work_done, fault=None, meter=0.0):
        """What the outlet found and did.

        :param fault: aftersales.fault, or none
        :param float meter: reading of the unit's meter, 0 where none was read
        """
        self._check_outlet_step("working", "reported")
        vals = {"work_done": (work_done or "").strip()[:LONGEST_WORK]}
        if fault is not None:
            vals["fault_id"] = fault.id
        if meter < 0:
            raise UserError(self.env._("A meter reading is not below zero."))
        vals["meter_reading"] = meter
        changed = {name: value for name, value in vals.items() if self._differs(name, value)}
        if changed:
            self.write(changed)
            self._withdraw_report()

    def _differs(self, name, value):
        current = self[name].id if self._fields[name].type == "many2one" else self[name]
        return (current or False) != (value or False)

    def _add_outlet_part(self, product, quantity):
        """A part that the outlet fitted, from its own stock (S7).

        :param product: product.product found by ``_search_outlet_parts``
        :raises UserError: for anything else, or an impossible quantity
        """
        self._check_outlet_step("working", "reported")
        if not product or product not in self._search_outlet_parts(products=product):
            raise UserError(self.env._("This part is not on the list: look it up again."))
        if not 0 < quantity <= MOST_PIECES:
            raise UserError(
                self.env._(
                    "Enter how many pieces were fitted, from 1 to %(most)s.", most=MOST_PIECES
                )
            )
        self.env["aftersales.voucher.line"].create(
            {"voucher_id": self.id, "product_id": product.id, "quantity": quantity}
        )

    def _remove_outlet_part(self, line):
        """Take a part off again."""
        self._check_outlet_step("working", "reported")
        (line & self.line_ids).unlink()

    def _search_outlet_parts(self, text="", products=None, limit=20):
        """Parts that an outlet may put on its jobs: goods that we sell (P1).

        :param str text: beginning of a number, or part of a name
        :param products: look among these only
        :return: product.product
        """
        domain = self._get_outlet_part_domain()
        if products is not None:
            domain &= Domain("id", "in", products.ids)
        # A wildcard means itself: nobody lists everything by typing one.
        text = re.sub(r"([\\%_])", r"\\\1", (text or "").strip()[:80])
        if text:
            domain &= Domain("default_code", "=ilike", f"{text}%") | Domain("name", "ilike", text)
        # sudo: portal users do not read products; number and name of these leave the page.
        return (
            self.env["product.product"]
            .sudo()
            .search(domain, limit=limit, order="default_code, name, id")
        )

    def _get_outlet_part_domain(self):
        """Which products an outlet may look up. Hook: the glue leaves restricted parts out (P2)."""
        self.ensure_one()
        return (
            Domain("type", "=", "consu")
            & Domain("sale_ok", "=", True)
            & Domain("tracking", "!=", "serial")
            & Domain("company_id", "in", (False, self.company_id.id))
        )

    def _report_by_outlet(self):
        """The outlet has finished: the customer may sign, on its phone or by the link."""
        self._check_outlet_step("working")
        if not self._has_customer():
            self._done()
            return
        self._report_work()
        self._send_signature_link()

    def _reopen_by_outlet(self):
        """Something is missing in the report: the outlet goes on."""
        self._check_outlet_step("reported")
        self._withdraw_report()

    def _dispatch(self, at=None):
        """Tell outlets on the portal what came in; see the step."""
        result = super()._dispatch(at=at)
        if not at:
            self._notify_outlets()
        return result

    def _notify_outlets(self):
        """Mail to outlets on the portal that a job waits for them."""
        mailed = self.filtered(lambda v: v._works_on_portal() and v.outlet_id.partner_id.email)
        if mailed:
            # sudo: the house's own text, to the outlet that the job was given to.
            self.env.ref("aftersales_service.mail_template_outlet_job").sudo().send_mail_batch(
                mailed.ids, email_layout_xmlid="mail.mail_notification_light"
            )

    def _reset_outlet_answer(self):
        """Nobody has answered for the job yet."""
        answered = self.filtered(lambda v: v.outlet_accepted_at or v.outlet_refused_at)
        if answered:
            answered._write_step(
                {"outlet_accepted_at": False, "outlet_refused_at": False, "outlet_refusal": False}
            )

    def _works_on_portal(self):
        """Is the job one of an outlet without employees of ours?"""
        self.ensure_one()
        # sudo: technicians read no outlet's settings; the answer is a yes or no.
        return self.sudo().is_foreign

    def _get_dispatch_fields(self):
        """An outlet on the portal has no technician of ours (S7)."""
        names = super()._get_dispatch_fields()
        return [name for name in names if name != "technician_id" or not self._works_on_portal()]

    def _get_part_lines(self):
        """Parts of an outlet on the portal never were in our stock (S7)."""
        lines = super()._get_part_lines()
        return lines.browse() if self._works_on_portal() else lines

    def _create_sale_orders(self):
        """An outlet on the portal charges its customer itself (S7)."""
        own = self.filtered(lambda voucher: not voucher._works_on_portal())
        return super(AftersalesVoucher, own)._create_sale_orders()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "outlet_accepted_at",
            "outlet_refused_at",
            "outlet_refusal",
        }
