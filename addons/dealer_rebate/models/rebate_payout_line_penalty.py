# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from odoo.addons.rate_table.calculators import to_decimal


class RebatePayoutLinePenalty(models.Model):
    """A transfer that is late: how many days, and what it costs (R12)."""

    _inherit = "rebate.payout.line"

    penalty_ids = fields.One2many("rebate.penalty", "payout_line_id", string="Penalties")
    days_late = fields.Integer(
        compute="_compute_penalty", help="Days from the due date to the payment date of the run."
    )
    penalty = fields.Monetary(
        compute="_compute_penalty",
        help="Owed for the delay by the agreement, as of the payment date of the run.",
    )

    @api.depends(
        "date_due", "amount", "payout_id.date", "payout_id.state", "penalty_ids.state",
        "penalty_ids.amount",
    )  # fmt: skip
    def _compute_penalty(self):
        for line in self:
            paid = line.payout_id.date
            late = (paid - line.date_due).days if paid and line.date_due else 0
            line.days_late = max(late, 0)
            if line.payout_id.state == "draft":
                # sudo: the terms of the agreement decide, whoever pays.
                agreement = line.sudo().move_id.rebate_settlement_id.agreement_id
                line.penalty = agreement and float(
                    agreement._compute_late_penalty(to_decimal(line.amount), line.date_due, paid)
                )
            else:
                standing = line.penalty_ids.filtered(lambda one: one.state == "posted")
                line.penalty = sum(standing.mapped("amount"))

    def _get_penalty_row(self, row):
        """Row of the list for the bank: as the transfer's, with the penalty's amount."""
        self.ensure_one()
        entry = self.penalty_ids.filtered(lambda one: one.state == "posted").entry_id[:1]
        return [
            *row[:5],
            self.penalty,
            row[6],
            row[7],
            self.env._("Penalty, %(days)s days: %(note)s", days=self.days_late, note=row[9]),
            entry.name or row[9],
            row[10],
        ]
