# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.aftersales_base.drawing import choose, get_digest


class AftersalesAudit(models.Model):
    """A round of the record audit: some closed vouchers of each outlet, drawn and checked (K12).

    Vouchers closed in the window take part, each at most once over all rounds *(ours)*. Once the
    round is published its verdicts stay.
    """

    _name = "aftersales.audit"
    _description = "Record Audit"
    _inherit = ["aftersales.draw.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    auditor_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who answers for the verdicts.",
    )
    date_from = fields.Date(
        required=True,
        string="Closed From",
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=-1, day=1),
    )
    date_to = fields.Date(
        required=True,
        string="Closed To",
        default=lambda self: fields.Date.context_today(self) + relativedelta(day=1, days=-1),
        help="Last day on which vouchers of the round were closed; the round counts in the period "
        "of this day.",
    )
    voucher_limit = fields.Integer(
        string="Vouchers per Outlet",
        required=True,
        default=lambda self: self.env.company.aftersales_audit_vouchers,
        help="So many are drawn of each outlet; all, where it has fewer (K12).",
    )
    outlet_ids = fields.Many2many(
        "aftersales.outlet",
        string="Only These Outlets",
        check_company=True,
        help="Empty: all that closed vouchers.",
    )
    criterion_ids = fields.Many2many(
        "aftersales.audit.criterion",
        string="Criteria",
        compute="_compute_criterion_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="Each drawn voucher is checked against all of them.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("drawn", "Checking"), ("published", "Published")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        group_expand=True,
        help="Checking: vouchers are drawn and checked one by one. Published: verdicts stay, and "
        "count for outlets.",
    )
    published_at = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many(
        "aftersales.audit.line", "audit_id", string="Vouchers", readonly=True
    )
    result_ids = fields.One2many(
        "aftersales.audit.outlet", "audit_id", string="Outlets", readonly=True
    )
    finding_ids = fields.One2many("aftersales.audit.finding", "audit_id", string="Findings")
    line_count = fields.Integer(compute="_compute_counts", string="Drawn")
    open_count = fields.Integer(compute="_compute_counts", string="To Check")
    failed_count = fields.Integer(compute="_compute_counts", string="Inaccurate")
    finding_count = fields.Integer(compute="_compute_counts", string="Findings Noted")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "An audit's window cannot end before it begins."
    )
    _limit_positive = models.Constraint(
        "CHECK (voucher_limit > 0)", "At least one voucher per outlet is drawn."
    )

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for audit in self:
            audit.name = self.env._(
                "Record audit %(start)s – %(end)s",
                start=format_date(self.env, audit.date_from),
                end=format_date(self.env, audit.date_to),
            )

    @api.depends("company_id")
    def _compute_criterion_ids(self):
        for audit in self:
            audit.criterion_ids = self.env["aftersales.audit.criterion"].search(
                [("company_id", "in", (False, audit.company_id.id))]
            )

    @api.depends("line_ids.verdict", "finding_ids")
    def _compute_counts(self):
        for audit in self:
            audit.line_count = len(audit.line_ids)
            audit.open_count = len(audit.line_ids.filtered(lambda line: line.verdict == "open"))
            audit.failed_count = len(
                audit.line_ids.filtered(lambda line: line.verdict == "inaccurate")
            )
            audit.finding_count = len(audit.finding_ids)

    # === ACTIONS === #

    def action_publish(self):
        """Let the verdicts count: they stay from here on (K12)."""
        self.check_access("write")
        for audit in self:
            audit._publish()

    def action_view_lines(self):
        """Open the vouchers that were drawn."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_audit_line_action"
        )
        return action | {"domain": [("audit_id", "=", self.id)], "context": {"create": False}}

    def action_view_findings(self):
        """Open what was found."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_audit_finding_action"
        )
        return action | {
            "domain": [("audit_id", "=", self.id)],
            "context": {"default_audit_id": self.id},
        }

    # === STEPS === #

    def _draw(self):
        """Draw for all outlets in one statement, from the seed (K12).

        :raises UserError: when the round is no draft, checks nothing, or nothing was closed
        """
        self.ensure_one()
        self._check_state("draft")
        if not self.criterion_ids:
            raise UserError(
                self.env._("%(audit)s checks nothing: choose its criteria.", audit=self.name)
            )
        self._begin({"state": "drawn", "drawn_at": fields.Datetime.now()})
        if not self.env.execute_query(self._get_draw_sql()):
            raise UserError(
                self.env._(
                    "No outlet has closed a voucher from %(start)s to %(end)s that was not audited "
                    "before: choose other days.",
                    start=format_date(self.env, self.date_from),
                    end=format_date(self.env, self.date_to),
                )
            )
        self.env.execute_query(self._get_check_sql())
        for model in ("aftersales.audit.line", "aftersales.audit.check", "aftersales.audit.outlet"):
            self.env[model].invalidate_model()
        self.invalidate_recordset()

    def _get_draw_sql(self):
        """One statement: the lowest digests of each outlet become lines, outlets get a result."""
        start, end = self.company_id._get_aftersales_bounds(self.date_from, self.date_to)
        stamp = SQL(
            "%(uid)s AS create_uid, %(now)s::timestamp AS create_date, %(uid)s AS write_uid, "
            "%(now)s::timestamp AS write_date",
            uid=self.env.uid,
            now=self.env.cr.now(),
        )
        return SQL(
            """WITH ranked AS (
                    SELECT voucher.id, voucher.outlet_id, voucher.technician_id,
                           %(digest)s AS digest,
                           row_number() OVER (PARTITION BY voucher.outlet_id
                                                  ORDER BY %(digest)s) AS place,
                           count(*) OVER (PARTITION BY voucher.outlet_id) AS size
                      FROM aftersales_voucher AS voucher
                     WHERE voucher.company_id = %(company)s AND voucher.state = 'closed'
                       AND voucher.number IS NOT NULL AND voucher.outlet_id IS NOT NULL
                       AND (%(outlets)s::int[] = '{}' OR voucher.outlet_id = ANY(%(outlets)s))
                       AND voucher.closed_at >= %(start)s AND voucher.closed_at < %(end)s
                       AND NOT EXISTS (SELECT FROM aftersales_audit_line AS line
                                        WHERE line.voucher_id = voucher.id)),
                    result AS (
                    INSERT INTO aftersales_audit_outlet
                           (audit_id, company_id, outlet_id, date, pool_count, line_count,
                            failed_count, loss, create_uid, create_date, write_uid, write_date)
                    SELECT %(audit)s, %(company)s, outlet_id, %(date)s, max(size),
                           count(*) FILTER (WHERE place <= %(limit)s), 0, 0, %(stamp)s
                      FROM ranked GROUP BY outlet_id
                 RETURNING id, outlet_id)
             INSERT INTO aftersales_audit_line
                    (audit_id, company_id, result_id, outlet_id, technician_id, voucher_id, digest,
                     verdict, create_uid, create_date, write_uid, write_date)
             SELECT %(audit)s, %(company)s, result.id, ranked.outlet_id, ranked.technician_id,
                    ranked.id, ranked.digest, 'open', %(stamp)s
               FROM ranked JOIN result ON result.outlet_id = ranked.outlet_id
              WHERE ranked.place <= %(limit)s
           ORDER BY ranked.outlet_id, ranked.place
          RETURNING id""",
            digest=self._get_digest_sql(SQL("voucher.id")),
            company=self.company_id.id,
            outlets=self.outlet_ids.ids,
            start=start,
            end=end,
            audit=self.id,
            date=self.date_to,
            limit=self.voucher_limit,
            stamp=stamp,
        )

    def _get_check_sql(self):
        """One statement: each line gets a check for each criterion."""
        return SQL(
            """INSERT INTO aftersales_audit_check
                      (line_id, criterion_id, create_uid, create_date, write_uid, write_date)
               SELECT line.id, criterion.id, %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM aftersales_audit_line AS line, aftersales_audit_criterion AS criterion
                WHERE line.audit_id = %(audit)s AND criterion.id = ANY(%(criteria)s)
             ORDER BY line.id, criterion.sequence, criterion.id
            RETURNING id""",
            audit=self.id,
            criteria=self.criterion_ids.ids,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _is_verified(self):
        """Repeat the draw: of each outlet the vouchers with the lowest digests were drawn.

        Who took part is read anew: vouchers closed in the window that no other round has.
        """
        self.ensure_one()
        # sudo: whoever reads the audit may have its draw repeated; only yes or no is told.
        audit = self.sudo()
        start, end = audit.company_id._get_aftersales_bounds(audit.date_from, audit.date_to)
        pool = self.env["aftersales.voucher"].sudo()
        found = pool._read_group(
            [
                ("company_id", "=", audit.company_id.id),
                ("state", "=", "closed"),
                ("number", "!=", False),
                ("outlet_id", "in", audit.result_ids.outlet_id.ids),
                ("closed_at", ">=", start),
                ("closed_at", "<", end),
            ],
            ["outlet_id"],
            ["id:array_agg"],
        )
        # sudo: what other rounds have drawn is not drawn again, whoever may see it.
        taken = (
            self.env["aftersales.audit.line"]
            .sudo()
            ._read_group(
                [("audit_id", "!=", audit.id), ("company_id", "=", audit.company_id.id)],
                [],
                ["voucher_id:array_agg"],
            )[0][0]
        )
        drawn = {result.outlet_id.id: result.line_ids.voucher_id for result in audit.result_ids}
        for outlet, ids in found:
            numbers = set(ids) - set(taken or ())
            if set(choose(audit.seed, numbers, audit.voucher_limit)) != set(drawn[outlet.id].ids):
                return False
        return all(
            line.digest == get_digest(audit.seed, line.voucher_id.id) for line in audit.line_ids
        )

    def _publish(self):
        """Settle each outlet's result, and what it loses (K12).

        :raises UserError: while vouchers are not checked
        """
        self.ensure_one()
        self._check_state("drawn")
        unchecked = self.line_ids.filtered(lambda line: line.verdict == "open")
        if unchecked:
            raise UserError(
                self.env._(
                    "%(count)s vouchers of %(audit)s are not checked, e.g. %(voucher)s: check them "
                    "first.",
                    count=len(unchecked),
                    audit=self.name,
                    voucher=unchecked[0].voucher_id.display_name,
                )
            )
        self._begin({"state": "published", "published_at": fields.Datetime.now()})
        # sudo: as in ``_begin``.
        self.sudo().result_ids._settle()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "published_at",
            "line_ids",
            "result_ids",
        }

    @api.model
    def _get_later_fields(self):
        return super()._get_later_fields() | {"finding_ids"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the audit, not entered.")
