# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import freeze_time, tagged

from .commission import CommissionCommon


@tagged("post_install", "-at_install")
class TestClaimedAndBrokenParts(CommissionCommon):
    """K22 by real deliveries from the van and a real claim that the maker answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.join(cls.repair, cls.tech, share=60)
        cls.join(cls.repair, cls.other, "leader", share=40)
        cls.van = cls.env["stock.location"].create(
            {"name": "T van", "usage": "internal", "company_id": cls.company.id}
        )
        cls.tech.van_location_id = cls.van
        cls.part = cls.env["product.product"].create(
            {
                "name": "T pump",
                "type": "consu",
                "is_storable": True,
                "list_price": 50.0,
                "taxes_id": False,
            }
        )
        cls.part.with_company(cls.company).standard_price = 30.0
        cls.env["stock.quant"]._update_available_quantity(cls.part, cls.van, 20)
        cls.maker = cls.env["res.partner"].create({"name": "T maker", "is_company": True})
        cls.unit = cls.env["stock.lot"].create(
            {
                "name": "T-CLAIM-1",
                "product_id": cls.env["product.product"]
                .create({"name": "T tractor", "is_storable": True, "tracking": "serial"})
                .id,
                "user_partner_id": cls.customer.id,
            }
        )
        cls.customer.phone = "+1 555 0777"
        entitlement = cls.env["aftersales.entitlement"].create(
            {
                "name": "T warranty",
                "lot_id": cls.unit.id,
                "source": "manual",
                "date_start": "2026-06-01",
                "term_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "T parts",
                            "component": "part",
                            "months": 12,
                            "payer": "maker",
                            "payer_partner_id": cls.maker.id,
                            "old_part_returns": False,
                        },
                    )
                ],
            }
        )
        entitlement._date_units()
        cls.term = entitlement.term_ids
        cls.fault = cls.env["aftersales.fault"].create({"code": "T-CL", "name": "Leaks"})

    @classmethod
    def _part_line(cls, quantity, **vals):
        return (0, 0, {"product_id": cls.part.id, "quantity": quantity, **vals})

    def _open_job(self, *lines):
        """A job in work: who pays is decided before it is done."""
        at = datetime(2026, 9, 7, 8)
        job = self.env["aftersales.voucher"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "lot_id": self.unit.id,
                "fault_id": self.fault.id,
                "work_done": "Seal torn, replaced",
                "registered_at": at,
                "outlet_id": self.outlet.id,
                "technician_id": self.tech.id,
                "signature": self.signature,
                "signed_by": "Hill",
                "line_ids": list(lines),
            }
        )
        job._dispatch(at=at)
        job._start(at=at)
        return job

    def _claimed(self, quantity=2, share=100.0):
        """The claim of a part that the maker pays for; the part has left the van."""
        job = self._open_job(self._part_line(quantity))
        line = job.line_ids
        line.cover_ids.unlink()
        rows = [
            {
                "voucher_line_id": line.id,
                "payer": "maker",
                "payer_partner_id": self.maker.id,
                "share": share,
                "term_id": self.term.id,
                "clause": "T warranty",
                "is_manual": True,
            }
        ]
        if share < 100:
            rest = {"payer": "customer", "share": 100 - share, "sequence": 20}
            rows.append({"voucher_line_id": line.id, "is_manual": True, **rest})
        covers = self.env["aftersales.cover"].create(rows)
        job._done(at=datetime(2026, 9, 8, 12))
        moves = line.move_ids
        self.assertEqual((moves.state, moves.value), ("done", 30.0 * quantity))
        claim = covers.filtered(lambda cover: cover.payer == "maker")._make_claims()
        claim.action_submit()
        return claim

    def _answer(self, claim, amount):
        reason = self.env["aftersales.claim.reason"].create({"name": "T price", "code": "T-CP"})
        claim.line_ids.write(
            {"answer": "partly", "answered_amount": amount, "reason_id": reason.id}
        )
        claim.action_answer()

    @freeze_time("2026-09-20 09:00:00")
    def test_K22_claimed_parts_by_a_real_claim_and_delivery(self):
        """Approved 80 for two parts that left the van at 30 each: 20 of profit, 10 % of it."""
        claim = self._claimed()
        self.assertEqual(self.amount(self.compute(), "claimed"), 0, "not answered yet")
        self._answer(claim, 80)
        statements = self.compute()
        self.assertEqual(self.lines(statements, "claimed", self.tech).figure, 20)
        total = self.amount(statements, "claimed")
        self.assertEqual(total, 2)
        self.assertEqual(
            self.lines(statements, "claimed").figure_id.source_ids.mapped("amount"), [20]
        )

    @freeze_time("2026-09-20 09:00:00")
    def test_K22_claimed_parts_bear_the_payers_share_of_the_cost(self):
        """The maker pays half: 40 approved less half of 60, what the parts cost."""
        self._answer(self._claimed(share=50.0), 40)
        self.assertEqual(self.lines(self.compute(), "claimed", self.tech).figure, 10)

    @freeze_time("2026-09-20 09:00:00")
    def test_K22_claimed_parts_at_the_cost_of_their_own_delivery(self):
        """What the part costs today does not matter."""
        claim = self._claimed()
        self.part.with_company(self.company).standard_price = 99.0
        self._answer(claim, 80)
        self.assertEqual(self.lines(self.compute(), "claimed", self.tech).figure, 20)

    def test_K22_broken_parts_by_a_real_delivery_on_rework(self):
        """Broken on confirmed rework: the leader bears what left the van, nobody else."""
        about = {"lot_id": self.unit.id, "fault_id": self.fault.id}
        self.make_job(
            self.tech,
            registered=datetime(2026, 9, 1, 8),
            outcomes=(),
            line_ids=[self._part_line(1, is_broken=True)],
            **about,
        )
        again = self.make_job(
            self.tech,
            registered=datetime(2026, 9, 5, 8),
            outcomes=(),
            line_ids=[self._part_line(2, is_broken=True), self._part_line(1)],
            **about,
        )
        self.assertEqual(self.amount(self.compute(), "broken"), 0, "rework is not confirmed yet")
        again.action_confirm_rework()
        statements = self.compute()
        self.assertEqual(self.amount(statements, "broken", self.other), -60)
        self.assertFalse(self.lines(statements, "broken", self.tech))
