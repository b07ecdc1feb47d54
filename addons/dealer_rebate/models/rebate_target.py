# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date


class RebateTarget(models.Model):
    """What a dealer is to reach: of a metric, or of the basis of a component (R6, R7).

    Months add up to quarters and years. A window has a target only when targets cover each of its
    days: the sum of two months is no target of a quarter.
    """

    _name = "rebate.target"
    _inherit = ["rebate.figure.mixin", "mail.thread"]
    _description = "Rebate Target"
    _order = "date_from desc, partner_id, outlet_id, id"

    metric_id = fields.Many2one(
        "rebate.metric",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The metric that is to reach it. Empty: the basis of a component.",
    )
    component_id = fields.Many2one(
        "rebate.component",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The component whose basis is to reach it. Versions of it share their targets.",
    )
    component_key = fields.Char(
        related="component_id.component_key", store=True, index="btree_not_null", precompute=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        index=True,
        precompute=True,
    )
    partner_id = fields.Many2one(tracking=True)
    outlet_id = fields.Many2one(tracking=True)
    date_from = fields.Date(tracking=True)
    date_to = fields.Date(tracking=True)
    value = fields.Float(tracking=True, help="The target, in the unit of its metric or component.")

    _slot_once = models.UniqueIndex(
        "(slot_key)", "This dealer has a target for the same thing and period already."
    )
    _of_one = models.Constraint(
        "CHECK ((metric_id IS NULL) <> (component_id IS NULL))",
        "A target is of a metric or of a component: choose one of the two.",
    )

    @api.depends("metric_id", "component_id")
    def _compute_slot_key(self):
        return super()._compute_slot_key()

    @api.depends("metric_id.company_id", "component_id.company_id")
    def _compute_company_id(self):
        for target in self:
            target.company_id = target.metric_id.company_id or target.component_id.company_id

    @api.depends("metric_id.name", "component_id.name", "partner_id.name", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for target in self:
            of = target.metric_id.name or target.component_id.name
            first = format_date(self.env, target.date_from) if target.date_from else ""
            last = format_date(self.env, target.date_to) if target.date_to else ""
            target.display_name = f"{of} · {target.partner_id.name} · {first}–{last}"

    @api.constrains("metric_id", "component_id", "partner_id", "outlet_id", "date_from", "date_to")
    def _check_once(self):
        self._check_conflicts()

    @api.constrains("value")
    def _check_not_negative(self):
        for target in self:
            if target.value < 0:
                raise ValidationError(
                    self.env._("The target %(name)s is negative.", name=target.display_name)
                )

    def _get_slot(self):
        if self.metric_id:
            return ("m", self.metric_id.id)
        return ("c", self.component_id.component_key)

    def _get_same_sql(self):
        return SQL(
            "other.metric_id IS NOT DISTINCT FROM one.metric_id "
            "AND other.component_key IS NOT DISTINCT FROM one.component_key"
        )

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @api.model
    def _read_asked(self, asked, by_outlet=False, partner_ids=None):
        """Targets of many things and windows, in one query.

        :param asked: list of (metric or component, first day, last day)
        :param by_outlet: by store; otherwise the stores of a dealer add up
        :param partner_ids: only these dealers
        :return: for each of them a dict {(partner id, outlet id or 0): Decimal}; who has targets
            that do not cover the window day by day is absent
        """
        if not asked:
            return []
        spans = [{} for _one in asked]
        for number, partner, outlet, first, last, value in self._read_spans(asked, partner_ids):
            subject = (partner, outlet if by_outlet else 0)
            spans[number].setdefault(subject, []).append((first, last, Decimal(value)))
        return [
            {
                subject: sum(value for _first, _last, value in parts)
                for subject, parts in found.items()
                if self._covers(parts, first, last)
            }
            for found, (_record, first, last) in zip(spans, asked, strict=True)
        ]

    def _read_spans(self, asked, partner_ids):
        self.flush_model()
        values = [
            SQL(
                "(%s, %s::integer, %s::varchar, %s::date, %s::date)",
                number,
                record.id if record._name == "rebate.metric" else None,
                record.component_key if record._name == "rebate.component" else None,
                first,
                last,
            )
            for number, (record, first, last) in enumerate(asked)
        ]
        return self.env.execute_query(
            SQL(
                """
                WITH asked (number, metric_id, component_key, window_from, window_to) AS (
                    VALUES %(asked)s
                ), counted AS (
                    SELECT asked.number, partner.commercial_partner_id AS partner_id,
                           COALESCE(target.outlet_id, 0) AS outlet_id,
                           target.date_from, target.date_to, target.value
                      FROM rebate_target target
                      JOIN asked
                        ON (target.metric_id = asked.metric_id
                            OR target.component_key = asked.component_key)
                       AND target.date_from >= asked.window_from
                       AND target.date_to <= asked.window_to
                      JOIN res_partner partner ON partner.id = target.partner_id
                     WHERE %(dealers)s
                )
                SELECT number, partner_id, outlet_id, date_from, date_to, SUM(value)::text
                  FROM %(outermost)s AS spans
              GROUP BY number, partner_id, outlet_id, date_from, date_to
                """,
                asked=SQL(", ").join(values),
                dealers=self.env["rebate.metric"]._get_partner_sql(partner_ids),
                outermost=self._get_outermost_query(("number", "partner_id", "outlet_id")),
            )
        )

    @api.model
    def _covers(self, parts, first, last):
        """Whether spans leave no day of a window out."""
        free = first
        for start, end, _value in sorted(parts):
            if start > free:
                return False
            free = max(free, end + timedelta(days=1))
        return free > last
