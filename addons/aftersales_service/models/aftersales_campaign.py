# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .aftersales_reminder_rule import PLACEHOLDER

# The last group of digits of a serial is what a range counts by: SN0100, SN0101 …
SERIAL = re.compile(r"^(.*\D)?(\d+)(\D*)$", re.DOTALL)
OUTLET_BATCH = 1000
PAYER_FIELDS = frozenset({"payer", "payer_partner_id", "company_id"})


class AftersalesCampaign(models.Model):
    """A recall or a service campaign: certain units get certain work, at somebody's expense (S13).

    It knows its units one by one: who was told, who has a job, who has come. Whoever registers a
    call about such a unit, opens its job or works on it is told that the campaign is open.
    """

    _name = "aftersales.campaign"
    _description = "Service Campaign"
    _inherit = ["aftersales.guarded.mixin", "aftersales.state.mixin", "mail.thread"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["name", "reference"]
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="As the hotline says it.")
    reference = fields.Char(copy=False, tracking=True, help="The maker's number of the campaign.")
    kind = fields.Selection(
        [
            ("recall", "Recall"),
            ("service", "Service Campaign"),
            ("check", "Check-Up"),
        ],
        default="service",
        required=True,
        tracking=True,
        help="Recall: a fault of the product is put right. Service campaign: an improvement or an "
        "offer. Check-up: units are looked at.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("open", "In Progress"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
        help="Draft: units and work are put together. In Progress: customers are told, jobs are "
        "made.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        tracking=True,
        help="Leads the campaign; calls customers who have no adviser and no mail address.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="First day on which units are warned of and done.",
    )
    date_to = fields.Date(string="Until", tracking=True, help="Last day; empty: no end.")
    is_safety = fields.Boolean(
        string="For Safety",
        tracking=True,
        help="Customers are told even if they asked not to be contacted: it is a matter of safety.",
    )
    safety_reason = fields.Char(
        string="Why for Safety", tracking=True, help="What might happen; kept as a proof."
    )
    # What is told, and what is done
    text = fields.Text(
        translate=True,
        help="What the customer reads. {customer}, {unit}, {model}, {campaign}, {until}, {company} "
        "and {phone} are filled in.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Mail",
        domain="[('model', '=', 'aftersales.campaign.unit')]",
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "aftersales_service.mail_template_campaign", raise_if_not_found=False
        ),
        help="Layout of the mail to the customer; it holds the text.",
    )
    instruction = fields.Text(
        translate=True, help="What the technician has to know and do; shown on his phone."
    )
    job_kind = fields.Selection(
        "_selection_job_kind",
        string="Kind of Job",
        default="campaign",
        required=True,
        help="Kind of the jobs that the campaign makes.",
    )
    checklist_id = fields.Many2one(
        "aftersales.checklist",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Steps of the jobs of this campaign, and of no others.",
    )
    line_ids = fields.One2many(
        "aftersales.campaign.line",
        "campaign_id",
        string="Work and Parts",
        copy=True,
        help="What each unit gets.",
    )
    payer = fields.Selection(
        [("maker", "Maker"), ("us", "Our Company"), ("customer", "Customer")],
        string="Paid By",
        default="maker",
        required=True,
        tracking=True,
        help="Who pays for the work of the campaign; anything else on its jobs is decided by "
        "warranty, contract and customer as ever.",
    )
    payer_partner_id = fields.Many2one(
        "res.partner",
        string="Maker",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="From whom the work is claimed; empty where the product is of our own make.",
    )
    cover_note = fields.Char(
        help="Clause that stands on the jobs and claims, e.g. the maker's letter and its day."
    )
    # Who has come
    unit_ids = fields.One2many("aftersales.campaign.unit", "campaign_id", string="Units")
    unit_count = fields.Integer(compute="_compute_counts", string="Number of Units")
    waiting_count = fields.Integer(compute="_compute_counts", string="Not Told")
    told_count = fields.Integer(compute="_compute_counts", string="Told")
    planned_count = fields.Integer(compute="_compute_counts", string="With a Job")
    done_count = fields.Integer(compute="_compute_counts", string="Have Come")
    progress = fields.Float(compute="_compute_counts", help="Share that has come, in percent.")

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "A campaign ends on or after its first day."
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_job_kind(self):
        """Kinds of job (S2)."""
        return self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)

    @api.depends("name", "reference")
    def _compute_display_name(self):
        for campaign in self:
            names = (campaign.reference, campaign.name)
            campaign.display_name = " ".join(name for name in names if name)

    @api.depends("unit_ids.state")
    def _compute_counts(self):
        groups = self.env["aftersales.campaign.unit"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        for campaign in self:
            by_state = {
                state: counts.get((campaign._origin.id, state), 0)
                for state in ("waiting", "told", "planned", "done")
            }
            total = sum(by_state.values())
            campaign.unit_count = total
            campaign.waiting_count = by_state["waiting"]
            campaign.told_count = by_state["told"]
            campaign.planned_count = by_state["planned"]
            campaign.done_count = by_state["done"]
            campaign.progress = 100.0 * by_state["done"] / total if total else 0.0

    # === CONSTRAINTS === #

    @api.constrains("is_safety", "safety_reason")
    def _check_safety_reason(self):
        for campaign in self:
            if campaign.is_safety and not (campaign.safety_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write why %(campaign)s is a matter of safety: customers who asked not to "
                        "be contacted are told of it as well.",
                        campaign=campaign.display_name,
                    )
                )

    @api.constrains("text")
    def _check_text(self):
        known = self.env["aftersales.campaign.unit"]._get_placeholders()
        for campaign in self:
            unknown = set(PLACEHOLDER.findall(campaign.text or "")) - set(known)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "{%(unknown)s} in the text of %(campaign)s means nothing: use %(known)s.",
                        unknown=sorted(unknown)[0],
                        campaign=campaign.display_name,
                        known=", ".join("{%s}" % name for name in known),
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Who pays does not change once jobs were promised on these terms.

        :raises UserError: when the campaign has begun
        """
        for campaign in self:
            if campaign.state != "draft" and any(
                campaign._fields[name].convert_to_write(campaign[name], campaign) != vals[name]
                for name in PAYER_FIELDS.intersection(vals)
            ):
                raise UserError(
                    self.env._(
                        "%(campaign)s has begun: who pays for it does not change any more. Close "
                        "it, and make a new one for the units that have not come.",
                        campaign=campaign.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for campaign in self:
            if campaign.state != "draft":
                raise UserError(
                    self.env._(
                        "%(campaign)s has begun: close it, so that it stays known who came.",
                        campaign=campaign.display_name,
                    )
                )

    # === ACTIONS === #

    def action_open(self):
        """Begin: from now on its units are warned of.

        :raises UserError: when it has no units or says nothing to do
        """
        self.check_access("write")
        self._check_state("draft", "closed")
        for campaign in self:
            if not campaign.unit_ids:
                raise UserError(
                    self.env._(
                        "%(campaign)s has no units yet: add them first.",
                        campaign=campaign.display_name,
                    )
                )
        self.sudo().state = "open"  # sudo: only the steps write it; the right was checked.
        return True

    def action_close(self):
        """End the campaign: its units are not warned of any more; who has not come stays known."""
        self.check_access("write")
        self._check_state("open")
        self.sudo().state = "closed"  # sudo: as above
        self.sudo().unit_ids.filtered("to_tell").to_tell = False
        return True

    def action_add_units(self):
        """Open the dialogue that adds units by model and range, or by a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_campaign_add_action"
        )
        action["context"] = {"default_campaign_id": self.id}
        return action

    def action_tell_all(self):
        """Tell all customers who were not told yet: mails go into the queue, batch by batch.

        Who asked not to be contacted is left out, unless it is a matter of safety (S13).

        :raises UserError: when the campaign is not open or says nothing
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("open")
        if not (self.text or "").strip() or not self.template_id:
            raise UserError(
                self.env._(
                    "Write what customers are told of %(campaign)s, and choose its mail.",
                    campaign=self.display_name,
                )
            )
        waiting = self.unit_ids.filtered(lambda unit: unit.state == "waiting")
        tellable = waiting._mark_tellable()
        # sudo: whoever may tell may have the job run that does it.
        self.env.ref("aftersales_service.ir_cron_tell_campaigns").sudo()._trigger()
        message = self.env._(
            "%(told)s customers will be told; %(left)s cannot be: the list says why.",
            told=len(tellable),
            left=len(waiting) - len(tellable),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if tellable else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_units(self):
        """Open the campaign's units: who has come, who was told, who was not."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_campaign_unit_action"
        )
        wanted = self.env.context.get("campaign_state")
        context = {"default_campaign_id": self.id}
        if wanted:
            context[f"search_default_{wanted}"] = 1
        return {**action, "domain": [("campaign_id", "=", self.id)], "context": context}

    # === BUSINESS METHODS === #

    def _add_units(self, condition):
        """Add the units that meet a condition, by one statement; those in it already stay.

        :param SQL condition: on a row ``lot`` of stock_lot
        :return: number of units added
        """
        self.ensure_one()
        self._check_state("draft", "open")
        units = self.env["aftersales.campaign.unit"]
        units.check_access("create")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO aftersales_campaign_unit (
                       campaign_id, company_id, lot_id, product_id, partner_id, state,
                       create_uid, create_date, write_uid, write_date)
                SELECT %(campaign)s, %(company)s, lot.id, lot.product_id, lot.user_partner_id,
                       'waiting', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM stock_lot lot
                  JOIN product_product product ON product.id = lot.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE template.tracking = 'serial' AND lot.merged_into_id IS NULL
                   AND (lot.company_id = %(company)s OR lot.company_id IS NULL)
                   AND %(condition)s
                 ORDER BY lot.id
                ON CONFLICT DO NOTHING
                """,
                campaign=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                condition=condition,
            )
        )
        added = self.env.cr.rowcount
        self.invalidate_recordset()
        units.invalidate_model()
        self._assign_outlets()
        return added

    def _assign_outlets(self):
        """Outlet that covers the user's address, for the lists per outlet (S7)."""
        self.ensure_one()
        # sudo: addresses of users are read for their area only.
        units = self.env["aftersales.campaign.unit"].sudo()
        missing = Domain("campaign_id", "=", self.id) & Domain("outlet_id", "=", False)
        groups = units._read_group(
            missing & Domain("partner_id", "!=", False), ["partner_id"], ["id:recordset"]
        )
        for start in range(0, len(groups), OUTLET_BATCH):
            batch = groups[start : start + OUTLET_BATCH]
            areas = {partner: partner._get_aftersales_area() for partner, _units in batch}
            known = self.env["aftersales.area"].union(*areas.values())
            covering = {}
            if known:
                covering = self.env["aftersales.outlet"]._get_outlet_by_area(known, self.company_id)
            by_outlet = {}
            for partner, found in batch:
                outlet = covering.get(areas[partner])
                if outlet:
                    by_outlet[outlet] = by_outlet.get(outlet, units) | found
            for outlet, found in by_outlet.items():
                found.write({"outlet_id": outlet.id})

    def _prepare_cover_vals(self):
        """Share of a line of its work, as ``aftersales.cover`` keeps it."""
        self.ensure_one()
        if self.payer == "customer":
            return {"payer": "customer", "share": 100.0, "clause": self.display_name}
        return {
            "payer": "maker",
            # Without a partner it is of our own make, and nothing is claimed.
            "payer_partner_id": self.payer == "maker" and self.payer_partner_id.id,
            "share": 100.0,
            "clause": self.cover_note or self.display_name,
        }

    @api.model
    def _get_range_condition(self, first, last):
        """Condition for serials from the one to the other, counted by their last digits.

        ``SN0100`` to ``SN0499``: the words around the digits are the same, 0100 counts as 100.

        :return: SQL on a row ``lot``
        :raises UserError: when the two are not of one kind
        """
        first, last = ((serial or "").strip() for serial in (first, last))
        matches = [SERIAL.match(serial) for serial in (first or last, last or first)]
        if not all(matches):
            raise UserError(
                self.env._(
                    "A range is counted by digits, and %(serial)s has none: paste a list instead.",
                    serial=first if not matches[0] else last,
                )
            )
        (prefix, low, suffix), (last_prefix, high, last_suffix) = (m.groups("") for m in matches)
        if (prefix, suffix) != (last_prefix, last_suffix):
            raise UserError(
                self.env._(
                    "%(first)s and %(last)s are not of one series: only the last digits of the "
                    "two may differ.",
                    first=first,
                    last=last,
                )
            )
        if int(low) > int(high):
            raise UserError(
                self.env._(
                    "The range from %(first)s to %(last)s is empty: swap the two.",
                    first=first,
                    last=last,
                )
            )
        pattern = f"^{re.escape(prefix)}(\\d+){re.escape(suffix)}$"
        number = SQL("substring(lot.name FROM %s)::numeric", pattern)
        conditions = [SQL("lot.name ~ %s", pattern)]
        if first:
            conditions.append(SQL("%s >= %s::numeric", number, low))
        if last:
            conditions.append(SQL("%s <= %s::numeric", number, high))
        return SQL(" AND ").join(conditions)

    @api.model
    def _get_open_domain(self, day):
        """Campaigns that hold on a day."""
        return (
            Domain("state", "=", "open")
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state"}
