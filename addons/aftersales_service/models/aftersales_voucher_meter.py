# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

from .aftersales_meter_reading import METER_DIGITS


class AftersalesVoucher(models.Model):
    """The meter as it was read on a job (S14)."""

    _inherit = "aftersales.voucher"

    meter_replaced = fields.Boolean(
        copy=False, help="The unit's meter was replaced: the new one begins with the reading."
    )
    old_meter_reading = fields.Float(
        string="Old Meter at the End",
        copy=False,
        aggregator=None,
        help="What the old meter showed when it was taken out.",
    )

    @api.constrains("meter_reading", "lot_id", "meter_replaced", "old_meter_reading")
    def _check_meter_reading(self):
        """A meter does not run backwards; said at once, not when the customer has signed.

        Jobs from before the last reading, which loaders of history write, are looked at when
        they are done.
        """
        for voucher in self:
            told = voucher.old_meter_reading if voucher.meter_replaced else voucher.meter_reading
            lot = voucher.lot_id
            if not (lot.meter and (told or voucher.meter_replaced)) or voucher._is_frozen():
                continue
            reported_on = voucher._get_company_date(voucher.registered_at)
            if lot.meter_date and reported_on and reported_on < lot.meter_date:
                continue
            if float_compare(told, lot.meter, METER_DIGITS) < 0:
                raise ValidationError(
                    self.env._(
                        "The meter of unit %(unit)s stood at %(before)s on %(day)s already: "
                        "%(value)s is less. Correct the reading of %(voucher)s, clear it or, "
                        "where the meter was replaced, tick Meter Replaced and enter what the old "
                        "one showed.",
                        unit=lot.display_name,
                        before=f"{lot.meter:g}",
                        day=lot.meter_date or "",
                        value=f"{told:g}",
                        voucher=voucher.display_name,
                    )
                )

    def _log_meter_readings(self):
        """The unit's file gets the readings of jobs that are done.

        :raises UserError: when a meter would run backwards
        """
        for voucher in self:
            if not voucher.lot_id or not (voucher.meter_reading or voucher.meter_replaced):
                continue
            # sudo: the job writes the unit's file (S14); technicians only read it.
            voucher.lot_id.sudo()._take_meter_reading(
                voucher.meter_reading,
                day=voucher._get_company_date(voucher.done_at),
                voucher=voucher,
                old_value=voucher.old_meter_reading if voucher.meter_replaced else None,
            )
