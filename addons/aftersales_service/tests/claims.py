# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .common import ServiceCommon


class ClaimCommon(ServiceCommon):
    """A maker whose warranty covers a unit, and jobs on it that are done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claims_clerk = cls._user("t_claims", "aftersales_service.group_service_claims")
        cls.today = fields.Date.today()
        cls.maker = cls.env["res.partner"].create(
            {"name": "T maker", "is_company": True, "phone": "+1 555 0600", "city": "Makertown"}
        )
        cls.term = cls._entitle(cls.unit)
        cls.customer.property_product_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "T list",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.reason = cls.env["aftersales.claim.reason"].create({"name": "T price", "code": "T-P"})

    @classmethod
    def _entitle(cls, unit, **term):
        """A warranty of the unit from last year on; its one clause is the maker's."""
        start = cls.today - relativedelta(months=6)
        entitlement = cls.env["aftersales.entitlement"].create(
            {
                "name": "T warranty",
                "lot_id": unit.id,
                "source": "manual",
                "date_start": start,
                "term_ids": [
                    Command.create(
                        {
                            "name": "T parts",
                            "component": "part",
                            "months": 12,
                            "payer": "maker",
                            "payer_partner_id": cls.maker.id,
                            "old_part_returns": False,
                            **term,
                        }
                    )
                ],
            }
        )
        entitlement._date_units()
        return entitlement.term_ids

    @classmethod
    def _covered_job(cls, quantity=2, payer=None, unit=None, share=100.0, **values):
        """A job that is done, with a part that the payer covers: 50 each."""
        unit = unit or cls.unit
        voucher = cls._job(
            lot_id=unit.id,
            fault_id=cls.fault.id,
            work_done="Seal torn, replaced",
            line_ids=[cls._line(cls.part, quantity)],
            **values,
        )
        cls._cover(voucher.line_ids, payer or cls.maker, share, unit=unit)
        return cls._finish(voucher)

    @classmethod
    def _cover(cls, line, payer, share=100.0, unit=None):
        """Who pays the line, decided by hand."""
        line.cover_ids.unlink()
        term = cls.env["aftersales.entitlement.term"].search(
            [("entitlement_id.lot_id", "=", (unit or cls.unit).id)], limit=1
        )
        rows = [
            {
                "voucher_line_id": line.id,
                "payer": "maker",
                "payer_partner_id": payer.id,
                "share": share,
                "term_id": term.id,
                "clause": "T warranty, T parts",
                "is_manual": True,
            }
        ]
        if share < 100:
            rows.append(
                {
                    "voucher_line_id": line.id,
                    "payer": "customer",
                    "share": 100 - share,
                    "sequence": 20,
                    "is_manual": True,
                }
            )
        return cls.env["aftersales.cover"].create(rows)

    @classmethod
    def _another_unit(cls, name, **values):
        unit = cls.env["stock.lot"].create(
            {
                "name": name,
                "product_id": cls.model.id,
                "user_partner_id": cls.customer.id,
                **values,
            }
        )
        cls._entitle(unit)
        return unit

    @classmethod
    def _claim(cls, *jobs, user=None):
        """The claims of jobs, as the claims clerk sees them."""
        jobs = jobs or (cls._covered_job(),)
        covers = cls.env["aftersales.cover"].search(
            [("voucher_id", "in", [job.id for job in jobs]), ("payer", "=", "maker")]
        )
        return covers.with_user(user or cls.claims_clerk)._make_claims()

    @classmethod
    def _submitted(cls, *jobs):
        claim = cls._claim(*jobs)
        claim.action_submit()
        return claim

    @classmethod
    def _answered(cls, amount=None, *jobs):
        """A claim whose only line was approved, in part where an amount is given."""
        claim = cls._submitted(*jobs)
        if amount is None:
            claim.action_approve_all()
        else:
            claim.line_ids.write(
                {"answer": "partly", "answered_amount": amount, "reason_id": cls.reason.id}
            )
        claim.action_answer()
        return claim
