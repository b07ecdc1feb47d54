# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.fields import Command

from .test_collect import CashCommon


class PayersCommon(CashCommon):
    """A unit under warranty with an insurance, a maker, an insurer; stock in the van."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_collect_limit = 0
        cls.maker, cls.insurer = cls.env["res.partner"].create(
            [{"name": "T maker"}, {"name": "T insurer"}]
        )
        cls.other_part = cls.env["product.product"].create(
            {
                "name": "T other part",
                "type": "consu",
                "is_storable": True,
                "list_price": 33.33,
                "standard_price": 20.0,
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
        )
        cls.part.standard_price = 30.0
        cls.env["stock.quant"]._update_available_quantity(cls.other_part, cls.van, 50)
        cls.warranty = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "T warranty",
                "product_ids": [Command.set(cls.model.product_tmpl_id.ids)],
                "repair_months": 240,
                "replace_months": 120,
                "return_months": 60,
                "term_ids": [
                    Command.create(
                        {
                            "name": "Parts",
                            "component": "part",
                            "share": 60,
                            "months": 240,
                            "payer": "maker",
                            "payer_partner_id": cls.maker.id,
                        }
                    )
                ],
            }
        )
        cls.sound = cls.env["stock.lot"].create(
            {
                "name": "T-SOUND-1",
                "product_id": cls.model.id,
                "user_partner_id": cls.customer.id,
            }
        )
        cls.sound._start_warranty(date(2020, 1, 1), "registration")

    @classmethod
    def _insure(cls, lot, **values):
        """A commercial policy of a unit that always holds."""
        return cls.env["aftersales.insurance.policy"].create(
            {
                "name": f"P-{lot.name}",
                "lot_id": lot.id,
                "insurer_id": cls.insurer.id,
                "date_from": "2019-01-01",
                "date_to": "2099-12-31",
                "currency_id": cls.company.currency_id.id,
                **values,
            }
        )

    @classmethod
    def _approve(cls, voucher, **values):
        voucher.write(
            {
                "insurer_case": "CASE-7",
                "insurer_approved_on": "2020-06-15",
                "insurer_approved_by": "Ann Assessor",
                **values,
            }
        )
        return voucher

    @classmethod
    def _decide(cls, line, *shares):
        """Shares by hand: (payer, percent)."""
        line.cover_ids.sudo().unlink()
        cls.env["aftersales.cover"].create(
            [
                {
                    "voucher_line_id": line.id,
                    "sequence": place,
                    "payer": payer,
                    "share": share,
                    "is_manual": True,
                    "reason": "T",
                    "clause": f"T {payer}",
                    "payer_partner_id": cls.maker.id if payer == "maker" else False,
                }
                for place, (payer, share) in enumerate(shares, 1)
            ]
        )

    def _charged(self, order):
        """What an order charges, line by line."""
        return [
            (line.product_id, line.product_uom_qty, line.price_subtotal)
            for line in order.order_line
        ]
