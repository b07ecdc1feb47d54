# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# Longest chain that is followed. Chains end by themselves: cycles are refused. This holds if two
# people close a cycle at the same moment.
LONGEST_CHAIN = 50


class PartsSupersession(models.Model):
    """An old part number and the part that takes its place, from a day on.

    Chains (A becomes B, B becomes C) lead from any old number to the newest part. Search, order
    lines and the history of demand follow them.
    """

    _name = "parts.supersession"
    _description = "Superseded Part Number"
    _order = "date_from desc, id desc"
    _rec_name = "old_number"
    _check_company_auto = True

    old_number = fields.Char(
        compute="_compute_old_number",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        help="The number that people still ask for. Type it where the old part was never a "
        "product here.",
    )
    old_product_id = fields.Many2one(
        "product.product",
        string="Old Part",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Empty where the old number was never a product here.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="New Part",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        help="First day on which the new part takes the place of the old one.",
    )
    use_up_stock = fields.Boolean(
        default=True,
        help="Interchangeable: pieces of the old part are sold until none is left. Otherwise the "
        "old part is not to be sold any more.",
    )
    reason = fields.Char(required=True, help="Why, and who decided it: a bulletin, a change note.")
    current_product_id = fields.Many2one(
        "product.product",
        string="Newest Part",
        compute="_compute_current_product_id",
        help="Where the chain ends today.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The parts' company; empty when both are shared.",
    )

    _old_product_uniq = models.UniqueIndex(
        "(old_product_id) WHERE old_product_id IS NOT NULL",
        "A part is superseded by one other part: change the supersession that it has.",
    )
    _old_number_uniq = models.UniqueIndex(
        "(upper(old_number), COALESCE(company_id, 0)) WHERE old_product_id IS NULL",
        "This old number is superseded already: change the supersession that it has.",
    )

    @api.depends("old_product_id.default_code")
    def _compute_old_number(self):
        for supersession in self:
            product = supersession.old_product_id
            supersession.old_number = (
                product.default_code or product.name or supersession.old_number
            )

    @api.depends("old_product_id.company_id", "product_id.company_id")
    def _compute_company_id(self):
        for supersession in self:
            supersession.company_id = (
                supersession.product_id.company_id or supersession.old_product_id.company_id
            )

    @api.depends("product_id")
    def _compute_current_product_id(self):
        current = self.product_id._get_current_parts()
        for supersession in self:
            product = supersession.product_id
            supersession.current_product_id = current.get(product, product)

    @api.constrains("old_product_id", "product_id")
    def _check_chain(self):
        """No part takes its own place, directly or by way of others.

        :raise ValidationError: naming the parts of the circle
        """
        steps = self._get_steps(self.product_id.ids)
        products = self.env["product.product"]
        for supersession in self.filtered("old_product_id"):
            chain = [supersession.old_product_id.id]
            follower = supersession.product_id.id
            while follower and follower not in chain:
                chain.append(follower)
                follower = steps.get(follower)
            if follower:
                circle = [*chain[chain.index(follower) :], follower]
                raise ValidationError(
                    self.env._(
                        "These parts would supersede one another in a circle: %(parts)s. Change "
                        "one of the steps.",
                        parts=" → ".join(
                            products.browse(product_id).display_name for product_id in circle
                        ),
                    )
                )

    @api.constrains("old_product_id", "product_id")
    def _check_units(self):
        """Pieces of the old part are counted as pieces of the new one.

        :raise ValidationError: when their units cannot be converted
        """
        for supersession in self.filtered("old_product_id"):
            old, new = supersession.old_product_id, supersession.product_id
            if not old.uom_id._has_common_reference(new.uom_id):
                raise ValidationError(
                    self.env._(
                        "%(old)s is counted in %(old_unit)s and %(new)s in %(new_unit)s: give the "
                        "new part a unit that the old one converts to.",
                        old=old.display_name,
                        old_unit=old.uom_id.name,
                        new=new.display_name,
                        new_unit=new.uom_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # Chains
    # ------------------------------------------------------------------

    @api.model
    def _get_current_sql(self, day=None, products=None):
        """Sub-select that maps superseded parts to the newest one of their chain.

        Join it to count the demand of old numbers for the part that took their place::

            LEFT JOIN <this> AS chain ON chain.old_id = move.product_id
            … GROUP BY COALESCE(chain.new_id, move.product_id)

        :param day: supersessions from this day or earlier count; today by default
        :param products: only chains that begin with one of these; all by default
        :return: SQL with the columns ``old_id`` and ``new_id``, one row a superseded part;
            supersessions of this transaction are flushed
        """
        self.flush_model(["old_product_id", "product_id", "date_from"])
        day = day or fields.Date.context_today(self)
        started = (
            SQL("AND old_product_id = ANY(%s)", list(products.ids))
            if products is not None
            else SQL("")
        )
        return SQL(
            """(
            WITH RECURSIVE chain AS (
                SELECT old_product_id AS old_id, product_id AS new_id, 1 AS step
                  FROM parts_supersession
                 WHERE old_product_id IS NOT NULL AND date_from <= %(day)s %(started)s
                UNION ALL
                SELECT chain.old_id, follower.product_id, chain.step + 1
                  FROM chain
                  JOIN parts_supersession follower ON follower.old_product_id = chain.new_id
                 WHERE follower.date_from <= %(day)s AND chain.step < %(longest)s
            )
            SELECT DISTINCT ON (old_id) old_id, new_id FROM chain ORDER BY old_id, step DESC
            )""",
            day=day,
            started=started,
            longest=LONGEST_CHAIN,
        )

    @api.model
    def _get_steps(self, product_ids):
        """All steps that follow these parts, whatever their day: {old part id: new part id}."""
        self.flush_model(["old_product_id", "product_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH RECURSIVE chain AS (
                        SELECT old_product_id, product_id FROM parts_supersession
                         WHERE old_product_id = ANY(%(products)s)
                        UNION
                        SELECT follower.old_product_id, follower.product_id
                          FROM chain
                          JOIN parts_supersession follower
                            ON follower.old_product_id = chain.product_id
                    )
                    SELECT old_product_id, product_id FROM chain
                    """,
                    products=list(product_ids),
                )
            )
        )

    @api.model
    def _search_numbers(self, operator, value, day=None):
        """Newest parts of the old numbers that match, for searches of parts.

        :param operator: a positive operator of a domain
        :rtype: product.product
        """
        domain = [
            ("old_number", operator, value),
            ("date_from", "<=", day or fields.Date.context_today(self)),
        ]
        # sudo: which part took the place of another is told to whoever may look parts up; the
        # caller's own rights on products decide what is shown.
        found = self.sudo().search(domain)
        newest = found.product_id._get_current_parts(day)
        current = self.env["product.product"]
        for product in found.product_id:
            current |= newest.get(product, product)
        return current.sudo(self.env.su)
