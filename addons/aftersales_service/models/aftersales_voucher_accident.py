# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..own_share import get_own_share, split

# What decides who pays what of an accident job.
INSURED_FIELDS = frozenset(
    {
        "partner_id",
        "accident_on",
        "policy_id",
        "insurer_id",
        "insurer_approved_amount",
        "own_share_amount",
        "own_share_percent",
    }
)
# What the insurer has to have said before the job is done.
APPROVAL_FIELDS = ("insurer_case", "insurer_approved_on", "insurer_approved_by")


class AftersalesVoucher(models.Model):
    """Accident jobs (S25): the insurer pays all but the customer's own share.

    The policy is that of the day of the accident. Its deductible counts for the job as a whole and
    is spread over the lines in proportion, to the cent. What is above the amount that the insurer
    approved is the customer's as well.
    """

    _inherit = "aftersales.voucher"

    accident_on = fields.Date(
        string="Day of the Accident",
        copy=False,
        help="Decides which policy holds; empty: the day of the call.",
    )
    policy_id = fields.Many2one(
        "aftersales.insurance.policy",
        string="Insurance Policy",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        domain="[('lot_id', '=', lot_id)]",
        tracking=True,
        help="Commercial policy of the unit that held on the day of the accident.",
    )
    insurer_id = fields.Many2one(
        "res.partner",
        compute="_compute_insurer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        tracking=True,
        help="Who pays the damage but for the customer's own share: the insurer of the policy, or "
        "that of the other party.",
    )
    insurer_case = fields.Char(
        string="Case Number", copy=False, tracking=True, help="Number of the case at the insurer."
    )
    insurer_approved_amount = fields.Monetary(
        string="Approved Amount",
        copy=False,
        tracking=True,
        help="Most that the insurer pays for the job, before tax; 0: no limit was set.",
    )
    insurer_approved_on = fields.Date(string="Approved On", copy=False, tracking=True)
    insurer_approved_by = fields.Char(
        string="Approved By",
        copy=False,
        tracking=True,
        help="Who approved the repair at the insurer.",
    )
    insurer_document = fields.Binary(
        string="Approval Document",
        attachment=True,
        copy=False,
        help="The insurer's letter or assessment of the damage.",
    )
    insurer_document_name = fields.Char(copy=False)
    own_share_amount = fields.Monetary(
        string="Deductible",
        compute="_compute_own_share_terms",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="Amount before tax that the customer bears of the whole job.",
    )
    own_share_percent = fields.Float(
        string="Deductible (%)",
        compute="_compute_own_share_terms",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        digits=(5, 2),
        help="Part of what is left after the deductible that the customer bears, too.",
    )
    own_share_reason = fields.Char(
        string="Reason for Another Own Share",
        copy=False,
        tracking=True,
        help="Why the own share is not that of the policy; kept in the log.",
    )
    has_insurer = fields.Boolean(
        compute="_compute_has_insurer", help="An accident job that an insurer pays (S25)."
    )

    _own_share_valid = models.Constraint(
        "CHECK(own_share_amount >= 0 AND own_share_percent >= 0 AND own_share_percent <= 100 "
        "AND insurer_approved_amount >= 0)",
        "Deductible and approved amount cannot be negative, nor the deductible above 100 %.",
    )

    # === COMPUTE METHODS === #

    @api.depends("lot_id", "kind", "accident_on")
    def _compute_policy_id(self):
        """Policy of the unit on the day; once dispatched it stays, unless unit or day were wrong.

        What is typed stays as long as it is one of the unit's.
        """
        for voucher in self:
            if voucher._is_frozen():
                voucher.policy_id = voucher.policy_id
                continue
            day = voucher.accident_on or voucher._get_company_date(voucher.registered_at)
            lot = voucher.lot_id if voucher.kind == "accident" else voucher.lot_id.browse()
            # sudo: whoever registers the call hears of the policy without a right to all of them.
            policy = lot.sudo()._get_policy(day, scope="commercial") if lot and day else False
            voucher.policy_id = policy and policy.sudo(False)

    @api.depends("policy_id", "kind")
    def _compute_insurer_id(self):
        for voucher in self:
            if voucher._is_frozen():
                voucher.insurer_id = voucher.insurer_id
            elif voucher.kind != "accident":
                voucher.insurer_id = False
            else:
                # sudo: as above
                voucher.insurer_id = voucher.policy_id.sudo().insurer_id or voucher.insurer_id

    @api.depends("policy_id")
    def _compute_own_share_terms(self):
        for voucher in self:
            if voucher._is_frozen():
                voucher.own_share_amount = voucher.own_share_amount
                voucher.own_share_percent = voucher.own_share_percent
                continue
            amount, percent = voucher._get_policy_own_share()
            voucher.own_share_amount = amount
            voucher.own_share_percent = percent

    @api.depends("kind", "insurer_id")
    def _compute_has_insurer(self):
        for voucher in self:
            voucher.has_insurer = voucher.kind == "accident" and bool(voucher.insurer_id)

    # === CONSTRAINTS === #

    @api.constrains("policy_id", "lot_id")
    def _check_policy_id(self):
        for voucher in self:
            if voucher.policy_id and voucher.policy_id.lot_id != voucher.lot_id:
                raise ValidationError(
                    self.env._(
                        "%(policy)s insures another unit than that of %(voucher)s: choose a "
                        "policy of %(unit)s.",
                        policy=voucher.policy_id.display_name,
                        voucher=voucher.display_name,
                        unit=voucher.lot_id.display_name or self.env._("a known unit"),
                    )
                )

    @api.constrains("insurer_id", "partner_id", "kind")
    def _check_insurer_id(self):
        for voucher in self:
            if not voucher.insurer_id:
                continue
            if voucher.kind != "accident":
                raise ValidationError(
                    self.env._(
                        "%(voucher)s is no accident job: remove the insurer, or choose the kind "
                        "Accident.",
                        voucher=voucher.display_name,
                    )
                )
            if voucher.insurer_id.commercial_partner_id == (
                voucher.partner_id.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(insurer)s cannot be customer and insurer of %(voucher)s: enter who "
                        "has the damage as the customer.",
                        insurer=voucher.insurer_id.display_name,
                        voucher=voucher.display_name,
                    )
                )

    @api.constrains("own_share_amount", "own_share_percent", "own_share_reason", "policy_id")
    def _check_own_share_reason(self):
        """S25: another own share than the policy's needs a logged reason."""
        for voucher in self:
            if not voucher.policy_id or (voucher.own_share_reason or "").strip():
                continue
            amount, percent = voucher._get_policy_own_share()
            currency = voucher.currency_id or voucher.company_id.currency_id
            if currency.compare_amounts(amount, voucher.own_share_amount) or round(
                percent, 2
            ) != round(voucher.own_share_percent, 2):
                raise ValidationError(
                    self.env._(
                        "Policy %(policy)s has another deductible than %(voucher)s: write the "
                        "reason for the other own share.",
                        policy=voucher.policy_id.display_name,
                        voucher=voucher.display_name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Ask again who pays, where what decides has changed."""
        result = super().write(vals)
        if INSURED_FIELDS.intersection(vals):
            self.filtered(lambda voucher: voucher.kind == "accident")._propose_cover()
        return result

    # === STEPS === #

    def _done(self, at=None):
        """S25: the insurer is charged for what it approved only."""
        # Prices may have moved since: with the customer's list, or his company's.
        self.filtered("has_insurer")._propose_cover()
        self._check_insurer_approved()
        return super()._done(at)

    # === BUSINESS METHODS === #

    def _get_policy_own_share(self):
        """Own share of the policy.

        :return: amount in the job's currency, percent of the rest
        """
        self.ensure_one()
        # sudo: as in `_compute_policy_id`
        policy = self.policy_id.sudo()
        if not policy:
            return 0.0, 0.0
        amount, currency = policy.deductible_amount, self.currency_id
        if currency and amount and policy.currency_id != currency:
            day = self.accident_on or self._get_company_date(self.registered_at)
            amount = policy.currency_id._convert(amount, currency, self.company_id, day)
        return amount, policy.deductible_percent

    def _get_insured_amount(self, total):
        """What the insurer pays of a damage.

        :param float total: damage before tax, in the job's currency
        :return: amount in the job's currency, rounded
        """
        self.ensure_one()
        rounding = self.currency_id.rounding
        own = get_own_share(total, self.own_share_amount, self.own_share_percent, rounding)
        insured = self.currency_id.round(total - own)
        return min(insured, self.insurer_approved_amount or insured)

    def _split_insured(self, lines):
        """What the insurer pays of each line: in proportion, and together its amount to the cent.

        :param lines: lines of this job that the insurer shares
        :return: dict {line: amount in the job's currency}
        """
        self.ensure_one()
        totals = lines.mapped("price_subtotal")
        insured = self._get_insured_amount(self.currency_id.round(sum(totals)))
        return dict(zip(lines, split(insured, totals, self.currency_id.rounding), strict=True))

    def _get_warranty_refusal(self):
        """The warranty pays for what was made badly, not for what was run into."""
        if self.kind == "accident":
            return self.env._("Damage by an accident")
        return super()._get_warranty_refusal()

    def _check_insurer_approved(self):
        """An insurer is charged for what it approved.

        :raises UserError: naming what is missing
        """
        for voucher in self:
            if not voucher.has_insurer or not voucher.amount_insurer:
                continue
            missing = [name for name in APPROVAL_FIELDS if not voucher[name]]
            if missing:
                raise UserError(
                    self.env._(
                        "%(insurer)s has not approved %(voucher)s yet: have the hotline enter "
                        "%(missing)s, or remove the insurer where the customer pays by himself.",
                        insurer=voucher.insurer_id.display_name,
                        voucher=voucher.display_name,
                        missing=", ".join(
                            voucher._fields[name]._description_string(self.env) for name in missing
                        ),
                    )
                )
