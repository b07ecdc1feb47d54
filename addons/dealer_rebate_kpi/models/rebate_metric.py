# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RebateMetric(models.Model):
    """Indicators of dealers' and outlets' work are figures of agreements (R6 to R10, R13).

    The indicator measures, the metric says in which window, the agreement what follows from it.
    """

    _inherit = "rebate.metric"

    kind = fields.Selection(
        selection_add=[("indicator", "Indicator of performance")],
        ondelete={"indicator": "cascade"},
        help="Reported: typed or imported for each dealer and period, and verified.\n"
        "Counted from items: the sum of quantity × weight of single facts, such as complaints (R8) "
        "or contracts (R10).\n"
        "Computed: from posted documents, targets and other metrics.\n"
        "Formula: of other metrics, e.g. new_cars * 0.01 + 10.\n"
        "Indicator of performance: measured from the documents of service, e.g. first-time fix.",
    )
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="What is measured: of the dealer, or of each store where the agreement is by store.",
    )

    @api.constrains("kind", "indicator_id")
    def _check_indicator(self):
        for metric in self.filtered(lambda metric: metric.kind == "indicator"):
            indicator = metric.indicator_id
            if not indicator or not {"dealer", "outlet"} & set(indicator._get_kind().subjects):
                raise ValidationError(
                    self.env._(
                        "%(name)s is an indicator of performance: choose one that measures dealers "
                        "or outlets.",
                        name=metric.name,
                    )
                )

    @api.model
    def _read_other_sources(self, by_kind, reader):
        """Figures of indicators: one query for each of them and window."""
        found = super()._read_other_sources(by_kind, reader)
        for metric, days in by_kind.get("indicator", ()):
            found[metric, days] = metric._read_indicator(days, reader)
        return found

    def _read_indicator(self, days, reader):
        """Figures of the indicator as they are shown, and graded elsewhere (K4).

        :param days: (first day, last day)
        :return: {(partner id, outlet id or 0): Decimal}
        """
        self.ensure_one()
        # sudo: who settles rebates need not see the jobs of service; only the figure is taken.
        indicator = self.indicator_id.sudo()
        if not reader.by_outlet:
            measured = indicator._measure(
                self.company_id, *days, "dealer", reader.partner_ids, with_sources=False
            )
            return {(partner, 0): measure.rounded for partner, measure in measured.items()}
        outlets = self._get_measured_outlets(reader.partner_ids)
        measured = indicator._measure(
            self.company_id, *days, "outlet", list(outlets), with_sources=False
        )
        return {(outlets[outlet], outlet): measure.rounded for outlet, measure in measured.items()}

    def _get_measured_outlets(self, partner_ids):
        """Stores of dealers: {outlet id: the dealer's partner id}."""
        domain = [("company_id", "=", self.company_id.id), ("dealer_id", "!=", False)]
        if partner_ids is not None:
            domain.append(("dealer_id", "in", partner_ids))
        # sudo: a store that was closed since is measured for the days in which it worked.
        outlets = self.env["aftersales.outlet"].sudo().with_context(active_test=False)
        return {outlet.id: outlet.dealer_id.id for outlet in outlets.search(domain)}

    def _get_term_fields(self):
        return super()._get_term_fields() | {"indicator_id"}

    def _get_terms(self):
        """What an indicator measures is a term; agreements without one keep their fingerprint."""
        terms = super()._get_terms()
        for metric in self | self._get_all_formula_parts():
            del terms[metric.code]["indicator_id"]
            if metric.kind == "indicator":
                indicator = metric.indicator_id.sudo()  # sudo: read as in _read_indicator
                terms[metric.code]["indicator"] = indicator._get_terms()
        return terms
