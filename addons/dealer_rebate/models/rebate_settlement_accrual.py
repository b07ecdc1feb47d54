# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL


class RebateSettlementAccrual(models.Model):
    """A settlement reverses what was accrued for its lines, in the transaction that posts (R15)."""

    _inherit = "rebate.settlement"

    accrual_ids = fields.One2many("rebate.accrual", "settlement_id", string="Reversed Accruals")
    accrual_count = fields.Integer(
        compute="_compute_accrual_count", help="Accruals that this settlement reversed."
    )

    @api.depends("accrual_ids.kind")
    def _compute_accrual_count(self):
        counts = dict(
            self.env["rebate.accrual"]._read_group(
                [("settlement_id", "in", self.ids), ("kind", "=", "accrual")],
                ["settlement_id"],
                ["__count"],
            )
        )
        for settlement in self:
            settlement.accrual_count = counts.get(settlement._origin, 0)

    def action_view_accruals(self):
        """Open the accruals that this settlement reversed, and the reversals."""
        return self._action_of("dealer_rebate.rebate_accrual_action", "settlement_id")

    def _create_credit_notes(self, lines):
        refused = super()._create_credit_notes(lines)
        self._reverse_accruals(lines - refused)
        return refused

    def _reverse_accruals(self, lines):
        """Reverse the open accruals of settled lines, at the rate they were booked with.

        :param lines: settlement lines that are paid in this transaction
        :return: the reversing ``rebate.accrual`` rows
        """
        # sudo: the right to post was checked; the ledger has no write access for anyone.
        settlement = self.sudo()
        agreement = settlement.agreement_id
        accruals = settlement.env["rebate.accrual"]
        if not lines or (agreement.accrual_method == "none" and not agreement.accrued_until):
            return accruals
        agreement._claim_accruals()
        found = settlement._find_accruals(lines)
        if not found:
            return accruals
        # sudo: who posts or settles was checked; only dates of the notes are read.
        notes = lines.sudo().credit_note_id.filtered(lambda note: note.state == "posted")
        date = max(notes.mapped("date"), default=settlement.posting_date)
        rows = accruals.create(settlement._prepare_reversals(found, date))
        for owner, own in rows.grouped("agreement_id").items():
            own._book(owner, date, self.env._("%s, accruals reversed", self.name))
        found.write({"state": "reversed", "settlement_id": self.id})
        return rows

    def _find_accruals(self, lines):
        """Open accruals of the same component, dealer, store and period as the lines."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT accrual.id
                  FROM rebate_accrual accrual
                  JOIN rebate_settlement_line line
                    ON line.id IN %s
                   AND line.component_key = accrual.component_key
                   AND line.partner_id = accrual.partner_id
                   AND COALESCE(line.outlet_id, 0) = COALESCE(accrual.outlet_id, 0)
                   AND line.period_from = accrual.period_from
                 WHERE accrual.state = 'open'
                """,
                tuple(lines.ids),
            )
        )
        return self.env["rebate.accrual"].browse({row_id for (row_id,) in rows})

    def _prepare_reversals(self, accruals, date):
        """Values that bring each of the accrued keys to zero."""
        keys = (
            "agreement_id", "component_id", "component_key", "partner_id", "outlet_id",
            "period_from", "account_id", "counterpart_account_id",
        )  # fmt: skip
        groups = accruals.grouped(lambda row: tuple(row[key] for key in keys))
        return [
            {
                **{
                    key: value.id if isinstance(value, models.BaseModel) else value
                    for key, value in zip(keys, group, strict=True)
                },
                "date": date,
                "kind": "reversal",
                "state": "reversed",
                "settlement_id": self.id,
                "before": sum(rows.mapped("amount")),
                "amount": -sum(rows.mapped("amount")),
                "balance": -sum(rows.mapped("balance")),
            }
            for group, rows in groups.items()
        ]
