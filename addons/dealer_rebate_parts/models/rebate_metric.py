# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models


class RebateMetric(models.Model):
    """Part classes decide what a metric counts, so they are terms of who uses it (P1)."""

    _inherit = "rebate.metric"

    def _get_term_fields(self):
        return super()._get_term_fields() | {"part_class_ids"}

    def _get_terms(self):
        terms = super()._get_terms()
        for own in terms.values():
            # Only where they are chosen: agreements in force keep their fingerprint.
            if not own["part_class_ids"]:
                del own["part_class_ids"]
        return terms
