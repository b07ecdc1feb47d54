# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.fields import Command

from odoo.addons.aftersales_service.tests.common import ServiceCommon


class CrmCommon(ServiceCommon):
    """The service's company with a class of customers, its visit plan, and kinds of leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.senior_user = cls._user("t_senior", "aftersales_base.group_aftersales_user")
        cls.senior = cls.env["hr.employee"].create(
            {
                "name": "Selma",
                "user_id": cls.senior_user.id,
                "aftersales_seniority": "senior",
            }
        )
        cls.customer_class = cls.env["aftersales.customer.class"].create({"name": "T class"})
        cls.ordinary_plan, cls.senior_plan = cls.env["aftersales.visit.plan"].create(
            [
                {"class_id": cls.customer_class.id, "seniority": "ordinary", "months": 1},
                {
                    "class_id": cls.customer_class.id,
                    "seniority": "senior",
                    "months": 6,
                    "employee_id": cls.senior.id,
                },
            ]
        )
        cls.kinds = {
            kind: cls.env["aftersales.lead.kind"].create(
                {
                    "name": f"T {kind}",
                    "kind": kind,
                    "follow_up_hours": hours,
                    "visit_days": days,
                    "company_id": cls.company.id,
                }
            )
            for kind, hours, days in (
                ("routine", 0, 60),
                ("urgent", 72, 30),
                ("accident", 72, 30),
                ("other", 0, 60),
            )
        }

    @classmethod
    def _classify(cls, partners):
        partners.write(
            {
                "aftersales_class_id": cls.customer_class.id,
                "aftersales_visitor_id": cls.technician.id,
            }
        )
        return partners

    @classmethod
    def _customers(cls, number):
        return cls._classify(
            cls.env["res.partner"].create([{"name": f"T {index}"} for index in range(number)])
        )

    @classmethod
    def _visit(cls, **values):
        return cls.env["aftersales.visit"].create(
            {"partner_id": cls.customer.id, "employee_id": cls.technician.id, **values}
        )

    @classmethod
    def _lead(cls, kind="routine", **values):
        return cls.env["crm.lead"].create(
            {
                "name": "T lead",
                "aftersales_lead_kind_id": cls.kinds[kind].id,
                "partner_id": cls.customer.id,
                "user_id": cls.clerk.id,
                **values,
            }
        )

    @classmethod
    def _walk_in(cls, at=None, **values):
        """A walk-in that the adviser has received."""
        voucher = cls._voucher(
            **{"channel": "walk_in", "promised_at": "2099-01-01 12:00:00", **values}
        )
        voucher._receive(at)
        return voucher

    @classmethod
    def _other_company(cls):
        company = cls.env["res.company"].create({"name": "T elsewhere"})
        cls.env.user.company_ids = [Command.link(company.id)]
        return company
