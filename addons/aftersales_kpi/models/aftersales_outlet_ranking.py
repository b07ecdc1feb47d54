# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

RANKED_CODES = ("complaints_per_thousand", "loyalty_score", "service_inspection")


class AftersalesOutletRanking(models.Model):
    """The year's ranking of outlets: complaints per thousand, loyalty, service inspection (K10).

    Each indicator ranks the outlets it measured; the outlet with the lowest mean of its ranks is
    the first (ours: the rule books name the figures, not how they are put together).
    """

    _name = "aftersales.outlet.ranking"
    _description = "Yearly Ranking of Outlets"
    _inherit = ["mail.thread"]
    _order = "year desc, id desc"
    _rec_name = "year"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year - 1,
        help="Calendar year.",
    )
    indicator_ids = fields.Many2many(
        "aftersales.kpi.indicator",
        "aftersales_outlet_ranking_indicator_rel",
        "ranking_id",
        "indicator_id",
        string="Indicators",
        required=True,
        default=lambda self: self._get_default_indicators(),
        help="What outlets are ranked by; each counts the same.",
    )
    computed_at = fields.Datetime(readonly=True, copy=False, help="When it was computed.")
    line_ids = fields.One2many("aftersales.outlet.ranking.line", "ranking_id", readonly=True)

    _year_uniq = models.UniqueIndex(
        "(company_id, year)", "There is a ranking of this year already: compute that one anew."
    )

    def _get_default_indicators(self):
        return self.env["aftersales.kpi.indicator"].search([("code", "in", RANKED_CODES)])

    @api.depends("year")
    def _compute_display_name(self):
        for ranking in self:
            ranking.display_name = self.env._("Outlets %s", ranking.year)

    def write(self, vals):
        """Only the choice of indicators is typed; figures come with the next computation."""
        return super().write({key: value for key, value in vals.items() if key != "line_ids"})

    def action_compute(self):
        """Measure the outlets over the year and rank them, one query an indicator.

        :raises AccessError: when the user is not a KPI manager
        :raises UserError: when no outlet could be measured
        """
        if not self.env.su and not self.env.user.has_group("aftersales_kpi.group_kpi_manager"):
            raise AccessError(self.env._("Only a KPI manager ranks outlets: ask yours."))
        self.check_access("write")
        for ranking in self:
            ranking._rank()
        return True

    def _rank(self):
        self.ensure_one()
        figures = {
            indicator: indicator._measure(
                self.company_id,
                date(self.year, 1, 1),
                date(self.year, 12, 31),
                subject="outlet",
                with_sources=False,
            )
            for indicator in self.indicator_ids
        }
        ranks = {
            indicator: self._get_ranks(indicator, measured)
            for indicator, measured in figures.items()
        }
        if not any(ranks.values()):
            raise UserError(
                self.env._(
                    "No outlet has a figure of %(year)s: enter or compute the indicators first.",
                    year=self.year,
                )
            )
        totals = self._get_totals(ranks)
        # sudo: nobody writes lines by hand; the user was checked to be a KPI manager.
        lines = self.env["aftersales.outlet.ranking.line"].sudo()
        lines.search([("ranking_id", "=", self.id)]).unlink()
        lines.create(
            [
                {
                    "ranking_id": self.id,
                    "outlet_id": outlet_id,
                    "indicator_id": indicator.id,
                    "value": float(measured[outlet_id].rounded),
                    "rank": ranks[indicator][outlet_id],
                    "total_rank": totals[outlet_id],
                }
                for indicator, measured in figures.items()
                for outlet_id in measured
            ]
        )
        self.computed_at = fields.Datetime.now()

    @api.model
    def _get_ranks(self, indicator, measured):
        """Rank of each outlet in an indicator; equal figures share one."""
        sign = 1 if indicator.better == "lower" else -1
        values = sorted(sign * measure.rounded for measure in measured.values())
        places = {}
        for place, value in enumerate(values, 1):
            places.setdefault(value, place)
        return {key: places[sign * measure.rounded] for key, measure in measured.items()}

    @api.model
    def _get_totals(self, ranks):
        """Rank of each outlet over all indicators, by the mean of its ranks."""
        own = {}
        for by_outlet in ranks.values():
            for outlet_id, rank in by_outlet.items():
                own.setdefault(outlet_id, []).append(rank)
        # As fractions of whole numbers, so that equal means are equal.
        most = len(ranks) or 1
        means = {
            outlet_id: round(sum(values) / len(values), 6) for outlet_id, values in own.items()
        }
        # Who was measured by fewer indicators does not pass those measured by all.
        keys = {key: (most - len(own[key]), mean) for key, mean in means.items()}
        places = {}
        for place, value in enumerate(sorted(keys.values()), 1):
            places.setdefault(value, place)
        return {key: places[value] for key, value in keys.items()}
