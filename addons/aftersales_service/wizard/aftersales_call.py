# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.aftersales_voucher import OPEN_STATES
from ..phone import count_common, get_digits, get_key, is_phone

# What is found fits on the screen; who types more finds less.
CANDIDATES = 8
HISTORY = 5
SHORTEST_QUERY = 3


class AftersalesCall(models.TransientModel):
    """Quick registration of a call (S1): one field finds the caller and the unit.

    A phone number, a name or a serial is typed, or comes from the telephone system. Who and what
    is not known yet is opened with the call. The jobs of one call follow each other.
    """

    _name = "aftersales.call"
    _description = "Register a Call"
    _inherit = ["aftersales.caller.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(index=False, readonly=False)
    query = fields.Char(
        string="Phone, Name or Serial", help="What the caller says first, or what the phone shows."
    )
    voucher_ids = fields.Many2many(
        "aftersales.voucher",
        string="Registered in This Call",
        readonly=True,
        help="Jobs of this call that are in the register already.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher", readonly=True, help="Entry that this form has become."
    )

    # Who
    candidate_ids = fields.Many2many(
        "res.partner", compute="_compute_candidates", help="Who may be calling."
    )
    partner_id = fields.Many2one(precompute=False, index=False, ondelete="cascade")
    contact_name = fields.Char(precompute=False)
    phone = fields.Char(precompute=False)
    street = fields.Char(help="Where the unit is; a new customer gets this address.")
    zip = fields.Char(string="Postcode")
    city = fields.Char()
    country_id = fields.Many2one(
        "res.country",
        ondelete="cascade",
        default=lambda self: self.env.company.country_id,
    )
    state_id = fields.Many2one(
        "res.country.state",
        string="State/Province",
        ondelete="cascade",
        domain="[('country_id', '=?', country_id)]",
    )
    address = fields.Char(compute="_compute_address")
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        compute="_compute_outlet_id",
        help="Outlet that covers the address (S7).",
    )
    channel = fields.Selection(
        selection=lambda self: self._get_voucher_selection("channel"),
        default="call",
        required=True,
    )

    # What
    lot_candidate_ids = fields.Many2many(
        "stock.lot", compute="_compute_candidates", help="Units that may be meant."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        compute="_compute_lot_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Model",
        ondelete="cascade",
        check_company=True,
        domain="[('type', '=', 'consu')]",
        help="Model of a unit that has no file yet.",
    )
    serial = fields.Char(help="Serial of a unit that has no file yet: with its model it gets one.")
    unit_note = fields.Char(
        string="Model as Told", help="In the caller's words, where the model is not known."
    )

    # The job
    kind = fields.Selection(
        selection=lambda self: self._get_voucher_selection("kind"),
        string="Kind of Job",
        default="repair",
        required=True,
    )
    priority = fields.Selection(
        selection=lambda self: self._get_voucher_selection("priority"), default="0"
    )
    fault_id = fields.Many2one("aftersales.fault", string="Fault Code", ondelete="cascade")
    fault_description = fields.Text(string="Fault", help="The fault in the caller's words.")
    planned_start = fields.Datetime(string="Appointment", help="Window agreed with the caller.")
    planned_end = fields.Datetime()
    work_done = fields.Text(string="Advice", help="What solved it by phone (S6).")

    # At a glance
    open_voucher_ids = fields.Many2many(
        "aftersales.voucher",
        compute="_compute_open_voucher_ids",
        help="Open jobs of this unit, this customer or this phone number.",
    )
    is_duplicate = fields.Boolean(
        compute="_compute_open_voucher_ids",
        help="A call about this unit, or from this phone number, is open already.",
    )
    history_ids = fields.Many2many(
        "aftersales.voucher",
        compute="_compute_history_ids",
        help="What was done on this unit before.",
    )
    sold_on = fields.Date(related="lot_id.sold_on")
    warranty_end = fields.Date(related="lot_id.warranty_end")
    contract_end = fields.Date(related="lot_id.contract_end")
    in_warranty = fields.Boolean(related="lot_id.in_warranty")
    warranty_clauses = fields.Char(
        compute="_compute_warranty_clauses",
        help="Clauses of the warranty that hold today, or why there is none (S16).",
    )
    meter = fields.Float(related="lot_id.meter")
    dealer_id = fields.Many2one(related="lot_id.dealer_id")

    is_choice = fields.Boolean(
        compute="_compute_is_choice", help="Several customers were found: the clerk says which."
    )
    is_lot_choice = fields.Boolean(
        compute="_compute_is_choice", help="Several units were found: the clerk says which."
    )

    # === COMPUTE METHODS === #

    @api.depends("query", "contact_name")
    def _compute_display_name(self):
        for call in self:
            call.display_name = call.contact_name or call.query or self.env._("New Call")

    @api.depends("candidate_ids", "lot_candidate_ids")
    def _compute_is_choice(self):
        for call in self:
            call.is_choice = len(call.candidate_ids) > 1
            call.is_lot_choice = len(call.lot_candidate_ids) > 1

    @api.model
    def _get_voucher_selection(self, name):
        return self.env["aftersales.voucher"]._fields[name]._description_selection(self.env)

    @api.depends("query", "partner_id")
    def _compute_candidates(self):
        for call in self:
            lots = call._find_lots()
            partners = call._find_partners()
            call.candidate_ids = (lots.user_partner_id | partners)[:CANDIDATES]
            if call.partner_id:
                lots = lots.filtered(
                    lambda lot, partner=call.partner_id: lot.user_partner_id == partner
                ) or call._get_units(call.partner_id)
            call.lot_candidate_ids = lots[:CANDIDATES]

    @api.depends("query")
    def _compute_partner_id(self):
        """The caller, where it is clear who that is."""
        for call in self:
            users = call._find_lots().user_partner_id
            found = users or call._find_partners()
            if is_phone(call.query or "") and len(found) > 1:
                digits = get_digits(call.query)
                exact = found.filtered(
                    lambda partner, digits=digits: partner.aftersales_phone_digits == digits
                )
                found = exact or found
            call.partner_id = found if len(found) == 1 else False

    @api.depends("query", "partner_id")
    def _compute_lot_id(self):
        """The unit, where it is clear which one."""
        for call in self:
            candidates = call.lot_candidate_ids
            said = (call.query or "").strip().lower()
            exact = candidates.filtered(lambda lot, said=said: lot.name.lower() == said)
            found = exact or candidates
            call.lot_id = found if len(found) == 1 else False

    @api.depends("query", "partner_id")
    def _compute_contact_name(self):
        for call in self:
            said = (call.query or "").strip()
            unknown = said if not (is_phone(said) or call.lot_candidate_ids) else False
            call.contact_name = call.partner_id.name or call.contact_name or unknown

    @api.depends("query", "partner_id")
    def _compute_phone(self):
        """The number that rings is where the caller is reached, known or not."""
        for call in self:
            said = (call.query or "").strip()
            rings = is_phone(said) and not call._find_lots()
            call.phone = said if rings else call.partner_id.phone or call.phone

    @api.depends("partner_id")
    def _compute_address(self):
        for call in self:
            partner = call.partner_id
            call.address = partner and self.env["aftersales.voucher"]._format_address(partner)

    @api.depends("partner_id", "zip", "state_id", "country_id", "company_id")
    def _compute_outlet_id(self):
        for call in self:
            area = call._get_area()
            outlets = self.env["aftersales.outlet"]
            covering = outlets._get_outlet_by_area(area, call.company_id) if area else {}
            call.outlet_id = covering.get(area)

    @api.depends("lot_id")
    def _compute_warranty_clauses(self):
        for call in self:
            day = call.company_id._get_aftersales_date(fields.Datetime.now())
            call.warranty_clauses = call.lot_id._get_warranty_clauses(day) if call.lot_id else False

    @api.depends("partner_id", "lot_id", "phone")
    def _compute_open_voucher_ids(self):
        for call in self:
            same = Domain.FALSE
            if call.lot_id:
                same |= Domain("lot_id", "=", call.lot_id._origin.id)
            if key := get_key(call.phone):
                same |= Domain("phone_key", "=", key)
            related = same
            if call.partner_id:
                related |= Domain("partner_id", "=", call.partner_id._origin.id)
            vouchers = call._search_vouchers(related & Domain("state", "in", OPEN_STATES))
            call.open_voucher_ids = vouchers[:CANDIDATES]
            call.is_duplicate = bool(vouchers.filtered_domain(same))

    @api.depends("lot_id")
    def _compute_history_ids(self):
        for call in self:
            same = Domain("lot_id", "=", call.lot_id._origin.id) if call.lot_id else Domain.FALSE
            call.history_ids = call._search_vouchers(
                same & Domain("state", "not in", OPEN_STATES), limit=HISTORY
            )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id and not self.partner_id:
            self.partner_id = self.lot_id.user_partner_id

    @api.onchange("state_id")
    def _onchange_state_id(self):
        if self.state_id:
            self.country_id = self.state_id.country_id

    # === ACTIONS === #

    def action_register(self):
        """Register the call and open its entry (S1).

        :raises UserError: when nobody says who calls, or the call is registered already
        """
        return self._register_call()._get_records_action(
            views=[(self.env.ref("aftersales_service.aftersales_voucher_view_form").id, "form")]
        )

    def action_register_next(self):
        """Register this job and go on with the next one of the same call.

        :raises UserError: see ``action_register``
        """
        self._register_call()
        again = self.create(
            {
                "company_id": self.company_id.id,
                "query": self.query,
                "voucher_ids": [fields.Command.set(self.voucher_ids.ids)],
                "partner_id": self.partner_id.id,
                "contact_name": self.contact_name,
                "phone": self.phone,
                "channel": self.channel,
                "lot_id": False,
            }
        )
        return {**self._get_action(), "res_id": again.id}

    def action_solve_by_phone(self):
        """Register a call that guidance has solved, and close it without a visit (S6).

        :raises UserError: see ``action_register``
        """
        voucher = self._register_call()
        voucher.action_solve_by_phone()
        return self._get_action()

    def action_new(self):
        """Take the next call."""
        return self._get_action()

    # === BUSINESS METHODS === #

    def _register_call(self):
        """Make the entry of the register, with the customer and the unit that are new (S1).

        :return: aftersales.voucher
        :raises UserError: when nobody says who calls, or the call is registered already
        """
        self.ensure_one()
        if self.voucher_id:
            raise UserError(
                self.env._(
                    "This call is in the register as %(voucher)s: take the next call.",
                    voucher=self.voucher_id.display_name,
                )
            )
        if not (self.partner_id or (self.contact_name or "").strip()):
            raise UserError(self.env._("Enter who calls: choose the customer or type a name."))
        if not self.partner_id:
            self.partner_id = self.env["res.partner"].create(self._prepare_partner_vals())
        if not self.lot_id and self._has_new_unit():
            self.lot_id = self._open_unit_file()
        voucher = self.env["aftersales.voucher"].create(self._prepare_voucher_vals())
        self.write({"voucher_id": voucher.id, "voucher_ids": [fields.Command.link(voucher.id)]})
        return voucher

    def _prepare_partner_vals(self):
        """Values of a customer who calls for the first time. Hook."""
        self.ensure_one()
        return {
            "name": self.contact_name.strip(),
            "phone": self.phone,
            "street": self.street,
            "zip": self.zip,
            "city": self.city,
            "state_id": self.state_id.id,
            "country_id": self.country_id.id,
        }

    def _has_new_unit(self):
        """Is enough known to open a unit's file? Hook."""
        self.ensure_one()
        return bool(self.product_id and (self.serial or "").strip())

    def _open_unit_file(self):
        """The unit of this model with this serial; it is opened where it has no file (S14).

        Nobody knows yet who sold it: the hotline notes that it was not us where that is so.
        """
        serial = self.serial.strip()
        lots = self.env["stock.lot"]
        return lots.search(
            [
                ("name", "=ilike", serial),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            limit=1,
        ) or lots.create(
            {
                "name": serial,
                "product_id": self.product_id.id,
                "company_id": self.company_id.id,
                "user_partner_id": self.partner_id.id,
            }
        )

    def _prepare_voucher_vals(self):
        """Values of the entry of the register. Hook."""
        self.ensure_one()
        told = (self.unit_note, not self.lot_id and self.serial)
        vals = {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name or self.partner_id.name,
            "phone": self.phone,
            "channel": self.channel,
            "lot_id": self.lot_id.id,
            "unit_note": ", ".join(part for part in told if part),
            "kind": self.kind,
            "priority": self.priority,
            "fault_id": self.fault_id.id,
            "fault_description": self.fault_description,
            "work_done": self.work_done,
            "planned_start": self.planned_start,
            "planned_end": self.planned_end,
        }
        if not self.lot_id:
            vals["product_id"] = self.product_id.id
        return vals

    # === HELPERS === #

    def _get_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_call_action"
        )
        return {**action, "target": "main"}

    def _get_area(self):
        self.ensure_one()
        if self.partner_id:
            return self.partner_id._get_aftersales_area()
        address = (self.country_id.id, self.state_id.id, self.zip)
        return self.env["aftersales.area"]._find_by_address([address])[0]

    def _search_vouchers(self, domain, limit=None):
        """Entries of the company, newest first."""
        if domain.is_false():
            return self.env["aftersales.voucher"]
        own = Domain("company_id", "=", self.company_id.id)
        return self.env["aftersales.voucher"].search(
            own & domain, order="registered_at desc, id desc", limit=limit
        )

    def _find_partners(self):
        """Who may be calling, the likeliest first: by phone digits, else by name."""
        self.ensure_one()
        said = (self.query or "").strip()
        if len(said) < SHORTEST_QUERY:
            return self.env["res.partner"]
        own = Domain("company_id", "in", (self.company_id.id, False))
        if is_phone(said):
            digits = get_digits(said)
            found = self.env["res.partner"].search(
                own & Domain("aftersales_phone_digits", "ilike", get_key(said)), limit=100
            )
            return found.sorted(
                lambda partner: count_common(partner.aftersales_phone_digits, digits), reverse=True
            )[:CANDIDATES]
        return self.env["res.partner"].search(
            own & Domain("complete_name", "ilike", said), limit=CANDIDATES
        )

    def _find_lots(self):
        """Units whose serial was said; the whole serial before a part of one."""
        self.ensure_one()
        said = (self.query or "").strip()
        lots = self.env["stock.lot"]
        if len(said) < SHORTEST_QUERY:
            return lots
        own = Domain("company_id", "in", (self.company_id.id, False))
        # A lot of goods that nobody tells apart is no unit.
        own &= Domain("product_id.tracking", "=", "serial")
        exact = lots.search(own & Domain("name", "=ilike", said), limit=CANDIDATES)
        if exact or is_phone(said):
            return exact
        return lots.search(own & Domain("name", "ilike", said), limit=CANDIDATES)

    def _get_units(self, partner):
        """Units that a caller or the company behind him has."""
        users = partner._origin | partner._origin.commercial_partner_id
        return self.env["stock.lot"].search(
            [
                ("user_partner_id", "in", users.ids),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            limit=CANDIDATES,
        )
