# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

# Two spellings of one serial: letters and digits count.
NOT_SERIAL = re.compile(r"[^0-9A-Z]")


class StockLot(models.Model):
    """Units of other brands, goods without serials, and serials that nobody could read (S14).

    Each serviced unit has a file. These have it on a product of their own, in the category of
    foreign units; what turns out to be the same unit later is merged.
    """

    _inherit = "stock.lot"

    is_own_number = fields.Boolean(
        string="Number of Ours",
        readonly=True,
        copy=False,
        help="The unit has no serial that could be read: the number was drawn by us.",
    )
    merged_into_id = fields.Many2one(
        "stock.lot",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="File that this one was merged into: what happened to the unit stands there.",
    )

    @api.model
    def _open_foreign_unit(self, brand, model, serial=None, sold_by_us=False, **values):
        """The unit of this brand, model and serial; it is opened where it has no file (S14).

        :param str brand: maker; empty for goods of ours without serials
        :param str model: model as told
        :param str serial: serial, or none where there is none or nobody can read it
        :param values: more values of the unit, e.g. ``user_partner_id``
        :raises AccessError: for who is not of the hotline
        :raises UserError: without a model
        :return: stock.lot
        """
        self.env["aftersales.voucher"]._check_group(
            "aftersales_service.group_service_clerk",
            self.env._("Only the hotline opens unit files: ask it."),
        )
        name = " ".join(filter(None, ((brand or "").strip(), (model or "").strip())))
        if not (model or "").strip():
            raise UserError(self.env._("Enter the model, as it stands on the plate or was told."))
        product = self._get_foreign_product(name)
        serial = (serial or "").strip()
        if serial:
            known = self.search([("product_id", "=", product.id), ("name", "=", serial)], limit=1)
            if known:
                return known
        # sudo: numbers are drawn by the system.
        number = self.env["ir.sequence"].sudo().next_by_code("aftersales.unit.own")
        return self.create(
            {
                "name": serial or number,
                "product_id": product.id,
                "company_id": self.env.company.id,
                **values,
            }
        )._mark_foreign(sold_by_us, is_own_number=not serial)

    def _mark_foreign(self, sold_by_us, is_own_number):
        self.sold_by_us = sold_by_us
        # sudo: says where the number comes from; nobody types it.
        self.sudo().is_own_number = is_own_number
        return self

    @api.model
    def _get_foreign_product(self, name):
        """The product that stands for a model of another brand; made where there is none."""
        # sudo: a setting of the company, which clerks do not read otherwise.
        category = self.env.company.sudo().aftersales_foreign_category_id
        if not category:
            raise UserError(
                self.env._(
                    "No category for foreign units is set: ask the manager to choose it in the "
                    "settings of the service."
                )
            )
        # sudo: clerks make no products; these are never sold, bought or valued.
        products = self.env["product.product"].sudo()
        return (
            products.search(
                [
                    (
                        "name",
                        "=ilike",
                        escape_psql(name),
                    ),
                    ("categ_id", "child_of", category.id),
                    ("company_id", "in", (False, self.env.company.id)),
                ],
                limit=1,
            )
            or products.create(
                {
                    "name": name,
                    "categ_id": category.id,
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "sale_ok": False,
                    "purchase_ok": False,
                    "company_id": self.env.company.id,
                }
            )
        ).with_env(self.env)

    def _is_foreign(self):
        """Does the unit stand on a product of the category of foreign units?"""
        self.ensure_one()
        # sudo: the setting and the category's path, whoever asks.
        company = (self.company_id or self.env.company).sudo()
        category = company.aftersales_foreign_category_id
        path = self.sudo().product_id.categ_id.parent_path or ""
        return bool(category) and path.startswith(category.parent_path)

    def _get_serial_key(self):
        """The serial without spaces, dashes and case."""
        self.ensure_one()
        return NOT_SERIAL.sub("", (self.name or "").upper())
