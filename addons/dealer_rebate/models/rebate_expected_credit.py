# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount


class RebateExpectedCredit(models.Model):
    """What a supplier owes us by a settlement, until its own credit note comes (R4).

    The accountant matches it with the supplier's credit note. What differs stays open and shown,
    or is written off with a reason, up to the company's limit. Amounts are without tax, in the
    agreement's currency.
    """

    _name = "rebate.expected.credit"
    _description = "Expected Credit of a Supplier"
    _order = "id desc"

    settlement_id = fields.Many2one(
        "rebate.settlement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    agreement_id = fields.Many2one(related="settlement_id.agreement_id", store=True, index=True)
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Booked by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The entry that booked it, or the draft that waits for the supplier's document.",
    )
    amount = fields.Monetary(string="Expected", readonly=True)
    match_ids = fields.One2many("rebate.expected.match", "expected_id", string="Matched with")
    amount_matched = fields.Monetary(
        string="Credited", compute="_compute_open", store=True, help="Credited by the supplier."
    )
    amount_written_off = fields.Monetary(string="Written Off", readonly=True)
    write_off_reason = fields.Char(readonly=True)
    write_off_move_id = fields.Many2one("account.move", readonly=True, ondelete="restrict")
    is_cancelled = fields.Boolean(readonly=True)
    amount_open = fields.Monetary(
        string="Difference",
        compute="_compute_open",
        store=True,
        help="Expected less credited less written off. Negative: credited more than expected.",
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("cancel", "Cancelled")],
        compute="_compute_open",
        store=True,
    )

    @api.depends(
        "amount", "match_ids.amount", "amount_written_off", "is_cancelled",
        "move_id.state", "move_id.move_type", "move_id.amount_untaxed",
    )  # fmt: skip
    def _compute_open(self):
        for credit in self:
            matched = sum(credit.match_ids.mapped("amount"))
            if credit._is_document_posted():
                matched = credit.move_id.amount_untaxed
            credit.amount_matched = matched
            credit.amount_open = credit.amount - matched - credit.amount_written_off
            done = credit.currency_id.is_zero(credit.amount_open)
            credit.state = "cancel" if credit.is_cancelled else "done" if done else "open"
            if credit.is_cancelled:
                credit.amount_open = 0

    @api.depends("partner_id", "settlement_id.name")
    def _compute_display_name(self):
        for credit in self:
            credit.display_name = f"{credit.partner_id.display_name} · {credit.settlement_id.name}"

    def action_match(self):
        """Ask which credit note of the supplier it is, or write the difference off."""
        self.ensure_one()
        self._check_may_match()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match with the Supplier's Credit Note"),
            "res_model": "rebate.expected.settle",
            "view_mode": "form",
            "target": "new",
            "context": {"default_expected_id": self.id},
        }

    def action_view_move(self):
        """Open the entry or draft that booked it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "view_mode": "form",
            "res_id": self.move_id.id,
        }

    def _get_statement_lines(self):
        """Settlement lines that say how it is computed."""
        return self.env["rebate.settlement.line"].search(
            [
                ("settlement_id", "in", self.settlement_id.ids),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )

    def _is_document_posted(self):
        """Whether it was expected as a draft credit note, and that is posted now."""
        self.ensure_one()
        return self.move_id.move_type == "in_refund" and self.move_id.state == "posted"

    def _match(self, refund):
        """Match with a posted credit note of the supplier, up to what both leave open.

        The income was booked when it was expected; the supplier's document books it again. So the
        expected entry is cleared against income, and the difference shows by itself.

        :param refund: posted vendor credit note of the same supplier, currency and company
        :return: the ``rebate.expected.match``
        """
        self.ensure_one()
        self._check_may_match()
        self._check_open()
        self._check_refund(refund)
        amount = min(self.amount_open, self._get_refund_left(refund))
        # sudo: the right was checked; the ledger of matches has no write access for anyone.
        credit = self.sudo()
        move = credit._clear(
            credit.agreement_id._get_income_account(), amount, refund.date, refund.display_name
        )
        # A rebate's own document never counts as turnover.
        refund.sudo().rebate_settlement_id = self.settlement_id
        return credit.env["rebate.expected.match"].create(
            {"expected_id": self.id, "refund_id": refund.id, "amount": amount, "move_id": move.id}
        )

    def _write_off(self, reason, date):
        """Give a small difference up.

        :raise UserError: above the company's limit, or without a reason
        """
        self.ensure_one()
        self._check_may_match()
        self._check_open()
        limit = self.company_id.rebate_write_off_limit
        in_company = self.currency_id._convert(
            abs(self.amount_open), self.company_id.currency_id, self.company_id, date
        )
        if not reason or self.company_id.currency_id.compare_amounts(in_company, limit) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s of %(credit)s cannot be written off: give a reason, and stay "
                    "within the limit of %(limit)s. Claim more from the supplier.",
                    amount=format_amount(self.env, self.amount_open, self.currency_id),
                    credit=self.display_name,
                    limit=format_amount(self.env, limit, self.company_id.currency_id),
                )
            )
        # sudo: the right was checked; see _match.
        credit = self.sudo()
        move = credit._clear(credit._get_write_off_account(), credit.amount_open, date, reason)
        credit.write(
            {
                "amount_written_off": credit.amount_open,
                "write_off_reason": reason,
                "write_off_move_id": move.id,
            }
        )

    def action_undo_write_off(self):
        """Take a write-off back: the difference is open again."""
        self._check_may_match()
        # sudo: the right was checked; see _match.
        for credit in self.sudo().filtered("amount_written_off"):
            move = credit.write_off_move_id
            move._reverse_moves([{"date": fields.Date.context_today(credit)}] * len(move), True)
            credit.write({"amount_written_off": 0, "write_off_reason": False})
            credit.write_off_move_id = False

    def _clear(self, account, amount, date, label):
        """Take an amount off the expected credit's account, matched with its entry.

        :return: the posted entry; empty where nothing was booked (a draft credit note)
        """
        self.ensure_one()
        if self.move_id.move_type != "entry" or self.currency_id.is_zero(amount):
            return self.env["account.move"]
        settlement = self.settlement_id
        agreement = self.agreement_id
        journal = agreement._get_accrual_journal()
        day = agreement._get_open_date(date, journal)
        claim = self.move_id.line_ids.filtered(lambda line: not line.rebate_settlement_line_id)
        values = [
            settlement._prepare_entry_line_vals(self.partner_id, target, signed, day, label)
            for target, signed in ((claim.account_id, -amount), (account, amount))
        ]
        # At the rate it was booked with: an exchange difference is not what we write off here.
        for vals, sign in zip(values, (-1, 1), strict=True):
            share = amount / claim.amount_currency if claim.amount_currency else 0
            vals["balance"] = sign * self.company_id.currency_id.round(claim.balance * share)
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "company_id": self.company_id.id,
                    "date": day,
                    "ref": label,
                    "line_ids": [Command.create(vals) for vals in values],
                }
            )
        )
        move._post(soft=False)
        if claim.account_id.reconcile:
            (
                claim | move.line_ids.filtered(lambda line: line.account_id == claim.account_id)
            ).reconcile()
        return move

    def _get_write_off_account(self):
        account = self.company_id.rebate_write_off_account_id
        return account or self.agreement_id._raise_no_setting(self.env._("write-off account"))

    def _get_refund_left(self, refund):
        """Part of a credit note, without tax, that is not matched yet."""
        # sudo: what others matched counts, whoever asks.
        used = self.env["rebate.expected.match"].sudo().search([("refund_id", "=", refund.id)])
        return refund.amount_untaxed - sum(used.mapped("amount"))

    def _check_refund(self, refund):
        own = refund.commercial_partner_id == self.partner_id
        if (
            refund.move_type != "in_refund"
            or refund.state != "posted"
            or not own
            or refund.currency_id != self.currency_id
            or refund.company_id != self.company_id
            or self.currency_id.compare_amounts(self._get_refund_left(refund), 0) <= 0
        ):
            raise UserError(
                self.env._(
                    "%(refund)s does not fit %(credit)s: choose a posted credit note of this "
                    "supplier in %(currency)s that is not matched yet.",
                    refund=refund.display_name,
                    credit=self.display_name,
                    currency=self.currency_id.name,
                )
            )

    def _check_open(self):
        if self.state != "open":
            raise UserError(
                self.env._("%(credit)s is not open any more.", credit=self.display_name)
            )

    def _check_may_match(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(
                self.env._("Only accountants match credits. Ask somebody with “Invoicing”.")
            )
