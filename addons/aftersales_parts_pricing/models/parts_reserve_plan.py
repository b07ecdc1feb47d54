# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import json

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, groupby

from .. import demand

DAYS_A_MONTH = 30.0
#: Replenishment rules written at once; more are left to the scheduled action.
CHUNK = 200


class PartsReservePlan(models.Model):
    """A round of planning: what to keep where, from what was asked for (P10).

    Draft → proposed (a line a part and place) → applied to Odoo's replenishment rules. What was
    there before is kept on the lines, so that a plan can be taken back.
    """

    _name = "parts.reserve.plan"
    _description = "Reserve Plan"
    _inherit = [
        "aftersales.guarded.mixin",
        "parts.document.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        help="Its stock location is planned; further places can be added.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Places",
        compute="_compute_location_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Each is planned by itself, with what lies below it: stock rooms, outlets, vans.",
    )
    categ_id = fields.Many2one(
        "product.category", string="Category", help="Plan the parts of this category only."
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["parts.price"]._get_price_day(),
        help="The history ends with the last full month before this day.",
    )
    history_months = fields.Integer(
        default=24, required=True, help="Full months of demand to look back upon."
    )
    method = fields.Selection(
        [
            (demand.AUTO, "Chosen for Each Part"),
            (demand.SBA, "Croston, Syntetos–Boylan (SBA)"),
            (demand.TSB, "Teunter–Syntetos–Babai (TSB)"),
            (demand.MOVING_AVERAGE, "Moving Average"),
        ],
        default=demand.AUTO,
        required=True,
        help="Chosen for each part: TSB where demand is dying or reviving, the moving average "
        "where it is smooth, SBA for the rest.",
    )
    smoothing = fields.Float(
        default=0.1,
        required=True,
        help="How much the newest demand weighs in SBA and TSB, above 0 and up to 1.",
    )
    average_months = fields.Integer(default=12, required=True, help="Months of a moving average.")
    service_level = fields.Float(
        string="Service Level (%)",
        default=95.0,
        required=True,
        help="Chance that no piece is missing while an order is under way.",
    )
    lead_days = fields.Integer(
        string="Lead Time (Days)",
        default=30,
        required=True,
        help="From ordering a part until it is there.",
    )
    use_vendor_lead = fields.Boolean(
        string="Vendors' Lead Times",
        help="Take the delivery lead time of a part's first vendor, where it has one.",
    )
    order_days = fields.Integer(
        string="Days between Orders",
        default=30,
        required=True,
        help="How often parts are ordered: a part must last until the next order is there, and "
        "an order brings what is needed for so long.",
    )
    minimum_hits = fields.Integer(
        string="Kept from … Months with Demand",
        default=2,
        required=True,
        help="A part that was asked for in fewer months is not kept, but ordered when needed.",
    )
    count_transfers = fields.Boolean(
        help="Pieces sent to other warehouses, outlets and vans are demand of the place that "
        "sent them. For a central store that stocks up the others.",
    )
    trigger = fields.Selection(
        [("auto", "Automatic"), ("manual", "Manual")],
        string="New Rules",
        default="manual",
        required=True,
        help="Whether new replenishment rules order by themselves.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("proposed", "Proposed"),
            ("applying", "Applying"),
            ("applied", "Applied"),
            ("reverting", "Taking Back"),
            ("reverted", "Taken Back"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True
    )
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many("parts.reserve.plan.line", "plan_id")
    line_count = fields.Integer(compute="_compute_figures", string="Parts and Places")
    change_count = fields.Integer(
        compute="_compute_figures", string="Changes", help="Ticked lines that change a rule."
    )
    done_count = fields.Integer(compute="_compute_figures", string="Done")
    progress = fields.Float(compute="_compute_figures", help="Share of the changes that is done.")
    value_on_hand = fields.Monetary(
        compute="_compute_figures", help="Stock of the planned parts at cost."
    )
    value_max = fields.Monetary(
        compute="_compute_figures",
        string="Value at Maximum",
        help="What the proposed maxima would cost if all were full.",
    )
    value_excess = fields.Monetary(
        compute="_compute_figures",
        string="Value above Maximum",
        help="Stock beyond the proposed maxima at cost.",
    )

    young_percent = fields.Float(
        string="Young Stock (%)",
        compute="_compute_young_percent",
        help="Share of the stock value of the plan's category, in the whole company, that is not "
        "older than three months (P10).",
    )
    young_target = fields.Float(related="company_id.parts_age_target", string="Target (%)")
    is_young_enough = fields.Boolean(compute="_compute_young_percent")

    _history_positive = models.Constraint(
        "CHECK (history_months BETWEEN 1 AND 120)", "A plan looks back 1 to 120 months."
    )
    _smoothing_share = models.Constraint(
        "CHECK (smoothing > 0 AND smoothing <= 1)",
        "The smoothing constant lies above 0 and up to 1.",
    )
    _service_level_share = models.Constraint(
        "CHECK (service_level > 0 AND service_level < 100)",
        "The service level lies above 0 % and below 100 %.",
    )
    _days_positive = models.Constraint(
        "CHECK (lead_days >= 0 AND order_days >= 0 AND lead_days + order_days > 0 "
        "AND minimum_hits >= 0 AND average_months > 0)",
        "Lead time and days between orders are not negative and not both 0; neither are the months "
        "of demand that a part is kept from, nor those of a moving average.",
    )

    @api.depends("warehouse_id")
    def _compute_location_ids(self):
        for plan in self:
            plan.location_ids = plan.warehouse_id.lot_stock_id

    @api.depends(
        "line_ids.include",
        "line_ids.min_qty",
        "line_ids.max_qty",
        "line_ids.state",
        "line_ids.value_on_hand",
    )
    def _compute_figures(self):
        lines = self.env["parts.reserve.plan.line"]
        totals = {
            plan.id: sums
            for plan, *sums in lines._read_group(
                [("plan_id", "in", self.ids)],
                ["plan_id"],
                ["__count", "value_on_hand:sum", "value_max:sum", "value_excess:sum"],
            )
        }
        counts = {
            (plan.id, state): count
            for plan, state, count in lines._read_group(
                [("plan_id", "in", self.ids), ("include", "=", True), ("is_change", "=", True)],
                ["plan_id", "state"],
                ["__count"],
            )
        }
        for plan in self:
            sums = totals.get(plan._origin.id, (0, 0.0, 0.0, 0.0))
            plan.line_count, plan.value_on_hand, plan.value_max, plan.value_excess = sums
            changes = {
                state: counts.get((plan._origin.id, state), 0)
                for state, _label in lines._fields["state"].selection
            }
            plan.change_count = sum(changes.values())
            undoing = plan.state in ("reverting", "reverted")
            left = changes["applied"] if undoing else changes["open"]
            plan.done_count = plan.change_count - left
            plan.progress = 100.0 * plan.done_count / plan.change_count if plan.change_count else 0

    @api.depends("company_id", "categ_id", "state")
    def _compute_young_percent(self):
        ages = self.env["parts.stock.age"]
        for plan in self:
            domain = [("categ_id", "child_of", plan.categ_id.id)] if plan.categ_id else []
            share = ages._get_young_share(plan.company_id, domain)
            plan.young_percent, plan.is_young_enough = share

    @api.constrains("location_ids")
    def _check_locations(self):
        for plan in self:
            foreign = plan.location_ids.filtered(
                lambda place, plan=plan: (
                    place.company_id != plan.company_id or place.usage != "internal"
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "“%(place)s” cannot be planned: choose internal locations of %(company)s.",
                        place=foreign[0].display_name,
                        company=plan.company_id.name,
                    )
                )

    def write(self, vals):
        """Terms of a plan change only while it is a draft.

        :raise UserError: naming the plan
        """
        if vals.keys() & self._get_term_fields():
            for plan in self:
                if plan.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(plan)s is no longer a draft: set it back to draft before you "
                            "change what it is computed from.",
                            plan=plan.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for plan in self:
            if plan.state not in ("draft", "proposed", "cancel"):
                raise UserError(
                    self.env._(
                        "%(plan)s was applied: it stays as the log of what it changed.",
                        plan=plan.name,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state", "applied_by_id", "applied_on"}

    @api.model
    def _get_protected_advice(self):
        return self.env._("these follow from the plan's buttons; use them.")

    @api.model
    def _get_term_fields(self):
        """What the proposal is computed from. Hook: extend it with your own."""
        return {
            "company_id",
            "warehouse_id",
            "location_ids",
            "categ_id",
            "date",
            "history_months",
            "method",
            "smoothing",
            "average_months",
            "service_level",
            "lead_days",
            "use_vendor_lead",
            "order_days",
            "minimum_hits",
            "count_transfers",
        }

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_propose(self):
        """Compute what to keep of each part at each place (P10); may be repeated.

        :raise UserError: without a place, or past proposing
        """
        for plan in self:
            plan._check_state("draft", "proposed")
            if not plan.location_ids:
                raise UserError(
                    self.env._("%(plan)s names no place: choose what to plan.", plan=plan.name)
                )
            plan._delete_lines()
            plan._insert_lines(plan._prepare_lines())
            plan._step({"state": "proposed"})
        return True

    def action_apply(self):
        """Write the ticked minima and maxima into the replenishment rules (P10).

        A first part at once, the rest by the scheduled action.

        :raise UserError: when nothing is ticked
        """
        for plan in self:
            plan._check_state("proposed")
            if not plan.change_count:
                raise UserError(
                    self.env._(
                        "%(plan)s holds no ticked line that changes anything.", plan=plan.name
                    )
                )
            plan._step(
                {
                    "state": "applying",
                    "applied_by_id": self.env.uid,
                    "applied_on": fields.Datetime.now(),
                }
            )
            plan._go_on()
        return True

    def action_revert(self):
        """Put the rules back as they were, except those that somebody changed since."""
        for plan in self:
            plan._check_state("applied", "applying")
            plan._step({"state": "reverting"})
            plan._go_on()
        return True

    def action_draft(self):
        """Drop the proposal, to change the plan's terms."""
        for plan in self:
            plan._check_state("proposed", "cancel")
            plan._delete_lines()
            plan._step({"state": "draft"})
        return True

    def action_cancel(self):
        """Give up a plan that was not applied."""
        for plan in self:
            plan._check_state("draft", "proposed")
            plan._step({"state": "cancel"})
        return True

    def action_view_lines(self):
        """Open the lines, those that change something first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_parts_pricing.parts_reserve_plan_line_action"
        )
        return action | {
            "domain": [("plan_id", "=", self.id)],
            "context": {"search_default_change": 1},
        }

    def action_view_orderpoints(self):
        """Open the replenishment rules that this plan wrote."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_orderpoint")
        return action | {
            "domain": [("id", "in", self.line_ids.orderpoint_id.ids)],
            "context": {},
        }

    def _step(self, vals):
        """Write what only the plan's buttons may write."""
        # sudo: the buttons checked the right to write this plan.
        self.sudo().write(vals)

    # ------------------------------------------------------------------
    # Proposal
    # ------------------------------------------------------------------

    def _get_part_domain(self):
        """Which parts are planned: all but restricted ones, which never circulate (P2). Hook."""
        domain = [
            ("part_class", "not in", (False, "restricted")),
            ("is_storable", "=", True),
            ("company_id", "in", (False, self.company_id.id)),
        ]
        if self.categ_id:
            domain.append(("categ_id", "child_of", self.categ_id.id))
        return domain

    def _prepare_lines(self):
        """Values of the lines: each part that was asked for, lies somewhere or has a rule."""
        self.ensure_one()
        # sudo: planners hold no right to every warehouse's moves and costs; the plan's company,
        # places and parts narrow it down.
        plan = self.sudo().with_company(self.company_id)
        products = plan.env["product.product"].search_fetch(plan._get_part_domain(), ["id"])
        everything = products | plan._get_old_numbers(products)
        source = plan.env["parts.demand"]
        places = source._get_places(plan.location_ids)
        history = source._read_history(
            everything, places, *plan._get_window(), plan.company_id, plan.count_transfers
        )
        on_hand = source._read_on_hand(products, places, plan.company_id)
        rules = plan._read_rules(products)
        costs = plan._read_costs(products)
        leads = plan._read_leads(products)
        known = set(products.ids)
        keys = sorted(key for key in {*history, *on_hand, *rules} if key[0] in known)
        nothing = [0.0] * plan.history_months
        return [
            plan._prepare_line_vals(
                key,
                history.get(key, nothing),
                on_hand.get(key, 0.0),
                rules.get(key),
                costs.get(key[0], 0.0),
                leads.get(key[0], plan.lead_days),
            )
            for key in keys
        ]

    def _get_old_numbers(self, products):
        """Archived parts whose demand may count for the parts that replaced them."""
        old = self.env["product.product"].with_context(active_test=False)
        archived = old.search([*self._get_part_domain(), ("active", "=", False)])
        successors = self.env["parts.demand"]._get_successors(archived)
        planned = set(products.ids)
        return archived.browse(
            old for old, (newest, _pieces) in successors.items() if newest in planned
        )

    def _get_window(self):
        """First day of the first month, and of the month after the last one."""
        stop = self.date.replace(day=1)
        return fields.Date.subtract(stop, months=self.history_months), stop

    def _read_rules(self, products):
        """Replenishment rules: {(product id, location id): (rule id, minimum, maximum)}."""
        rules = self.env["stock.warehouse.orderpoint"].search_fetch(
            [("product_id", "in", products.ids), ("location_id", "in", self.location_ids.ids)],
            ["product_id", "location_id", "product_min_qty", "product_max_qty"],
        )
        return {
            (rule.product_id.id, rule.location_id.id): (
                rule.id,
                rule.product_min_qty,
                rule.product_max_qty,
            )
            for rule in rules
        }

    def _read_costs(self, products):
        """Cost of a piece: {product id: cost in the company's currency}."""
        if not products:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT id, (standard_price ->> %s)::numeric FROM product_product "
                "WHERE id = ANY(%s)",
                str(self.company_id.id),
                products.ids,
            )
        )
        return {product_id: float(cost or 0.0) for product_id, cost in rows}

    def _read_leads(self, products):
        """Lead times of the parts' first vendors in days, where they are to count."""
        if not self.use_vendor_lead:
            return {}
        leads = {}
        vendors = self.env["product.supplierinfo"].search(
            [
                ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                ("company_id", "in", (False, self.company_id.id)),
                ("delay", ">", 0),
            ]
        )
        for vendor in vendors:
            for product in vendor.product_id or vendor.product_tmpl_id.product_variant_ids:
                leads.setdefault(product.id, vendor.delay)
        return leads

    def _prepare_line_vals(self, key, history, on_hand, rule, cost, lead):
        """One part at one place; hook for more columns.

        :param tuple key: (product id, location id)
        :param history: pieces a month, the oldest first
        :param rule: (rule id, minimum, maximum) or None
        :param lead: days until pieces that are ordered are there
        """
        expected = demand.forecast(
            history, self.method, self.smoothing, self.smoothing, self.average_months
        )
        minimum, maximum = 0, 0
        if expected.pattern.hits >= self.minimum_hits:
            minimum, maximum = demand.get_min_max(
                expected,
                self.service_level / 100,
                (lead + self.order_days) / DAYS_A_MONTH,
                self.order_days / DAYS_A_MONTH,
            )
        rule_id, old_min, old_max = rule or (None, 0.0, 0.0)
        is_change = (minimum, maximum) != (old_min, old_max)
        return {
            "plan_id": self.id,
            "company_id": self.company_id.id,
            "product_id": key[0],
            "location_id": key[1],
            "include": is_change,
            "is_change": is_change,
            "state": "open",
            "demand_kind": expected.pattern.kind,
            "is_dying": expected.pattern.is_dying,
            "method": expected.method if expected.pattern.hits else None,
            "interval": expected.pattern.adi,
            "variation": expected.pattern.cv2,
            "history": history,
            "demand_months": expected.pattern.hits,
            "demand_total": sum(history),
            "quiet_months": expected.pattern.quiet,
            "forecast": expected.level,
            "lead_days": lead,
            "proposed_min": minimum,
            "proposed_max": maximum,
            "min_qty": minimum,
            "max_qty": maximum,
            "orderpoint_id": rule_id,
            "old_min": old_min,
            "old_max": old_max,
            "on_hand": on_hand,
            "unit_cost": cost,
            "value_on_hand": self.currency_id.round(on_hand * cost),
            "value_max": self.currency_id.round(maximum * cost),
            "value_excess": self.currency_id.round(max(on_hand - maximum, 0.0) * cost),
        }

    def _insert_lines(self, vals_list):
        """Write the proposal in one statement: it may hold a hundred thousand lines."""
        if not vals_list:
            return
        now = {
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": self.env.cr.now(),
            "write_date": self.env.cr.now(),
        }
        names = list(vals_list[0] | now)
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        self.env.cr.execute(
            SQL(
                "INSERT INTO parts_reserve_plan_line (%s) SELECT %s "
                "FROM jsonb_populate_recordset(NULL::parts_reserve_plan_line, %s)",
                columns,
                columns,
                json.dumps([vals | now for vals in vals_list], default=str),
            )
        )
        self.env["parts.reserve.plan.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

    def _delete_lines(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM parts_reserve_plan_line WHERE plan_id IN %s", tuple(self.ids))
        )
        self.env["parts.reserve.plan.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

    # ------------------------------------------------------------------
    # Replenishment rules
    # ------------------------------------------------------------------

    def _go_on(self):
        """Do a first part of the work now, and have the rest done."""
        self.ensure_one()
        self._do_chunk()
        if self.state in ("applying", "reverting"):
            self.env.ref("aftersales_parts_pricing.ir_cron_reserve_plan")._trigger()

    def _do_chunk(self):
        """Apply or take back the next lines; end the step with the last one.

        :return: number of lines
        """
        self.ensure_one()
        undo = self.state == "reverting"
        # sudo: whoever pressed the button may plan; the rules themselves belong to the
        # warehouse's managers, and the lines' state to this method.
        lines = self.line_ids.sudo().search(
            [
                ("plan_id", "=", self.id),
                ("include", "=", True),
                ("is_change", "=", True),
                ("state", "=", "applied" if undo else "open"),
            ],
            limit=CHUNK,
        )
        if undo:
            lines._revert()
        else:
            lines._apply()
        if len(lines) < CHUNK:
            self._finish("reverted" if undo else "applied")
        return len(lines)

    def _finish(self, state):
        """End a step, and log what was done."""
        self._step({"state": state})
        lines = self.line_ids
        counts = {
            name: len(list(group)) for name, group in groupby(lines, key=lambda line: line.state)
        }
        if state == "applied":
            body = self.env._(
                "Replenishment rules written: %(done)s. Changed by somebody else meanwhile and "
                "left alone: %(left)s.",
                done=counts.get("applied", 0),
                left=counts.get("skipped", 0),
            )
        else:
            body = self.env._(
                "Replenishment rules put back: %(done)s. Changed by somebody else since and left "
                "alone: %(left)s.",
                done=counts.get("reverted", 0),
                left=counts.get("kept", 0),
            )
        self.message_post(body=body)

    @api.model
    def _cron_go_on(self):
        """Go on with plans that are being applied or taken back, with progress."""
        for plan in self.search([("state", "in", ("applying", "reverting"))], order="id"):
            while plan.state in ("applying", "reverting"):
                done = plan._do_chunk()
                left = plan.change_count - plan.done_count
                if not self.env["ir.cron"]._commit_progress(done, remaining=max(left, 0)):
                    return
