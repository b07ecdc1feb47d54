# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

TERMS = frozenset({"outlet_id", "date", "amount", "voucher_id", "complaint_id", "reason"})


class AftersalesOutletPenalty(models.Model):
    """What an outlet owes for a case: taken from its next settlement, once (S10)."""

    _name = "aftersales.outlet.penalty"
    _description = "Penalty of an Outlet"
    _inherit = ["aftersales.guarded.mixin", "aftersales.state.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True

    outlet_id = fields.Many2one(
        "aftersales.outlet",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_company_id", store=True, precompute=True
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the case: the settlement of its month, or a later one, takes it.",
    )
    amount = fields.Monetary(required=True, tracking=True, help="What the outlet owes, above 0.")
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Job that it is about.",
    )
    complaint_id = fields.Many2one(
        "aftersales.complaint",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Complaint that it is about.",
    )
    reason = fields.Char(required=True, tracking=True, help="Why, as the outlet reads it.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Evidence", help="Photos and letters that prove the case."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        help="Confirmed: the next settlement takes it.",
    )
    line_ids = fields.One2many("aftersales.outlet.settlement.line", "penalty_id", readonly=True)
    settlement_id = fields.Many2one(
        "aftersales.outlet.settlement",
        compute="_compute_settlement_id",
        help="Settlement that takes the penalty.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A penalty must be above 0.")

    @api.depends("outlet_id")
    def _compute_company_id(self):
        for penalty in self:
            penalty.company_id = penalty.outlet_id.company_id
            penalty.currency_id = penalty.outlet_id and penalty.outlet_id._get_fee_currency()

    @api.depends("line_ids.is_live")
    def _compute_settlement_id(self):
        for penalty in self:
            penalty.settlement_id = penalty.line_ids.filtered("is_live").settlement_id[:1]

    @api.constrains("voucher_id", "complaint_id", "outlet_id")
    def _check_case(self):
        for penalty in self:
            for case in (penalty.voucher_id, penalty.complaint_id):
                if case and case.outlet_id != penalty.outlet_id:
                    raise ValidationError(
                        self.env._(
                            "%(case)s is not about %(outlet)s: choose a case of this outlet.",
                            case=case.display_name,
                            outlet=penalty.outlet_id.display_name,
                        )
                    )

    def write(self, vals):
        """A confirmed penalty is what the outlet was told.

        :raises UserError: for a change of its terms
        """
        if TERMS.intersection(vals):
            self._check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_state("draft")

    def action_confirm(self):
        """Confirm: the outlet's next settlement takes it.

        :raises UserError: without a case or evidence
        """
        self.check_access("write")
        self._check_state("draft")
        for penalty in self:
            if not (penalty.voucher_id or penalty.complaint_id or penalty.attachment_ids):
                raise UserError(
                    self.env._(
                        "The penalty “%(reason)s” of %(outlet)s has neither a case nor evidence: "
                        "name the job or the complaint, or attach what proves it.",
                        reason=penalty.reason,
                        outlet=penalty.outlet_id.display_name,
                    )
                )
        # sudo: the right was checked; the state is written by the buttons only.
        self.sudo().write({"state": "confirmed"})
        return True

    def action_cancel(self):
        """Take it back, before a settlement has taken it.

        :raises UserError: when a settlement has
        """
        self.check_access("write")
        for penalty in self.filtered("settlement_id"):
            raise UserError(
                self.env._(
                    "The penalty “%(reason)s” is part of %(settlement)s: answer an objection of "
                    "the outlet there.",
                    reason=penalty.reason,
                    settlement=penalty.settlement_id.display_name,
                )
            )
        self.sudo().write({"state": "cancelled"})  # sudo: as above.
        return True

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"state"}
