# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.aftersales_base.models.aftersales_protected_mixin import get_business_fields

# It stands for something: what is on it is claimed, and by nobody else.
LIVE_STATES = ("draft", "submitted", "answered", "credited")
CLERK = "aftersales_service.group_service_claims"


class AftersalesClaim(models.Model):
    """What a maker or supplier owes us for work under his warranty, or we owe a dealer (S17).

    Ours are made from covered lines of done jobs; dealers file theirs on the portal. What was
    claimed, what was answered and what was credited are three amounts, never one. All amounts
    are before tax, in the payer's currency.

    In files of their own: ``aftersales_claim_answer`` (answers, appeals, versions),
    ``_money`` (refund bills, differences), ``_dealer`` (filed by a dealer, forwarded).
    """

    _name = "aftersales.claim"
    _description = "Warranty Claim"
    _inherit = [
        "aftersales.sla.mixin",
        "aftersales.guarded.mixin",
        "aftersales.reasoned.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "payer_reference", "partner_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    # Identity
    name = fields.Char(
        string="Number",
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
    )
    kind = fields.Selection(
        [("recovery", "To the Maker"), ("dealer", "From a Dealer")],
        required=True,
        readonly=True,
        default="recovery",
        index=True,
        help="To the maker: we claim from a maker or supplier. From a dealer: a dealer claims "
        "from us, on the portal.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, help="Currency of the payer."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("answered", "Answered"),
            ("credited", "Credited"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        help="Submitted: sent to the payer. Answered: approved in whole or in part. Credited: "
        "what was approved has come in or is written off. Refused: nothing was approved.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Payer or Dealer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Maker or supplier that we claim from; on a dealer's claim, the dealer.",
    )
    batch_key = fields.Char(
        readonly=True,
        copy=False,
        help="What is collected on this claim while it is a draft: one unit, all of the payer, or "
        "all of the payer's month.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handled By",
        default=lambda self: self.env.user,
        copy=False,
        index=True,
        tracking=True,
        help="Who is told about its deadlines.",
    )
    payer_reference = fields.Char(
        copy=False, tracking=True, help="The payer's own number of this claim."
    )
    note = fields.Text(string="Remarks", help="Printed on the claim.")

    # What is claimed
    case_ids = fields.One2many(
        "aftersales.claim.case", "claim_id", string="Cases", help="Units, each with its fault."
    )
    line_ids = fields.One2many(
        "aftersales.claim.line", "claim_id", string="Lines", help="Parts and labour claimed."
    )
    check_ids = fields.One2many(
        "aftersales.claim.check", "claim_id", string="Checks", readonly=True
    )
    lot_id = fields.Many2one(related="case_ids.lot_id", string="Unit", search="_search_lot_id")
    problem_count = fields.Integer(
        compute="_compute_problems", store=True, string="Problems", help="Checks that failed."
    )
    is_valid = fields.Boolean(
        compute="_compute_problems",
        store=True,
        string="Valid",
        help="No check failed that keeps the claim from being submitted.",
    )

    # What comes of it
    claimed_amount = fields.Monetary(
        compute="_compute_amounts", store=True, string="Claimed", help="What is claimed."
    )
    answered_amount = fields.Monetary(
        compute="_compute_amounts", store=True, string="Approved", help="What was approved."
    )
    credited_amount = fields.Monetary(
        readonly=True, copy=False, string="Credited", help="What refund bills have brought."
    )
    written_off_amount = fields.Monetary(
        readonly=True,
        copy=False,
        string="Written Off",
        help="Difference between approved and credited that an accountant wrote off.",
    )
    open_amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Open",
        help="What is still owed: claimed while there is no answer, approved and not credited "
        "afterwards.",
    )
    difference = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        help="Approved less credited and written off, once something was credited.",
    )
    age_days = fields.Integer(
        string="Days",
        compute="_compute_age_days",
        help="Days since it was submitted, while something is open.",
    )
    is_frozen = fields.Boolean(compute="_compute_is_frozen")
    is_claims_clerk = fields.Boolean(compute="_compute_role")
    is_accountant = fields.Boolean(compute="_compute_role")

    # Stamps: written by the steps only
    submitted_at = fields.Datetime(
        readonly=True, copy=False, index="btree_not_null", help="When it was sent first."
    )
    answered_at = fields.Datetime(readonly=True, copy=False, help="When the last answer came.")
    credited_at = fields.Datetime(readonly=True, copy=False, help="When nothing was left open.")
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)

    _batch_idx = models.Index("(partner_id, batch_key) WHERE state = 'draft'")

    # === COMPUTE METHODS === #

    @api.depends("check_ids.result", "check_ids.is_blocking")
    def _compute_problems(self):
        for claim in self:
            failed = claim.check_ids.filtered(lambda check: check.result == "failed")
            claim.problem_count = len(failed)
            claim.is_valid = not any(failed.mapped("is_blocking"))

    @api.depends(
        "state",
        "line_ids.claimed_amount",
        "line_ids.answered_amount",
        "credited_amount",
        "written_off_amount",
        "credit_ids",
    )
    def _compute_amounts(self):
        for claim in self:
            currency = claim.currency_id or claim.company_id.currency_id
            claim.claimed_amount = currency.round(sum(claim.line_ids.mapped("claimed_amount")))
            claim.answered_amount = currency.round(sum(claim.line_ids.mapped("answered_amount")))
            rest = currency.round(
                claim.answered_amount - claim.credited_amount - claim.written_off_amount
            )
            answered = claim.state in ("answered", "credited")
            claim.difference = rest if answered and claim.credit_ids else 0.0
            claim.open_amount = (
                claim.claimed_amount if claim.state == "submitted" else rest if answered else 0.0
            )

    @api.depends("submitted_at", "state")
    def _compute_age_days(self):
        now = fields.Datetime.now()
        for claim in self:
            is_open = claim.state in ("submitted", "answered") and claim.submitted_at
            claim.age_days = (now - claim.submitted_at).days if is_open else 0

    @api.depends("state")
    def _compute_is_frozen(self):
        for claim in self:
            claim.is_frozen = claim.state != "draft"

    @api.depends_context("uid")
    def _compute_role(self):
        self.is_claims_clerk = self.env.user.has_group(CLERK)
        self.is_accountant = self.env.user.has_group("account.group_account_invoice")

    def _search_lot_id(self, operator, value):
        return [("case_ids.lot_id", operator, value)]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number claims; only the steps make them."""
        claims = super().create(vals_list)
        for company, batch in claims.grouped("company_id").items():
            # sudo: whoever makes a claim draws a number and reads no sequence.
            sequence = self.env["ir.sequence"].sudo().with_company(company)
            for claim in batch:
                claim.sudo().name = sequence.next_by_code("aftersales.claim")
        return claims

    def write(self, vals):
        """Refuse changes of what was submitted; the payer's number and mail go on.

        :raises UserError: naming the claim
        """
        if not self.env.su:
            frozen = self.filtered("is_frozen")[:1]
            allowed = {"payer_reference", "user_id", "maker_id", "line_ids", "case_ids"}
            if frozen and get_business_fields(vals) - allowed:
                frozen._raise_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for claim in self:
            raise UserError(
                self.env._(
                    "Claim %(claim)s has its number and stays: cancel it with a reason instead.",
                    claim=claim.display_name,
                )
            )

    # === ACTIONS === #

    def action_check(self):
        """Look again at whether the claim can be submitted (S17)."""
        self.check_access("read")
        self._check_group(CLERK, self.env._("Claims are the claims clerk's: ask yours (S17)."))
        self._check_state("draft", "submitted")
        self._run_checks()
        return True

    def action_submit(self):
        """Send drafts to the payer: what was claimed is frozen as a version (S17).

        :raises UserError: without a valid unit and a valid user, or with nothing on it
        """
        self._check_clerk("draft")
        self._submit()
        return True

    def action_cancel(self, reason=None):
        """Take claims back, with a reason; their lines may be claimed again.

        :param str reason: why; without it a dialogue asks
        :raises UserError: when something was credited already
        """
        self._check_clerk("draft", "submitted", "answered")
        if reason is None:
            return self._ask_reason("claim_cancel")
        reason = self._check_reason(reason)
        for claim in self:
            if claim.credit_ids.filtered("is_live"):
                raise UserError(
                    self.env._(
                        "%(claim)s has a refund bill: have the accountant cancel the bill first.",
                        claim=claim.display_name,
                    )
                )
        self._write_step(
            {"state": "cancelled", "cancelled_at": fields.Datetime.now(), "cancel_reason": reason}
        )
        return True

    def action_view_vouchers(self):
        """Open the jobs that were claimed."""
        self.ensure_one()
        return self.case_ids.voucher_id._get_records_action(name=self.env._("Jobs"))

    # === STEPS === #

    def _submit(self, at=None):
        """Submit drafts; ``at`` for loaders of history."""
        self._check_state("draft")
        for claim in self:
            if not claim.line_ids:
                raise UserError(
                    self.env._("%(claim)s has no line: cancel it.", claim=claim.display_name)
                )
        at = at or fields.Datetime.now()
        self._run_checks(self.company_id[:1]._get_aftersales_date(at))
        self._check_valid()
        self._write_step({"state": "submitted", "submitted_at": at})
        self.case_ids._update_user_file(at)
        self._freeze_version("sent", at=at)

    @api.model
    def _find_drafts(self, keys):
        """Drafts on which more is collected.

        :param keys: (company, payer, currency, batch key)
        :return: dict {key: claim}
        """
        drafts = self.search(
            [
                ("state", "=", "draft"),
                ("kind", "=", "recovery"),
                ("partner_id", "in", [payer.id for _company, payer, _currency, _key in keys]),
                ("batch_key", "in", [key[3] for key in keys]),
            ],
            order="id desc",
        )
        found = {(d.company_id, d.partner_id, d.currency_id, d.batch_key): d for d in drafts}
        return {key: found[key] for key in keys if key in found}

    def _run_checks(self, day=None):
        """Write the check list anew: what is asked, and what is wrong (S17).

        :param date day: day on which it is submitted; today by default
        """
        # sudo: checks are written by this method only.
        checks = self.env["aftersales.claim.check"].sudo()
        self.sudo().check_ids.unlink()
        checks.create([vals for case in self.case_ids for vals in case._get_check_vals(day)])

    def _check_valid(self):
        """S17: without a valid unit and a valid user nothing is written off.

        :raises UserError: naming what is missing
        """
        for claim in self:
            failed = claim.check_ids.filtered(
                lambda check: check.result == "failed" and check.is_blocking
            )
            if failed:
                raise UserError(
                    self.env._(
                        "%(claim)s cannot go on:\n%(problems)s",
                        claim=claim.display_name,
                        problems="\n".join(f"– {check.message}" for check in failed),
                    )
                )

    # === HELPERS === #

    def _get_photos(self):
        """Photos that lie with the claim and its jobs."""
        self.ensure_one()
        # sudo: names of files of records that the reader may see.
        attachments = self.env["ir.attachment"].sudo()
        return attachments.search(
            Domain("mimetype", "=like", "image/%")
            & (
                (Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id))
                | (
                    Domain("res_model", "=", "aftersales.voucher")
                    & Domain("res_id", "in", self.sudo().case_ids.voucher_id.ids)
                )
            )
            & Domain("res_field", "=", False),
            order="id",
        )

    def _get_sla_user(self):
        return self.user_id

    def _write_step(self, vals):
        """Write what only the steps write; the right to do so was checked by the caller."""
        # sudo: see ``aftersales.guarded.mixin``
        return self.sudo().write(vals)

    def _raise_frozen(self):
        raise UserError(
            self.env._(
                "Claim %(claim)s is %(state)s and does not change any more: appeal against the "
                "answer, or cancel it and claim again.",
                claim=self.display_name,
                state=self._get_state_label().lower(),
            )
        )

    def _check_group(self, group, message):
        """Steps belong to roles, also when a tool calls them without a click."""
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(message)

    def _check_clerk(self, *states):
        """The claims clerk may take this step, from these states, on claims that he sees."""
        self._check_group(CLERK, self.env._("Claims are the claims clerk's: ask yours (S17)."))
        self.check_access("write")
        self._check_state(*states)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "name",
            "kind",
            "company_id",
            "currency_id",
            "state",
            "partner_id",
            "batch_key",
            "check_ids",
            "problem_count",
            "is_valid",
            "claimed_amount",
            "answered_amount",
            "credited_amount",
            "written_off_amount",
            "open_amount",
            "difference",
            "submitted_at",
            "answered_at",
            "credited_at",
            "cancelled_at",
            "cancel_reason",
        }

    @api.model
    def _get_protected_advice(self):
        return self.env._("written by the steps of the claim only. Use the buttons.")
