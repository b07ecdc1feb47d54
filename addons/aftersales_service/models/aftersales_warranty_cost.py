# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models
from odoo.tools import SQL

from .aftersales_service_report import MONEY_READERS


class AftersalesWarrantyCost(models.Model):
    """What warranty, goodwill and the others who pay cost, by model and cause (S16, S17).

    One row a share of a line of a job that is done, in the company's currency: its value before
    tax, what it cost us, and what came back of it by a claim.
    """

    _name = "aftersales.warranty.cost"
    _description = "Warranty Cost"
    _auto = False
    _order = "done_on desc, id desc"
    _rec_name = "voucher_id"
    _depends = {
        "aftersales.cover": [
            "voucher_line_id",
            "voucher_id",
            "company_id",
            "currency_id",
            "payer",
            "payer_partner_id",
            "share",
            "amount",
        ],
        "aftersales.claim": ["currency_id", "answered_amount", "credited_amount"],
        "aftersales.claim.line": ["claim_id", "cover_id", "is_live", "answered_amount"],
        "aftersales.voucher": [
            "state",
            "kind",
            "done_at",
            "product_id",
            "lot_id",
            "fault_id",
            "outlet_id",
            "technician_id",
            "warranty_outcome",
        ],
        "aftersales.voucher.line": ["line_type", "product_id", "quantity", "uom_id"],
        "stock.move": ["aftersales_voucher_line_id", "state", "value", "is_in"],
        "res.company": ["aftersales_hourly_cost", "currency_id", "partner_id"],
        "res.currency.rate": ["currency_id", "company_id", "name", "rate"],
        "res.partner": ["tz"],
    }

    voucher_id = fields.Many2one("aftersales.voucher", string="Job", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    done_on = fields.Date(string="Done", readonly=True)
    kind = fields.Selection(
        selection=lambda self: self._selection_of("kind"), string="Kind of Job", readonly=True
    )
    warranty_outcome = fields.Selection(
        selection=lambda self: self._selection_of("warranty_outcome"),
        string="Outcome",
        readonly=True,
    )
    product_id = fields.Many2one("product.product", string="Model", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Unit", readonly=True)
    fault_id = fields.Many2one("aftersales.fault", string="Fault Code", readonly=True)
    part_id = fields.Many2one("product.product", string="Part or Work", readonly=True)
    line_type = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.voucher.line"]
            ._fields["line_type"]
            ._description_selection(self.env)
        ),
        string="Type",
        readonly=True,
    )
    payer = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.cover"]._fields["payer"]._description_selection(self.env)
        ),
        readonly=True,
    )
    payer_partner_id = fields.Many2one("res.partner", string="Paid By", readonly=True)
    outlet_id = fields.Many2one("aftersales.outlet", readonly=True)
    amount = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="Value before tax, at the prices of the job."
    )
    amount_goodwill = fields.Monetary(
        string="Goodwill", readonly=True, groups=MONEY_READERS, help="Of this, given as goodwill."
    )
    cost = fields.Monetary(
        readonly=True,
        groups=MONEY_READERS,
        help="Value of the parts that left the stock, and hours at their cost.",
    )
    recovered = fields.Monetary(
        readonly=True, groups=MONEY_READERS, help="What the maker or supplier credited for it."
    )
    net_cost = fields.Monetary(
        string="Left with Us",
        readonly=True,
        groups=MONEY_READERS,
        help="Cost less what was recovered by claims.",
    )

    def _selection_of(self, name):
        return self.env["aftersales.voucher"]._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        report = self.env["aftersales.service.report"]
        return SQL(
            """
            SELECT cover.id AS id,
                   cover.voucher_id,
                   cover.company_id,
                   company.currency_id,
                   (voucher.done_at AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date AS done_on,
                   voucher.kind,
                   voucher.warranty_outcome,
                   voucher.product_id,
                   voucher.lot_id,
                   voucher.fault_id,
                   line.product_id AS part_id,
                   line.line_type,
                   cover.payer,
                   cover.payer_partner_id,
                   voucher.outlet_id,
                   cover.amount * rate.factor AS amount,
                   CASE WHEN cover.payer = 'goodwill' THEN cover.amount * rate.factor ELSE 0 END
                       AS amount_goodwill,
                   spent.cost,
                   claimed.recovered,
                   spent.cost - claimed.recovered AS net_cost
              FROM aftersales_cover AS cover
              JOIN aftersales_voucher AS voucher ON voucher.id = cover.voucher_id
              JOIN aftersales_voucher_line AS line ON line.id = cover.voucher_line_id
              JOIN res_company AS company ON company.id = cover.company_id
              JOIN res_partner AS address ON address.id = company.partner_id
              LEFT JOIN resource_calendar AS calendar
                     ON calendar.id = company.resource_calendar_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(address.tz, calendar.tz, 'UTC') AS tz) AS zone
             CROSS JOIN LATERAL (%(rate)s) AS rate
             CROSS JOIN LATERAL (%(hourly_cost)s) AS hourly
             CROSS JOIN LATERAL (%(spent)s) AS spent
             CROSS JOIN LATERAL (%(claimed)s) AS claimed
             WHERE voucher.state IN ('done', 'closed')
            """,
            rate=self._get_rate(),
            hourly_cost=report._get_hourly_cost(),
            spent=self._get_spent(),
            claimed=self._get_claimed(),
        )

    def _get_rate(self):
        """Factor into the company's currency, on the day on which the job was done."""
        return SQL(
            """
            SELECT CASE WHEN cover.currency_id = company.currency_id THEN 1.0
                        ELSE COALESCE((%(own)s), 1.0) / COALESCE((%(foreign)s), 1.0)
                   END AS factor""",
            own=self._get_rate_of(SQL("company.currency_id")),
            foreign=self._get_rate_of(SQL("cover.currency_id")),
        )

    def _get_rate_of(self, currency):
        """Rate of a currency on the day on which the job was done, as Odoo looks it up."""
        return SQL(
            """SELECT rate.rate
                 FROM res_currency_rate AS rate
                WHERE rate.currency_id = %s
                  AND (rate.company_id IS NULL
                       OR rate.company_id = SPLIT_PART(company.parent_path, '/', 1)::integer)
                  AND rate.name <= voucher.done_at::date
                ORDER BY rate.company_id, rate.name DESC
                LIMIT 1""",
            currency,
        )

    def _get_spent(self):
        """What this share cost: of the parts that left the stock, or of the hours."""
        hour = self.env.ref("uom.product_uom_hour", raise_if_not_found=False)
        return SQL(
            """
            SELECT COALESCE(cover.share / 100.0 * CASE line.line_type
                       WHEN 'part' THEN (
                            SELECT SUM(CASE WHEN move.is_in THEN -move.value ELSE move.value END)
                              FROM stock_move AS move
                             WHERE move.aftersales_voucher_line_id = line.id
                               AND move.state = 'done')
                       WHEN 'labour' THEN hourly.cost * line.quantity * CASE
                            WHEN uom.parent_path LIKE %(root)s THEN uom.factor / %(factor)s
                            ELSE 1 END
                       END, 0) AS cost
              FROM (SELECT 1) AS one
              LEFT JOIN uom_uom AS uom ON uom.id = line.uom_id""",
            root=f"{hour.parent_path.split('/')[0]}/%" if hour else "",
            factor=hour.factor if hour else 1.0,
        )

    def _get_claimed(self):
        """What came back for this share: of what a claim brought, the part that it was approved."""
        return SQL(
            """
            SELECT COALESCE(SUM(
                       claimed.answered_amount * claim.credited_amount
                       / NULLIF(claim.answered_amount, 0)
                       * CASE WHEN claim.currency_id = company.currency_id THEN 1.0
                              ELSE COALESCE((%(own)s), 1.0) / COALESCE((%(foreign)s), 1.0)
                         END), 0) AS recovered
              FROM aftersales_claim_line AS claimed
              JOIN aftersales_claim AS claim ON claim.id = claimed.claim_id
             WHERE claimed.cover_id = cover.id AND claimed.is_live""",
            own=self._get_rate_of(SQL("company.currency_id")),
            foreign=self._get_rate_of(SQL("claim.currency_id")),
        )
