# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.aftersales_base.periods import format_period

from ..measures import SUBJECT_MODELS
from .aftersales_kpi_subject_mixin import SUBJECT_FIELDS


class AftersalesKpiFigureMixin(models.AbstractModel):
    """A figure of an indicator about one subject and one period: typed, aimed at, or measured."""

    _name = "aftersales.kpi.figure.mixin"
    _inherit = ["aftersales.kpi.subject.mixin"]
    _description = "Figure of an Indicator"

    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    subject_res_id = fields.Integer(
        compute="_compute_subject_res_id",
        store=True,
        precompute=True,
        aggregator=False,
        help="Id of who is measured, whatever it is.",
    )
    period_start = fields.Date(
        string="Month",
        required=True,
        index=True,
        default=lambda self: self._get_default_month(),
        help="Any day of the month; the first one is kept.",
    )
    subject_name = fields.Char(
        string="Who", compute="_compute_labels", help="Who is measured, whatever it is."
    )
    period_label = fields.Char(
        string="Period", compute="_compute_labels", help="Month or year in words."
    )
    unit = fields.Char(related="indicator_id.unit")
    value = fields.Float(
        digits=(16, 4), aggregator="avg", help="The figure, in the indicator's unit."
    )

    @api.depends("subject_kind", "company_id", *SUBJECT_FIELDS.values())
    def _compute_subject_res_id(self):
        for record in self:
            record.subject_res_id = record._get_subject().id

    @api.depends("subject_kind", "company_id", "period_start", *SUBJECT_FIELDS.values())
    @api.depends_context("lang")
    def _compute_labels(self):
        for record in self:
            record.subject_name = record._get_subject().display_name
            record.period_label = record._get_period_label()

    @api.depends("indicator_id", "subject_kind", "period_start", *SUBJECT_FIELDS.values())
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            parts = (
                record.indicator_id.name,
                record._get_subject().display_name,
                record._get_period_label(),
            )
            record.display_name = ", ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the first day of the period."""
        for vals in vals_list:
            self._start_period(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Keep the first day of the period."""
        vals = dict(vals)
        self._start_period(vals)
        return super().write(vals)

    @api.model
    def _start_period(self, vals):
        if vals.get("period_start"):
            vals["period_start"] = fields.Date.to_date(vals["period_start"]).replace(day=1)

    @api.model
    def _get_default_month(self):
        """The month that is over: figures are seldom typed before it is."""
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    def _get_period_label(self):
        """Month and year in the user's language."""
        self.ensure_one()
        return format_period(self.env, self.period_start)

    def _get_same(self):
        """What tells figures apart: of which indicator and subject, of which period.

        :return: tuple that can be a key
        """
        self.ensure_one()
        return (
            self.indicator_id.id,
            self.company_id.id,
            self.subject_kind,
            self.subject_res_id,
            self.period_start,
        )

    @api.model
    def _get_subject_column(self, kind):
        """SQL column that names a subject. It follows a merge of contacts, ``subject_res_id`` not.

        :param str kind: key of ``SUBJECT_MODELS``
        """
        return SQL.identifier("figure", SUBJECT_FIELDS.get(kind, "company_id"))

    @api.model
    def _prepare_figure_subject_vals(self, kind, subject_id):
        """Values of all columns that name a subject, for rows written by one statement."""
        return {
            **dict.fromkeys(SUBJECT_FIELDS.values(), False),
            **self._prepare_subject_vals(kind, subject_id),
            "subject_res_id": subject_id,
        }

    @api.model
    def _get_subject_model(self, kind):
        """Model of those who are measured."""
        return self.env[SUBJECT_MODELS[kind]]
