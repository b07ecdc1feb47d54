# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .aftersales_campaign_line import CAMPAIGN_SENTINEL
from .aftersales_reminder_rule import PLACEHOLDER

# Customers that are told in one transaction.
BATCH = 100
OPEN_STATES = ("waiting", "told", "planned")


class AftersalesCampaignUnit(models.Model):
    """One unit of a campaign: was its user told, is there a job, has it come (S13)."""

    _name = "aftersales.campaign.unit"
    _description = "Unit of a Campaign"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "campaign_id, id"
    _rec_name = "lot_id"
    _rec_names_search = ["lot_id", "partner_id"]
    _check_company_auto = True

    campaign_id = fields.Many2one(
        "aftersales.campaign", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    campaign_state = fields.Selection(related="campaign_id.state", string="Campaign Is")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('product_id.tracking', '=', 'serial')]",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", string="Model", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        related="lot_id.user_partner_id",
        string="User",
        store=True,
        index="btree_not_null",
        help="Who has the unit now.",
    )
    phone = fields.Char(related="partner_id.phone")
    outlet_id = fields.Many2one(
        "aftersales.outlet",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="Outlet that covers the user's address; it does the job.",
    )
    state = fields.Selection(
        [
            ("waiting", "Not Told"),
            ("told", "Told"),
            ("planned", "Job Registered"),
            ("done", "Has Come"),
            ("excluded", "Left Out"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
        help="Has come: a job of the campaign was done on the unit. Left out: scrapped, exported "
        "or not affected after all.",
    )
    to_tell = fields.Boolean(readonly=True, copy=False, help="Is told by the next run.")
    told_at = fields.Datetime(string="Told On", readonly=True, copy=False)
    told_by = fields.Selection(
        [("mail", "Mail"), ("activity", "Adviser"), ("call", "Call")],
        string="Told Via",
        readonly=True,
        copy=False,
        help="Mail to the user, an activity for his adviser, or a call of ours.",
    )
    problem = fields.Char(readonly=True, copy=False, help="Why the user was not told.")
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Job on which the work of the campaign is done.",
    )
    done_on = fields.Date(string="Came On", readonly=True, copy=False)
    note = fields.Char(help="What else is known, e.g. why it was left out.")
    message = fields.Text(compute="_compute_message", help="What the customer reads.")

    _unit_uniq = models.UniqueIndex(
        "(campaign_id, lot_id)", "This unit is in the campaign already."
    )
    _open_idx = models.Index("(lot_id) WHERE state IN ('waiting', 'told', 'planned')")
    _to_tell_idx = models.Index("(id) WHERE to_tell")

    # === COMPUTE METHODS === #

    @api.depends("campaign_id.text", "lot_id", "partner_id")
    @api.depends_context("lang")
    def _compute_message(self):
        for unit in self:
            values = unit._get_placeholder_values()
            unit.message = PLACEHOLDER.sub(
                lambda match, values=values: values.get(match[1], match[0]),
                unit.campaign_id.text or "",
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Units that are added or imported one by one get their outlet too."""
        units = super().create(vals_list)
        for campaign in units.campaign_id:
            campaign._check_state("draft", "open")
            campaign._assign_outlets()
        return units

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for unit in self:
            if unit.campaign_id.state != "draft":
                raise UserError(
                    self.env._(
                        "%(campaign)s has begun: leave unit %(unit)s out instead of deleting it.",
                        campaign=unit.campaign_id.display_name,
                        unit=unit.lot_id.display_name,
                    )
                )

    # === ACTIONS === #

    def action_tell(self):
        """Tell the users of these units, who were told before as well.

        :raises UserError: when a campaign is not open
        """
        self.check_access("write")
        self._check_open()
        self._check_state("waiting", "told")
        self._mark_tellable()
        # sudo: whoever may tell may have the job run that does it.
        self.env.ref("aftersales_service.ir_cron_tell_campaigns").sudo()._trigger()
        return True

    def action_told_by_phone(self):
        """Note that the users were told by a call.

        :raises UserError: when one asked not to be contacted and it is no matter of safety
        """
        self.check_access("write")
        self._check_open()
        self._check_state("waiting", "told")
        for unit in self - self._filter_contactable():
            raise UserError(
                self.env._(
                    "%(customer)s asked not to be contacted, and %(campaign)s is no matter of "
                    "safety: tell him when he calls.",
                    customer=unit.partner_id.display_name,
                    campaign=unit.campaign_id.display_name,
                )
            )
        self._stamp_told("call")
        return True

    def action_make_jobs(self):
        """Register a job of the campaign for each of these units, with its work and parts.

        :raises UserError: when a campaign is not open, or a unit has its job already
        """
        self.check_access("write")
        self._check_open()
        self._check_state("waiting", "told")
        vouchers = self.env["aftersales.voucher"].with_context(
            aftersales_campaign=CAMPAIGN_SENTINEL
        )
        vouchers = vouchers.create([unit._prepare_voucher_vals() for unit in self])
        vouchers = vouchers.with_env(self.env)
        for unit, voucher in zip(self, vouchers, strict=True):
            unit._link_job(voucher)
        return vouchers._get_records_action(name=self.env._("Jobs of the Campaign"))

    def action_exclude(self):
        """Leave units out: scrapped, exported, not affected after all."""
        self.check_access("write")
        self._check_state("waiting", "told")
        # sudo: only the steps write the state; the right was checked.
        self.sudo().write({"state": "excluded", "to_tell": False})
        return True

    def action_include(self):
        """Take units that were left out in again."""
        self.check_access("write")
        self._check_state("excluded")
        self.sudo().write({"state": "waiting"})  # sudo: as above
        return True

    # === TELLING === #

    def _mark_tellable(self):
        """Mark whose user is told by the next run; note why the others are not.

        :return: units that are marked
        """
        known = self.filtered("partner_id")
        tellable = known._filter_contactable()
        # sudo: only the steps write these; whoever called this was checked.
        tellable.sudo().write({"to_tell": True, "problem": False})
        (self - known).sudo().write({"problem": self.env._("Nobody knows who has the unit.")})
        (known - tellable).sudo().write({"problem": self.env._("Asked not to be contacted.")})
        return tellable

    def _filter_contactable(self):
        """Units whose user may be told: all of them where it is a matter of safety (S13)."""
        partners = self.partner_id._filter_aftersales_contactable()
        return self.filtered(lambda unit: unit.campaign_id.is_safety or unit.partner_id in partners)

    @api.model
    def _cron_tell(self):
        """Tell who is marked, a batch a transaction (can be stopped)."""
        domain = [("to_tell", "=", True)]
        remaining = self.search_count(domain)
        while units := self.search(domain, order="id", limit=BATCH):
            units._tell()
            remaining = max(remaining - len(units), 0)
            left = self.env["ir.cron"]._commit_progress(len(units), remaining=remaining)
            self.env.invalidate_all()
            if not left:
                break

    def _tell(self):
        """Tell the users of a batch: by mail, else by an activity for the adviser."""
        # The campaign may have been closed, and a user marked, since the button was pressed.
        self.to_tell = False
        units = self.filtered(lambda unit: unit.campaign_id.state == "open")._mark_tellable()
        units.to_tell = False
        mailed = units.filtered(
            lambda unit: unit.partner_id.email_normalized and not unit.partner_id.is_blacklisted
        )
        for campaign, batch in mailed.grouped("campaign_id").items():
            campaign.template_id.sudo().send_mail_batch(  # sudo: sent for the company
                batch.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        mailed._stamp_told("mail")
        called = (units - mailed).filtered(lambda unit: unit._get_adviser())
        called._tell_advisers()
        called._stamp_told("activity")
        (units - mailed - called).problem = self.env._("No mail address, and no adviser.")

    def _tell_advisers(self):
        """One activity a unit, in one batch: call the user."""
        kind = self.env.ref("mail.mail_activity_data_call")
        model = self.env["ir.model"]._get(self._name)
        # sudo: activities are planned for the company; advisers see their own.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model.id,
                    "res_id": unit.id,
                    "activity_type_id": kind.id,
                    "user_id": unit._get_adviser().id,
                    "summary": unit.campaign_id.display_name,
                    "note": unit.message,
                }
                for unit in self
            ]
        )

    def _get_adviser(self):
        """Who owns the user's account, else who leads the campaign."""
        self.ensure_one()
        partner = self.partner_id
        return partner.user_id or partner.commercial_partner_id.user_id or self.campaign_id.user_id

    def _stamp_told(self, how):
        # sudo: only the steps write these; whoever called this was checked.
        told = self.sudo()
        told.write({"told_at": fields.Datetime.now(), "told_by": how, "problem": False})
        told.filtered(lambda unit: unit.state == "waiting").state = "told"

    # === JOBS === #

    def _prepare_voucher_vals(self):
        """Values of the job that does the work of the campaign on this unit. Hook."""
        self.ensure_one()
        campaign = self.campaign_id
        return {
            "company_id": campaign.company_id.id,
            "lot_id": self.lot_id.id,
            "partner_id": self.partner_id.id,
            "kind": campaign.job_kind,
            "channel": "letter",
            "fault_description": "\n".join(
                text for text in (campaign.display_name, campaign.instruction) if text
            ),
            "line_ids": [
                fields.Command.create(line._prepare_voucher_line_vals())
                for line in campaign.line_ids
            ],
        }

    def _link_job(self, voucher):
        """The work of the campaign is done on this job."""
        # sudo: only the steps write these; whoever called this was checked.
        self.sudo().write({"voucher_id": voucher.id, "state": "planned", "to_tell": False})

    def _release(self):
        """The job came to nothing: the unit is waited for again."""
        for unit in self.filtered(lambda unit: unit.state == "planned"):
            unit.write({"voucher_id": False, "state": "told" if unit.told_at else "waiting"})

    # === HELPERS === #

    @api.model
    def _get_placeholders(self):
        """Words that a campaign's text may hold in braces. Hook: ``_get_placeholder_values``."""
        return ["customer", "unit", "model", "campaign", "until", "company", "phone"]

    def _get_placeholder_values(self):
        """What is filled in for each of them, as text in the reader's language."""
        self.ensure_one()
        campaign, company = self.campaign_id, self.campaign_id.company_id
        return {
            "customer": self.partner_id.name or "",
            "unit": self.lot_id.name or "",
            "model": self.product_id.with_context(display_default_code=False).display_name or "",
            "campaign": campaign.display_name or "",
            "until": format_date(self.env, campaign.date_to) if campaign.date_to else "",
            "company": company.name or "",
            "phone": company.phone or "",
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "state",
            "to_tell",
            "told_at",
            "told_by",
            "problem",
            "voucher_id",
            "done_on",
            "product_id",
            "partner_id",
            "company_id",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the campaign only. Use the buttons.")

    def _check_open(self):
        for campaign in self.campaign_id:
            campaign._check_state("open")
