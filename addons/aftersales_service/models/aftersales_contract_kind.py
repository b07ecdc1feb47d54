# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesContractKind(models.Model):
    """Kind of service contract: maintenance package, extended warranty, care gift pack (S2 B, R10).

    Its weight is what one contract on one unit counts in the penetration of R10. A contract keeps
    the weight that it was activated with.
    """

    _name = "aftersales.contract.kind"
    _description = "Kind of Service Contract"
    _order = "sequence, id"

    sequence = fields.Integer(default=10, help="Of two contracts on a unit the first one is drawn.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    weight = fields.Float(
        digits=(16, 4),
        default=1.0,
        required=True,
        aggregator=None,
        help="What a contract of this kind counts, for each unit, in the penetration of contracts "
        "(R10). 0: it does not count.",
    )
    counts_for_coverage = fields.Boolean(
        default=True,
        help="A unit under a contract of this kind counts as covered (R10).",
    )
    min_age_months = fields.Integer(
        string="Units from (months)",
        help="Units have to be at least so old on the first day: packages for older units. "
        "0: units of any age.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Invoiced as",
        domain="[('type', '=', 'service')]",
        ondelete="restrict",
        check_company=True,
        help="Service product on the invoices: decides their income account and taxes.",
    )
    contract_ids = fields.One2many("aftersales.contract", "kind_id")
    contract_count = fields.Integer(compute="_compute_contract_count", string="Contracts")

    _name_once = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "There is a kind of contract of this name already."
    )
    _weight_positive = models.Constraint("CHECK (weight >= 0)", "A weight cannot be negative.")
    _age_positive = models.Constraint("CHECK (min_age_months >= 0)", "An age cannot be negative.")

    def _compute_contract_count(self):
        counts = dict(
            self.env["aftersales.contract"]._read_group(
                [("kind_id", "in", self.ids)], ["kind_id"], ["__count"]
            )
        )
        for kind in self:
            kind.contract_count = counts.get(kind, 0)
