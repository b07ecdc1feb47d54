# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date, datetime

from odoo.fields import Command

from .common import ServiceCommon

SOLD = date(2030, 1, 15)
CALL = datetime(2030, 6, 15, 12, 0)
DAY = date(2030, 6, 15)


class WarrantyCommon(ServiceCommon):
    """Units with clauses: parts by two makers, labour in part, no travel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.maker, cls.battery_maker = cls.env["res.partner"].create(
            [{"name": "T maker"}, {"name": "T battery maker"}]
        )
        cls.batteries, cls.filters = cls.env["product.category"].create(
            [{"name": "T batteries"}, {"name": "T filters"}]
        )
        cls.battery = cls._part("T battery", cls.batteries)
        cls.filter = cls._part("T filter", cls.filters)
        cls.seal = cls._part("T seal", aftersales_is_wearing=True)
        cls.travel = cls.env["product.product"].create(
            {"name": "T travel", "type": "service", "list_price": 30.0, "taxes_id": False}
        )
        cls.policy = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "T warranty",
                "product_ids": [Command.set(cls.model.product_tmpl_id.ids)],
                "repair_months": 24,
                "repair_meter": 2000,
                "replace_months": 12,
                "return_months": 1,
                "term_ids": [
                    cls._term(
                        "Parts",
                        months=24,
                        meter=2000,
                        payer_partner_id=cls.maker.id,
                        excluded_categ_ids=[Command.set(cls.filters.ids)],
                    ),
                    cls._term(
                        "Batteries",
                        categ_id=cls.batteries.id,
                        months=6,
                        payer="supplier",
                        payer_partner_id=cls.battery_maker.id,
                    ),
                    cls._term("Labour", component="labour", months=12, share=60),
                ],
            }
        )
        cls.new_unit = cls._unit("T-NEW-1")
        cls.new_unit._start_warranty(SOLD, "registration")

    @classmethod
    def _part(cls, name, category=None, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": 40.0,
                "taxes_id": False,
                **({"categ_id": category.id} if category else {}),
                **values,
            }
        )

    @classmethod
    def _term(cls, name, **values):
        return Command.create({"name": name, **values})

    @classmethod
    def _unit(cls, name, **values):
        return cls.env["stock.lot"].create(
            {
                "name": name,
                "product_id": cls.model.id,
                "user_partner_id": cls.customer.id,
                **values,
            }
        )

    @classmethod
    def _call(cls, *lines, **values):
        """A call about the new unit, with lines."""
        return cls._voucher(
            **{
                "lot_id": cls.new_unit.id,
                "registered_at": CALL,
                "line_ids": list(lines),
                **values,
            }
        )

    def _rows(self, line):
        return [(row.payer, row.share, row.amount) for row in line.cover_ids]
