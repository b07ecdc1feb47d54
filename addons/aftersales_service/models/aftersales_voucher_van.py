# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from .aftersales_voucher import OPEN_STATES

# Work has begun: what stands on the job may be fitted already, although the stock says no.
BEGUN_STATES = ("in_progress", "waiting_part", "in_workshop")


class AftersalesVoucher(models.Model):
    """What the lines of open jobs take out of a van, against what lies in it (S3)."""

    _inherit = "aftersales.voucher"

    van_shortage = fields.Char(
        compute="_compute_van_shortage",
        help="Parts on the job that the van does not hold, counting those of other open jobs. A "
        "warning: the job can be finished all the same.",
    )

    @api.depends(
        "state", "line_ids.product_id", "line_ids.quantity", "line_ids.uom_id", "line_ids.lot_id"
    )
    def _compute_van_shortage(self):
        for voucher in self:
            voucher.van_shortage = (
                voucher.state in OPEN_STATES and voucher._get_van_shortage()
            ) or False

    def _get_van_shortage(self):
        """Sentence about what is missing, part by part."""
        self.ensure_one()
        parts = self._get_part_lines()
        found = []
        for van, lines in parts.grouped(lambda line: line._get_van()).items():
            if not van:
                continue
            content = self._get_van_content(van)
            others = self._get_van_demand(van, lines.product_id, OPEN_STATES)
            for product, own in lines.grouped("product_id").items():
                there = sum(
                    quantity for (stored, _lot), quantity in content.items() if stored == product
                )
                asked = own._get_product_quantity()
                other = others.get(product.id, 0.0)
                if product.uom_id.compare(asked + other, there) > 0:
                    found.append(self._describe_shortage(van, product, there, asked, other))
        return " ".join(found)

    def _describe_shortage(self, van, product, there, asked, other):
        values = {
            "van": van.name,
            "product": product.display_name,
            "there": f"{there:g}",
            "asked": f"{asked:g}",
            "other": f"{other:g}",
        }
        if other:
            return self.env._(
                "%(van)s holds %(there)s of %(product)s: this job takes %(asked)s, other open "
                "jobs take %(other)s.",
                **values,
            )
        return self.env._(
            "%(van)s holds %(there)s of %(product)s: this job takes %(asked)s.", **values
        )

    def _get_van_demand(self, van, products, states):
        """What other jobs in these states take out of a van, in one query.

        :param van: stock.location
        :param products: product.product
        :param states: states of jobs that count
        :return: dict {product id: quantity in the product's own unit}
        """
        # sudo: other jobs may be another technician's; only how many pieces is told.
        lines = (
            self.env["aftersales.voucher.line"]
            .sudo()
            .search(
                [
                    ("voucher_id", "not in", self._origin.ids),
                    ("voucher_id.state", "in", states),
                    ("line_type", "=", "part"),
                    ("product_id", "in", products.ids),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        taken = {}
        for line in lines._get_parts().filtered(lambda line: line._get_van() == van):
            taken[line.product_id.id] = (
                taken.get(line.product_id.id, 0.0) + line._get_product_quantity()
            )
        return taken
