# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import tagged, warmup

from .common import ServiceCommon


@tagged("post_install", "-at_install")
class TestPerformance(ServiceCommon):
    """Hot paths: queries do not grow with the batch but for the ORM's own batches."""

    def _count(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _create(self, count):
        return self.env["aftersales.voucher"].create(
            [
                {
                    "lot_id": self.unit.id,
                    "fault_id": self.fault.id,
                    "technician_id": self.technician.id,
                }
                for _i in range(count)
            ]
        )

    @warmup
    def test_batch_create(self):
        self._create(3)
        few = self._count(lambda: self._create(10))
        many = self._count(lambda: self._create(100))
        self.assertLessEqual(many, few + 6, "registering is done in batches")
        self.assertLessEqual(many, 50, "at most half a query a call")

    @warmup
    def test_batch_dispatch(self):
        self._create(3)._dispatch()
        small, large = self._create(10), self._create(100)
        few = self._count(small._dispatch)
        many = self._count(large._dispatch)
        self.assertLessEqual(many, few + 6, "numbers are reserved for the whole batch")
        self.assertLessEqual(many, 30)

    def test_batch_dispatch_with_tracking(self):
        """What tracking costs is core's: one message and one value a voucher, nothing of ours."""
        self._create(3)._dispatch()
        vouchers = self._create(50).with_context(tracking_disable=False)
        self._count(self.env.cr.precommit.run)
        count = self._count(lambda: (vouchers._dispatch(), self.env.cr.precommit.run()))
        self.assertLessEqual(count, 30 + 2 * len(vouchers))
