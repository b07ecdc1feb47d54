# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .common import MODULE, PartsCommon


class ReserveCommon(PartsCommon):
    """Parts with a past: pieces that came and went on days of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.today.replace(day=1)
        cls.planner = cls._user("planner", f"{MODULE}.group_reserve_planner")
        cls.store = cls.env["stock.location"].create(
            {
                "name": "Outlet room",
                "location_id": cls.warehouse.view_location_id.id,
                "usage": "internal",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _move(cls, product, quantity, source, target, day, **vals):
        """A done move of a day; ``owner_id`` goes to its line."""
        moment = day if isinstance(day, datetime) else datetime.combine(day, time(12))
        line = {"owner_id": vals.pop("owner_id", False)}
        ends = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": cls.company.id,
            "date": moment,
        }
        return cls.env["stock.move"].create(
            ends
            | {
                "product_uom": product.uom_id.id,
                "product_uom_qty": quantity,
                "state": "done",
                "move_line_ids": [
                    Command.create(
                        ends
                        | line
                        | {
                            "product_uom_id": product.uom_id.id,
                            "quantity": quantity,
                            "picked": True,
                            "picking_id": vals.get("picking_id", False),
                        }
                    )
                ],
            }
            | vals
        )

    @classmethod
    def _receive(cls, product, quantity, day, target=None):
        return cls._move(product, quantity, cls.suppliers, target or cls.stock, day)

    @classmethod
    def _sell(cls, product, quantity, day, source=None, **vals):
        return cls._move(product, quantity, source or cls.stock, cls.customers, day, **vals)

    @classmethod
    def _sell_monthly(cls, product, history, source=None):
        """Sell numbers of pieces on the 10th of each month, the newest last month."""
        for back, pieces in enumerate(reversed(history), 1):
            if pieces:
                day = cls.first - relativedelta(months=back) + relativedelta(day=10)
                cls._sell(product, pieces, day, source)

    @classmethod
    def _plan(cls, **vals):
        return (
            cls.env["parts.reserve.plan"]
            .with_user(cls.planner)
            .create({"categ_id": cls.category.id, "history_months": 6} | vals)
        )

    def _line(self, plan, product, location=None):
        return plan.line_ids.filtered(
            lambda line: line.product_id == product and line.location_id == (location or self.stock)
        )

    def _ago(self, **duration):
        return fields.Date.subtract(self.today, **duration)
