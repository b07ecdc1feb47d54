# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class RebateDue(models.Model):
    """What is due when: settlements, pay-outs, accruals, renewal talks and ends (R12, R15).

    One row is one thing to do for an agreement, or a settlement that is open or whose transfers
    are. Amounts are in the agreement's currency.
    """

    _name = "rebate.due"
    _description = "What Is Due When"
    _auto = False
    _order = "date, kind, agreement_id"
    _rec_name = "agreement_id"
    _depends = {
        "rebate.agreement": [
            "state", "grace_days", "next_settle_from", "next_due", "next_cutoff", "date_start",
            "date_end", "talks_date", "talks_reminded_on", "accrual_method", "accrued_until",
            "payout", "company_id", "currency_id", "responsible_id", "previous_id",
        ],
        "rebate.settlement": ["agreement_id", "period_end", "state"],
        "rebate.notice": ["agreement_id", "state", "scope"],
        "account.move": [
            "rebate_settlement_id", "state", "move_type", "payment_state", "invoice_date_due",
            "amount_residual",
        ],
        "mail.activity": ["res_model", "res_id", "activity_type_id", "active"],
    }  # fmt: skip

    kind = fields.Selection(
        [
            ("settlement", "Settlement"),
            ("payout", "Pay-out"),
            ("accrual", "Accrual"),
            ("talks", "Renewal talks"),
            ("end", "End"),
        ],
        string="What",
        readonly=True,
        help="Settlement: first day on which the next period may be settled. Pay-out: day on which "
        "it has to be paid. Accrual: day after the next month to be accrued.",
    )
    date = fields.Date(string="Due", readonly=True)
    agreement_id = fields.Many2one("rebate.agreement", readonly=True)
    settlement_id = fields.Many2one(
        "rebate.settlement",
        readonly=True,
        help="The settlement that is open, or whose transfers are. Empty: none yet.",
    )
    period_end = fields.Date(string="Period's End", readonly=True)
    payout = fields.Selection(
        lambda self: (
            self.env["rebate.agreement"]._fields["payout"]._description_selection(self.env)
        ),
        string="Paid by",
        readonly=True,
    )
    amount = fields.Monetary(string="Open", readonly=True, help="Open transfers, with tax.")
    by_notice = fields.Boolean(readonly=True, help="It ends because notice was given.")
    responsible_id = fields.Many2one("res.users", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    @property
    def _table_query(self):
        # A row's number says what it is, so that it stays the same while others come and go.
        return SQL(
            """
            WITH running AS (
                SELECT agreement.*,
                       EXISTS (SELECT 1 FROM rebate_notice notice
                                WHERE notice.agreement_id = agreement.id
                                  AND notice.state = 'confirmed'
                                  AND notice.scope = 'agreement') AS noticed,
                       EXISTS (SELECT 1 FROM rebate_agreement following
                                WHERE following.previous_id = agreement.id
                                  AND following.state = 'active') AS followed
                  FROM rebate_agreement agreement WHERE agreement.state = 'active'
            ), due AS (
                SELECT running.id * 8 AS id, 'settlement' AS kind, next_settle_from AS date,
                       running.id AS agreement_id, NULL::integer AS settlement_id,
                       next_cutoff AS period_end, NULL::numeric AS amount
                  FROM running WHERE next_settle_from IS NOT NULL
             UNION ALL
                SELECT settlement.id * 8 + 6, 'settlement',
                       settlement.period_end + COALESCE(running.grace_days, 0) + 1, running.id,
                       settlement.id, settlement.period_end, NULL
                  FROM rebate_settlement settlement
                  JOIN running ON running.id = settlement.agreement_id
                 WHERE settlement.state NOT IN ('posted', 'cancel')
             UNION ALL
                SELECT id * 8 + 1, 'payout', next_due, id, NULL, next_cutoff, NULL
                  FROM running WHERE next_due IS NOT NULL
             UNION ALL
                SELECT settlement.id * 8 + 2, 'payout', MIN(note.invoice_date_due),
                       settlement.agreement_id, settlement.id, settlement.period_end,
                       SUM(note.amount_residual)
                  FROM account_move note
                  JOIN rebate_settlement settlement ON settlement.id = note.rebate_settlement_id
                  JOIN rebate_agreement agreement ON agreement.id = settlement.agreement_id
                 WHERE agreement.payout = 'transfer' AND note.state = 'posted'
                   AND note.move_type = 'out_refund'
                   AND note.payment_state IN ('not_paid', 'partial')
              GROUP BY settlement.id
             UNION ALL
                SELECT running.id * 8 + 3, 'accrual', next_month, running.id, NULL,
                       next_month - 1, NULL
                  FROM running, LATERAL (
                       SELECT COALESCE(accrued_until + 1, date_start) AS day) AS first,
                       LATERAL (
                       SELECT (date_trunc('month', day) + INTERVAL '1 month')::date AS next_month
                       ) AS month
                 WHERE accrual_method <> 'none' AND (date_end IS NULL OR day <= date_end)
             UNION ALL
                SELECT id * 8 + 4, 'talks', talks_date, id, NULL, NULL, NULL
                  FROM running
                 WHERE talks_date IS NOT NULL AND date_end >= %(today)s
                   AND NOT noticed AND NOT followed
                   AND (talks_reminded_on IS NULL OR EXISTS (
                        SELECT 1 FROM mail_activity activity
                          JOIN mail_activity_type kind ON kind.id = activity.activity_type_id
                         WHERE activity.res_model = 'rebate.agreement' AND activity.active
                           AND activity.res_id = running.id AND kind.id = %(talks)s))
             UNION ALL
                SELECT id * 8 + 5, 'end', date_end, id, NULL, NULL, NULL
                  FROM running WHERE date_end IS NOT NULL AND NOT followed
            )
            SELECT due.*, agreement.payout, agreement.company_id, agreement.currency_id,
                   agreement.responsible_id,
                   due.kind = 'end' AND COALESCE(running.noticed, FALSE) AS by_notice
              FROM due
              JOIN rebate_agreement agreement ON agreement.id = due.agreement_id
         LEFT JOIN running ON running.id = agreement.id
            """,
            today=fields.Date.context_today(self),
            talks=self.env["ir.model.data"]._xmlid_to_res_id(
                "dealer_rebate.mail_activity_type_talks"
            ),
        )

    def action_open(self):
        """Open what it is about: the settlement, or the agreement."""
        self.ensure_one()
        return self._open(self.settlement_id or self.agreement_id)

    def action_settle(self):
        """Open the settlement that is open, or make one of the next period."""
        self.ensure_one()
        settlement = self.agreement_id.settlement_ids.filtered(
            lambda one: one.state not in ("posted", "cancel")
        )[:1]
        if settlement:
            return self._open(settlement)
        return self.agreement_id.action_create_settlement()

    def _open(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "view_mode": "form",
            "res_id": record.id,
        }
