# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# A policy that ends within so many days is renewed now.
ENDING_DAYS = 30


class AftersalesInsurancePolicy(models.Model):
    """Insurance of a unit (S14): who insures it from when to when, and what stays with its user.

    An accident job is paid by the commercial policy of its day, less the user's own share (S25).
    """

    _name = "aftersales.insurance.policy"
    _description = "Insurance Policy"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _rec_names_search = ["name", "lot_id", "insurer_id"]
    _check_company_auto = True

    name = fields.Char(string="Policy Number", required=True, index="trigram", copy=False)
    active = fields.Boolean(default=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Unit that is insured.",
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="lot_id.product_id", string="Model")
    holder_id = fields.Many2one(
        "res.partner",
        string="Policy Holder",
        compute="_compute_holder_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Who took out the policy: the user of the unit, unless somebody else did.",
    )
    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Insurance company.",
    )
    date_from = fields.Date(string="From", required=True, tracking=True, help="First day insured.")
    date_to = fields.Date(
        string="Until", required=True, index=True, tracking=True, help="Last day insured."
    )
    is_renewal = fields.Boolean(
        string="Policy Renewal",
        help="Follows an earlier policy of the unit; otherwise it is a new one.",
    )
    scope = fields.Selection(
        [("compulsory", "Compulsory Only"), ("commercial", "Commercial")],
        required=True,
        default="commercial",
        tracking=True,
        help="Commercial: pays for damage to the unit. Compulsory: for damage to others only.",
    )
    sold_by_us = fields.Boolean(
        string="Sold by Us", help="The policy was sold by the company or its channel."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Currency of the premium and of the user's own share.",
    )
    premium = fields.Monetary(help="What the policy costs for its term.")
    deductible_amount = fields.Monetary(
        string="Own Share", help="What the user bears of each claim, in the policy's currency."
    )
    deductible_percent = fields.Float(
        string="Own Share (%)", help="Percent of each claim that the user bears."
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        [
            ("future", "Not Yet Begun"),
            ("current", "In Force"),
            ("ending", "Ends Soon"),
            ("ended", "Ended"),
        ],
        compute="_compute_state",
        help="Where the policy stands today.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "An insurance policy ends on or after its first day."
    )
    _deductible_range = models.Constraint(
        "CHECK(deductible_amount >= 0 AND deductible_percent >= 0 AND deductible_percent <= 100)",
        "The user's own share is not below zero, and at most 100 percent.",
    )
    _lot_idx = models.Index("(lot_id, scope, date_from)")

    @api.depends("lot_id")
    def _compute_holder_id(self):
        for policy in self:
            policy.holder_id = policy.holder_id or policy.lot_id.user_partner_id

    @api.depends("date_from", "date_to")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=ENDING_DAYS)
        for policy in self:
            start, end = policy.date_from, policy.date_to
            if end and end < today:
                policy.state = "ended"
            elif start and start > today:
                policy.state = "future"
            else:
                policy.state = "ending" if end and end <= soon else "current"

    @api.constrains("lot_id", "scope", "date_from", "date_to", "active")
    def _check_overlap(self):
        """A unit has one commercial policy at a time: two insurers would both refer to the other.

        In one query for all policies that are written.
        """
        written = self.filtered(lambda policy: policy.active and policy.scope == "commercial")
        if not written:
            return
        known = self.search(
            [("lot_id", "in", written.lot_id.ids), ("scope", "=", "commercial")],
            order="lot_id, date_from, id",
        )
        for policies in known.grouped("lot_id").values():
            for first, second in zip(policies, policies[1:], strict=False):
                if second.date_from <= first.date_to:
                    raise ValidationError(
                        self.env._(
                            "Unit %(unit)s is insured by commercial policy %(first)s from "
                            "%(start)s until %(end)s: %(second)s overlaps with it. Correct the "
                            "dates of one of the two.",
                            unit=first.lot_id.display_name,
                            first=first.name,
                            start=first.date_from,
                            end=first.date_to,
                            second=second.name,
                        )
                    )

    def action_renew(self):
        """Open a renewal: the same insurer and scope, for the term after this one."""
        self.ensure_one()
        length = self.date_to - self.date_from
        start = self.date_to + timedelta(days=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Policy Renewal"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {
                "default_lot_id": self.lot_id.id,
                "default_holder_id": self.holder_id.id,
                "default_insurer_id": self.insurer_id.id,
                "default_scope": self.scope,
                "default_is_renewal": True,
                "default_date_from": start,
                "default_date_to": start + length,
                "default_currency_id": self.currency_id.id,
                "default_deductible_amount": self.deductible_amount,
                "default_deductible_percent": self.deductible_percent,
            },
        }

    @api.model
    def _get_day_domain(self, day, scope="commercial"):
        """Policies in force on a day."""
        return (
            Domain("scope", "=", scope)
            & Domain("date_from", "<=", day)
            & Domain("date_to", ">=", day)
        )
