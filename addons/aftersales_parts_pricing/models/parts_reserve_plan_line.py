# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("none", "No Demand"),
    ("smooth", "Smooth"),
    ("intermittent", "Intermittent"),
    ("erratic", "Erratic"),
    ("lumpy", "Lumpy"),
]
#: What planners may change on a line.
TYPED = {"include", "min_qty", "max_qty", "note"}


class PartsReservePlanLine(models.Model):
    """One part at one place: what was asked for, what to keep, what the rule said before (P10)."""

    _name = "parts.reserve.plan.line"
    _description = "Reserve Plan Line"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "plan_id desc, value_on_hand desc, id"
    _rec_name = "product_id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "parts.reserve.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    plan_state = fields.Selection(related="plan_id.state", string="Plan's State")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    part_class = fields.Selection(related="product_id.part_class")
    categ_id = fields.Many2one(related="product_id.categ_id", store=False)
    location_id = fields.Many2one(
        "stock.location", string="Place", required=True, readonly=True, ondelete="cascade"
    )
    include = fields.Boolean(string="Apply", help="Untick to leave the rule as it is.")
    is_change = fields.Boolean(
        string="Changes the Rule", compute="_compute_plan_values", store=True
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("applied", "Applied"),
            ("skipped", "Changed Meanwhile"),
            ("reverted", "Put Back"),
            ("kept", "Changed Since"),
        ],
        required=True,
        readonly=True,
        default="open",
        help="Rules that somebody else changed between proposal and applying, or between applying "
        "and taking back, are left alone.",
    )
    demand_kind = fields.Selection(
        KINDS,
        string="Demand",
        readonly=True,
        help="By how often it is asked for and how much sizes vary: smooth (often, alike), "
        "intermittent (seldom, alike), erratic (often, varying), lumpy (seldom, varying).",
    )
    is_dying = fields.Boolean(
        string="Dying", readonly=True, help="Quiet for much longer than is usual for it."
    )
    method = fields.Selection(
        [("sba", "SBA"), ("tsb", "TSB"), ("average", "Moving Average")], readonly=True
    )
    interval = fields.Float(
        string="Interval (Months)",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Average interval between months with demand.",
    )
    variation = fields.Float(
        string="CV²",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Squared coefficient of variation of the demands' sizes.",
    )
    history = fields.Json(readonly=True, help="Pieces a month, the oldest first.")
    history_text = fields.Char(
        string="Pieces a Month",
        compute="_compute_history_text",
        help="Net of returns, the oldest month first.",
    )
    demand_months = fields.Integer(
        string="Months with Demand", readonly=True, help="Within the plan's history."
    )
    demand_total = fields.Float(string="Pieces Asked For", readonly=True, digits="Product Unit")
    quiet_months = fields.Integer(
        string="Months Quiet",
        readonly=True,
        aggregator="max",
        help="Full months since the last demand; the whole history where there was none.",
    )
    forecast = fields.Float(
        string="Forecast a Month", readonly=True, digits=(16, 2), help="Pieces expected a month."
    )
    lead_days = fields.Integer(string="Lead Time (Days)", readonly=True, aggregator="avg")
    proposed_min = fields.Float(string="Proposed Minimum", readonly=True, digits="Product Unit")
    proposed_max = fields.Float(string="Proposed Maximum", readonly=True, digits="Product Unit")
    min_qty = fields.Float(
        string="Minimum", digits="Product Unit", help="Order when fewer are left."
    )
    max_qty = fields.Float(string="Maximum", digits="Product Unit", help="Order up to so many.")
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint",
        string="Replenishment Rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_new_rule = fields.Boolean(
        readonly=True, help="The plan made the rule; taking the plan back archives it."
    )
    old_min = fields.Float(string="Minimum Before", readonly=True, digits="Product Unit")
    old_max = fields.Float(string="Maximum Before", readonly=True, digits="Product Unit")
    on_hand = fields.Float(readonly=True, digits="Product Unit", help="Our own pieces there.")
    unit_cost = fields.Float(
        string="Cost", readonly=True, min_display_digits="Product Price", aggregator=None
    )
    value_on_hand = fields.Monetary(readonly=True, help="Pieces on hand at cost.")
    value_max = fields.Monetary(
        string="Value at Maximum",
        compute="_compute_plan_values",
        store=True,
        help="The maximum at cost.",
    )
    value_excess = fields.Monetary(
        string="Value above Maximum",
        compute="_compute_plan_values",
        store=True,
        help="Pieces beyond the maximum at cost.",
    )
    note = fields.Char(help="Why it is kept in another way than proposed.")

    _place_uniq = models.UniqueIndex(
        "(plan_id, product_id, location_id)", "A part stands once a place in a plan."
    )

    @api.depends("min_qty", "max_qty")
    def _compute_plan_values(self):
        for line in self:
            line.is_change = (line.min_qty, line.max_qty) != (line.old_min, line.old_max)
            line.value_max = line.max_qty * line.unit_cost
            line.value_excess = max(line.on_hand - line.max_qty, 0.0) * line.unit_cost

    @api.depends("history")
    def _compute_history_text(self):
        for line in self:
            line.history_text = " ".join(f"{pieces:g}" for pieces in line.history or ())

    @api.constrains("min_qty", "max_qty")
    def _check_min_max(self):
        for line in self:
            if not 0 <= line.min_qty <= line.max_qty:
                raise ValidationError(
                    self.env._(
                        "%(part)s at %(place)s: the minimum is not negative, and the maximum not "
                        "below it.",
                        part=line.product_id.display_name,
                        place=line.location_id.display_name,
                    )
                )

    def write(self, vals):
        """Planners change a proposal only.

        :raise UserError: naming the plan
        """
        if vals.keys() & TYPED and not self.env.su:
            for plan in self.plan_id:
                if plan.state != "proposed":
                    raise UserError(
                        self.env._(
                            "The lines of %(plan)s can be changed only while it is proposed.",
                            plan=plan.name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | (
            {name for name, field in self._fields.items() if field.store}
            - TYPED
            - set(models.MAGIC_COLUMNS)
        )

    @api.model
    def _get_protected_advice(self):
        return self.env._("computed by the plan, not entered.")

    def _get_rules(self):
        """Rules of these parts and places as they are now, archived ones included."""
        rules = (
            self.env["stock.warehouse.orderpoint"]
            .with_context(active_test=False)
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", self.location_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        return {(rule.product_id.id, rule.location_id.id): rule for rule in rules}

    def _apply(self):
        """Create or change the rules; those that changed since the proposal are left alone."""
        rules = self._get_rules()
        missing = self.browse()
        for line in self:
            rule = rules.get((line.product_id.id, line.location_id.id))
            if not rule:
                missing |= line
            elif not rule.active:
                rule.write(line._prepare_rule_bounds() | {"active": True})
                line.write({"orderpoint_id": rule.id, "is_new_rule": True, "state": "applied"})
            elif (rule.product_min_qty, rule.product_max_qty) != (line.old_min, line.old_max):
                line.state = "skipped"
            else:
                rule.write(line._prepare_rule_bounds())
                line.write({"orderpoint_id": rule.id, "state": "applied"})
        created = self.env["stock.warehouse.orderpoint"].create(
            [line._prepare_rule_vals() for line in missing]
        )
        for line, rule in zip(missing, created, strict=True):
            line.write({"orderpoint_id": rule.id, "is_new_rule": True, "state": "applied"})

    def _revert(self):
        """Put the rules back, except where somebody changed them since."""
        for line in self:
            rule = line.orderpoint_id
            bounds = (rule.product_min_qty, rule.product_max_qty)
            if not rule.active or bounds != (line.min_qty, line.max_qty):
                line.state = "kept"
                continue
            if line.is_new_rule:
                rule.active = False
            else:
                rule.write({"product_min_qty": line.old_min, "product_max_qty": line.old_max})
            line.state = "reverted"

    def _prepare_rule_bounds(self):
        return {"product_min_qty": self.min_qty, "product_max_qty": self.max_qty}

    def _prepare_rule_vals(self):
        """Values of a new replenishment rule; hook."""
        self.ensure_one()
        return self._prepare_rule_bounds() | {
            "product_id": self.product_id.id,
            "location_id": self.location_id.id,
            "warehouse_id": self.location_id.warehouse_id.id or self.plan_id.warehouse_id.id,
            "company_id": self.company_id.id,
            "trigger": self.plan_id.trigger,
        }
