# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesWarrantyTermMixin(models.AbstractModel):
    """What a clause of a warranty says: on a policy, and on the unit that it was copied to (S16).

    A clause covers one component of a job, for some months and some reading of the meter,
    whichever is over first, and says who pays what share of it.
    """

    _name = "aftersales.warranty.term.mixin"
    _description = "Clause of a Warranty"

    name = fields.Char(
        string="Clause", required=True, help="What the customer reads, e.g. “Parts, first year”."
    )
    sequence = fields.Integer(default=10, help="The first clause that holds decides.")
    component = fields.Selection(
        [("part", "Parts"), ("labour", "Labour"), ("travel", "Travel"), ("fee", "Fees")],
        required=True,
        default="part",
        help="Kind of lines that the clause covers.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Part Category",
        ondelete="restrict",
        help="Only parts of this category, and those below it. The nearest category decides "
        "alone: a clause for batteries goes before the one for all parts, also when it is over.",
    )
    share = fields.Float(
        string="Share (%)",
        default=100.0,
        required=True,
        digits=(7, 4),
        aggregator=None,
        help="Percent of a line that is covered; the customer pays the rest.",
    )
    months = fields.Integer(
        required=True, default=12, help="Months of cover from the day the warranty starts."
    )
    meter = fields.Float(
        string="Meter Limit",
        aggregator=None,
        help="Hours or kilometres from the start; 0 means that the meter does not matter. "
        "Months or meter, whichever is over first.",
    )
    payer = fields.Selection(
        [("maker", "Maker"), ("supplier", "Supplier")],
        required=True,
        default="maker",
        help="Who pays what is covered.",
    )
    payer_partner_id = fields.Many2one(
        "res.partner",
        string="Claimed From",
        ondelete="restrict",
        help="Maker or supplier that owes what is covered. Empty: we made it ourselves, and "
        "nothing is claimed.",
    )
    excluded_categ_ids = fields.Many2many(
        "product.category",
        string="Not Covered",
        help="Parts of these categories, and those below them, are not covered.",
    )
    excludes_wearing = fields.Boolean(
        string="Wearing Parts Excluded",
        default=True,
        help="Parts that wear out by use are the customer's.",
    )
    excludes_misuse = fields.Boolean(
        string="Misuse Excluded",
        default=True,
        help="Faults whose code says misuse are the customer's.",
    )

    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 100)", "A clause covers more than 0 and at most 100 percent."
    )
    _months_positive = models.Constraint(
        "CHECK(months > 0)",
        "A clause needs its months: a forgotten number must not give free work for ever.",
    )
    _meter_positive = models.Constraint("CHECK(meter >= 0)", "A meter limit is not below zero.")
    _supplier_named = models.Constraint(
        "CHECK(payer != 'supplier' OR payer_partner_id IS NOT NULL)",
        "Name the supplier who pays: a claim needs somebody to send it to.",
    )

    @api.model
    def _get_term_fields(self):
        """Names of the fields that are copied from a policy to a unit. Hook: add your own."""
        return [
            "name",
            "sequence",
            "component",
            "categ_id",
            "share",
            "months",
            "meter",
            "payer",
            "payer_partner_id",
            "excluded_categ_ids",
            "excludes_wearing",
            "excludes_misuse",
        ]

    def _prepare_entitlement_term_vals(self):
        """Values of this clause's copy on a unit."""
        self.ensure_one()
        vals = {}
        for name in self._get_term_fields():
            field = self._fields[name]
            value = self[name]
            if field.type == "many2one":
                value = value.id
            elif field.type == "many2many":
                value = [fields.Command.set(value.ids)]
            vals[name] = value
        return vals
