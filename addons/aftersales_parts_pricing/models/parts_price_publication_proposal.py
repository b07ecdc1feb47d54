# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Prices that one statement proposes while somebody waits; more go to the background, in chunks.
PRICES_AT_ONCE = 100_000
SALES_DAYS = 365


class PartsPricePublicationProposal(models.Model):
    """New prices beside the published ones, with what they would change in a year (P6, P7)."""

    _inherit = "parts.price.publication"

    part_count = fields.Integer(readonly=True, copy=False, help="Parts of the policy.")
    part_done_count = fields.Integer(readonly=True, copy=False)
    propose_after_id = fields.Integer(
        readonly=True, copy=False, help="Last part that a proposal in the background has done."
    )
    list_numbers = fields.Json(
        readonly=True,
        copy=False,
        help="How often prices were published on each list before the proposal: as long as this "
        "stands, the published prices are those that it compares with.",
    )
    progress = fields.Integer(
        compute="_compute_progress", help="How much of the proposal is done, in percent."
    )

    @api.depends("part_count", "part_done_count")
    def _compute_progress(self):
        for publication in self:
            done, count = publication.part_done_count, publication.part_count
            publication.progress = 100 * done // count if count else 0

    def action_propose(self):
        """Compute the new prices of all parts of the policy and show the differences (P6, P7).

        May be repeated until the proposal is approved: ticks and reasons start anew. Proposals
        of very many prices go on in the background and show their progress.

        :raise UserError: when a list is missing or the publication is past proposing
        """
        for publication in self:
            publication._check_state("draft", "proposed")
            publication._start_proposal()
            lists = len(publication.policy_id._get_list_rules())
            if publication.part_count * lists <= publication._get_prices_at_once():
                publication._propose_chunk()
            else:
                publication._step({"state": "proposing"})
                # sudo: who proposes may start the scheduled action that does the work.
                cron = self.env.ref("aftersales_parts_pricing.ir_cron_propose_prices").sudo()
                cron._trigger()
        return True

    @api.model
    def _cron_propose(self):
        """Go on with proposals in the background, chunk by chunk, with a commit after each.

        A crash loses at most the chunk it happened in. Whoever takes a publication back to draft
        stops it.
        """
        cron = self.env["ir.cron"]
        publications = self.search([("state", "=", "proposing")])
        cron._commit_progress(
            remaining=sum(each.part_count - each.part_done_count for each in publications)
        )
        for publication in publications:
            while publication.state == "proposing":
                before = publication.part_done_count
                publication._propose_or_explain()
                if not cron._commit_progress(max(publication.part_done_count - before, 0)):
                    return

    def _propose_or_explain(self):
        """One chunk; what stands in its way is written below the publication."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._propose_chunk(self._get_prices_at_once())
        except UserError as error:
            self.env.invalidate_all()
            self._delete_lines()
            self._step({"state": "draft"})
            self.message_post(body=str(error))

    @api.model
    def _get_prices_at_once(self):
        # sudo: a figure of this add-on, for those who may not read settings.
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("aftersales_parts_pricing.prices_at_once")
        return int(value or PRICES_AT_ONCE)

    def _start_proposal(self):
        self.ensure_one()
        self._delete_lines()
        self._drop_approvals()
        count = self._get_parts().search_count(self.policy_id._get_part_domain())
        self._step(
            {
                "part_count": count,
                "part_done_count": 0,
                "propose_after_id": 0,
                "unchanged_count": 0,
                "list_numbers": self._get_list_numbers(),
            }
        )

    def _propose_chunk(self, size=None):
        """Propose the prices of the next parts, in one statement; the last ones end it.

        :param size: prices that it may write; all that are left by default
        """
        self.ensure_one()
        domain = fields.Domain(self.policy_id._get_part_domain())
        after = fields.Domain("id", ">", self.propose_after_id)
        last_id = False
        if size:
            parts = max(size // len(self.policy_id._get_list_rules()), 1)
            last = self._get_parts().search(domain & after, offset=parts - 1, limit=1, order="id")
            last_id = last.id
        if last_id:
            after &= fields.Domain("id", "<=", last_id)
        self.env.flush_all()
        rows = self.env.execute_query(self._get_proposal_sql(domain & after))
        total, written, has_same_day = rows[0]
        self._step(
            {
                "unchanged_count": self.unchanged_count + total - written,
                "part_done_count": self.part_done_count + parts if last_id else self.part_count,
                "propose_after_id": last_id or self.propose_after_id,
                "state": "proposing" if last_id else "proposed",
                # A price from this very day stands in the way of another one: to be looked at.
                **({"list_numbers": False} if has_same_day else {}),
            }
        )
        self.env["parts.price.publication.line"].invalidate_model()
        self.invalidate_recordset(["line_ids"])

    def _get_list_numbers(self):
        """How often prices were published on each list; each withdrawal counts as well."""
        # sudo: who publishes need not hold rights on pricelists themselves.
        lists = self.policy_id._get_pricelists().sudo()
        return {str(pricelist.id): pricelist.parts_publication_number for pricelist in lists}

    def _delete_lines(self):
        """Drop the proposal: lines are made and dropped by the steps alone, in one statement."""
        self.env.flush_all()
        lines = self.env["parts.price.publication.line"]
        self.env.cr.execute(
            SQL("DELETE FROM parts_price_publication_line WHERE publication_id IN %s", self._ids)
        )
        lines.invalidate_model()
        self.invalidate_recordset(["line_ids"])

    # ------------------------------------------------------------------
    # The statement
    # ------------------------------------------------------------------

    def _get_proposal_sql(self, domain):
        """INSERT … SELECT of the proposal: prices, differences, is any price from the same day?

        The prices themselves are the policy's: ``parts.price.policy._get_offer_sql``.

        :param domain: which parts
        :rtype: odoo.tools.SQL
        """
        policy = self.policy_id
        return SQL(
            """
            WITH offered AS (
                %(offer)s
            ), compared AS (
                SELECT offered.*, published.price AS old_price,
                       published.date_from = %(day)s AS is_same_day
                FROM offered
                %(published)s
            ), sold AS (
                %(sales)s
            ), written AS (
                INSERT INTO parts_price_publication_line (
                    publication_id, product_id, part_class, kind, pricelist_id, uom_id, cost,
                    old_price, new_price, change_percent, units_sold, turnover_effect,
                    needs_approval, approval_level_id, include
                )
                SELECT %(publication)s, compared.product_id, part_class, kind,
                       compared.pricelist_id, uom_id, cost, old_price, new_price,
                       (new_price - old_price) * 100 / old_price,
                       COALESCE(sold.units, 0),
                       round(COALESCE(sold.units, 0) * (new_price - old_price) / %(step)s)
                           * %(step)s,
                       old_price IS NULL OR %(beyond_limit)s, %(level)s, new_price > 0
                FROM compared
                LEFT JOIN sold
                  ON sold.pricelist_id = compared.pricelist_id
                 AND sold.product_id = compared.product_id
                WHERE new_price IS DISTINCT FROM old_price
                RETURNING 1
            )
            SELECT count(*), (SELECT count(*) FROM written), bool_or(is_same_day) FROM compared
            """,
            day=self.date_from,
            offer=policy._get_offer_sql(self._get_parts_sql(domain), self.date_from),
            published=self.env["parts.price"]._join_price_in_force_sql("offered", self.date_from),
            sales=self._get_sales_sql(policy._get_pricelists()),
            step=Decimal(str(policy.currency_id.rounding)),
            level=self._get_level_sql(),
            publication=self.id,
            beyond_limit=self._get_beyond_sql(policy.approval_limit_percent),
        )

    def _get_parts(self):
        """Parts as the company sees them."""
        # sudo: costs are read to compute prices; who may see them is decided on the lines.
        return self.env["product.product"].sudo().with_company(self.company_id)

    def _get_parts_sql(self, domain):
        """Select of the parts to price: product_id, uom_id, part_class, cost of one unit in the
        policy's currency at today's rate."""
        policy = self.policy_id
        products = self._get_parts()
        query = products._search(domain)
        cost = products._field_to_sql(query.table, "standard_price", query)
        company_currency = self.company_id.currency_id
        rate = company_currency._get_conversion_rate(
            company_currency,
            policy.currency_id,
            self.company_id,
            self.env["parts.price"]._get_price_day(company=self.company_id),
        )
        return query.select(
            SQL("%s AS product_id", SQL.identifier(query.table, "id")),
            SQL("%s AS uom_id", products._field_to_sql(query.table, "uom_id", query)),
            SQL("%s AS part_class", products._field_to_sql(query.table, "part_class", query)),
            SQL("COALESCE((%s)::numeric, 0) * %s AS cost", cost, Decimal(str(rate))),
        )

    def _get_sales_sql(self, pricelists):
        """Select of what was sold on each list in a year: product_id, pricelist_id, units.

        Confirmed orders count, in the unit of the part.
        """
        return SQL(
            """
            SELECT line.product_id, orders.pricelist_id,
                   sum(line.product_uom_qty * (unit.factor / part_unit.factor)::numeric) AS units
            FROM sale_order_line line
            JOIN sale_order orders ON orders.id = line.order_id
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN uom_uom unit ON unit.id = line.product_uom_id
            JOIN uom_uom part_unit ON part_unit.id = template.uom_id
            WHERE orders.state = 'sale'
              AND orders.company_id = %(company)s
              AND orders.pricelist_id = ANY(%(lists)s)
              AND orders.date_order >= %(since)s
              AND template.part_class IS NOT NULL
            GROUP BY line.product_id, orders.pricelist_id
            """,
            company=self.company_id.id,
            lists=list(pricelists.ids),
            since=fields.Datetime.now() - timedelta(days=SALES_DAYS),
        )

    def _get_level_sql(self):
        """Id of the approval level that a change needs, if it needs more than the policy's limit
        (P6)."""
        levels = self.policy_id.approval_level_ids.sorted("above_percent", reverse=True)
        cases = [
            SQL("WHEN %s THEN %s", self._get_beyond_sql(level.above_percent), level.id)
            for level in levels
        ]
        cases += [
            SQL("WHEN old_price IS NULL THEN %s", level.id)
            for level in levels.filtered("first_prices")
        ]
        if not cases:
            return SQL("NULL::integer")
        return SQL("CASE %s END", SQL(" ").join(cases))

    @api.model
    def _get_beyond_sql(self, percent):
        """Whether a price moves by more than so many percent; exactly so many is not more."""
        return SQL("abs(new_price - old_price) * 100 > %s * old_price", Decimal(str(percent)))
