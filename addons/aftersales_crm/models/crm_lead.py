# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .aftersales_lead_kind import KINDS

# Kinds for which we call the customer of our own accord.
OUTBOUND_KINDS = ("routine", "urgent")


class CrmLead(models.Model):
    """Service leads (S24): Odoo's leads that have a kind of service.

    When a lead was followed up first, and which job came of it, is stamped once, by the steps.
    """

    _name = "crm.lead"
    _inherit = ["aftersales.guarded.mixin", "crm.lead"]

    aftersales_lead_kind_id = fields.Many2one(
        "aftersales.lead.kind",
        string="Kind of Service Lead",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('company_id', 'in', (company_id, False))]",
        help="Makes it a service lead, and says within how long it is followed up (S24).",
    )
    aftersales_lead_kind = fields.Selection(
        KINDS,
        string="Service Lead",
        compute="_compute_aftersales_figures",
        store=True,
        precompute=True,
        help="Kind by which figures are told apart.",
    )
    aftersales_received_at = fields.Datetime(
        string="Received",
        default=fields.Datetime.now,
        copy=False,
        index=True,
        help="When the lead reached us: its times count from here.",
    )
    aftersales_lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Unit that it is about; empty: any of the customer's.",
    )
    aftersales_outlet_id = fields.Many2one(
        "aftersales.outlet",
        string="Outlet",
        compute="_compute_aftersales_outlet_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Workshop that the customer is expected at; proposed from his area.",
    )
    aftersales_visit_id = fields.Many2one(
        "aftersales.visit",
        string="From Visit",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups="aftersales_base.group_aftersales_user",
    )
    aftersales_reminder_id = fields.Many2one(
        "aftersales.reminder",
        string="From Reminder",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups="aftersales_service.group_service_clerk,aftersales_service.group_service_reader",
    )
    aftersales_follow_up_due = fields.Datetime(
        string="Follow Up Until",
        compute="_compute_aftersales_figures",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="By when it is to be followed up first; empty: at any time.",
    )
    aftersales_visit_until = fields.Date(
        string="Visit Counts Until",
        compute="_compute_aftersales_figures",
        store=True,
        precompute=True,
        help="Last day, in the company's calendar, on which a visit to the workshop counts.",
    )
    aftersales_followed_up_at = fields.Datetime(
        string="First Follow-Up",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When somebody spoke with the customer for the first time.",
    )
    aftersales_followed_up_by_id = fields.Many2one(
        "res.users", string="Followed Up By", readonly=True, copy=False
    )
    aftersales_voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Workshop Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Job with which the customer came to the workshop.",
    )
    aftersales_visited_at = fields.Datetime(
        string="Came to the Workshop",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    aftersales_lead_state = fields.Selection(
        [
            ("new", "To Follow Up"),
            ("followed_up", "Followed Up"),
            ("converted", "Came to the Workshop"),
            ("lost", "Lost"),
        ],
        string="Service State",
        compute="_compute_aftersales_lead_state",
        store=True,
        index="btree_not_null",
        group_expand=True,
        help="How far it is, by its stamps.",
    )

    _aftersales_open_idx = models.Index(
        "(partner_id, aftersales_visit_until) "
        "WHERE aftersales_lead_kind_id IS NOT NULL AND aftersales_voucher_id IS NULL"
    )
    _aftersales_voucher_uniq = models.UniqueIndex(
        "(aftersales_voucher_id) WHERE aftersales_voucher_id IS NOT NULL",
        "A visit to the workshop counts for one lead only.",
    )

    # === COMPUTE METHODS === #

    @api.depends("aftersales_lead_kind_id", "aftersales_received_at")
    def _compute_aftersales_figures(self):
        """The kind's figures as they stand when the lead is made; later changes move no lead."""
        for lead in self:
            kind, received = lead.aftersales_lead_kind_id, lead.aftersales_received_at
            company = lead.company_id or self.env.company
            hours, days = kind.follow_up_hours, kind.visit_days
            lead.aftersales_lead_kind = kind.kind
            lead.aftersales_follow_up_due = (
                received + timedelta(hours=hours) if received and hours else False
            )
            lead.aftersales_visit_until = (
                company._get_aftersales_date(received) + timedelta(days=days)
                if received and kind
                else False
            )

    @api.depends("aftersales_lead_kind_id", "partner_id")
    def _compute_aftersales_outlet_id(self):
        service = self.filtered(lambda lead: lead.aftersales_lead_kind_id and lead.partner_id)
        areas = {lead: lead.partner_id._get_aftersales_area() for lead in service}
        for company, leads in service.grouped("company_id").items():
            wanted = self.env["aftersales.area"].union(*(areas[lead] for lead in leads))
            # sudo: which outlet covers an area is no secret of service.
            outlets = self.env["aftersales.outlet"].sudo()
            found = outlets._get_outlet_by_area(wanted, company) if wanted else {}
            for lead in leads:
                lead.aftersales_outlet_id = lead.aftersales_outlet_id or found.get(areas[lead])

    @api.depends(
        "aftersales_lead_kind_id",
        "aftersales_followed_up_at",
        "aftersales_voucher_id",
        "won_status",
    )
    def _compute_aftersales_lead_state(self):
        for lead in self:
            state = "new" if lead.aftersales_lead_kind_id else False
            if state and lead.aftersales_voucher_id:
                state = "converted"
            elif state and lead.won_status == "lost":
                state = "lost"
            elif state and lead.aftersales_followed_up_at:
                state = "followed_up"
            lead.aftersales_lead_state = state

    def _compute_company_id(self):
        """Service leads belong to a company: their days are counted in its calendar."""
        kept = {lead: lead.company_id for lead in self if lead.aftersales_lead_kind_id}
        result = super()._compute_company_id()
        for lead, company in kept.items():
            lead.company_id = lead.company_id or company or self.env.company
        return result

    # === CONSTRAINTS === #

    @api.constrains("aftersales_lead_kind_id", "partner_id")
    def _check_aftersales_contactable(self):
        """S13: customers who asked to be left alone are not called by us."""
        called = self.filtered(lambda lead: lead.aftersales_lead_kind in OUTBOUND_KINDS)
        for partner in called.partner_id - called.partner_id._filter_aftersales_contactable():
            raise ValidationError(
                self.env._(
                    "%(customer)s asked not to be contacted: no lead is made to call him.",
                    customer=partner.display_name,
                )
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Service leads are no opportunities of sales; who owns one is told until when."""
        for vals in vals_list:
            if vals.get("aftersales_lead_kind_id"):
                vals.setdefault("type", "lead")
                vals.setdefault("company_id", self.env.company.id)
        leads = super().create(vals_list)
        leads._plan_aftersales_follow_up()
        return leads

    def write(self, vals):
        """A service lead stays one, as long as nobody of sales takes it over.

        :raises UserError: when service would make it a lead of sales
        """
        leaves = "aftersales_lead_kind_id" in vals and not vals["aftersales_lead_kind_id"]
        seller = self.env.su or self.env.user.has_group("sales_team.group_sale_salesman")
        if leaves and not seller:
            raise UserError(
                self.env._("A service lead keeps a kind: mark it as lost where it came to nothing.")
            )
        return super().write(vals)

    # === ACTIONS === #

    def action_aftersales_follow_up(self):
        """Ask what the customer said, and stamp the first follow-up with the answer."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_crm.aftersales_lead_follow_up_action"
        )
        return {**action, "context": {"default_lead_id": self.id}}

    def action_aftersales_register_job(self):
        """Open a call for the customer of this lead."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_call_action"
        )
        kinds = {"routine": "maintenance", "accident": "accident"}
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_contact_name": self.contact_name or self.partner_id.name,
            "default_phone": self.phone or self.partner_id.phone,
            "default_lot_id": self.aftersales_lot_id.id,
            "default_kind": kinds.get(self.aftersales_lead_kind, "repair"),
        }
        return action

    def action_aftersales_view_job(self):
        """Open the job with which the customer came."""
        self.ensure_one()
        return self.aftersales_voucher_id.get_formview_action()

    # === BUSINESS METHODS === #

    def _follow_up(self, note, next_on=None, at=None):
        """Stamp the first follow-up, once, and note what was said (S24).

        :param str note: what the customer said
        :param date next_on: when to call again
        :param at: time to stamp; now by default
        :raises UserError: when one is no service lead, or came to the workshop already
        """
        self.check_access("write")
        for lead in self:
            if lead.aftersales_lead_state not in ("new", "followed_up"):
                raise UserError(
                    self.env._(
                        "%s is no open service lead: there is nothing to follow up.",
                        lead.display_name,
                    )
                )
        # sudo: the step writes its stamps; the right to write the lead was checked.
        first = self.filtered(lambda lead: not lead.aftersales_followed_up_at).sudo()
        first.write(
            {
                "aftersales_followed_up_at": at or fields.Datetime.now(),
                "aftersales_followed_up_by_id": self.env.uid,
            }
        )
        # sudo: what was planned for the owner is done, whoever called.
        done = self.sudo().activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id
                == self.env.ref("aftersales_crm.mail_activity_type_follow_up")
            )
        )
        done.action_done()
        for lead in self:
            lead.message_post(body=note)
            if next_on:
                lead.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=next_on,
                    user_id=(lead.user_id or self.env.user).id,
                )

    @api.model
    def _get_aftersales_new_action(self, kind="other", source=None, **values):
        """A new service lead, filled in: for the buttons of customers, units, reminders, visits.

        :param str kind: key of the kind of lead
        :param str source: external id of the ``utm.source``
        :param values: fields of the lead; ``partner``, ``lot`` and ``note`` for short
        :return: window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_crm.crm_lead_action")
        partner, lot = values.pop("partner", None), values.pop("lot", None)
        found = self.env["aftersales.lead.kind"]._find(kind, self.env.company)
        context = {
            "default_type": "lead",
            "default_name": " – ".join(filter(None, (found.name, (lot or partner).name))),
            "default_aftersales_lead_kind_id": found.id,
            "default_partner_id": partner.id if partner else False,
            "default_aftersales_lot_id": lot.id if lot else False,
            "default_description": values.pop("note", None),
            "default_source_id": self.env.ref(source).id if source else False,
            **{f"default_{name}": value for name, value in values.items()},
        }
        views = [view for view in action["views"] if view[1] == "form"]
        return {**action, "view_mode": "form", "views": views, "context": context}

    def _plan_aftersales_follow_up(self):
        """One activity for the owner of each lead that is to be followed up by a time."""
        waiting = self.filtered(
            lambda lead: lead.user_id and lead.aftersales_follow_up_due and lead.active
        )
        # sudo: planned for the company; owners see their own.
        activities = self.env["mail.activity"].sudo()
        kind = self.env.ref("aftersales_crm.mail_activity_type_follow_up")
        model = self.env["ir.model"]._get(self._name)
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model.id,
                    "res_id": lead.id,
                    "activity_type_id": kind.id,
                    "user_id": lead.user_id.id,
                    "date_deadline": (lead.company_id or self.env.company)._get_aftersales_date(
                        lead.aftersales_follow_up_due
                    ),
                }
                for lead in waiting
            ]
        )

    # === HELPERS === #

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "aftersales_lead_kind",
            "aftersales_follow_up_due",
            "aftersales_visit_until",
            "aftersales_followed_up_at",
            "aftersales_followed_up_by_id",
            "aftersales_voucher_id",
            "aftersales_visited_at",
            "aftersales_lead_state",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the follow-up and the visit to the workshop only.")
