# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from .aftersales_voucher import OPEN_STATES

# What both sides have agreed to: fixed once the contract is in force.
TERMS = frozenset(
    {
        "partner_id",
        "currency_id",
        "company_id",
        "kind_id",
        "template_id",
        "date_from",
        "date_to",
        "months",
        "price",
        "billing_period",
        "billing_timing",
        "notice_days",
        "terms",
        "service_ids",
    }
)
BILLING_MONTHS = {"once": 0, "monthly": 1, "quarterly": 3, "yearly": 12}


class AftersalesContract(models.Model):
    """Service contract (S2 B): units, term, what is included, and what it costs.

    Amounts are in the contract's currency. While it is in force its terms do not change; units join
    and leave. A contract is valid on a day by its dates, whatever its state says by then.
    """

    _name = "aftersales.contract"
    _description = "Service Contract"
    _inherit = [
        "aftersales.protected.mixin",
        "aftersales.state.mixin",
        "aftersales.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In Force"),
            ("expired", "Expired"),
            ("ended", "Ended Early"),
            ("renewed", "Renewed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="In Force: covers its units. Expired: the term is over. Ended Early: by notice. "
        "Renewed: another contract follows it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Who has the contract and gets its invoices.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who looks after the contract, and is reminded before it ends.",
    )
    template_id = fields.Many2one(
        "aftersales.contract.template", check_company=True, ondelete="set null", copy=False
    )
    kind_id = fields.Many2one(
        "aftersales.contract.kind",
        compute="_compute_kind_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    weight = fields.Float(
        compute="_compute_weight",
        store=True,
        precompute=True,
        digits=(16, 4),
        aggregator=None,
        help="What the contract counts for each unit in the penetration of R10: the weight of its "
        "kind when it came into force.",
    )

    # Term
    date_from = fields.Date(
        string="First Day", required=True, default=fields.Date.context_today, tracking=True
    )
    months = fields.Integer(
        string="Length (months)",
        compute="_compute_months",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="Agreed Last Day",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    ended_on = fields.Date(
        string="Ends Early On",
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day, where the contract ends before its agreed last day.",
    )
    end_reason = fields.Char(readonly=True, copy=False, tracking=True, help="Why it ends early.")
    noticed_on = fields.Date(
        string="Notice Received", readonly=True, copy=False, help="Day of the written notice."
    )
    notice_days = fields.Integer(
        string="Days of Notice",
        compute="_compute_billing",
        store=True,
        readonly=False,
        precompute=True,
        help="Notice ends the contract so many days after it was received, or later.",
    )
    date_stop = fields.Date(
        string="Last Day", compute="_compute_date_stop", store=True, precompute=True, index=True
    )
    days_left = fields.Integer(
        compute="_compute_days_left", help="Days until the last day; negative when it is over."
    )

    # What it covers and costs
    unit_ids = fields.One2many("aftersales.contract.unit", "contract_id", copy=True)
    unit_count = fields.Integer(compute="_compute_unit_count", string="Units")
    service_ids = fields.One2many(
        "aftersales.contract.service",
        "contract_id",
        compute="_compute_service_ids",
        store=True,
        readonly=False,
        copy=True,
    )
    balance_ids = fields.One2many("aftersales.contract.balance", "contract_id", readonly=True)
    draw_ids = fields.One2many("aftersales.contract.draw", "contract_id", readonly=True)
    price = fields.Monetary(
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Price of the whole term, proposed as the template's price for each unit. Without "
        "tax, unless the taxes of the product are included in its price.",
    )
    billing_period = fields.Selection(
        [
            ("once", "Once"),
            ("monthly", "Monthly"),
            ("quarterly", "Quarterly"),
            ("yearly", "Yearly"),
        ],
        compute="_compute_billing",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="How often it is invoiced.",
    )
    billing_timing = fields.Selection(
        [("advance", "In Advance"), ("arrears", "In Arrears")],
        compute="_compute_billing",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="In Advance: on the first day of each period. In Arrears: on its last day.",
    )
    terms = fields.Html(
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="Printed on the contract.",
    )

    # Signature: not an attachment, which whoever may write the contract could replace.
    signature = fields.Image(copy=False, attachment=False, max_width=1024, max_height=1024)
    signed_by = fields.Char(copy=False, help="Name of the person who signed.")
    signed_on = fields.Date(copy=False, help="Day on which the customer signed.")
    signed_copy = fields.Binary(
        copy=False, attachment=True, help="Scan of the contract that was signed on paper."
    )
    signed_copy_name = fields.Char(copy=False)
    is_signed = fields.Boolean(compute="_compute_is_signed")

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A contract cannot end before it begins."
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "A price cannot be negative.")
    _notice_positive = models.Constraint(
        "CHECK (notice_days >= 0)", "Days of notice cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_currency_id(self):
        for contract in self:
            contract.currency_id = contract.currency_id or contract.company_id.currency_id

    @api.depends("template_id")
    def _compute_kind_id(self):
        for contract in self:
            contract.kind_id = contract.template_id.kind_id or contract.kind_id

    # The kind's weight is no dependency on purpose: what was sold keeps its weight.
    @api.depends("kind_id")
    def _compute_weight(self):
        for contract in self:
            contract.weight = contract.kind_id.weight

    @api.depends("template_id")
    def _compute_months(self):
        for contract in self:
            contract.months = contract.template_id.months or contract.months or 12

    @api.depends("date_from", "months")
    def _compute_date_to(self):
        for contract in self:
            if contract.date_from and contract.months:
                contract.date_to = (
                    contract.date_from
                    + relativedelta(months=contract.months)
                    - relativedelta(days=1)
                )

    @api.depends("date_to", "ended_on")
    def _compute_date_stop(self):
        for contract in self:
            contract.date_stop = contract.ended_on or contract.date_to

    @api.depends("date_stop")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.days_left = (contract.date_stop - today).days if contract.date_stop else 0

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        counts = dict(
            self.env["aftersales.contract.unit"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.unit_count = counts.get(contract._origin, 0)

    @api.depends("template_id")
    def _compute_service_ids(self):
        for contract in self:
            services = contract.template_id.service_ids
            if services and contract.state == "draft":
                contract.service_ids = [
                    Command.clear(),
                    *(Command.create(service._prepare_service_vals()) for service in services),
                ]

    @api.depends("template_id", "unit_ids")
    def _compute_price(self):
        for contract in self:
            template = contract.template_id
            if contract.state != "draft" or not template:
                contract.price = contract.price
                continue
            price = template.price * max(len(contract.unit_ids), 1)
            if contract.currency_id and contract.currency_id != template.currency_id:
                price = template.currency_id._convert(
                    price,
                    contract.currency_id,
                    contract.company_id,
                    contract.date_from or fields.Date.context_today(self),
                )
            contract.price = price

    @api.depends("template_id")
    def _compute_billing(self):
        for contract in self:
            template = contract.template_id
            contract.billing_period = template.billing_period or contract.billing_period or "yearly"
            contract.billing_timing = (
                template.billing_timing or contract.billing_timing or "advance"
            )
            contract.notice_days = template.notice_days if template else contract.notice_days or 30

    @api.depends("template_id")
    def _compute_terms(self):
        for contract in self:
            contract.terms = contract.template_id.terms or contract.terms

    @api.depends("signature", "signed_copy")
    def _compute_is_signed(self):
        for contract in self:
            contract.is_signed = bool(
                contract.signature or contract.with_context(bin_size=True).signed_copy
            )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for contract in self:
            names = (contract.name, contract.partner_id.name)
            contract.display_name = " · ".join(name for name in names if name)

    # === CONSTRAINTS === #

    @api.constrains("signature", "signed_by")
    def _check_signed_by(self):
        for contract in self:
            if contract.signature and not contract.signed_by:
                raise ValidationError(
                    self.env._(
                        "%(contract)s is signed: enter the name of who signed it.",
                        contract=contract.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Draft contracts; their numbers may have gaps.

        :raises UserError: when a user passes what only the steps write
        """
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not self.env.su:
                self._check_protected(vals)
            company_id = vals.get("company_id") or self.env.company.id
            # sudo: a number is all that is taken from the sequence.
            sequence = self.env["ir.sequence"].sudo().with_company(company_id)
            vals["name"] = sequence.next_by_code("aftersales.contract")
            if vals.get("signature"):
                vals.setdefault("signed_on", fields.Date.context_today(self))
        return super().create(vals_list)

    def write(self, vals):
        """Keep what was agreed: terms of a contract in force do not change.

        :raises UserError: on a field of the steps, or on a term of a contract that is no draft
        """
        is_step = self._is_step()
        if not is_step:
            self._check_protected(vals)
            self._check_terms(vals)
            self._check_signature(vals)
        if vals.get("signature") and "signed_on" not in vals:
            vals = {**vals, "signed_on": fields.Date.context_today(self)}
        result = super().write(vals)
        if not is_step and (TERMS | {"unit_ids"}) & vals.keys() and "signature" not in vals:
            self._take_back_signature()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "%(contract)s was in force and is kept: end it early instead.",
                        contract=contract.display_name,
                    )
                )

    # === ACTIONS === #

    def action_activate(self):
        """Bring contracts into force: balances and the invoicing plan are made (S2 B).

        :raises UserError: when a contract is no draft, or has no unit or service
        """
        self.check_access("write")
        self._activate()
        return True

    def action_draft(self):
        """Take contracts back that nothing was drawn from or invoiced for.

        :raises UserError: when something was
        """
        self.check_access("write")
        self._check_state("active")
        for contract in self:
            # sudo: jobs and invoices count that the user may not read.
            used = contract.sudo()
            if used.draw_ids or used.instalment_ids.move_id:
                raise UserError(
                    self.env._(
                        "%(contract)s was drawn from or invoiced: end it early instead.",
                        contract=contract.display_name,
                    )
                )
        # sudo: rows that the activation has made, of contracts that the user may write.
        self.sudo().instalment_ids.unlink()
        self.sudo().balance_ids.unlink()
        self._write_step({"state": "draft", "ended_on": False, "reminded_on": False})
        return True

    def action_end(self):
        """Ask for day, reason and notice, to end a contract early."""
        self.ensure_one()
        self.check_access("write")
        self._check_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_contract_end_action"
        )
        action["context"] = {"default_contract_id": self.id}
        return action

    def action_view_units(self):
        """Open the files of the units."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_action_unit"
        )
        action["domain"] = [("id", "in", self.unit_ids.lot_id.ids)]
        action["context"] = {"display_complete": True}
        return action

    def action_view_vouchers(self):
        """Open the jobs that have drawn from the contract."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_action_register"
        )
        action["domain"] = [("contract_draw_ids.contract_id", "=", self.id)]
        action["context"] = {}
        return action

    # === STEPS === #

    def _activate(self):
        """See ``action_activate``."""
        self._check_state("draft")
        for contract in self:
            contract._check_complete()
        for contract in self:
            contract._write_step({"state": "active", "weight": contract.kind_id.weight})
        self.unit_ids._check_overlap()
        self._create_balances()
        self._create_instalments()
        self._close_past()
        self._tell_open_jobs()

    def _end(self, day, reason, noticed_on=False, agreed=False):
        """End contracts before their agreed last day (S2 B).

        What is invoiced and not earned comes back as a draft credit note.

        :param date day: last day
        :param str reason: why
        :param date noticed_on: day of the written notice
        :param bool agreed: both sides agree, whatever the days of notice
        :raises UserError: when the day is outside the term, or before the notice allows it
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason why the contract ends early."))
        for contract in self:
            contract._check_open()
            contract._check_end(day, noticed_on, agreed)
        self._write_step({"ended_on": day, "end_reason": reason, "noticed_on": noticed_on})
        self._settle_end()
        self._close_past()
        self._tell_open_jobs()

    def _close_past(self):
        """Contracts whose last day is over are expired, ended or renewed."""
        for company, contracts in self.grouped("company_id").items():
            today = company._get_aftersales_date(fields.Datetime.now())
            over = contracts.filtered(lambda c, t=today: c.state == "active" and c.date_stop < t)
            for state, closed in over.grouped(lambda contract: contract._get_state_over()).items():
                closed._write_step({"state": state})

    def _get_state_over(self):
        """State of a contract after its last day."""
        self.ensure_one()
        if self.ended_on:
            return "ended"
        return "renewed" if self.renewal_id.state not in (False, "draft") else "expired"

    # === BUSINESS METHODS === #

    def _create_balances(self):
        """Balances that are missing: a row a service, or a row a service and unit."""
        known = {(balance.service_id, balance.unit_id) for balance in self.balance_ids}
        none = self.env["aftersales.contract.unit"]
        vals_list = []
        for contract in self:
            for service in contract.service_ids:
                for unit in contract.unit_ids if service.per_unit else [none]:
                    if (service, unit) not in known:
                        vals_list.append(
                            {
                                "contract_id": contract.id,
                                "service_id": service.id,
                                "unit_id": unit.id,
                                "is_limited": service.is_limited,
                                "included": service.quantity if service.is_limited else 0.0,
                            }
                        )
        # sudo: nobody writes balances by hand; these follow from the contract's own services.
        return self.env["aftersales.contract.balance"].sudo().create(vals_list)

    def _tell_open_jobs(self):
        """Open jobs on these contracts' units are asked anew who pays them."""
        # sudo: jobs of all technicians; who keeps contracts need not see them.
        jobs = self.env["aftersales.voucher"].sudo()
        jobs.search(
            [("lot_id", "in", self.unit_ids.lot_id.ids), ("state", "in", OPEN_STATES)]
        )._propose_cover()

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "state",
            "weight",
            "ended_on",
            "end_reason",
            "noticed_on",
            "date_stop",
            "balance_ids",
            "draw_ids",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the contract only. Use the buttons.")

    def _check_terms(self, vals):
        names = TERMS.intersection(vals)
        if names:
            for contract in self.filtered(lambda contract: contract.state != "draft"):
                labels = sorted(self._fields[name]._description_string(self.env) for name in names)
                raise UserError(
                    self.env._(
                        "%(contract)s is in force and its terms do not change (%(fields)s): end "
                        "it early, or renew it with other terms.",
                        contract=contract.display_name,
                        fields=", ".join(labels),
                    )
                )

    def _check_signature(self, vals):
        """What was signed and is in force stays signed."""
        if not {"signature", "signed_by", "signed_on"}.intersection(vals):
            return
        for contract in self:
            if contract.state != "draft" and contract.signature:
                raise UserError(
                    self.env._(
                        "%(contract)s is signed and in force: its signature does not change.",
                        contract=contract.display_name,
                    )
                )

    def _take_back_signature(self):
        """A draft that changes after it was signed is signed anew."""
        self.filtered(lambda c: c.state == "draft" and c.signature)._write_step(
            {"signature": False, "signed_by": False, "signed_on": False}
        )

    def _check_draft_terms(self):
        """Services of a contract are entered while it is a draft.

        :raises UserError: naming the contract and what to do
        """
        self._check_terms({"service_ids": True})

    def _check_open(self):
        """The contract is in force, and nothing has ended it yet.

        :raises UserError: naming the contract
        """
        self._check_state("active")
        for contract in self.filtered("ended_on"):
            raise UserError(
                self.env._(
                    "%(contract)s ends early on %(day)s already.",
                    contract=contract.display_name,
                    day=format_date(self.env, contract.ended_on),
                )
            )

    def _check_complete(self):
        """A contract in force has units, services, and units of the age that its kind asks for."""
        self.ensure_one()
        if not self.unit_ids:
            raise UserError(
                self.env._(
                    "%(contract)s covers no unit yet: enter its serial numbers.",
                    contract=self.display_name,
                )
            )
        if not self.service_ids:
            raise UserError(
                self.env._(
                    "%(contract)s includes nothing yet: enter the visits, parts and work that it "
                    "pays for, or choose a template.",
                    contract=self.display_name,
                )
            )
        oldest = self.date_from - relativedelta(months=self.kind_id.min_age_months)
        for lot in self.unit_ids.lot_id if self.kind_id.min_age_months else ():
            since = lot.sold_on or lot.warranty_start or lot.made_on
            if since and since > oldest:
                raise UserError(
                    self.env._(
                        "%(kind)s is for units of %(months)s months and more: %(unit)s is in use "
                        "since %(day)s. Choose another kind.",
                        kind=self.kind_id.name,
                        months=self.kind_id.min_age_months,
                        unit=lot.display_name,
                        day=format_date(self.env, since),
                    )
                )

    def _check_end(self, day, noticed_on, agreed):
        self.ensure_one()
        if not self.date_from <= day < self.date_to:
            raise UserError(
                self.env._(
                    "%(contract)s runs from %(start)s to %(end)s: choose a last day before that.",
                    contract=self.display_name,
                    start=format_date(self.env, self.date_from),
                    end=format_date(self.env, self.date_to),
                )
            )
        earliest = noticed_on and noticed_on + relativedelta(days=self.notice_days)
        if not agreed and (not noticed_on or day < earliest):
            raise UserError(
                self.env._(
                    "%(contract)s ends %(days)s days after a written notice at the earliest: enter "
                    "the day of the notice and a later last day, or tick that both sides agree.",
                    contract=self.display_name,
                    days=self.notice_days,
                )
            )
