# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import ROUND_HALF_UP

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.rate_table.calculators import to_decimal

from ..measures import SUBJECT_MODELS, VALUE_STEP

TRACKED_FIELDS = {kind: f"track_{kind}" for kind in SUBJECT_MODELS}
MONTHS_OF_HISTORY = 12


class AftersalesKpiIndicator(models.Model):
    """Whose figures are followed from month to month, and what counts as a fall."""

    _inherit = "aftersales.kpi.indicator"

    is_tracked = fields.Boolean(
        string="Keep History",
        help="The figures of each month are read every night and kept, for charts and comparison.",
    )
    track_employee = fields.Boolean(string="Employees")
    track_team = fields.Boolean(string="Teams")
    track_outlet = fields.Boolean(string="Outlets", default=True)
    track_dealer = fields.Boolean(string="Dealers")
    track_company = fields.Boolean(string="Company", default=True)
    tracked_from = fields.Date(
        string="History From",
        default=lambda self: self._get_default_tracked_from(),
        help="Any day of the first month of the history.",
    )
    open_months = fields.Integer(
        string="Months Kept Open",
        default=2,
        required=True,
        help="So many months, the current one among them, follow the documents. Older readings "
        "are closed: they stay as they are.",
    )
    fall_tolerance = fields.Float(
        string="Tolerated Fall (%)",
        default=5.0,
        digits=(16, 4),
        help="A figure fell when it is worse than that of the month before by more than this part "
        "of it.",
    )
    read_on = fields.Date(
        string="Last Read", readonly=True, copy=False, help="Night of the last reading."
    )
    closed_until = fields.Date(readonly=True, copy=False, help="The last month that is closed.")
    reading_ids = fields.One2many("aftersales.kpi.reading", "indicator_id")

    _open_months_positive = models.Constraint(
        "CHECK (open_months >= 1)", "The current month at least stays open."
    )
    _tolerance_not_negative = models.Constraint(
        "CHECK (fall_tolerance >= 0)", "The tolerated fall must not be negative."
    )

    @api.constrains("is_tracked", "measure", *TRACKED_FIELDS.values())
    def _check_tracked_kinds(self):
        for indicator in self.filtered("is_tracked"):
            if not indicator._get_tracked_kinds():
                raise ValidationError(
                    self.env._(
                        "Choose whose history of %s is kept: nobody that it measures is ticked.",
                        indicator.name,
                    )
                )

    def write(self, vals):
        """Whoever follows more than before has its open history read anew from the beginning."""
        if {"is_tracked", "tracked_from", *TRACKED_FIELDS.values()}.intersection(vals):
            vals = {"closed_until": False, "read_on": False} | vals
        return super().write(vals)

    # === READINGS === #

    @api.model
    def _get_default_tracked_from(self):
        return fields.Date.context_today(self) + relativedelta(months=-MONTHS_OF_HISTORY, day=1)

    def _get_tracked_kinds(self):
        """Kinds of subjects that are followed and can be measured."""
        self.ensure_one()
        able = self._get_kind().subjects
        return [kind for kind, name in TRACKED_FIELDS.items() if self[name] and kind in able]

    def _get_months_to_read(self):
        """First days of the months that are not closed, the oldest first."""
        self.ensure_one()
        this = fields.Date.context_today(self) + relativedelta(day=1)
        month = (self.tracked_from or this) + relativedelta(day=1)
        if self.closed_until:
            month = max(month, self.closed_until + relativedelta(months=1))
        months = []
        while month <= this:
            months.append(month)
            month += relativedelta(months=1)
        return months

    def _is_month_closed(self, month):
        """Whether a month's readings stay as they are from now on."""
        self.ensure_one()
        this = fields.Date.context_today(self) + relativedelta(day=1)
        return month <= this - relativedelta(months=self.open_months)

    def _compare_figure(self, measure, target=None, before=None, year_before=None, is_over=True):
        """What a figure is beside its target and earlier months.

        :param measure: :class:`Measure`
        :param Decimal target: agreed with the subject; default: the indicator's own
        :param Decimal before: figure of the month before, if there was one
        :param Decimal year_before: figure of the same month of the year before
        :param bool is_over: a month that is not over did not fall yet
        :return: values of a reading
        """
        self.ensure_one()
        value = measure.rounded
        if target is None and self.target:
            target = to_decimal(self.target)
        return {
            "value": float(value),
            "amount": float(measure.amount.quantize(VALUE_STEP, ROUND_HALF_UP)),
            "weight": float(measure.weight.quantize(VALUE_STEP, ROUND_HALF_UP)),
            "has_target": target is not None,
            "target": float(target or 0),
            "is_reached": target is not None and self._is_as_good(value, target),
            "before": float(before or 0),
            "change": float(value - before) if before is not None else 0.0,
            "year_before": float(year_before or 0),
            "year_change": float(value - year_before) if year_before is not None else 0.0,
            "fell": bool(is_over and before is not None and self._is_fall(value, before)),
        }

    def _is_as_good(self, value, other):
        return value <= other if self.better == "lower" else value >= other

    def _is_fall(self, value, before):
        """Whether a figure is worse than before, beyond what is tolerated."""
        worse = value - before if self.better == "lower" else before - value
        return worse > abs(before) * to_decimal(self.fall_tolerance) / 100

    # === WHAT IS BEHIND A FIGURE === #

    def _get_figure_action(self, company, start, end, kind, subject):
        """How to look at what is behind a figure: its records, or the parts of its formula.

        :param company: whose records count
        :param date start: first day
        :param date end: last day, included
        :param str kind: key of ``SUBJECT_MODELS``
        :param subject: the record that is measured
        :return: tuple (action, or None where nothing can be opened; :class:`Measure` of today, or
            None where there is no figure)
        """
        self.ensure_one()
        measure = self._measure(company, start, end, kind, subject.ids).get(subject.id)
        if self.measure == "formula":
            # sudo: the caller may see this figure, and so what it is made of; his own lines only
            # are written.
            show = self.env["aftersales.kpi.figures"].sudo()
            action = show._open_parts(self, company, start, kind, subject)
            return action, measure
        model = self._get_kind().model
        if not model or not measure:
            return None, measure
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.name}, {subject.display_name}",
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", list(measure.source_ids))],
            "context": {"create": False, "active_test": False},
        }, measure

    # === ACTIONS === #

    def action_view_readings(self):
        """Open the history of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_kpi.aftersales_kpi_reading_action"
        )
        action["domain"] = [("indicator_id", "=", self.id)]
        action["context"] = {"search_default_group_subject_kind": 1}
        return action

    def action_read_now(self):
        """Take the readings of the open months now instead of tonight.

        :raises UserError: when the indicator keeps no history
        """
        self.check_access("write")
        # sudo: readings are written by this and the nightly run only; the right to keep the
        # indicator was checked.
        for indicator in self.sudo():
            if not indicator.is_tracked:
                raise UserError(
                    self.env._("%s keeps no history: tick Keep History first.", indicator.name)
                )
            for month in indicator._get_months_to_read():
                # sudo: readings are written by this step only; the caller was checked above.
                self.env["aftersales.kpi.reading"].sudo()._take_month(indicator, month)
            indicator.read_on = fields.Date.today()
        return True
