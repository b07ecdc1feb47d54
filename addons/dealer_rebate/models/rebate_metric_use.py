# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateMetricUse(models.Model):
    """The order in which metrics build on each other."""

    _inherit = "rebate.metric"

    def _sort_by_use(self):
        """These metrics and all that they are computed from, each after those that it uses."""
        todo = self | self._get_all_formula_parts()
        done = self.browse()
        while todo:
            ready = todo.filtered(lambda metric, done=done: metric._get_formula_parts() <= done)
            # A circle is refused where metrics are written; nothing is left out here.
            ready = ready or todo
            done |= ready
            todo -= ready
        return done
