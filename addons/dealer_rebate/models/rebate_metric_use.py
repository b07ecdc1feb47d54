# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.fields import Domain


class RebateMetricUse(models.Model):
    """Where a metric is part of an agreement's terms."""

    _inherit = "rebate.metric"

    def _get_agreements_in_force(self):
        conditions = ("gate_ids", "adjustment_ids")
        places = [
            "rate_metric_id",
            "rate_metric_2_id",
            "basis_metric_id",
            "deduct_metric_id",
            *(f"{name}.metric_id" for name in conditions),
            *(f"{name}.threshold_metric_id" for name in conditions),
        ]
        domain = Domain.OR([(place, "in", self.ids)] for place in places)
        components = self.env["rebate.component"].search(
            domain & Domain("agreement_id.state", "!=", "draft")
        )
        return super()._get_agreements_in_force() | components.agreement_id

    def _sort_by_use(self):
        """These metrics and all that they are computed from, each after those that it uses."""
        todo = self | self._get_all_used()
        done = self.browse()
        while todo:
            ready = todo.filtered(lambda metric, done=done: metric._get_used_metrics() <= done)
            # A circle is refused where metrics are written; nothing is left out here.
            ready = ready or todo
            done |= ready
            todo -= ready
        return done
