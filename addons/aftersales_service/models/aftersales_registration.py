# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..phone import get_digits

# Registered, or about to be: a unit has one of these.
LIVE_STATES = ("waiting", "confirmed")
SHORTEST_PHONE = 5


class AftersalesRegistration(models.Model):
    """Retail registration: a dealer has sold a unit to its user (S14).

    It starts the warranty on the day of the sale and writes who has the unit. Dealers register on
    the portal, clerks here, one by one or many by import. What comes late, or contradicts the
    unit's file, waits for a clerk.
    """

    _name = "aftersales.registration"
    _description = "Retail Registration"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "registered_at desc, id desc"
    _rec_names_search = ["name", "lot_id", "user_name"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "To Approve"),
            ("confirmed", "Registered"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="To approve: late, or not as the unit's file says; a clerk looks at it. Registered: "
        "the warranty has begun and the user stands on the unit's file.",
    )
    source = fields.Selection(
        [("portal", "Dealer's Portal"), ("office", "Office")],
        default="office",
        required=True,
        readonly=True,
        help="Where it was entered.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Unit that was sold, by its serial number.",
    )
    product_id = fields.Many2one(related="lot_id.product_id", string="Model", store=True)
    dealer_id = fields.Many2one(
        "res.partner",
        compute="_compute_dealer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('is_dealer', '=', True)]",
        help="Dealer that sold the unit.",
    )
    sold_on = fields.Date(
        string="Date of Sale",
        required=True,
        tracking=True,
        help="Day on which the user got the unit: the first day of the warranty.",
    )
    registered_at = fields.Datetime(
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When the registration was sent in.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Login that entered it.",
    )

    # The user of the unit, as told
    user_name = fields.Char(string="User", required=True, help="Who has bought the unit.")
    phone = fields.Char(required=True, help="Where the user is reached.")
    email = fields.Char(help="Mail address of the user.")
    street = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char()
    country_id = fields.Many2one("res.country", ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner",
        string="User File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Contact that the user became.",
    )
    meter = fields.Float(help="What the meter showed at the sale.")
    meter_unit = fields.Selection(related="lot_id.meter_unit")
    document = fields.Binary(
        string="Invoice or Photo", copy=False, help="The dealer's invoice, or a photo of it."
    )
    document_name = fields.Char(copy=False)
    consented_at = fields.Datetime(
        string="Consent",
        readonly=True,
        copy=False,
        help="When the dealer confirmed that the user agrees that we keep and use these data.",
    )
    consent_text = fields.Text(readonly=True, copy=False, help="What was agreed to.")

    approval_reason = fields.Char(
        string="Why to Approve", readonly=True, copy=False, help="Why a clerk looks at it."
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    refusal_reason = fields.Char(
        string="Reason of Refusal",
        copy=False,
        tracking=True,
        help="Why it is refused; the dealer reads it.",
    )
    warranty_end = fields.Date(
        related="lot_id.warranty_end", help="Last day of the unit's free warranty."
    )

    _lot_live = models.UniqueIndex(
        "(lot_id) WHERE state IN ('waiting', 'confirmed')",
        "This unit is registered already.",
    )
    _meter_positive = models.Constraint("CHECK(meter >= 0)", "A meter reading is not below zero.")

    # === COMPUTE METHODS === #

    @api.depends("lot_id")
    def _compute_dealer_id(self):
        for registration in self:
            registration.dealer_id = registration.dealer_id or registration.lot_id.dealer_id

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Enter registrations; their numbers are drawn for the whole batch."""
        registrations = super().create(vals_list)
        sequence = self.env["ir.sequence"]
        for registration in registrations.sudo():
            # sudo: numbers are drawn by the system.
            registration.name = sequence.sudo().next_by_code("aftersales.registration") or "/"
        return registrations

    def write(self, vals):
        """What is decided does not change.

        :raises UserError: on a registration that is confirmed or refused
        """
        if not self.env.su:
            names = {name for name in vals if not name.startswith(("message_", "activity_"))}
            decided = self.filtered(lambda one: one.state in ("confirmed", "refused"))
            if names and decided:
                raise UserError(
                    self.env._(
                        "Registration %(number)s is decided and does not change any more: correct "
                        "the unit's file, or register anew.",
                        number=decided[0].name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for registration in self:
            if registration.state != "draft":
                raise UserError(
                    self.env._(
                        "Registration %(number)s was sent in and stays: refuse it with a reason.",
                        number=registration.name,
                    )
                )

    # === ACTIONS === #

    def action_register(self):
        """Register drafts: those that nothing speaks against at once, the others wait (S14).

        :raises UserError: when a unit cannot be registered, with the reason
        """
        self._check_clerk()
        self._check_state("draft")
        # sudo: the step writes the unit's file and its user; the clerk's right was checked.
        self.sudo()._submit()
        return True

    def action_approve(self):
        """Accept registrations that waited: the warranty begins (S14)."""
        self._check_clerk()
        self._check_state("waiting")
        # sudo: the clerk's right was asked; the unit's file is written by the registration.
        self.sudo()._confirm()
        self._tell_dealer(self.env._("Your registration was accepted: the warranty has begun."))
        return True

    def action_refuse(self):
        """Refuse registrations; the dealer reads why.

        :raises UserError: without a reason
        """
        self._check_clerk()
        self._check_state("draft", "waiting")
        for registration in self:
            if not (registration.refusal_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write the reason of refusal on %(number)s: the dealer reads it.",
                        number=registration.name,
                    )
                )
        # sudo: the clerk's right was asked.
        self.sudo().write(self._prepare_decision("refused"))
        for registration in self:
            registration._tell_dealer(
                self.env._(
                    "Your registration was refused: %(reason)s", reason=registration.refusal_reason
                )
            )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    # === BUSINESS METHODS === #

    def _submit(self):
        """Send registrations in: they are looked at, and confirmed or left to a clerk.

        Of two who register the same unit at once the second one waits for the first, is tried
        again by Odoo, and then refused.

        :raises UserError: when a unit cannot be registered, with the reason
        """
        self._take_turns()
        self._check_registrable()
        waiting = self.browse()
        for registration in self:
            reason = registration._get_approval_reason()
            if reason:
                registration.write({"state": "waiting", "approval_reason": reason})
                waiting += registration
        waiting._ask_clerk()
        (self - waiting)._confirm()

    def _take_turns(self):
        """Write the units' rows, so that two at once do not both find them free."""
        self.env.cr.execute(
            """
            UPDATE stock_lot SET registration_tries = COALESCE(registration_tries, 0) + 1
             WHERE id IN %s
            """,
            [tuple(self.lot_id.ids)],
        )
        self.lot_id.invalidate_recordset(["registration_tries"], flush=False)

    def _check_registrable(self):
        """Refuse what cannot be: a day to come, one before the shipment, a unit twice (S14)."""
        live = self._get_live_units()
        today = self.company_id[:1]._get_aftersales_date(fields.Datetime.now())
        for registration in self:
            registration._check_told()
            registration._check_day(today)
            lot = registration.lot_id
            if lot in live or len(self.filtered(lambda one, lot=lot: one.lot_id == lot)) > 1:
                raise UserError(
                    self.env._(
                        "Unit %(unit)s is registered already. Where it has another user now, ask "
                        "the hotline to change the user.",
                        unit=lot.name,
                    )
                )
            if not lot.sold_by_us:
                raise UserError(
                    self.env._(
                        "Unit %(unit)s was not sold by us or our dealers: it has no warranty of "
                        "ours to register.",
                        unit=lot.name,
                    )
                )

    def _get_live_units(self):
        """Units of these that have a live registration, in one query."""
        live = self.search(
            Domain("lot_id", "in", self.lot_id.ids)
            & Domain("state", "in", LIVE_STATES)
            & Domain("id", "not in", self.ids)
        )
        return live.lot_id

    def _check_told(self):
        """A user file needs a name and a phone that can be called (S17 asks for the same)."""
        self.ensure_one()
        if not (self.user_name or "").strip():
            raise UserError(self.env._("Enter the name of the user who bought the unit."))
        if len(get_digits(self.phone) or "") < SHORTEST_PHONE:
            raise UserError(
                self.env._(
                    "Enter a phone number on which %(user)s is reached.", user=self.user_name
                )
            )
        if self.meter and self.meter < self.lot_id.meter:
            raise UserError(
                self.env._(
                    "The meter of unit %(unit)s showed more than %(meter)s before: correct it, or "
                    "leave it out.",
                    unit=self.lot_id.name,
                    meter=f"{self.meter:g}",
                )
            )

    def _check_day(self, today):
        self.ensure_one()
        lot = self.lot_id
        if self.sold_on > today:
            raise UserError(
                self.env._(
                    "The date of sale %(day)s is still to come: register unit %(unit)s when it is "
                    "sold.",
                    day=self.sold_on,
                    unit=lot.name,
                )
            )
        earliest = lot.shipped_on or lot.made_on
        if earliest and self.sold_on < earliest:
            raise UserError(
                self.env._(
                    "Unit %(unit)s left us on %(earliest)s: it cannot have been sold to its user "
                    "on %(day)s. Correct the date of sale.",
                    unit=lot.name,
                    earliest=earliest,
                    day=self.sold_on,
                )
            )

    def _get_approval_reason(self):
        """Why a clerk has to look at a registration; empty where nobody has to. Hook."""
        self.ensure_one()
        days = self.company_id.aftersales_registration_days
        sent_on = self.company_id._get_aftersales_date(self.registered_at or fields.Datetime.now())
        if (sent_on - self.sold_on).days > days:
            return self.env._(
                "Sent in %(late)s days after the sale; %(days)s are allowed.",
                late=(sent_on - self.sold_on).days,
                days=days,
            )
        lot = self.lot_id
        if lot.warranty_start and lot.warranty_source != "shipment":
            return self.env._(
                "The unit's file says that its warranty began on %(day)s already.",
                day=lot.warranty_start,
            )
        known = lot.user_partner_id
        if known and known != self._find_partner():
            return self.env._("The unit's file says that %(user)s has it.", user=known.display_name)
        return ""

    def _confirm(self):
        """Begin the warranty and write the user, the meter and the day of sale on the units."""
        for registration in self:
            registration.partner_id = registration._find_partner() or self.env[
                "res.partner"
            ].create(registration._prepare_partner_vals())
            registration._update_partner()
            registration._write_unit()
        for day, registrations in self.grouped("sold_on").items():
            registrations.lot_id._start_registered_warranty(day)
        self.write(self._prepare_decision("confirmed"))
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _prepare_decision(self, state):
        return {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    def _find_partner(self):
        """The contact of this name with this phone, if there is one already."""
        self.ensure_one()
        name = self.user_name.strip()
        if self.lot_id.user_partner_id.name and self.lot_id.user_partner_id.name == name:
            return self.lot_id.user_partner_id
        found = self.env["res.partner"].search(
            Domain("aftersales_phone_digits", "=", get_digits(self.phone))
            & Domain("company_id", "in", (False, self.company_id.id))
        )
        return found.filtered(lambda one: (one.name or "").strip().lower() == name.lower())[:1]

    def _prepare_partner_vals(self):
        """Values of a user who is new to us. Hook."""
        self.ensure_one()
        return {
            "name": self.user_name.strip(),
            "phone": self.phone,
            "email": self.email,
            "street": self.street,
            "zip": self.zip,
            "city": self.city,
            "country_id": self.country_id.id,
            "company_id": self.company_id.id,
        }

    def _update_partner(self):
        """Fill what the user file does not know; a dealer changes nothing in it."""
        self.ensure_one()
        partner = self.partner_id
        told = self._prepare_partner_vals()
        vals = {
            name: told[name]
            for name in ("email", "street", "zip", "city", "country_id")
            if told[name] and not partner[name]
        }
        if self.consented_at and not partner.aftersales_consent_at:
            vals |= {
                "aftersales_consent_at": self.consented_at,
                "aftersales_consent_text": self.consent_text,
            }
        if vals:
            partner.write(vals)

    def _write_unit(self):
        """User, day of sale and meter on the unit's file."""
        self.ensure_one()
        lot = self.lot_id
        if lot.user_partner_id != self.partner_id:
            current = lot.unit_user_ids.filtered(lambda row: not row.date_to)
            since = max(self.sold_on, current.date_from or self.sold_on)
            lot._set_user(self.partner_id, since, "registration", told_by=self.dealer_id.name)
        lot.sold_on = self.sold_on
        if self.meter:
            lot._take_meter_reading(self.meter, day=self.sold_on, source="registration")

    def _ask_clerk(self):
        """The clerks' list shows them; whoever keeps the dealer's account gets an activity."""
        for registration in self:
            user = registration.dealer_id.user_id or registration.user_id
            registration.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Late or unclear registration"),
                note=registration.approval_reason,
                user_id=(user if user._is_internal() else self.env.ref("base.user_root")).id,
            )

    def _tell_dealer(self, body):
        """Tell whoever registered on the portal what was decided."""
        for registration in self.filtered(lambda one: one.source == "portal"):
            # sudo: the registering login's own person.
            partner = registration.sudo().user_id.partner_id
            registration.message_post(body=body, partner_ids=partner.ids)

    def _check_clerk(self):
        self.env["aftersales.voucher"]._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only the hotline registers units here: ask it."),
        )
        self.check_access("write")

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            *("name", "state", "source", "company_id", "registered_at", "user_id", "partner_id"),
            *("approval_reason", "decided_by_id", "decided_at", "consented_at", "consent_text"),
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the registration. Use its buttons.")
