# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# Units (or people) of one statement and one transaction of the nightly run.
CHUNK = 50_000
# A fitting job starts the clock of these again; the others end on a date of their own.
CYCLIC_KINDS = ("maintenance", "inspection")
JOB_KINDS = {"maintenance": "maintenance", "inspection": "inspection"}
PLACEHOLDER = re.compile(r"\{(\w*)\}")


class AftersalesReminderRule(models.Model):
    """What customers and their advisers are reminded of, how long before, and who (S13).

    The nightly run makes the reminders of a rule by one statement for each chunk of units; where
    it stands is kept on the rule, so that a run that was stopped goes on. How a kind of rule finds
    what falls due is said by one fragment of SQL: see ``_get_reminder_source``.
    """

    _name = "aftersales.reminder.rule"
    _description = "Reminder Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, help="Rules that are switched off remind nobody.")
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company that reminds, of its own units and of those that belong to no company.",
    )
    kind = fields.Selection(
        [
            ("maintenance", "Maintenance"),
            ("inspection", "Yearly Inspection"),
            ("warranty_end", "End of Warranty"),
            ("insurance_end", "End of Insurance"),
            ("contract_end", "End of Service Contract"),
            ("birthday", "Birthday of the User"),
        ],
        required=True,
        default="maintenance",
        help="Maintenance and inspection come again after a time or a meter reading; the others on "
        "a date of the unit, its papers or its user.",
    )
    # When
    months = fields.Integer(
        string="Every (months)",
        default=12,
        help="Calendar months after the last fitting job, else after the sale. 31 January and one "
        "month is the last day of February. 0: by meter only.",
    )
    meter = fields.Float(
        string="Every (meter)",
        help="Hours or km after the last fitting job; whichever comes first. 0: by months only.",
    )
    meter_unit = fields.Selection(
        [("hours", "Hours"), ("km", "km")],
        default="hours",
        help="Only meters that count this are looked at.",
    )
    lead_days = fields.Integer(
        string="Days Before", default=14, help="How long before the day the reminder is sent."
    )
    late_days = fields.Integer(
        string="Not Later Than (days)",
        help="What fell due longer ago is not reminded of any more; 0: always. Keeps a rule that "
        "is switched on today from reminding of years ago.",
    )
    job_kind = fields.Selection(
        "_selection_job_kind",
        string="Done By",
        compute="_compute_job_kind",
        store=True,
        readonly=False,
        help="A job of this kind on the unit answers the reminder when it is registered, and "
        "settles it and starts the clock again when it is done.",
    )
    # Which units
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="Units of these categories and of those below; empty: all.",
    )
    product_ids = fields.Many2many(
        "product.product", string="Models", check_company=True, help="Empty: all models."
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category",
        string="Customer Classes",
        help="Users with one of these tags; empty: all.",
    )
    # To whom, and what
    audience = fields.Selection(
        [
            ("customer", "Customer"),
            ("adviser", "Adviser"),
            ("both", "Customer and Adviser"),
        ],
        required=True,
        default="both",
        help="Customer: a mail to the unit's user. Adviser: an activity for the salesperson who "
        "owns his account.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Otherwise",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Adviser of customers who have none.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="Mail",
        domain="[('model', '=', 'aftersales.reminder')]",
        ondelete="restrict",
        default=lambda self: self.env.ref(
            "aftersales_service.mail_template_reminder", raise_if_not_found=False
        ),
        help="Layout of the mail to the customer; it holds the text below.",
    )
    text = fields.Text(
        required=True,
        translate=True,
        help="What the customer reads, and the adviser finds in his activity. {customer}, {unit}, "
        "{model}, {due}, {meter}, {company} and {phone} are filled in.",
    )
    repeat_days = fields.Integer(
        string="Again After (days)",
        help="Until it is done, the reminder is sent again after so many days; 0: once.",
    )
    repeat_max = fields.Integer(
        string="Times at Most", default=3, help="How often one reminder is sent, repeats included."
    )
    # The run
    run_day = fields.Date(
        string="Last Run", readonly=True, copy=False, help="Day of the last run that went through."
    )
    run_position = fields.Integer(
        readonly=True, copy=False, help="Where a run that is under way goes on."
    )
    run_progress = fields.Float(
        string="Progress",
        readonly=True,
        copy=False,
        aggregator=None,
        help="How far today's run is through the units, in percent.",
    )
    run_count = fields.Integer(
        string="Reminders Made", readonly=True, copy=False, help="Reminders that the last run made."
    )
    reminder_count = fields.Integer(
        compute="_compute_reminder_count", string="Open Reminders", help="Due or sent."
    )

    _months_positive = models.Constraint(
        "CHECK(months >= 0 AND meter >= 0)", "The interval of a reminder cannot be negative."
    )
    _interval_known = models.Constraint(
        "CHECK(kind NOT IN ('maintenance', 'inspection') OR months > 0 OR meter > 0)",
        "Enter after how many months or at which meter reading it is due.",
    )
    _days_positive = models.Constraint(
        "CHECK(lead_days >= 0 AND late_days >= 0 AND repeat_days >= 0 AND repeat_max >= 1)",
        "Days cannot be negative, and a reminder is sent at least once.",
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_job_kind(self):
        """Kinds of job (S2)."""
        return self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)

    @api.depends("kind")
    def _compute_job_kind(self):
        for rule in self:
            rule.job_kind = JOB_KINDS.get(rule.kind)

    def _compute_reminder_count(self):
        counts = dict(
            self.env["aftersales.reminder"]._read_group(
                [("rule_id", "in", self.ids), ("state", "in", ("due", "sent"))],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.reminder_count = counts.get(rule, 0)

    # === CONSTRAINTS === #

    @api.constrains("text")
    def _check_text(self):
        known = self.env["aftersales.reminder"]._get_placeholders()
        for rule in self:
            unknown = set(PLACEHOLDER.findall(rule.text or "")) - set(known)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "{%(unknown)s} in the text of %(rule)s means nothing: use %(known)s.",
                        unknown=sorted(unknown)[0],
                        rule=rule.name,
                        known=", ".join("{%s}" % name for name in known),
                    )
                )

    @api.constrains("audience", "template_id")
    def _check_template_id(self):
        for rule in self:
            if rule.audience != "adviser" and not rule.template_id:
                raise ValidationError(
                    self.env._(
                        "Choose the mail by which %(rule)s reminds customers.", rule=rule.name
                    )
                )

    # === ACTIONS === #

    def action_view_reminders(self):
        """Open the reminders of this rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_reminder_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    def action_run(self):
        """Have the run look at these rules again, now and not tonight."""
        self.check_access("write")
        self.write({"run_day": False, "run_position": 0, "run_progress": 0})
        # sudo: whoever keeps the rules may have them looked at; the job is ours.
        self.env.ref("aftersales_service.ir_cron_make_reminders").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The reminders are being made: the list tells how far."),
            },
        }

    # === THE NIGHTLY RUN === #

    @api.model
    def _cron_make_reminders(self):
        """Make what falls due: a chunk of units a statement and a transaction (can be stopped)."""
        rules = self.search([("active", "=", True)])
        today = {
            company: company._get_aftersales_date(fields.Datetime.now())
            for company in rules.company_id
        }
        pending = rules.filtered(lambda rule: rule.run_day != today[rule.company_id])
        chunks = {rule: rule._count_chunks() for rule in pending}
        for rule in pending:
            more = True
            while more:
                more = rule._run_chunk(today[rule.company_id])
                chunks[rule] = max(chunks[rule] - 1, 1) if more else 0
                remaining = sum(chunks.values())
                if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                    # Out of time: the job goes on where the rule stands.
                    if more or rule != pending[-1:]:
                        self.env.ref("aftersales_service.ir_cron_make_reminders")._trigger()
                    return
        self.env["aftersales.reminder"]._close_passed()
        self.env.ref("aftersales_service.ir_cron_send_reminders")._trigger()

    def _run_demo(self):
        """One pass of the run for these rules, without sending: for the demo's story."""
        for rule in self:
            rule._run_chunk(rule.company_id._get_aftersales_date(fields.Datetime.now()))

    def _run_chunk(self, today):
        """Make the reminders of the next chunk of this rule.

        :param date today: day of the run in the rule's company
        :return: whether there is more
        """
        self.ensure_one()
        # The statements below read tables, not the cache.
        self.env.flush_all()
        low = self.run_position
        last, found = self._get_chunk(low)
        made = self._make_reminders(low, last, today) if found else 0
        more = found == CHUNK
        before = self.run_count if low else 0
        self.write(
            {
                "run_position": last if more else 0,
                "run_progress": min(100.0 * last / (self._get_last_id() or 1), 99.0)
                if more
                else 100.0,
                "run_count": before + made,
                "run_day": self.run_day if more else today,
            }
        )
        self.env.flush_all()
        return more

    def _get_base_table(self):
        """Table that the run of this rule goes through, and what of it counts."""
        self.ensure_one()
        if self.kind == "birthday":
            return SQL("res_partner base"), SQL("base.aftersales_birthday IS NOT NULL")
        return SQL("stock_lot base"), SQL("base.user_partner_id IS NOT NULL")

    def _get_chunk(self, low):
        """Last id and number of the next units after ``low``."""
        table, condition = self._get_base_table()
        [row] = self.env.execute_query(
            SQL(
                """SELECT max(chunk.id), count(*) FROM (
                       SELECT base.id FROM %s WHERE base.id > %s AND %s
                        ORDER BY base.id LIMIT %s) AS chunk""",
                *(table, low, condition, CHUNK),
            )
        )
        return row

    def _get_last_id(self):
        table, _condition = self._get_base_table()
        [(last,)] = self.env.execute_query(SQL("SELECT max(base.id) FROM %s", table))
        return last

    def _count_chunks(self):
        """About how many chunks are left of this rule, for the progress of the job."""
        self.ensure_one()
        left = max((self._get_last_id() or 0) - self.run_position, 0)
        return left // CHUNK + 1

    def _make_reminders(self, low, high, today):
        """Make the reminders of the units above ``low`` up to ``high``, by one statement.

        One reminder for each cycle of a unit, however many were missed; an older one that is still
        open gives way to it. Nobody is reminded who asked not to be, nor of what a job is
        registered for.

        :return: number of reminders
        """
        self.ensure_one()
        [(made, superseded)] = self.env.execute_query(
            SQL(
                """
                WITH source AS (%(source)s),
                made AS (
                    INSERT INTO aftersales_reminder (
                        rule_id, kind, company_id, lot_id, partner_id, user_id, due_on, due_by,
                        due_meter, cycle_start, cycle, state, send_on, sent_count,
                        create_uid, create_date, write_uid, write_date)
                    SELECT %(rule)s, %(kind)s, %(company)s, source.lot_id, source.partner_id,
                           COALESCE(adviser.id, chief.id, %(adviser)s),
                           source.due_on, source.due_by, source.due_meter,
                           source.cycle_start, source.cycle, 'due', %(today)s, 0,
                           %(uid)s, %(now)s, %(uid)s, %(now)s
                      FROM source
                      JOIN res_partner partner ON partner.id = source.partner_id
                      LEFT JOIN res_partner commercial
                             ON commercial.id = partner.commercial_partner_id
                      LEFT JOIN res_users adviser
                             ON adviser.id = partner.user_id AND adviser.active
                      LEFT JOIN res_users chief
                             ON chief.id = commercial.user_id AND chief.active
                     WHERE partner.active AND %(contactable)s AND %(classes)s
                       AND NOT EXISTS (
                           SELECT 1 FROM aftersales_reminder known
                            WHERE known.rule_id = %(rule)s
                              AND known.lot_id IS NOT DISTINCT FROM source.lot_id
                              AND known.partner_id = source.partner_id
                              AND known.cycle_start = source.cycle_start
                              AND known.cycle >= source.cycle)
                    ON CONFLICT DO NOTHING
                    RETURNING id, lot_id
                ),
                superseded AS (
                    UPDATE aftersales_reminder older
                       SET state = 'cancelled', cancel_reason = %(superseded)s, send_on = NULL,
                           write_uid = %(uid)s, write_date = %(now)s
                      FROM made
                     WHERE older.lot_id = made.lot_id AND older.rule_id = %(rule)s
                       AND older.state IN ('due', 'sent') AND older.id != made.id
                    RETURNING older.id
                )
                SELECT (SELECT count(*) FROM made),
                       (SELECT array_agg(id) FROM superseded)
                """,
                source=self._get_reminder_source(low, high, today),
                rule=self.id,
                kind=self.kind,
                company=self.company_id.id,
                adviser=self.user_id.id or None,
                today=today,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                contactable=self.env["res.partner"]._get_aftersales_contactable_sql("partner"),
                classes=self._get_class_sql(),
                superseded=self.env._("The next one is due."),
            )
        )
        reminders = self.env["aftersales.reminder"]
        reminders.invalidate_model()
        reminders.browse(superseded or []).activity_ids.unlink()
        return made

    # === SOURCES === #

    def _get_reminder_source(self, low, high, today):
        """What falls due among the units above ``low`` up to ``high``. Hook of new kinds.

        Each kind has its method ``_get_source_KIND`` with the same parameters.

        :param date today: day of the run; ``lead_days`` after it is the horizon
        :return: SQL query with the columns lot_id, partner_id, due_on, due_by, due_meter,
            cycle_start, cycle
        """
        self.ensure_one()
        return getattr(self, f"_get_source_{self.kind}")(low, high, today)

    def _get_source_maintenance(self, low, high, today):
        """After so many months or so much on the meter since the last fitting job (S13)."""
        return SQL(
            """
            SELECT dated.lot_id, dated.partner_id, dated.cycle_start, dated.cycle,
                   LEAST(dated.by_month, dated.by_meter) AS due_on,
                   CASE WHEN dated.by_meter <= dated.by_month OR dated.by_month IS NULL
                        THEN 'meter' ELSE 'date' END AS due_by,
                   CASE WHEN dated.by_meter IS NOT NULL
                        THEN dated.meter_start + dated.cycle * %(meter)s END AS due_meter
              FROM (
                SELECT counted.*,
                       CASE WHEN month_cycle = cycle AND month_cycle > 0
                            THEN (cycle_start + cycle * %(months)s * interval '1 month')::date
                            END AS by_month,
                       CASE WHEN meter_cycle = cycle AND meter_cycle > 0
                            THEN LEAST(read_on + ceil(GREATEST(
                                    meter_start + cycle * %(meter)s - read, 0)
                                    / NULLIF(rate, 0))::int, %(horizon)s::date)
                            END AS by_meter
                  FROM (
                    SELECT cycles.*, GREATEST(month_cycle, meter_cycle) AS cycle
                      FROM (%(cycles)s) AS cycles
                       ) AS counted
                   ) AS dated
             WHERE dated.cycle > 0
               AND (%(late)s = 0 OR LEAST(dated.by_month, dated.by_meter) >= %(earliest)s)
            """,
            cycles=self._get_cycles_sql(low, high, today),
            months=self.months,
            meter=self.meter,
            horizon=fields.Date.add(today, days=self.lead_days),
            late=self.late_days,
            earliest=fields.Date.subtract(today, days=self.late_days),
        )

    def _get_source_inspection(self, low, high, today):
        """As maintenance, with its own kind of job."""
        return self._get_source_maintenance(low, high, today)

    def _get_source_warranty_end(self, low, high, today):
        """Units whose free warranty ends."""
        return self._get_end_sql(low, high, today, SQL("lot.warranty_end"))

    def _get_source_contract_end(self, low, high, today):
        """Units whose service contract ends."""
        return self._get_end_sql(low, high, today, SQL("lot.contract_end"))

    def _get_source_insurance_end(self, low, high, today):
        """Units whose last commercial insurance ends."""
        return self._get_end_sql(
            low,
            high,
            today,
            SQL(
                """(SELECT max(policy.date_to) FROM aftersales_insurance_policy policy
                     WHERE policy.lot_id = lot.id AND policy.scope = 'commercial')"""
            ),
        )

    def _get_source_birthday(self, low, high, today):
        """Users whose birthday comes; that of 29 February is the 28th in common years."""
        return SQL(
            """
            SELECT DISTINCT NULL::int AS lot_id, person.id AS partner_id, birthday.day AS due_on,
                   'date' AS due_by, NULL::numeric AS due_meter,
                   birthday.day AS cycle_start, 1 AS cycle
              FROM res_partner person
             CROSS JOIN LATERAL (
                   SELECT (person.aftersales_birthday + age.years * interval '1 year')::date AS day
                     FROM generate_series(
                          EXTRACT(YEAR FROM %(today)s::date)::int
                          - EXTRACT(YEAR FROM person.aftersales_birthday)::int,
                          EXTRACT(YEAR FROM %(horizon)s::date)::int
                          - EXTRACT(YEAR FROM person.aftersales_birthday)::int
                          ) AS age(years)) AS birthday
             WHERE person.id > %(low)s AND person.id <= %(high)s
               AND birthday.day BETWEEN %(today)s AND %(horizon)s
               AND EXISTS (SELECT 1 FROM stock_lot lot
                            WHERE lot.user_partner_id = person.id AND %(scope)s)
            """,
            low=low,
            high=high,
            today=today,
            horizon=fields.Date.add(today, days=self.lead_days),
            scope=self._get_scope_sql(),
        )

    # === HELPERS OF SOURCES === #

    def _get_end_sql(self, low, high, today, end):
        """Units for which a day comes that ends something; an end that is moved is a new one.

        :param SQL end: the day, of a row ``lot``
        """
        return SQL(
            """
            SELECT lot_id, partner_id, day AS due_on, 'date' AS due_by,
                   NULL::numeric AS due_meter, day AS cycle_start, 1 AS cycle
              FROM (SELECT lot.id AS lot_id, lot.user_partner_id AS partner_id, %(end)s AS day
                      FROM stock_lot lot
                     WHERE lot.id > %(low)s AND lot.id <= %(high)s
                       AND lot.user_partner_id IS NOT NULL AND %(scope)s) AS ends
             WHERE day BETWEEN %(today)s AND %(horizon)s
            """,
            end=end,
            low=low,
            high=high,
            scope=self._get_scope_sql(),
            today=today,
            horizon=fields.Date.add(today, days=self.lead_days),
        )

    def _get_cycles_sql(self, low, high, today):
        """Units with the start of their clock and how often each interval has run since then."""
        horizon = fields.Date.add(today, days=self.lead_days)
        months_passed = SQL(
            """((EXTRACT(YEAR FROM %(h)s::date) - EXTRACT(YEAR FROM cycle_start)) * 12
                + EXTRACT(MONTH FROM %(h)s::date) - EXTRACT(MONTH FROM cycle_start))::int""",
            h=horizon,
        )
        month_cycle = SQL(
            """%(passed)s / %(months)s - CASE WHEN cycle_start
               + (%(passed)s / %(months)s * %(months)s) * interval '1 month' > %(h)s::date
               THEN 1 ELSE 0 END""",
            passed=months_passed,
            months=self.months or 1,
            h=horizon,
        )
        meter_cycle = SQL(
            """COALESCE(floor((read + GREATEST(%(h)s::date - read_on, 0) * rate
                               - meter_start) / %(meter)s), 0)::int""",
            h=horizon,
            meter=self.meter or 1,
        )
        return SQL(
            """
            SELECT started.*,
                   %(month_cycle)s AS month_cycle, %(meter_cycle)s AS meter_cycle
              FROM (
                SELECT lot.id AS lot_id, lot.user_partner_id AS partner_id,
                       COALESCE(job.day, lot.sold_on, lot.warranty_start) AS cycle_start,
                       %(meter_columns)s
                  FROM stock_lot lot
                  LEFT JOIN LATERAL (
                       SELECT (voucher.done_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                              AS day
                         FROM aftersales_voucher voucher
                        WHERE voucher.lot_id = lot.id AND voucher.kind = %(job_kind)s
                          AND voucher.state IN ('done', 'closed')
                          AND voucher.solved_by_phone IS NOT TRUE
                        ORDER BY voucher.done_at DESC LIMIT 1) AS job ON true
                  %(meter_join)s
                 WHERE lot.id > %(low)s AND lot.id <= %(high)s
                   AND lot.user_partner_id IS NOT NULL AND %(scope)s
                   AND NOT EXISTS (
                       SELECT 1 FROM aftersales_voucher voucher
                        WHERE voucher.lot_id = lot.id AND voucher.kind = %(job_kind)s
                          AND voucher.state NOT IN ('done', 'closed', 'cancelled'))
                   ) AS started
             WHERE cycle_start IS NOT NULL
            """,
            month_cycle=month_cycle if self.months else SQL("0"),
            meter_cycle=meter_cycle if self.meter else SQL("0"),
            meter_columns=self._get_meter_columns(),
            meter_join=self._get_meter_join() if self.meter else SQL(),
            zone=self.company_id._get_aftersales_timezone().zone,
            job_kind=self.job_kind or "",
            low=low,
            high=high,
            scope=self._get_scope_sql(),
        )

    def _get_meter_columns(self):
        """Meter at the start of the clock, last reading with its day, and the use per day.

        All over the meters that the unit has had; the unit's file keeps them as columns.
        """
        if not self.meter:
            return SQL(
                "0::numeric AS meter_start, 0::numeric AS read, NULL::date AS read_on,"
                " 0::numeric AS rate"
            )
        return SQL(
            """COALESCE(reading.total, 0)::numeric AS meter_start,
               CASE WHEN lot.meter_unit = %s
                    THEN lot.meter + COALESCE(lot.meter_offset, 0) END::numeric AS read,
               lot.meter_date AS read_on,
               COALESCE(lot.meter_per_day, 0)::numeric AS rate""",
            self.meter_unit,
        )

    def _get_meter_join(self):
        """What the meter showed at the last fitting job, as a lateral query ``reading``."""
        return SQL(
            """
            LEFT JOIN LATERAL (
                 SELECT entry.total FROM aftersales_meter_reading entry
                  WHERE entry.lot_id = lot.id AND entry.date <= job.day
                  ORDER BY entry.date DESC, entry.id DESC LIMIT 1) AS reading ON true
            """
        )

    def _get_scope_sql(self):
        """Which units the rule is for, as a condition on a row ``lot``."""
        self.ensure_one()
        conditions = [
            SQL("(lot.company_id = %s OR lot.company_id IS NULL)", self.company_id.id),
            SQL("lot.merged_into_id IS NULL"),
        ]
        if self.product_ids:
            conditions.append(SQL("lot.product_id = ANY(%s)", self.product_ids.ids))
        if self.categ_ids:
            below = self.env["product.category"].search([("id", "child_of", self.categ_ids.ids)])
            conditions.append(
                SQL(
                    """EXISTS (SELECT 1 FROM product_product product
                                JOIN product_template template
                                  ON template.id = product.product_tmpl_id
                               WHERE product.id = lot.product_id
                                 AND template.categ_id = ANY(%s))""",
                    below.ids,
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_class_sql(self):
        """Which users the rule is for, as a condition on a row ``partner``."""
        self.ensure_one()
        if not self.partner_category_ids:
            return SQL("true")
        return SQL(
            """EXISTS (SELECT 1 FROM res_partner_res_partner_category_rel tag
                        WHERE tag.partner_id IN (partner.id, partner.commercial_partner_id)
                          AND tag.category_id = ANY(%s))""",
            self.partner_category_ids.ids,
        )
