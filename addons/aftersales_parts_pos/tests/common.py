# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from uuid import uuid4

from odoo import Command, fields

from odoo.addons.aftersales_parts_pricing.tests.common import PartsCommon


class PartsPosCommon(PartsCommon):
    """A company with a guide list, a dealers' list, and a counter that sells on the guide list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._create_part("general", 10.0, name="Fan", available_in_pos=True)
        cls.policy = cls._create_policy(
            classes={"general": {"markup_percent": 50, "guide_factor": 2}}
        )
        cls._publish(cls.policy)
        cls.settlement = cls.policy.settlement_pricelist_id
        cls.guide = cls.policy.guide_pricelist_id
        cls.user_partner = cls.env["res.partner"].create({"name": "End user"})
        cls.config = cls._create_config()

    @classmethod
    def _create_config(cls, **vals):
        income, receivable, bank = cls.env["account.account"].create(
            [
                {"code": f"PPOS{n}", "name": kind, "account_type": kind, "reconcile": n == 1}
                for n, kind in enumerate(("income", "asset_receivable", "asset_cash"))
            ]
        )
        cls.company.account_default_pos_receivable_account_id = receivable
        (cls.dealer | cls.user_partner).property_account_receivable_id = receivable
        sale, cash = cls.env["account.journal"].create(
            [
                {
                    "name": f"Counter {code}",
                    "code": code,
                    "type": kind,
                    "default_account_id": account.id,
                    "company_id": cls.company.id,
                }
                for code, kind, account in (("PSAL", "sale", income), ("PBNK", "bank", bank))
            ]
        )
        cls.payment_method = cls.env["pos.payment.method"].create(
            {
                "name": "Card",
                "journal_id": cash.id,
                "receivable_account_id": receivable.id,
                "company_id": cls.company.id,
            }
        )
        lists = cls.guide | cls.settlement
        return cls.env["pos.config"].create(
            {
                "name": "Counter",
                "company_id": cls.company.id,
                "journal_id": sale.id,
                "invoice_journal_id": sale.id,
                "picking_type_id": cls.warehouse.pos_type_id.id or cls.warehouse.out_type_id.id,
                "payment_method_ids": [Command.set(cls.payment_method.ids)],
                "use_pricelist": True,
                "pricelist_id": cls.guide.id,
                "available_pricelist_ids": [Command.set(lists.ids)],
            }
            | vals
        )

    @classmethod
    def _open_session(cls):
        session = cls.env["pos.session"].create(
            {"config_id": cls.config.id, "user_id": cls.env.uid}
        )
        session.state = "opened"
        return session

    @classmethod
    def _create_list(cls, name, *rules, **vals):
        return cls.env["product.pricelist"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "item_ids": [Command.create(rule) for rule in rules],
            }
            | vals
        )

    @classmethod
    def _start_from(cls, pricelist, **vals):
        """Values of a rule that starts from a list."""
        rule = {"compute_price": "formula", "base": "pricelist"}
        return rule | {"base_pricelist_id": pricelist.id} | vals

    @classmethod
    def _offer(cls, *pricelists):
        """Make lists available at the counter."""
        cls.config.available_pricelist_ids = [Command.link(each.id) for each in pricelists]

    def _load(self, records):
        """What the browser gets of products or lists, by id."""
        read = records._load_pos_data_read(records, self.config)
        return {values["id"]: values for values in read}

    def _ui_order(self, session, product, *, price=30.0, quantity=1.0, state="paid", **vals):
        """An order as the browser sends it."""
        total = price * quantity
        lines = [
            Command.create(
                {
                    "uuid": str(uuid4()),
                    "product_id": product.id,
                    "qty": quantity,
                    "price_unit": price,
                    "price_subtotal": total,
                    "price_subtotal_incl": total,
                    "discount": 0,
                    "tax_ids": [],
                    "pack_lot_ids": [],
                }
            )
        ]
        payments = [
            Command.create(
                {
                    "amount": total,
                    "name": fields.Datetime.to_string(fields.Datetime.now()),
                    "payment_method_id": self.payment_method.id,
                }
            )
        ]
        return {
            "uuid": str(uuid4()),
            "access_token": str(uuid4()),
            "session_id": session.id,
            "user_id": self.env.uid,
            "state": state,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "pricelist_id": self.guide.id,
            "partner_id": False,
            "fiscal_position_id": False,
            "lines": lines,
            "payment_ids": payments if state == "paid" else [],
            "amount_total": total,
            "amount_paid": total if state == "paid" else 0.0,
            "amount_tax": 0.0,
            "amount_return": 0.0,
            "to_invoice": False,
        } | vals

    def _sync(self, order):
        """Hand an order over as the browser does; the record that came of it."""
        result = self.env["pos.order"].sync_from_ui([order])
        return self.env["pos.order"].browse(result["pos.order"][0]["id"])
