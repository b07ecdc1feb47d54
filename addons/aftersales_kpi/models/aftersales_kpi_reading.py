# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.rate_table.calculators import to_decimal

COMPARED = ("value", "amount", "weight", "target", "has_target", "before", "year_before")


class AftersalesKpiReading(models.Model):
    """What an indicator read for a subject in a month: the history for charts and "what fell".

    Readings are taken every night for indicators that are tracked. Those of recent months follow
    the documents; older ones are closed and stay as they are.
    """

    _name = "aftersales.kpi.reading"
    _description = "KPI Reading"
    _inherit = ["aftersales.kpi.figure.mixin", "aftersales.bulk.mixin"]
    _order = "period_start desc, indicator_id, id"

    indicator_id = fields.Many2one(ondelete="cascade", help="What was measured.")
    amount = fields.Float(
        digits=(16, 4),
        aggregator="sum",
        help="What was added up: of a ratio, what stands above the line.",
    )
    weight = fields.Float(
        digits=(16, 4),
        aggregator="sum",
        help="What it was divided by; of a sum, how many records were added.",
    )
    # No mean: who has no target would count as 0.
    target = fields.Float(
        digits=(16, 4), aggregator=False, help="What was aimed at, where there was a target."
    )
    has_target = fields.Boolean(help="There was a target.")
    is_reached = fields.Boolean(string="Target Reached", help="The target was reached.")
    before = fields.Float(
        string="Month Before", digits=(16, 4), aggregator="avg", help="The month before."
    )
    change = fields.Float(digits=(16, 4), aggregator="avg", help="Difference to the month before.")
    year_before = fields.Float(
        digits=(16, 4), aggregator="avg", help="The same month of the year before."
    )
    year_change = fields.Float(
        string="Change on the Year",
        digits=(16, 4),
        aggregator="avg",
        help="Difference to the same month of the year before.",
    )
    fell = fields.Boolean(
        help="The month is over, and its figure is worse than that of the month before by more "
        "than the indicator tolerates.",
    )
    is_closed = fields.Boolean(
        string="Closed", help="Too old to follow the documents any more: it stays as it is."
    )
    taken_at = fields.Datetime(readonly=True, help="When the figure was taken.")

    # Without the dealer's own column: merging two contacts would delete one of the readings.
    _once = models.UniqueIndex(
        "(indicator_id, company_id, subject_kind, subject_res_id, period_start)",
        "This indicator was read for the same subject and month already.",
    )

    # === TAKING READINGS === #

    @api.model
    def _cron_take(self):
        """Take the readings of the night, an indicator and month at a time, with a commit after.

        Stopped, it goes on with what was not read today.
        """
        cron = self.env["ir.cron"]
        today = fields.Date.today()
        due = self.env["aftersales.kpi.indicator"].search(
            Domain("is_tracked", "=", True)
            & (Domain("read_on", "=", False) | Domain("read_on", "<", today))
        )
        time_left = cron._commit_progress(remaining=len(due))
        for indicator in due:
            for month in indicator._get_months_to_read():
                if not time_left:
                    return
                self._take_month(indicator, month)
                time_left = cron._commit_progress()
            indicator.read_on = today
            time_left = cron._commit_progress(1)

    @api.model
    def _take_month(self, indicator, month):
        """Read an indicator for a month, of all companies and all kinds of subjects it follows.

        :param date month: first day
        """
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies:
            for kind in indicator._get_tracked_kinds():
                self._take(company, indicator, kind, month)
        if indicator._is_month_closed(month):
            self.search(
                [
                    ("indicator_id", "=", indicator.id),
                    ("period_start", "=", month),
                    ("is_closed", "=", False),
                ]
            ).write({"is_closed": True})
            indicator.closed_until = month

    @api.model
    def _take(self, company, indicator, kind, month):
        """Read one indicator for all subjects of a kind; only what differs is written.

        :param company: ``res.company``
        :param date month: first day
        :param str kind: key of ``SUBJECT_MODELS``
        :return: the month's readings
        """
        same = [
            ("company_id", "=", company.id),
            ("indicator_id", "=", indicator.id),
            ("subject_kind", "=", kind),
        ]
        existing = self.search([*same, ("period_start", "=", month)])
        if any(existing.mapped("is_closed")):
            return existing
        found = self._prepare_readings(company, indicator, kind, month, same)
        kept = self.browse()
        for reading in existing:
            vals = found.get(reading.subject_res_id)
            if vals and reading._is_same(vals):
                kept += reading
                del found[reading.subject_res_id]
        (existing - kept).unlink()
        self.flush_model()
        return kept + (self._insert(list(found.values())) if found else self.browse())

    @api.model
    def _prepare_readings(self, company, indicator, kind, month, same):
        """Values of the month's readings.

        :param list same: domain of the other months' readings
        :return: dict {subject id: values}
        """
        end = month + relativedelta(months=1, days=-1)
        measures = indicator._measure(company, month, end, subject=kind, with_sources=False)
        targets = self.env["aftersales.kpi.target"]._get_targets(
            company, month, kind, indicators=indicator
        )
        last, year = month - relativedelta(months=1), month - relativedelta(years=1)
        earlier = {
            (reading.period_start, reading.subject_res_id): to_decimal(reading.value)
            for reading in self.search([*same, ("period_start", "in", (last, year))])
        }
        is_over = end < company._get_aftersales_date(fields.Datetime.now())
        return {
            subject_id: {
                "indicator_id": indicator.id,
                "company_id": company.id,
                "period_start": month,
                **self._prepare_figure_subject_vals(kind, subject_id),
                **indicator._compare_figure(
                    measure,
                    targets.get((indicator.id, subject_id)),
                    earlier.get((last, subject_id)),
                    earlier.get((year, subject_id)),
                    is_over,
                ),
                "is_closed": False,
                "taken_at": fields.Datetime.now(),
            }
            for subject_id, measure in measures.items()
        }

    def _is_same(self, vals):
        """Whether nothing would change."""
        return self.fell == vals["fell"] and all(
            to_decimal(self[name]) == to_decimal(vals[name]) for name in COMPARED
        )

    # === ACTIONS === #

    def action_view_records(self):
        """Open the very records behind the figure, as they are today; say if it would differ."""
        self.ensure_one()
        self.check_access("read")
        end = self.period_start + relativedelta(months=1, days=-1)
        action, measure = self.indicator_id._get_figure_action(
            self.company_id,
            self.period_start,
            end,
            self.subject_kind,
            self._get_subject(),
        )
        today = float(measure.rounded) if measure else None
        if measure and to_decimal(today) == to_decimal(self.value):
            return action
        message = (
            self.env._(
                "Read as %(before)g, it would be %(now)g today: its records were changed since.",
                before=self.value,
                now=today,
            )
            if measure
            else self.env._(
                "Read as %(before)g, it would not be measured today: its records were changed "
                "since.",
                before=self.value,
            )
        )
        if not action:
            raise UserError(message)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.display_name,
                "message": message,
                "next": action,
            },
        }
