# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .aftersales_reminder_rule import PLACEHOLDER

OPEN_STATES = ("due", "sent")
# Reminders that are sent in one transaction.
BATCH = 100


class AftersalesReminder(models.Model):
    """One reminder of a rule for a unit, or for a person, in one cycle (S13).

    The nightly run makes it, a second job sends it: a mail in the queue for the customer, an
    activity for his adviser. A job of the fitting kind on the unit answers it, and settles it
    when it is done.
    """

    _name = "aftersales.reminder"
    _description = "Reminder"
    _inherit = [
        "aftersales.guarded.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "due_on, id"
    _check_company_auto = True

    rule_id = fields.Many2one(
        "aftersales.reminder.rule", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.reminder.rule"]._fields["kind"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
        help="What it reminds of.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty for a birthday.",
    )
    product_id = fields.Many2one(related="lot_id.product_id", string="Model")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="User of the unit when the reminder was made.",
    )
    phone = fields.Char(related="partner_id.phone")
    user_id = fields.Many2one(
        "res.users",
        string="Adviser",
        index="btree_not_null",
        tracking=True,
        help="Salesperson who owns the customer's account, else who the rule names.",
    )
    due_on = fields.Date(
        string="Due", readonly=True, index=True, help="Day on which it falls due, maybe estimated."
    )
    due_by = fields.Selection(
        [("date", "By Date"), ("meter", "By Meter")],
        readonly=True,
        help="Which of the two came first. By meter: the day is estimated from the use per day.",
    )
    due_meter = fields.Float(
        string="Due at Meter", readonly=True, aggregator=None, help="In the unit's meter, in total."
    )
    cycle_start = fields.Date(
        string="Counted From",
        readonly=True,
        help="Day of the last fitting job or of the sale; of the end itself where one ends.",
    )
    cycle = fields.Integer(
        readonly=True, aggregator=None, help="How often the interval has run since then."
    )
    state = fields.Selection(
        [("due", "Due"), ("sent", "Sent"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="due",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Due: found by the nightly run. Sent: the customer or the adviser was told. Done: "
        "what it reminded of was done.",
    )
    send_on = fields.Date(readonly=True, help="When it is sent next; empty: not any more.")
    sent_at = fields.Datetime(string="Last Sent", readonly=True)
    sent_count = fields.Integer(string="Times Sent", readonly=True, aggregator=None)
    problem = fields.Char(readonly=True, help="Why it reached nobody.")
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Job that followed: registered on the unit while the reminder was open.",
    )
    done_on = fields.Date(readonly=True)
    cancel_reason = fields.Char(string="Why Cancelled", readonly=True)
    message = fields.Text(
        compute="_compute_message", help="What the customer reads, in the reader's language."
    )

    _unit_cycle_uniq = models.UniqueIndex(
        "(rule_id, lot_id, cycle_start, cycle)",
        "This unit has its reminder of this rule and cycle already.",
    )
    # Two contacts that become one keep one of their birthdays: nothing of worth is lost.
    _person_cycle_uniq = models.UniqueIndex(
        "(rule_id, partner_id, cycle_start) WHERE lot_id IS NULL",
        "This person has this reminder already.",
    )
    _open_idx = models.Index("(lot_id, rule_id) WHERE state IN ('due', 'sent')")
    _send_on_idx = models.Index("(send_on, id) WHERE send_on IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("kind", "lot_id", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for reminder in self:
            about = reminder.lot_id.name or reminder.partner_id.name or ""
            reminder.display_name = f"{kinds.get(reminder.kind, '')} – {about}"

    @api.depends("rule_id.text", "lot_id", "partner_id", "due_on", "due_meter")
    @api.depends_context("lang")
    def _compute_message(self):
        for reminder in self:
            values = reminder._get_placeholder_values()
            reminder.message = PLACEHOLDER.sub(
                lambda match, values=values: values.get(match[1], match[0]),
                reminder.rule_id.text or "",
            )

    # === ACTIONS === #

    def action_done(self):
        """What these remind of is done, as the adviser knows.

        :raises UserError: when one is not open
        """
        self._check_keeper()
        self._check_state(*OPEN_STATES)
        self._settle()
        return True

    def action_cancel(self):
        """Nobody needs to be reminded of these.

        :raises UserError: when one is not open
        """
        self._check_keeper()
        self._check_state(*OPEN_STATES)
        self._cancel(self.env._("By %(user)s.", user=self.env.user.name))
        return True

    def action_send(self):
        """Send these now, also once more.

        :raises UserError: when one is not open
        """
        self._check_keeper()
        self._check_state(*OPEN_STATES)
        # sudo: mails are sent for the company; the right to ask for it was checked.
        self.sudo()._notify()
        return True

    def action_register_job(self):
        """Open a call about the unit, with the kind of job that the reminder asks for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_call_action"
        )
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_contact_name": self.partner_id.name,
            "default_phone": self.partner_id.phone,
            "default_lot_id": self.lot_id.id,
            "default_kind": self.rule_id.job_kind or "maintenance",
            "default_fault_description": self.message,
        }
        return action

    def action_view_unit(self):
        """Open the unit's file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_action_unit"
        )
        views = [view for view in action["views"] if view[1] == "form"]
        return {**action, "res_id": self.lot_id.id, "view_mode": "form", "views": views}

    # === SENDING === #

    @api.model
    def _cron_send_reminders(self):
        """Send what is to be sent, a batch a transaction (can be stopped)."""
        domain = Domain("send_on", "<=", fields.Date.today()) & Domain("state", "in", OPEN_STATES)
        remaining = self.search_count(domain)
        while reminders := self.search(domain, order="send_on, id", limit=BATCH):
            reminders._notify()
            remaining = max(remaining - len(reminders), 0)
            left = self.env["ir.cron"]._commit_progress(len(reminders), remaining=remaining)
            # What has been sent is not needed any more: memory does not grow with the run.
            self.env.invalidate_all()
            if not left:
                break

    def _notify(self):
        """Tell customers by mail and advisers by an activity, all of a batch together.

        Whoever asked not to be contacted since the reminder was made is left alone (S13).
        """
        partners = self.partner_id
        blocked = partners - partners._filter_aftersales_contactable()
        silent = self.filtered(lambda reminder: reminder.partner_id in blocked)
        silent._cancel(self.env._("The customer asked not to be contacted."))
        rest = self - silent
        mailed = rest.filtered(lambda reminder: reminder._may_mail())
        advised = rest.filtered(
            lambda reminder: (
                reminder.user_id
                and (reminder.rule_id.audience != "customer" or reminder not in mailed)
            )
        )
        for rule, reminders in mailed.grouped("rule_id").items():
            # sudo: the run sends for the company, whoever started it.
            rule.template_id.sudo().send_mail_batch(
                reminders.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        advised._tell_advisers()
        told = mailed | advised
        for rule, reminders in told.grouped("rule_id").items():
            reminders._stamp_sent(rule)
        # sudo: the system writes what became of its own mails.
        (rest - told).sudo().write(
            {
                "send_on": False,
                "problem": self.env._("No mail address that may be written to, and no adviser."),
            }
        )

    def _may_mail(self):
        """Is the customer to get a mail, and does an address take it?"""
        self.ensure_one()
        partner = self.partner_id
        return bool(
            self.rule_id.audience != "adviser"
            and self.rule_id.template_id
            and partner.email_normalized
            and not partner.is_blacklisted
        )

    def _tell_advisers(self):
        """One activity a reminder, in one batch; one that is there already is enough."""
        # sudo: activities are planned for the company; advisers see their own.
        activities = self.env["mail.activity"].sudo()
        kind = self.env.ref("mail.mail_activity_data_call")
        model = self.env["ir.model"]._get(self._name)
        known = activities.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("user_id", "!=", False)]
        )
        known_ids = set(known.mapped("res_id"))
        today = fields.Date.today()
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model.id,
                    "res_id": reminder.id,
                    "activity_type_id": kind.id,
                    "user_id": reminder.user_id.id,
                    "summary": reminder.display_name,
                    "note": reminder.message,
                    "date_deadline": max(reminder.due_on or today, today),
                }
                for reminder in self
                if reminder.id not in known_ids
            ]
        )

    def _stamp_sent(self, rule):
        """Note that these of one rule were sent, and when they are sent again."""
        now = fields.Datetime.now()
        for count, reminders in self.grouped("sent_count").items():
            again = rule.repeat_days and count + 1 < rule.repeat_max
            # sudo: the system writes what became of its own mails.
            reminders.sudo().write(
                {
                    "state": "sent",
                    "sent_at": now,
                    "sent_count": count + 1,
                    "problem": False,
                    "send_on": again
                    and fields.Date.add(fields.Date.today(), days=rule.repeat_days),
                }
            )

    # === JOBS === #

    @api.model
    def _link_jobs(self, vouchers):
        """Jobs that are registered on a unit answer its open reminders of their kind.

        :param vouchers: aftersales.voucher
        """
        lots = vouchers.lot_id
        if not lots:
            return
        # sudo: whoever registers a job answers the reminder; nothing else of it is written.
        waiting = self.sudo().search(
            [
                ("lot_id", "in", lots.ids),
                ("state", "in", OPEN_STATES),
                ("voucher_id", "=", False),
                ("rule_id.job_kind", "!=", False),
            ]
        )
        by_job = {
            (voucher.lot_id, voucher.kind, voucher.company_id): voucher
            for voucher in vouchers.sorted("id", reverse=True)
        }
        for reminder in waiting:
            voucher = by_job.get((reminder.lot_id, reminder.rule_id.job_kind, reminder.company_id))
            if voucher:
                reminder.write({"voucher_id": voucher.id, "send_on": False})

    def _release(self):
        """Jobs of these came to nothing: they are open again, and sent if they are to be."""
        waiting = self.filtered(lambda reminder: reminder.state in OPEN_STATES)
        for (rule, state), reminders in waiting.grouped(lambda r: (r.rule_id, r.state)).items():
            again = state == "due" or rule.repeat_days
            reminders.write({"voucher_id": False, "send_on": again and fields.Date.today()})

    def _settle(self, day=None):
        """What these remind of is done; the adviser's activity goes.

        :param date day: when; today by default
        """
        # sudo: the job or the button settles it; who may do that was checked before.
        settled = self.sudo()
        settled.write(
            {"state": "done", "send_on": False, "done_on": day or fields.Date.context_today(self)}
        )
        settled.activity_ids.unlink()

    def _cancel(self, reason):
        # sudo: as above.
        cancelled = self.sudo()
        cancelled.write({"state": "cancelled", "send_on": False, "cancel_reason": reason})
        cancelled.activity_ids.unlink()

    @api.model
    def _close_passed(self):
        """Reminders of a day that has passed are over: an end, a birthday.

        By one statement. Maintenance that was not done stays open until it is.
        """
        self.env.flush_all()
        closed = self.env.execute_query(
            SQL(
                """
                UPDATE aftersales_reminder reminder
                   SET state = CASE WHEN state = 'sent' THEN 'done' ELSE 'cancelled' END,
                       done_on = CASE WHEN state = 'sent' THEN due_on END,
                       cancel_reason = CASE WHEN state = 'due' THEN %s END,
                       send_on = NULL, write_uid = %s, write_date = %s
                 WHERE state IN ('due', 'sent') AND due_on < %s
                   AND kind NOT IN ('maintenance', 'inspection')
                RETURNING id
                """,
                self.env._("The day has passed."),
                self.env.uid,
                fields.Datetime.now(),
                # A day later than anywhere: companies live in time zones of their own.
                fields.Date.subtract(fields.Date.today(), days=1),
            )
        )
        self.invalidate_model()
        self.browse(row[0] for row in closed).activity_ids.unlink()

    # === HELPERS === #

    @api.model
    def _get_placeholders(self):
        """Words that a rule's text may hold in braces. Hook: see ``_get_placeholder_values``."""
        return ["customer", "unit", "model", "due", "meter", "company", "phone"]

    def _get_placeholder_values(self):
        """What is filled in for each of them, as text in the reader's language."""
        self.ensure_one()
        lot, company = self.lot_id, self.company_id
        meter = f"{self.due_meter:,.0f} {lot.meter_unit or ''}".strip() if self.due_meter else ""
        return {
            "customer": self.partner_id.name or "",
            "unit": lot.name or "",
            "model": lot.product_id.with_context(display_default_code=False).display_name or "",
            "due": format_date(self.env, self.due_on) if self.due_on else "",
            "meter": meter,
            "company": company.name or "",
            "phone": company.phone or "",
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            set(self._fields)
            - set(models.MAGIC_COLUMNS)
            - {"display_name", "user_id"}
            - {name for name in self._fields if name.startswith(("message_", "activity_", "my_"))}
            - {"rating_ids", "has_message", "website_message_ids"}
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the nightly run and the buttons only.")

    def _check_keeper(self):
        """Whoever may write reminders takes their steps."""
        self.check_access("write")
