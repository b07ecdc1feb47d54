# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command

from odoo.addons.dealer_rebate.tests.common import RebateCommon


class LoyaltyCommon(RebateCommon):
    """Programs made from the templates, orders that use them, and their invoices."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Mails of coupons carry a barcode as PDF: nothing that is tested here.
        cls.env = cls.env(context=cls.env.context | {"loyalty_no_mail": True})
        cls.env["loyalty.program"].search([]).active = False
        cls.pump, cls.filter = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "list_price": price,
                    "invoice_policy": "order",
                    "taxes_id": False,
                }
                for name, price in (("Pump", 600), ("Filter", 400))
            ]
        )
        cls.customer = cls.env["res.partner"].create({"name": "Hill Farm", "is_company": True})

    @classmethod
    def _create_program(cls, template):
        programs = cls.env["loyalty.program"].with_company(cls.company)
        return programs.browse(programs.create_from_template(template)["res_id"])

    @classmethod
    def _create_promotion(cls, reward, **vals):
        """A promotion of one reward, without a minimum."""
        return cls.env["loyalty.program"].create(
            {
                "name": "Promotion",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": cls.company.id,
                "rule_ids": [Command.create({"minimum_qty": 0})],
                "reward_ids": [Command.create(reward)],
            }
            | vals
        )

    @classmethod
    def _order(cls, *products, partner=None, taxes=None):
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.dealer).id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "tax_ids": [Command.set((taxes or {}).get(product, []))],
                        }
                    )
                    for product in products
                ],
            }
        )
        return order

    @classmethod
    def _claim(cls, order, program=None):
        """Take the rewards that the order is offered, of one program or of all."""
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            if program in (None, coupon.program_id):
                for reward in rewards:
                    order._apply_program_reward(reward, coupon)
        return order

    @classmethod
    def _bill(cls, order, date):
        """Confirm an order and post its invoice."""
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.write({"invoice_date": date, "date": date, "journal_id": cls.journal.id})
        invoice.action_post()
        return invoice

    @classmethod
    def _credit(cls, invoice, date):
        """Reverse an invoice altogether."""
        note = invoice._reverse_moves([{"date": date, "invoice_date": date}])
        note.action_post()
        return note
