# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.rate_table.calculators import as_text, to_decimal

from .rebate_penalty import compute_penalty


class RebateAgreementPenalty(models.Model):
    """A rebate that is transferred late costs a penalty a day, up to a cap (R12).

    Per mille a day is how contracts of the trade say it; a yearly rate is entered divided by 365
    and times 10. Nothing is owed unless a rate is agreed on.
    """

    _inherit = "rebate.agreement"

    penalty_permille = fields.Float(
        string="Late-Payment Penalty",
        digits=(16, 4),
        min_display_digits=2,
        help="Per mille of what is paid late, for each day after the due date. 0: no penalty. Only "
        "for pay-out by transfer, which has a day on which it is paid.",
    )
    penalty_cap = fields.Float(
        string="Penalty at Most",
        digits=(16, 4),
        min_display_digits=2,
        help="In percent of what is paid late. 0: no limit.",
    )

    _penalty_bounds = models.Constraint(
        "CHECK (penalty_permille >= 0 AND penalty_permille <= 1000 "
        "AND penalty_cap >= 0 AND penalty_cap <= 100)",
        "A penalty is between 0 and 1000 per mille a day, and at most 100 percent.",
    )

    def _get_term_fields(self):
        return super()._get_term_fields() | {"penalty_permille", "penalty_cap"}

    def _check_complete(self):
        result = super()._check_complete()
        if self.penalty_permille and self.payout != "transfer":
            raise UserError(
                self.env._(
                    "%(name)s has a penalty for late payment and is not paid by transfer: other "
                    "ways have no day on which it is paid. Take the penalty out, or choose the "
                    "transfer.",
                    name=self.name,
                )
            )
        return result

    def _compute_late_penalty(self, base, date_due, date_paid):
        """Penalty for a sum, rounded to the currency's cent.

        :param base: Decimal in the agreement's currency, with tax
        :return: Decimal
        """
        self.ensure_one()
        if not (self.penalty_permille and date_due and date_paid):
            return to_decimal(0)
        return self._round(
            compute_penalty(
                base,
                (date_paid - date_due).days,
                to_decimal(self.penalty_permille),
                to_decimal(self.penalty_cap),
            )
        )

    def _get_penalty_account(self):
        """Expense account of penalties.

        :raise UserError: when the company names none
        """
        account = self.company_id.rebate_penalty_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%s owes a penalty for late payment: ask an accountant to choose an account "
                    "for penalties in Rebates, Settings.",
                    self.name,
                )
            )
        return account

    def _describe_payout(self):
        text = super()._describe_payout()
        if not self.penalty_permille:
            return text
        text += " " + self.env._(
            "Of what is paid after that day %(rate)s ‰ is added for each day of delay",
            rate=as_text(to_decimal(self.penalty_permille)),
        )
        if self.penalty_cap:
            text += self.env._(", at most %(cap)s %%", cap=as_text(to_decimal(self.penalty_cap)))
        return f"{text}."
