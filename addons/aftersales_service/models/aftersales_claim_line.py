# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

# What a claims clerk writes of the payer's answer.
ANSWER_FIELDS = frozenset({"answer", "answered_amount", "reason_id", "answer_note"})


class AftersalesClaimLine(models.Model):
    """A part or labour that is claimed, with what the payer answered (S17).

    Amounts are before tax, in the claim's currency. What was claimed comes from the cover of the
    job's line and is typed by nobody.
    """

    _name = "aftersales.claim.line"
    _description = "Line of a Claim"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "claim_id, case_id, id"
    _rec_name = "name"
    _check_company_auto = True

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, readonly=True, index=True, ondelete="cascade"
    )
    case_id = fields.Many2one(
        "aftersales.claim.case",
        string="Unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(
        related="claim_id.currency_id", store=True, precompute=True, string="Currency"
    )
    claim_state = fields.Selection(related="claim_id.state")
    kind = fields.Selection(related="claim_id.kind")
    cover_id = fields.Many2one(
        "aftersales.cover",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Share of the job's line that the payer pays; in one live claim at most.",
    )
    voucher_line_id = fields.Many2one(
        "aftersales.voucher.line",
        string="Line of the Job",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    origin_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Dealer's Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the dealer's claim that was forwarded.",
    )
    line_type = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.voucher.line"]
            ._fields["line_type"]
            ._description_selection(self.env)
        ),
        string="Type",
        readonly=True,
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    fault_id = fields.Many2one(related="case_id.fault_id", store=True, string="Fault Code")
    model_id = fields.Many2one(related="case_id.product_id", store=True, string="Model")
    partner_id = fields.Many2one(related="claim_id.partner_id", store=True)
    submitted_at = fields.Datetime(related="claim_id.submitted_at", store=True)
    name = fields.Char(string="Description", required=True, readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    share = fields.Float(
        string="Share (%)", readonly=True, aggregator=None, help="The payer's share of the line."
    )
    clause = fields.Char(readonly=True, help="Clause of the warranty that the claim stands on.")
    claimed_amount = fields.Monetary(
        string="Claimed", readonly=True, help="What is claimed for the line, before tax."
    )

    # The answer
    answer = fields.Selection(
        [("approved", "Approved"), ("partly", "Approved in Part"), ("refused", "Refused")],
        copy=False,
        help="What the payer answered; empty while he has not.",
    )
    answered_amount = fields.Monetary(
        string="Approved Amount",
        compute="_compute_answered_amount",
        store=True,
        readonly=False,
        copy=False,
        help="What the payer approved for the line, before tax.",
    )
    reason_id = fields.Many2one(
        "aftersales.claim.reason",
        string="Reason Code",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Why it was refused or cut; needed then.",
    )
    answer_note = fields.Char(copy=False, help="The payer's words.")
    version_number = fields.Integer(
        string="Version",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Version in which the line was claimed last.",
    )
    is_live = fields.Boolean(
        compute="_compute_is_live",
        store=True,
        precompute=True,
        help="The line stands: neither its claim was cancelled nor it was refused. What does not "
        "stand may be claimed again.",
    )

    _cover_live_uniq = models.UniqueIndex(
        "(cover_id) WHERE cover_id IS NOT NULL AND is_live",
        "This line of a job is on a claim already: look at the claim, or cancel it first.",
    )
    _origin_live_uniq = models.UniqueIndex(
        "(origin_line_id) WHERE origin_line_id IS NOT NULL AND is_live",
        "This line of a dealer's claim was forwarded already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("answer")
    def _compute_answered_amount(self):
        for line in self:
            if line.answer == "approved":
                line.answered_amount = line.claimed_amount
            elif line.answer != "partly":
                line.answered_amount = 0.0
            else:
                line.answered_amount = line.answered_amount

    @api.depends("claim_id.state", "answer")
    def _compute_is_live(self):
        for line in self:
            state = line.claim_id.state
            # An answer counts once it is taken down: until then the line is being decided.
            refused = line.answer == "refused" and state in ("answered", "credited")
            line.is_live = state not in ("cancelled", "refused") and not refused

    # === CRUD METHODS === #

    def write(self, vals):
        """Take down the payer's answer while the claim waits for it.

        :raises UserError: at any other time, and for what is not an answer
        """
        if not self.env.su and vals:
            if set(vals) - ANSWER_FIELDS:
                self._check_protected(vals)
                raise UserError(self.env._("A line of a claim is not changed, but answered."))
            for line in self:
                if line.claim_id.state != "submitted":
                    line._raise_not_waiting()
                if line._is_settled():
                    raise UserError(
                        self.env._(
                            "%(line)s was answered before and is not part of the appeal.",
                            line=line.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for line in self:
            if line.claim_id.state != "draft":
                line.claim_id._raise_frozen()

    def unlink(self):
        """Take lines off a draft; a unit without lines goes with its last one."""
        cases = self.case_id
        result = super().unlink()
        # sudo: an empty case is of no use, and whoever may delete its lines may delete it.
        empty = cases.sudo().filtered(lambda case: not case.line_ids)
        if empty:
            empty.unlink()
        return result

    # === ACTIONS === #

    def action_approve(self):
        """The payer pays all of it."""
        self.write({"answer": "approved"})
        return True

    # === BUSINESS METHODS === #

    def _is_settled(self):
        """Answered in an earlier version, and not appealed against."""
        self.ensure_one()
        return bool(self.version_number and self.version_number < self.claim_id.version_number)

    def _prepare_forward_vals(self, case):
        """Values of the line that claims a dealer's line from the maker.

        :param case: aftersales.claim.case of the claim to the maker
        """
        self.ensure_one()
        claim = case.claim_id
        day = self.case_id.repaired_on or fields.Date.context_today(self)
        return {
            "claim_id": claim.id,
            "case_id": case.id,
            "origin_line_id": self.id,
            "line_type": self.line_type,
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.quantity,
            "share": self.share,
            "claimed_amount": self.currency_id._convert(
                self.claimed_amount, claim.currency_id, claim.company_id, day
            ),
        }

    def _take_over(self, line):
        """Answer a dealer's line as the maker answered the one that it was forwarded as.

        :param line: aftersales.claim.line of the maker's claim
        """
        self.ensure_one()
        amount = self.claimed_amount
        if line.answer != "approved":
            share = line.answered_amount / line.claimed_amount if line.claimed_amount else 0.0
            amount = self.currency_id.round(amount * share)
        self.write(
            {
                "answer": line.answer,
                "answered_amount": amount,
                "reason_id": line.reason_id.id,
                "answer_note": line.answer_note,
            }
        )

    def _check_answer(self):
        """An answer is complete and fits the amount.

        :raises UserError: naming the line
        """
        for line in self:
            currency = line.currency_id
            if not line.answer:
                raise UserError(self.env._("%(line)s: what did the payer answer?", line=line.name))
            if line.answer in ("partly", "refused") and not line.reason_id:
                raise UserError(
                    self.env._("%(line)s: choose why it was refused or cut.", line=line.name)
                )
            inside = (
                currency.compare_amounts(line.answered_amount, 0) > 0
                and currency.compare_amounts(line.answered_amount, line.claimed_amount) < 0
            )
            if line.answer == "partly" and not inside:
                raise UserError(
                    self.env._(
                        "%(line)s: approved in part is more than nothing and less than the "
                        "%(claimed)s that were claimed.",
                        line=line.name,
                        claimed=currency.format(line.claimed_amount),
                    )
                )
            expected = {"approved": line.claimed_amount, "refused": 0.0}.get(line.answer)
            if expected is not None and currency.compare_amounts(line.answered_amount, expected):
                raise UserError(
                    self.env._(
                        "%(line)s: the amount does not fit the answer; choose “Approved in Part”.",
                        line=line.name,
                    )
                )

    def _find_old_part_problem(self):
        """Where is the old part? Hook: the custody of old parts answers it.

        :return: None where the warranty's term does not ask for it, an empty text where it is
            kept or sent, else what is wrong
        """
        self.ensure_one()
        return None

    def _raise_not_waiting(self):
        raise UserError(
            self.env._(
                "Claim %(claim)s is %(state)s: answers are taken down while it is submitted.",
                claim=self.claim_id.display_name,
                state=self.claim_id._get_state_label().lower(),
            )
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "claim_id",
            "case_id",
            "company_id",
            "currency_id",
            "cover_id",
            "voucher_line_id",
            "origin_line_id",
            "line_type",
            "product_id",
            "fault_id",
            "model_id",
            "partner_id",
            "submitted_at",
            "name",
            "quantity",
            "share",
            "clause",
            "claimed_amount",
            "is_live",
            "version_number",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("comes from the job's line and its cover, and is not entered.")
