# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ProofPart(NamedTuple):
    """One restricted part on the proof sheet; quantities in the unit of the part."""

    product: models.BaseModel
    rows: list
    inside: float
    outside: float
    before: float
    released: float
    came_back: float
    is_proved: bool


class PartsCoreProofPrint(models.TransientModel):
    """Proof sheet: where each piece of a restricted part is, and that none is astray (P2)."""

    _name = "parts.core.proof.print"
    _description = "Print the Proof Sheet of Restricted Parts"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Parts",
        domain="[('part_class', '=', 'restricted')]",
        help="Empty: all restricted parts.",
    )
    date_from = fields.Date(
        string="Attempts Since",
        required=True,
        default=lambda self: fields.Date.subtract(
            self.env["parts.price"]._get_price_day(), days=90
        ),
        help="Refused attempts from this day on are counted by person and way.",
    )

    def action_print(self):
        """Print the sheet.

        :raise AccessError: for anybody but guardians
        """
        self.ensure_one()
        self._check_guardian()
        report = self.env.ref("aftersales_parts_pricing.action_report_core_proof")
        return report.report_action(self)

    @api.model
    def _check_guardian(self):
        """:raise AccessError: for anybody but guardians: the sheet shows every store room"""
        guard = self.env["parts.guard"]
        if not guard._is_guardian():
            raise AccessError(
                self.env._(
                    "The proof sheet is for the guardians of restricted parts: %(guardians)s.",
                    guardians=guard._get_guardian_names(),
                )
            )

    def _get_products(self):
        """Restricted parts of the sheet, archived ones included: their pieces exist as well."""
        domain = Domain("part_class", "=", "restricted")
        if self.product_ids:
            domain &= Domain("id", "in", self.product_ids.ids)
        products = self.env["product.product"].with_context(active_test=False).search(domain)
        return products.sorted(lambda product: (product.default_code or "", product.name))

    def _get_parts(self):
        """What the sheet says of each part.

        :rtype: list[ProofPart]
        """
        self.ensure_one()
        self._check_guardian()
        products = self._get_products()
        guard = self.env["parts.guard"]
        # sudo: a guardian answers for every piece, in whatever store room; checked above.
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", products.ids),
                    ("quantity", ">", 0),
                    ("location_id.usage", "not in", ("inventory", "production")),
                    ("location_id.company_id", "in", [False, self.company_id.id]),
                ],
                ["product_id", "location_id", "lot_id", "owner_id"],
                ["quantity:sum"],
            )
        )
        zones = guard._get_zones(self.env["stock.location"].sudo().union(*(row[1] for row in rows)))
        released = self._get_released(products)
        receivers = self._get_receivers(products)
        return [
            self._get_part(
                product,
                [
                    self._get_row(*row[1:], zones[row[1]], receivers.get((product.id, row[1].id)))
                    for row in rows
                    if row[0].id == product.id
                ],
                released.get(product.id, 0.0),
            )
            for product in products
        ]

    def _get_released(self, products):
        """{product id: pieces that left on releases of the company}."""
        # sudo: as in _get_parts.
        uses = self.env["parts.core.release.use"].sudo()
        return {
            product.id: quantity
            for product, quantity in uses._read_group(
                [("product_id", "in", products.ids), ("company_id", "=", self.company_id.id)],
                ["product_id"],
                ["quantity:sum"],
            )
        }

    def _get_receivers(self, products):
        """{(product id, location id): names of those to whom pieces there were released}."""
        # sudo: as in _get_parts.
        uses = self.env["parts.core.release.use"].sudo()
        rows = uses.search(
            [("product_id", "in", products.ids), ("company_id", "=", self.company_id.id)]
        ).grouped(lambda use: (use.product_id.id, use.location_dest_id.id))
        return {
            key: ", ".join(found.partner_id.sorted("name").mapped("display_name"))
            for key, found in rows.items()
        }

    def _get_row(self, location, lot, owner, quantity, zone, receivers=None):
        """One line of the sheet: a place, who holds it, how many pieces."""
        return {
            "location": location.complete_name,
            "holder": receivers or self._get_holder(location, owner),
            "lot": lot.name or "",
            "quantity": quantity,
            "is_outside": zone == "outside",
        }

    def _get_holder(self, location, owner):
        """Who answers for the pieces in a place: an owner, an outlet's manager, or the company."""
        if owner:
            return owner.display_name
        # sudo: as in _get_parts.
        outlets = self.env["aftersales.outlet"].sudo()
        keys = [int(key) for key in (location.parent_path or "").split("/") if key]
        outlet = outlets.search([("location_id", "in", keys)], limit=1)
        if outlet:
            return " · ".join(filter(None, [outlet.name, outlet.manager_id.name]))
        company = location.company_id or self.company_id
        return company.name if location.usage in ("internal", "transit") else location.name

    def _get_part(self, product, rows, released):
        """See :class:`ProofPart`."""
        inside = sum(row["quantity"] for row in rows if not row["is_outside"])
        outside = sum(row["quantity"] for row in rows if row["is_outside"])
        before = product.restricted_baseline
        compare = product.uom_id.compare
        return ProofPart(
            product=product,
            rows=sorted(rows, key=lambda row: (row["is_outside"], row["location"], row["lot"])),
            inside=inside,
            outside=outside,
            before=before,
            released=released,
            came_back=max(before + released - outside, 0.0),
            is_proved=compare(outside, before + released) <= 0,
        )

    def _get_releases(self):
        """Releases of the company, the open ones and those that let something out."""
        self.ensure_one()
        return self.env["parts.core.release"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id", "in", self._get_products().ids),
                "|",
                ("state", "=", "granted"),
                ("quantity_used", ">", 0),
            ],
            order="id",
        )

    def _get_attempts(self):
        """Refused attempts by person and way: list of (person, way, attempts, pieces, last)."""
        self.ensure_one()
        refusals = self.env["parts.core.refusal"]
        labels = dict(refusals._fields["job"]._description_selection(self.env))
        return [
            (user.name or self.env._("Unknown"), labels.get(job, ""), count, pieces, last)
            for user, job, count, pieces, last in refusals._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("product_id", "in", self._get_products().ids),
                    ("date", ">=", self.date_from),
                ],
                ["user_id", "job"],
                ["__count", "quantity:sum", "date:max"],
                order="user_id, job",
            )
        ]
