# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class AftersalesPayRuleTarget(models.Model):
    """A target that everybody of a department has to meet for the bonus (K8).

    Refund rate, refund time, disputes, ratings, internal complaints: each an indicator.
    """

    _name = "aftersales.pay.rule.target"
    _description = "Target of a Pay Rule"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one("aftersales.pay.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one(
        "aftersales.kpi.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        help="What is measured, of each employee of the department.",
    )
    unit = fields.Char(related="indicator_id.unit")
    better = fields.Selection(related="indicator_id.better")
    target = fields.Float(
        digits=(16, 4),
        min_display_digits=2,
        compute="_compute_target",
        store=True,
        readonly=False,
        precompute=True,
        help="Figure to reach: at least, or at most where lower is better. What could not be "
        "measured counts as met.",
    )

    _indicator_uniq = models.UniqueIndex(
        "(rule_id, indicator_id)", "A pay rule has the same target twice: remove one."
    )

    @api.depends("indicator_id")
    def _compute_target(self):
        for target in self:
            target.target = target.indicator_id.target

    @api.constrains("indicator_id")
    def _check_indicator_id(self):
        """What cannot measure employees is refused here, not at month's end."""
        for target in self:
            target.indicator_id._check_subject_kind("employee")

    @api.model_create_multi
    def create(self, vals_list):
        """Targets are terms: none comes to a rule that somebody was paid by."""
        targets = super().create(vals_list)
        targets._check_open()
        return targets

    def write(self, vals):
        """Targets are terms, see ``create``."""
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_open()

    def _check_open(self):
        rules = self.rule_id
        for rule, last in rules._get_last_months().items():
            rule._check_open({"target_ids"}, {}, last)

    def _is_met(self, value):
        """Whether a figure reaches the target.

        :param value: Decimal; ``None``: nothing to measure, which is no miss
        """
        self.ensure_one()
        if value is None:
            return True
        target = to_decimal(self.target)
        return value <= target if self.indicator_id.better == "lower" else value >= target
