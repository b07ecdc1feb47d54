# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Component of a line of a job. Fees go with labour.
COMPONENTS = {"part": "part", "labour": "labour", "travel": "travel", "fee": "labour"}


class AftersalesContractServiceMixin(models.AbstractModel):
    """One thing that a contract includes: visits of a kind, or parts and work (S2 B).

    A row of visits covers all lines of a job by its shares. A row of parts and work covers lines of
    its product, operation or category, up to its quantity; it comes before the visits.
    """

    _name = "aftersales.contract.service.mixin"
    _description = "What a Contract Includes"

    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What the customer reads on the contract, and on the voucher as the clause.",
    )
    service_type = fields.Selection(
        [("visit", "Visits"), ("item", "Parts and Work")],
        string="Includes",
        required=True,
        default="visit",
        help="Visits: all that is done on a visit. Parts and Work: named products, operations or "
        "categories.",
    )
    job_kind = fields.Selection(
        "_selection_job_kind", string="Kind of Job", help="Only on jobs of this kind. Empty: any."
    )
    product_id = fields.Many2one("product.product", ondelete="restrict", index="btree_not_null")
    operation_id = fields.Many2one(
        "aftersales.operation", ondelete="restrict", index="btree_not_null"
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Category",
        ondelete="restrict",
        index="btree_not_null",
        help="Products of this category and of those below it.",
    )
    is_limited = fields.Boolean(string="Limited", default=True, help="Only up to the quantity.")
    quantity = fields.Float(
        string="Included",
        digits="Product Unit",
        default=1.0,
        help="Number of visits, or quantity in the unit of measure of the product.",
    )
    per_unit = fields.Boolean(
        string="For Each Unit",
        default=True,
        help="Each unit has the quantity for itself. Otherwise all units share it.",
    )
    share_part = fields.Float(
        string="Parts %", default=100.0, digits=(5, 2), help="Percent of parts that is covered."
    )
    share_labour = fields.Float(
        string="Labour %",
        default=100.0,
        digits=(5, 2),
        help="Percent of labour, and of fees, that is covered.",
    )
    share_travel = fields.Float(
        string="Travel %", default=100.0, digits=(5, 2), help="Percent of travel that is covered."
    )

    # === COMPUTE METHODS === #

    @api.model
    def _selection_job_kind(self):
        return self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)

    @api.depends("service_type", "job_kind", "product_id", "operation_id", "categ_id")
    def _compute_name(self):
        kinds = dict(self._selection_job_kind())
        for service in self:
            if service.service_type == "item":
                what = service.product_id or service.operation_id or service.categ_id
                service.name = what.display_name or service.name or self.env._("Parts and work")
            elif service.job_kind:
                service.name = self.env._("Visits: %s", kinds[service.job_kind])
            else:
                service.name = self.env._("Visits")

    # === CONSTRAINTS === #

    @api.constrains("service_type", "product_id", "operation_id", "categ_id")
    def _check_what(self):
        for service in self:
            named = sum(map(bool, (service.product_id, service.operation_id, service.categ_id)))
            if service.service_type == "item" and named != 1:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” includes parts and work: choose one product, one operation or "
                        "one category.",
                        name=service.name,
                    )
                )
            if service.service_type == "visit" and named:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” includes visits: enter products on a row of their own.",
                        name=service.name,
                    )
                )

    @api.constrains("is_limited", "quantity", "share_part", "share_labour", "share_travel")
    def _check_figures(self):
        for service in self:
            if service.is_limited and service.quantity <= 0:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” includes nothing: enter a quantity above zero, or take the "
                        "limit away.",
                        name=service.name,
                    )
                )
            for component in ("part", "labour", "travel"):
                if not 0 <= service[f"share_{component}"] <= 100:
                    raise ValidationError(
                        self.env._(
                            "“%(name)s”: a share is between 0 and 100 percent.", name=service.name
                        )
                    )

    # === BUSINESS METHODS === #

    def _get_share(self, line):
        """Percent of a line of a job that this row covers."""
        self.ensure_one()
        return self[f"share_{COMPONENTS[line.line_type]}"]

    def _describe_quantity(self):
        """How much is included, for people."""
        self.ensure_one()
        if not self.is_limited:
            return self.env._("not limited")
        text = f"{self.quantity:g}"
        if self.service_type == "item" and self.product_id:
            text = f"{text} {self.product_id.uom_id.name}"
        return self.env._("%s, for each unit", text) if self.per_unit else text

    def _describe_share(self, component):
        """Percent of parts, labour or travel that is covered, for people."""
        self.ensure_one()
        return f"{self[f'share_{component}']:g} %"

    @api.model
    def _get_service_fields(self):
        """Names of the fields that a contract takes over from a template or from its forerunner."""
        return [
            *("sequence", "name", "service_type", "job_kind", "product_id", "operation_id"),
            *("categ_id", "is_limited", "quantity", "per_unit"),
            *("share_part", "share_labour", "share_travel"),
        ]

    def _prepare_service_vals(self):
        """Values of a copy of this row on another contract."""
        self.ensure_one()
        return {
            name: self[name].id if self._fields[name].relational else self[name]
            for name in self._get_service_fields()
        }
