# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import date

from odoo.fields import Command

from .common import ServiceCommon

START, END = date(2030, 1, 1), date(2030, 12, 31)


class ContractCommon(ServiceCommon):
    """A kind of contract, and contracts on the unit in plain years to come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["aftersales.contract.kind"].create(
            {"name": "T package", "weight": 2.5, "company_id": cls.company.id}
        )
        cls.customer.property_product_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "T list",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )

    @classmethod
    def _contract(cls, services=None, units=None, **values):
        """A draft of a contract; four maintenance visits a unit by default."""
        if services is None:
            services = [{"service_type": "visit", "job_kind": "maintenance", "quantity": 4}]
        units = cls.unit if units is None else units
        return cls.env["aftersales.contract"].create(
            {
                "partner_id": cls.customer.id,
                "kind_id": cls.kind.id,
                "date_from": START,
                "price": 1000.0,
                "billing_period": "quarterly",
                "unit_ids": [Command.create({"lot_id": unit.id}) for unit in units],
                "service_ids": [Command.create(service) for service in services],
                **values,
            }
        )

    @classmethod
    def _active(cls, services=None, units=None, **values):
        """A contract in force."""
        contract = cls._contract(services, units, **values)
        contract._activate()
        return contract

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
