# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date


class RebateMetricValue(models.Model):
    """What a dealer reported for a metric and a period: sales of a month, oil sold in a quarter.

    Entered by one person, verified by another; handed in before the deadline or late (R3).
    """

    _name = "rebate.metric.value"
    _inherit = ["rebate.figure.mixin", "rebate.verification.mixin"]
    _description = "Value of a Rebate Metric"
    _order = "date_to desc, metric_id, partner_id, outlet_id, id"

    metric_id = fields.Many2one(
        "rebate.metric",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'reported')]",
    )
    company_id = fields.Many2one(
        related="metric_id.company_id", store=True, index=True, precompute=True
    )
    unit = fields.Char(related="metric_id.unit")
    deadline = fields.Datetime(
        compute="_compute_deadline",
        store=True,
        help="By when it has to be handed in, by the metric's rule. Fixed once it is handed in.",
    )
    is_late = fields.Boolean(
        string="Late",
        readonly=True,
        copy=False,
        tracking=True,
        help="The verdict, given when it was handed in. What is late forfeits what the agreement "
        "says for exactly this period; for longer periods it still counts (R3).",
    )
    waiver = fields.Char(
        string="Lateness Waived",
        copy=False,
        tracking=True,
        help="Why it is not held against the dealer that this came late. For rebate managers.",
    )

    _slot_once = models.UniqueIndex(
        "(slot_key) WHERE state <> 'rejected'",
        "This dealer has a value of this metric for this period already.",
    )
    _read_idx = models.Index("(metric_id, partner_id, date_from)")

    @api.depends("metric_id")
    def _compute_slot_key(self):
        return super()._compute_slot_key()

    @api.depends("metric_id.name", "partner_id.name", "outlet_id.code", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for value in self:
            who = value.partner_id.name
            if value.outlet_id:
                who = f"{who} [{value.outlet_id.code}]"
            first = format_date(self.env, value.date_from) if value.date_from else ""
            last = format_date(self.env, value.date_to) if value.date_to else ""
            value.display_name = f"{value.metric_id.name} · {who} · {first}–{last}"

    @api.depends(
        "date_to",
        "submitted_on",
        "metric_id.has_deadline",
        "metric_id.deadline_days",
        "metric_id.deadline_type",
    )
    def _compute_deadline(self):
        known = {}
        for value in self:
            if value.submitted_on:
                value.deadline = value.deadline
                continue
            key = (value.metric_id, value.date_to)
            if key not in known:
                known[key] = value.metric_id._get_deadline(value.date_to)
            value.deadline = known[key]

    @api.constrains("metric_id", "partner_id", "outlet_id", "date_from", "date_to")
    def _check_once(self):
        self._check_conflicts()

    @api.constrains("metric_id")
    def _check_metric_kind(self):
        for value in self:
            value.metric_id._check_kind("reported")

    def write(self, vals):
        """Waive lateness as a rebate manager only."""
        if "waiver" in vals:
            self._check_manager()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        """Waivers belong to rebate managers."""
        if any(vals.get("waiver") for vals in vals_list):
            self._check_manager()
        elif not self.env.su and self.env.context.get("default_waiver"):
            raise AccessError(self.env._("Lateness is waived by a rebate manager."))
        return super().create(vals_list)

    def _prepare_submit_vals(self, now):
        return super()._prepare_submit_vals(now) | {
            "is_late": bool(self.deadline and now > self.deadline)
        }

    def _prepare_draft_vals(self):
        return super()._prepare_draft_vals() | {"is_late": False}

    def _check_return(self):
        self._check_conflicts()

    def _get_fact_fields(self):
        return {"metric_id", "partner_id", "outlet_id", "date_from", "date_to", "value"}

    def _get_process_fields(self):
        return super()._get_process_fields() | {"is_late", "deadline"}

    def _get_slot(self):
        return (self.metric_id.id,)

    def _get_same_sql(self):
        return SQL(
            "other.metric_id = one.metric_id AND one.state <> 'rejected' "
            "AND other.state <> 'rejected'"
        )

    @api.model
    def _read_late(self, metric, windows, partner_ids=None):
        """Whose report for exactly a window came late (R3: it forfeits that period's component).

        A waived lateness is none. Reports of a shorter or longer period say nothing here, and a
        report that never came is not late: it is missing.

        :param metric: a ``rebate.metric`` of kind reported
        :param windows: list of (first day, last day), or of (key, first day, last day)
        :param partner_ids: only these dealers
        :return: set of (partner id, outlet id or 0, key); the key is the first day by default. A
            store that is late makes its dealer late as well: the dealer's data were not complete
        """
        windows = self.env["rebate.metric"]._as_windows(windows)
        if not metric or not windows:
            return set()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.commercial_partner_id, COALESCE(fact.outlet_id, 0),
                       asked.key
                  FROM rebate_metric_value fact
                  JOIN (VALUES %(windows)s) AS asked (key, date_from, date_to)
                    ON fact.date_from = asked.date_from AND fact.date_to = asked.date_to
                  JOIN res_partner partner ON partner.id = fact.partner_id
                 WHERE fact.metric_id IN %(metrics)s
                   AND fact.state IN ('submitted', 'verified')
                   AND fact.is_late AND COALESCE(fact.waiver, '') = ''
                   AND %(dealers)s
                """,
                windows=SQL(", ").join(SQL("(%s::date, %s::date, %s::date)", *w) for w in windows),
                metrics=tuple(metric.ids),
                dealers=self.env["rebate.metric"]._get_partner_sql(partner_ids),
            )
        )
        late = {tuple(row) for row in rows}
        return late | {(partner, 0, key) for partner, _outlet, key in late}
