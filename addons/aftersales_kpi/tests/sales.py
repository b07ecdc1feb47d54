# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tools import SQL

from .common import KpiCommon


class SalesCommon(KpiCommon):
    """A company that sells parts, oil, accessories and units, with its accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env.ref("base.cn")
        cls.company.account_fiscal_country_id = cls.country
        cls.make_accounts()
        cls.categories = {
            group: cls.env["product.category"].create(
                {"name": group, "aftersales_own_group": group}
            )
            for group in ("part", "care", "oil", "accessory", "unit")
        }
        cls.goods = {
            group: cls.make_good(group, category) for group, category in cls.categories.items()
        }
        cls.dealer = cls.env["res.partner"].create(
            {"name": "Dealer", "is_company": True, "is_dealer": True}
        )
        cls.seller = cls.make_employee(
            "Sal", user_id=cls.make_user("kpi_seller", "base.group_user").id
        )

    @classmethod
    def make_accounts(cls):
        """Accounts and a journal: the company has no chart."""
        env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))

        def account(code, name, kind):
            return env["account.account"].create(
                {
                    "code": code,
                    "name": name,
                    "account_type": kind,
                    "reconcile": kind == "asset_receivable",
                    "company_ids": [(6, 0, cls.company.ids)],
                }
            )

        cls.receivable = account("KPI121", "Receivable", "asset_receivable")
        cls.income = account("KPI400", "Income", "income")
        cls.journal = env["account.journal"].create(
            {
                "name": "KPI Sales",
                "code": "KPIS",
                "type": "sale",
                "company_id": cls.company.id,
                "default_account_id": cls.income.id,
            }
        )
        env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            cls.receivable.id,
            company_id=cls.company.id,
        )

    @classmethod
    def make_good(cls, name, category, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "categ_id": category.id,
                "taxes_id": False,
                "supplier_taxes_id": False,
                **vals,
            }
        )

    @classmethod
    def sell(cls, *lines, day=date(2026, 9, 10), partner=None, post=True, **vals):
        """Post an invoice.

        :param lines: (product group or product, quantity, price[, further values])
        """
        move = (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": cls.company.id,
                    "journal_id": cls.journal.id,
                    "partner_id": (partner or cls.customer).id,
                    "invoice_date": day,
                    "invoice_user_id": cls.seller.user_id.id,
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": cls.goods.get(good, good).id
                                if isinstance(good, str)
                                else good.id,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": False,
                                "account_id": cls.income.id,
                                **(more[0] if more else {}),
                            },
                        )
                        for good, quantity, price, *more in lines
                    ],
                    **vals,
                }
            )
        )
        if post:
            move.action_post()
        return move

    def value(self, key, subject="company", subject_id=None, **kwargs):
        """Figure of an indicator by its code; ``None`` where nothing was measured."""
        indicator = self.env.ref(f"aftersales_kpi.indicator_{key}")
        measured = self.measure(indicator, subject=subject, **kwargs)
        return getattr(measured.get(subject_id or self.company.id), "value", None)

    @classmethod
    def charge_job(cls, good, quantity, price, line_type="part", **vals):
        """Do a job with one line, and post the invoice that charges it."""
        voucher = cls.make_job(cls.tech, **vals)
        return cls.charge(voucher, good, quantity, price, line_type)

    @classmethod
    def charge(cls, voucher, good, quantity, price, line_type="part", **vals):
        """Post an invoice for a line of a job, linked as the order would link it."""
        product = cls.goods[good] if isinstance(good, str) else good
        # The job is done: its line is put there as it would have been before.
        (line_id,) = cls.env.execute_query(
            SQL(
                """INSERT INTO aftersales_voucher_line
                       (voucher_id, company_id, currency_id, line_type, product_id, name,
                        quantity, uom_id, price_unit, price_subtotal, amount_customer)
                   VALUES (%s, %s, %s, %s, %s, 'work', %s, %s, %s, %s, %s) RETURNING id""",
                voucher.id,
                cls.company.id,
                cls.company.currency_id.id,
                line_type,
                product.id,
                quantity,
                product.uom_id.id,
                price,
                quantity * price,
                quantity * price,
            )
        )[0]
        order = (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "company_id": cls.company.id,
                    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity})],
                }
            )
        )
        order.order_line._write({"aftersales_voucher_line_id": line_id})
        cls.env.invalidate_all()
        link = {"sale_line_ids": [(6, 0, order.order_line.ids)]}
        return cls.sell((product, quantity, price, link), **vals)
