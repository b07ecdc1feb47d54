# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class RebateSettlementWriteOff(models.Model):
    """Small balances that dealers owe are given up instead of carried for ever (R14, R15)."""

    _inherit = "rebate.settlement"

    def action_write_off_carried(self):
        """Ask for a reason, then write small carried balances off. For accountants."""
        self.ensure_one()
        self._check_may_post()
        self._check_state("posted")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Off Small Balances"),
            "res_model": "rebate.write.off",
            "view_mode": "form",
            "target": "new",
            "context": {"default_settlement_id": self.id},
        }

    def _find_small_carried(self):
        """Carried lines of dealers whose balance is within the company's limit.

        Only the newest settlement's balances are carried on: older ones came back in it.

        :return: list of ``rebate.settlement.line`` recordsets, one a dealer
        """
        self.ensure_one()
        company = self.company_id
        date = self.posting_date or fields.Date.context_today(self)
        groups = self.line_ids.filtered(lambda line: line.state == "carried").grouped("partner_id")
        small = []
        for lines in groups.values():
            balance = self.currency_id._convert(
                -sum(lines.mapped("amount")), company.currency_id, company, date
            )
            limit = company.rebate_write_off_limit
            if company.currency_id.compare_amounts(abs(balance), limit) <= 0:
                small.append(lines)
        return small

    def _write_off_carried(self, reason):
        """Count small carried balances as settled, without a document: nothing was booked.

        :raise UserError: without a reason, a limit, a small balance, or with a later settlement
        """
        self.ensure_one()
        self._check_may_post()
        self._check_state("posted")
        self._check_newest()
        small = self._find_small_carried()
        if not reason or not small:
            raise UserError(
                self.env._(
                    "Nothing of %(settlement)s can be written off: give a reason, and see the "
                    "limit of %(limit)s in Rebates, Settings.",
                    settlement=self.name,
                    limit=format_amount(
                        self.env,
                        self.company_id.rebate_write_off_limit,
                        self.company_id.currency_id,
                    ),
                )
            )
        # sudo: the right was checked; lines have no write access for anyone.
        settlement = self.sudo()
        settlement._claim()
        lines = settlement.env["rebate.settlement.line"].union(*small)
        lines.write({"state": "posted", "is_carried": False, "write_off_reason": reason})
        settlement._reverse_accruals(lines)
        self.message_post(
            body=self.env._(
                "Written off: %(amount)s of %(count)s dealers. %(reason)s",
                amount=format_amount(self.env, sum(lines.mapped("amount")), self.currency_id),
                count=len(small),
                reason=reason,
            )
        )
        return lines

    def _check_newest(self):
        later = self.search(
            [
                ("agreement_id", "=", self.agreement_id.id),
                ("id", ">", self.id),
                ("state", "!=", "cancel"),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "What %(settlement)s carried came back in %(later)s: write it off there.",
                    settlement=self.name,
                    later=later.name,
                )
            )
