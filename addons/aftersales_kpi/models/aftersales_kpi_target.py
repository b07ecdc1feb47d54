# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields


class AftersalesKpiTarget(models.Model):
    """What somebody is to reach in a month or year: filled once, then locked (K9).

    A target that is saved is locked. It is unlocked with a reason, which stays in its history, and
    locks itself again with the next change.
    """

    _name = "aftersales.kpi.target"
    _description = "KPI Target"
    _inherit = ["aftersales.kpi.figure.mixin", "aftersales.guarded.mixin", "mail.thread"]
    _order = "period_start desc, indicator_id, id"
    _check_company_auto = True

    indicator_id = fields.Many2one(tracking=True, help="What is to be reached.")
    period_kind = fields.Selection(
        [("month", "Month"), ("year", "Year")],
        string="For a",
        required=True,
        default="month",
        tracking=True,
        help="A year's target is the figure of the whole year: it is not divided by twelve.",
    )
    period_start = fields.Date(
        string="From",
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month or year; the first one is kept.",
    )
    value = fields.Float(
        string="Target", tracking=True, help="What is aimed at, in the indicator's unit."
    )
    is_locked = fields.Boolean(
        string="Locked",
        readonly=True,
        copy=False,
        default=True,
        help="Filled once: it does not change any more, unless it is unlocked with a reason.",
    )
    note = fields.Char(help="With whom it was agreed, or what it is taken from.")

    # Without the dealer's own column: merging two contacts would delete one of the targets.
    _once = models.UniqueIndex(
        "(indicator_id, company_id, subject_kind, subject_res_id, period_kind, period_start)",
        "This indicator has a target for the same subject and period already: unlock that one.",
    )
    _period_start_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)", "A target is of a whole month or year."
    )
    _year_start_first = models.Constraint(
        "CHECK (period_kind != 'year' OR EXTRACT(MONTH FROM period_start) = 1)",
        "A year's target begins in January.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A year's target begins in January."""
        default = self.default_get(["period_kind", "period_start"])
        for vals in vals_list:
            if vals.get("period_kind", default.get("period_kind")) == "year":
                start = fields.Date.to_date(vals.get("period_start", default.get("period_start")))
                vals["period_start"] = start + relativedelta(month=1, day=1)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse changes of a locked target; lock it again after a change.

        :raises UserError: naming the target and what to do
        """
        if self.env.su or not get_business_fields(vals):
            return super().write(vals)
        self._check_unlocked()
        done = super().write(vals)
        if vals.get("period_kind") == "year":
            for target in self:
                target.period_start = target.period_start + relativedelta(month=1, day=1)
        # sudo: only this method and Unlock write the lock; the change itself was allowed above.
        self.sudo().write({"is_locked": True})
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_unlocked()

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"is_locked"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("press Unlock and give a reason.")

    # === ACTIONS === #

    def action_unlock(self):
        """Ask for the reason."""
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Unlock"),
            "res_model": "aftersales.kpi.target.unlock",
            "view_mode": "form",
            "target": "new",
            "context": {"default_target_ids": self.ids},
        }

    # === BUSINESS METHODS === #

    def _unlock(self, reason):
        """Let targets be changed once; who, when and why stays in their history.

        :param str reason: why
        :raises AccessError: when the user is not a KPI manager
        :raises UserError: without a reason
        """
        self._check_manager()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the target has to change."))
        # sudo: only this method unlocks; the user was checked to be a KPI manager.
        self.sudo().write({"is_locked": False})
        for target in self:
            target.message_post(
                body=Markup("<p>%s</p>")
                % self.env._(
                    "Unlocked at %(value)s %(unit)s: %(reason)s",
                    value=f"{target.value:g}",
                    unit=target.unit,
                    reason=reason,
                )
            )

    @api.model
    def _get_targets(self, company, day, kind, period="month", indicators=None):
        """Targets of all subjects for the month or year of a day, in one query.

        :param company: ``res.company``
        :param date day: any day of the period
        :param str kind: whose: a key of ``SUBJECT_MODELS``
        :param str period: ``month`` or ``year``
        :param indicators: only of these; default all
        :return: dict {(indicator id, subject id): Decimal}, in the indicator's unit
        """
        start = day + relativedelta(day=1)
        if period == "year":
            start = day + relativedelta(month=1, day=1)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT figure.indicator_id, %(column)s, figure.value::numeric
                     FROM aftersales_kpi_target AS figure
                    WHERE figure.company_id = %(company)s AND figure.subject_kind = %(kind)s
                      AND figure.period_kind = %(period)s AND figure.period_start = %(start)s
                      AND %(indicators)s
                 ORDER BY figure.id""",
                column=self._get_subject_column(kind),
                company=company.id,
                kind=kind,
                period=period,
                start=start,
                indicators=SQL("TRUE")
                if indicators is None
                else SQL("figure.indicator_id = ANY(%s)", indicators.ids),
            )
        )
        return {(indicator, subject): Decimal(value) for indicator, subject, value in rows}

    # === HELPERS === #

    def _get_same(self):
        return (*super()._get_same(), self.period_kind)

    def _get_period_label(self):
        if self.period_kind == "year" and self.period_start:
            return str(self.period_start.year)
        return super()._get_period_label()

    def _check_unlocked(self):
        for target in self:
            if target.is_locked:
                raise UserError(
                    self.env._(
                        "The target “%s” is filled and locked: press Unlock and give a reason "
                        "first.",
                        target.display_name,
                    )
                )

    def _check_manager(self):
        self.check_access("write")
        if not (self.env.su or self.env.user.has_group("aftersales_kpi.group_kpi_manager")):
            raise AccessError(self.env._("Only a KPI manager unlocks targets: ask yours."))
