# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

ACCOUNTANT = "account.group_account_invoice"


class AftersalesClaim(models.Model):
    """What comes in for a claim: the supplier's refund, and the difference to his answer (S17).

    Accountants make, match, post and write off; nobody else. A dealer's claim is paid by a
    credit note to him in the same way.
    """

    _inherit = "aftersales.claim"

    credit_ids = fields.One2many(
        "aftersales.claim.credit",
        "claim_id",
        string="Credits",
        readonly=True,
        copy=False,
        help="Refund bills and differences written off.",
    )

    # === ACTIONS === #

    def action_make_refund(self):
        """Make the draft refund from the answer: a vendor refund, or a dealer's credit note.

        :raises UserError: when the claim is not answered, or has its refund already
        """
        self._check_accountant()
        for claim in self:
            claim._make_refund()
        return self.action_view_refunds()

    def action_match_refund(self):
        """Choose a refund bill that the supplier has sent already."""
        self.ensure_one()
        self._check_accountant()
        self._check_state("answered")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_claim_match_action"
        )
        action["context"] = {"default_claim_id": self.id, "default_amount": self.open_amount}
        return action

    def action_write_off(self, reason=None):
        """Book the difference between approved and credited, with a reason.

        :param str reason: why; without it a dialogue asks
        :raises UserError: when nothing was credited yet, nothing differs, or the accounts are
            not set
        """
        self._check_accountant()
        self._check_state("answered")
        for claim in self:
            claim._check_write_off()
        if reason is None:
            return self._ask_reason("claim_write_off")
        reason = self._check_reason(reason)
        for claim in self:
            claim._write_off(reason)
        return True

    def action_view_refunds(self):
        """Open the documents that settle the claim."""
        moves = self.credit_ids.move_id
        return moves._get_records_action(name=self.env._("Credits"))

    # === BUSINESS METHODS === #

    def _make_refund(self):
        """Make the draft refund of one claim.

        :return: account.move
        """
        self.ensure_one()
        # The claim is written before it is looked at: of two people at once the second one is
        # tried again and sees the first one's refund.
        self._touch()
        self._check_state("answered")
        made = self.credit_ids.filtered(lambda credit: credit.kind == "made" and credit.is_live)
        if made:
            raise UserError(
                self.env._(
                    "%(claim)s has its refund already: %(bill)s.",
                    claim=self.display_name,
                    bill=made[0].move_id.display_name,
                )
            )
        if self.currency_id.compare_amounts(self.open_amount, 0) <= 0:
            raise UserError(
                self.env._("%(claim)s has nothing open to credit.", claim=self.display_name)
            )
        move = self.env["account.move"].create(self._prepare_refund_vals())
        self._add_credit("made", move, move.amount_untaxed)
        return move

    def _touch(self):
        """Write the claim's row, so that two steps with money on it come one after the other."""
        self._write_step({"credited_amount": self.credited_amount})
        self.env.cr.execute(
            "UPDATE aftersales_claim SET write_date = write_date WHERE id = %s", [self.id]
        )
        self.invalidate_recordset()

    def _add_credit(self, kind, move, amount, reason=False):
        """Note a document that settles the claim.

        :param amount: before tax, in the claim's currency
        """
        self.ensure_one()
        # sudo: links between claims and documents are made by the steps only; accountants have
        # no right to write them.
        credit = (
            self.env["aftersales.claim.credit"]
            .sudo()
            .create(
                {
                    "claim_id": self.id,
                    "kind": kind,
                    "move_id": move.id,
                    "amount": amount,
                    "reason": reason,
                }
            )
        )
        credit._refresh()
        return credit

    def _match_refund(self, move, amount):
        """Settle the claim with a refund bill, or a part of it.

        :param move: account.move
        :param amount: before tax, in the claim's currency
        :raises UserError: when the bill is another partner's, or has not so much left
        """
        self.ensure_one()
        self._check_accountant()
        self._touch()
        self._check_state("answered")
        if move not in self._get_matchable_refunds():
            raise UserError(
                self.env._(
                    "%(bill)s does not fit %(claim)s: choose a refund of %(payer)s in %(currency)s "
                    "that has something left.",
                    bill=move.display_name,
                    claim=self.display_name,
                    payer=self.partner_id.name,
                    currency=self.currency_id.name,
                )
            )
        left = move._get_aftersales_claim_rest()
        currency = self.currency_id
        if currency.compare_amounts(amount, 0) <= 0 or currency.compare_amounts(amount, left) > 0:
            raise UserError(
                self.env._(
                    "%(bill)s has %(left)s left before tax: enter no more, and more than nothing.",
                    bill=move.display_name,
                    left=currency.format(left),
                )
            )
        move.aftersales_no_turnover = True
        return self._add_credit("matched", move, amount)

    def _get_matchable_refunds(self):
        """Refunds of the claim's payer that have something left for it."""
        self.ensure_one()
        moves = self.env["account.move"].search(self._get_matchable_domain())
        return moves.filtered(
            lambda move: self.currency_id.compare_amounts(move._get_aftersales_claim_rest(), 0) > 0
        )

    def _get_matchable_domain(self):
        self.ensure_one()
        return (
            Domain("move_type", "=", self._get_refund_type())
            & Domain("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id)
            & Domain("currency_id", "=", self.currency_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "posted")
            & Domain("id", "not in", self.credit_ids.move_id.ids)
        )

    def _settle(self):
        """Take over what was credited; with nothing left open the claim is credited.

        What was reversed opens it again.
        """
        for claim in self.sudo():  # sudo: an accountant posts, the claim follows
            credits = claim.credit_ids
            written_off = credits.filtered(lambda credit: credit.kind == "write_off")
            currency = claim.currency_id
            claim.write(
                {
                    "credited_amount": currency.round(
                        sum((credits - written_off).mapped("net_amount"))
                    ),
                    "written_off_amount": currency.round(sum(written_off.mapped("net_amount"))),
                }
            )
            if claim.state not in ("answered", "credited"):
                continue
            settled = bool(credits) and currency.is_zero(
                claim.answered_amount - claim.credited_amount - claim.written_off_amount
            )
            if settled and claim.state == "answered":
                claim.write({"state": "credited", "credited_at": fields.Datetime.now()})
            elif not settled and claim.state == "credited":
                claim.write({"state": "answered", "credited_at": False})

    def _check_write_off(self):
        self.ensure_one()
        if self.currency_id.is_zero(self.credited_amount):
            raise UserError(
                self.env._(
                    "%(claim)s has no posted refund: only a difference to what came in is written "
                    "off.",
                    claim=self.display_name,
                )
            )
        if self.currency_id.is_zero(self.open_amount):
            raise UserError(self.env._("%(claim)s has no difference.", claim=self.display_name))
        self.company_id._check_aftersales_claim_accounts()

    def _write_off(self, reason):
        """Post the entry that books the difference.

        :return: account.move
        """
        self.ensure_one()
        self._touch()
        self._check_state("answered")
        self._check_write_off()
        difference = self.open_amount
        move = self.env["account.move"].create(self._prepare_write_off_vals(difference, reason))
        # Before the posting, which settles the claim.
        self._add_credit("write_off", move, difference, reason)
        move.action_post()
        return move

    # === PREPARED VALUES === #

    def _get_refund_type(self):
        """What credits the claim: the supplier's refund, or our credit note to a dealer."""
        self.ensure_one()
        return "out_refund" if self.kind == "dealer" else "in_refund"

    def _prepare_refund_vals(self):
        """Values of the draft refund: a line for each approved line of the claim."""
        self.ensure_one()
        return {
            "move_type": self._get_refund_type(),
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.company_id._get_aftersales_date(fields.Datetime.now()),
            "invoice_origin": self.name,
            "ref": self.payer_reference or self.name,
            "aftersales_no_turnover": True,
            "invoice_line_ids": [
                Command.create(self._prepare_refund_line_vals(line))
                for line in self.line_ids
                if line.answer != "refused"
            ],
        }

    def _prepare_refund_line_vals(self, line):
        """Values of one line of the refund, at what was approved before tax."""
        self.ensure_one()
        account = self.company_id.aftersales_claim_account_id
        taxes = self._get_refund_taxes(line)
        # What was approved is before tax, also where the tax is included in the price.
        price = taxes._adapt_price_unit_to_another_taxes(
            line.answered_amount, line.product_id, self.env["account.tax"], taxes
        )
        vals = {
            "name": f"{line.case_id.serial or ''} {line.name} × {line.quantity:g}".strip(),
            "quantity": 1.0,
            "price_unit": price,
            "tax_ids": [Command.set(taxes.ids)],
        }
        return {**vals, "account_id": account.id} if account else vals

    def _get_refund_taxes(self, line):
        """Taxes of the part or work that was claimed, for this partner."""
        self.ensure_one()
        product = line.product_id
        taxes = product.taxes_id if self.kind == "dealer" else product.supplier_taxes_id
        position = self.env["account.fiscal.position"].with_company(self.company_id)
        position = position._get_fiscal_position(self.partner_id)
        return position.map_tax(taxes._filter_taxes_by_company(self.company_id))

    def _prepare_write_off_vals(self, difference, reason):
        """Values of the entry: the difference against the account that refunds go to.

        :param difference: in the claim's currency; below zero where more came in than approved
        """
        self.ensure_one()
        company = self.company_id
        sign = -1 if self.kind == "dealer" else 1
        amount = sign * difference
        balance = company.currency_id.round(amount / self._get_document_rate())
        label = self.env._("%(claim)s: %(reason)s", claim=self.name, reason=reason)
        sides = (
            (company.aftersales_claim_writeoff_account_id, 1),
            (company.aftersales_claim_account_id, -1),
        )
        return {
            "move_type": "entry",
            "journal_id": company.aftersales_claim_journal_id.id,
            "company_id": company.id,
            "date": company._get_aftersales_date(fields.Datetime.now()),
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "name": label,
                        "partner_id": self.partner_id.id,
                        "currency_id": self.currency_id.id,
                        "amount_currency": side * amount,
                        "balance": side * balance,
                    }
                )
                for account, side in sides
            ],
        }

    def _get_document_rate(self):
        """Units of the claim's currency for one of the company's, by the last refund's rate."""
        self.ensure_one()
        bills = self.credit_ids.filtered(lambda c: c.kind != "write_off" and c.net_amount)
        return bills.sorted("id")[-1:].move_id.invoice_currency_rate or 1.0

    # === HELPERS === #

    def _check_accountant(self):
        self._check_group(
            ACCOUNTANT, self.env._("Only accountants credit claims: ask yours (S17).")
        )
        self.check_access("read")

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"credit_ids"}
