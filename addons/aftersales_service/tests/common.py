# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import base64
import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5"
        "ErkJggg=="
    )
)


def golden(case_id):
    """One golden case of the service rules, by its id."""
    cases = json.loads((Path(__file__).parent / "golden" / "service.json").read_text())
    return next(case for case in cases if case["id"] == case_id)


class ServiceCommon(TransactionCase):
    """A company with one outlet, two technicians with their vans, a unit, parts and people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        # A company of its own: no price policy, outlet or area of the demo story interferes.
        cls.company = cls.env["res.company"].create({"name": "T company"})
        cls.company.partner_id.tz = "UTC"
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.env.user.company_id = cls.company
        prefix = "aftersales_service.group_service_"
        cls.clerk = cls._user("t_clerk", f"{prefix}clerk")
        cls.supervisor = cls._user("t_supervisor", f"{prefix}supervisor")
        cls.technician_user = cls._user("t_tech", f"{prefix}technician")
        cls.other_user = cls._user("t_other", f"{prefix}technician")

        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.van, cls.other_van = cls.env["stock.location"].create(
            [
                {
                    "name": name,
                    "usage": "internal",
                    "location_id": warehouse.view_location_id.id,
                }
                for name in ("Test Van", "Other Van")
            ]
        )
        cls.technician, cls.other_technician = cls.env["hr.employee"].create(
            [
                {
                    "name": "Tess",
                    "user_id": cls.technician_user.id,
                    "van_location_id": cls.van.id,
                },
                {
                    "name": "Otto",
                    "user_id": cls.other_user.id,
                    "van_location_id": cls.other_van.id,
                },
            ]
        )
        cls.area = cls.env["aftersales.area"].create({"name": "T region", "code": "T-R"})
        cls.district = cls.env["aftersales.area"].create(
            {"name": "T district", "code": "T-D", "parent_id": cls.area.id}
        )
        cls.outlet = cls.env["aftersales.outlet"].create(
            {
                "name": "T outlet",
                "code": "T01",
                "area_ids": [Command.set(cls.area.ids)],
                "technician_ids": [Command.set((cls.technician + cls.other_technician).ids)],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "T customer",
                "phone": "+1 555 0999",
                "street": "1 Test Street",
                "city": "Testville",
                "aftersales_area_id": cls.district.id,
            }
        )
        cls.model = cls.env["product.product"].create(
            {"name": "T model", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        cls.part, cls.serial_part = cls.env["product.product"].create(
            [
                {
                    "name": "T part",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 50.0,
                    "invoice_policy": "delivery",
                    "taxes_id": False,
                },
                {
                    "name": "T serial part",
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "list_price": 200.0,
                    "taxes_id": False,
                },
            ]
        )
        cls.labour = cls.env["product.product"].create(
            {
                "name": "T labour",
                "type": "service",
                "list_price": 80.0,
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
        )
        cls.fault, cls.other_fault = cls.env["aftersales.fault"].create(
            [{"name": "T fault", "code": "T-1"}, {"name": "T other fault", "code": "T-2"}]
        )
        cls.unit = cls.env["stock.lot"].create(
            {
                "name": "T-SERIAL-1",
                "product_id": cls.model.id,
                "user_partner_id": cls.customer.id,
                "warranty_start": date(2020, 1, 1),
                "warranty_end": date(2020, 12, 31),
            }
        )
        cls.env["stock.quant"]._update_available_quantity(cls.part, cls.van, 10)
        cls.env["stock.quant"]._update_available_quantity(cls.part, cls.other_van, 10)

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @contextmanager
    def assertRefused(self, exception, regex):
        """As assertRaisesRegex, but rolled back like Odoo's assertRaises."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), regex)

    @classmethod
    def _voucher(cls, **values):
        """A registered call about the unit, given to the first technician."""
        return cls.env["aftersales.voucher"].create(
            {"lot_id": cls.unit.id, "technician_id": cls.technician.id, **values}
        )

    @classmethod
    def _line(cls, product, quantity=1.0, **values):
        """Command that adds a line."""
        line_type = "part" if product.type == "consu" else "labour"
        return Command.create(
            {"product_id": product.id, "quantity": quantity, "line_type": line_type, **values}
        )

    @classmethod
    def _job(cls, **values):
        """A job in progress."""
        voucher = cls._voucher(**values)
        voucher._dispatch()
        voucher._start()
        return voucher

    @classmethod
    def _finish(cls, voucher, at=None):
        """Sign and finish a job."""
        voucher.write({"signature": SIGNATURE, "signed_by": "Jo Signer"})
        voucher._done(at=at)
        return voucher

    def _on_hand(self, product, location):
        return self.env["stock.quant"]._get_available_quantity(product, location)
