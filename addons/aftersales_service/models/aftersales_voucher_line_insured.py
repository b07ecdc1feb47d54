# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models

# Not nothing and not everything, as far as a share is told.
LEAST, MOST = 0.0001, 99.9999
# What moves the deductible between the lines of an accident job.
INSURED_FIELDS = frozenset({"quantity", "uom_id", "product_id"})


class AftersalesVoucherLine(models.Model):
    """Provider of cover: on an accident job the insurer pays all but the own share (S25)."""

    _inherit = "aftersales.voucher.line"

    # === COMPUTE METHODS === #

    @api.depends("cover_ids.fixed_amount")
    def _compute_amounts(self):
        return super()._compute_amounts()

    # === CRUD METHODS === #

    def write(self, vals):
        """One deductible counts for the whole job: a line that changes moves it on all others."""
        result = super().write(vals)
        if INSURED_FIELDS.intersection(vals):
            self.voucher_id.filtered("has_insurer")._propose_cover()
        return result

    def unlink(self):
        """As when a line changes."""
        vouchers = self.voucher_id.filtered("has_insurer")
        result = super().unlink()
        vouchers._propose_cover()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_cover_providers(self):
        return [*super()._get_cover_providers(), (10, "_get_insured_cover")]

    def _get_insured_cover(self):
        """Provider 10: insurer and customer share the lines of an accident job; nothing is left.

        :return: dict {line: list of shares}, with amounts that are exact to the cent
        """
        found = {}
        for voucher, lines in self.grouped("voucher_id").items():
            if not voucher.has_insurer:
                continue
            for line, amount in voucher._split_insured(lines).items():
                found[line] = line._get_insured_shares(amount)
        return found

    def _get_insured_shares(self, amount):
        """Shares of insurer and customer in this line.

        :param float amount: what the insurer pays, in the job's currency
        """
        self.ensure_one()
        voucher, currency = self.voucher_id, self.currency_id
        policy = voucher.policy_id.sudo()  # sudo: its number stands on what the payers get
        clause = self.env._("Policy %s", policy.name) if policy else self.env._("Insurance")
        own = currency.round(self.price_subtotal - amount)
        share = 100.0
        if not currency.is_zero(own):
            share = min(max(100.0 * amount / self.price_subtotal, LEAST), MOST)
        shares = []
        if currency.is_zero(own) or not currency.is_zero(amount):
            shares.append(
                {
                    "payer": "insurer",
                    "payer_partner_id": voucher.insurer_id.id,
                    "policy_id": policy.id,
                    "share": share,
                    "fixed_amount": amount,
                    "clause": clause,
                }
            )
        if not currency.is_zero(own):
            shares.append(
                {
                    "payer": "customer",
                    "policy_id": policy.id,
                    # All that is left.
                    "share": 100.0,
                    "fixed_amount": own,
                    "clause": self.env._("%s: own share", clause),
                }
            )
        return shares
