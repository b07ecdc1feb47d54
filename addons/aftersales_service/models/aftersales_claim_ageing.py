# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesClaimAgeing(models.Model):
    """What makers and suppliers owe us for claims, by how long they have been asked (S17)."""

    _name = "aftersales.claim.ageing"
    _description = "Claims Owed to Us"
    _auto = False
    _order = "submitted_at, id"
    _rec_name = "claim_id"
    _depends = {
        "aftersales.claim": [
            "kind",
            "state",
            "partner_id",
            "company_id",
            "currency_id",
            "open_amount",
            "claimed_amount",
            "submitted_at",
        ]
    }

    claim_id = fields.Many2one("aftersales.claim", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Payer", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        [("submitted", "Waits for the Answer"), ("answered", "Waits for the Credit")],
        readonly=True,
    )
    submitted_at = fields.Datetime(string="Submitted", readonly=True)
    days = fields.Integer(readonly=True, aggregator="max", help="Days since it was submitted.")
    bucket = fields.Selection(
        [("1", "Up to 30 Days"), ("2", "31 to 60"), ("3", "61 to 90"), ("4", "Over 90 Days")],
        string="Age",
        readonly=True,
    )
    claimed_amount = fields.Monetary(string="Claimed", readonly=True)
    open_amount = fields.Monetary(string="Open", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT claim.id, claim.id AS claim_id, claim.company_id, claim.partner_id,
                   claim.currency_id, claim.state, claim.submitted_at, claim.claimed_amount,
                   claim.open_amount, age.days,
                   CASE WHEN age.days <= 30 THEN '1' WHEN age.days <= 60 THEN '2'
                        WHEN age.days <= 90 THEN '3' ELSE '4' END AS bucket
              FROM aftersales_claim claim
              JOIN LATERAL (
                    SELECT EXTRACT(day FROM now() AT TIME ZONE 'UTC' - claim.submitted_at)::int
                        AS days
                   ) age ON TRUE
             WHERE claim.kind = 'recovery'
               AND claim.state IN ('submitted', 'answered')
               AND claim.open_amount != 0
            """
        )

    def action_open_claim(self):
        """Open the claim behind the row."""
        self.ensure_one()
        return self.claim_id._get_records_action()
