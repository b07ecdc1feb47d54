# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import float_compare

from .aftersales_meter_reading import METER_DIGITS
from .stock_lot import NEW_UNIT_FIELDS, SERVICE_GROUPS

# Only the readings write what follows from them; no RPC can hold this object.
METER_SENTINEL = object()


class StockLot(models.Model):
    """The meter of a unit (S14): each reading is kept; the file shows the last one.

    ``meter`` is what the dial shows, ``meter_total`` what the unit has done since it was new, over
    all its meters. The last reading, its day and the use per day are columns of the unit, so that
    a nightly run over all units estimates in SQL:
    ``meter + meter_offset + meter_per_day * (day - meter_date)``.
    """

    _inherit = "stock.lot"

    meter_date = fields.Date(
        string="Read On", readonly=True, copy=False, help="Day of the last meter reading."
    )
    meter_offset = fields.Float(
        string="On Earlier Meters",
        readonly=True,
        copy=False,
        digits=(16, METER_DIGITS),
        help="What the unit had done before its present meter began to count.",
    )
    meter_per_day = fields.Float(
        string="Use per Day",
        readonly=True,
        copy=False,
        help="Average use per day by the readings of the year before the last one.",
    )
    meter_total = fields.Float(
        string="Total Meter",
        compute="_compute_meter_total",
        digits=(16, METER_DIGITS),
        help="What the unit has done since it was new, over all its meters.",
    )
    meter_estimate = fields.Float(
        string="Estimated Today",
        compute="_compute_meter_estimate",
        digits=(16, 0),
        help="Total meter of today by the last reading and the use per day.",
    )
    meter_reading_ids = fields.One2many(
        "aftersales.meter.reading",
        "lot_id",
        string="All Readings",
        groups=SERVICE_GROUPS,
        help="Every reading of the unit's meter, newest first.",
    )

    @api.depends("meter", "meter_offset")
    def _compute_meter_total(self):
        for lot in self:
            lot.meter_total = lot.meter + lot.meter_offset

    @api.depends("meter_total", "meter_date", "meter_per_day")
    @api.depends_context("tz")
    def _compute_meter_estimate(self):
        today = fields.Date.context_today(self)
        for lot in self:
            lot.meter_estimate = lot._estimate_meter(today)

    @api.model_create_multi
    def create(self, vals_list):
        """Open unit files; a meter that is told is the first reading."""
        lots = super().create(vals_list)
        told = lots.filtered("meter")
        if told:
            told._log_first_readings()
        return lots

    def write(self, vals):
        """A meter that is typed is a reading of today.

        :raises UserError: when the meter would run backwards
        """
        typed = "meter" in vals and self.env.context.get("aftersales_meter") is not METER_SENTINEL
        if not typed:
            return super().write(vals)
        self.check_access("write")
        self._check_unit_file_rights(vals, NEW_UNIT_FIELDS)
        value = vals["meter"]
        result = super().write({name: vals[name] for name in vals if name != "meter"})
        changed = self.filtered(lambda lot: float_compare(lot.meter, value, METER_DIGITS))
        changed._take_meter_reading(value, source="manual")
        return result

    def copy_data(self, default=None):
        """A new unit has not been used."""
        return super().copy_data({"meter": 0.0, **(default or {})})

    def action_view_meter_readings(self):
        """Open the readings of this unit's meter."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_meter_reading_action"
        )
        action["domain"] = [("lot_id", "=", self.id)]
        action["context"] = {"default_lot_id": self.id}
        return action

    def _take_meter_reading(
        self, value, day=None, voucher=None, source="service", old_value=None, note=None
    ):
        """Log what the meter shows (S14).

        :param float value: what it shows, in the unit's ``meter_unit``
        :param date day: when it was read; today in the company's time zone by default
        :param voucher: aftersales.voucher on which it was read
        :param str source: how it was learnt, see ``aftersales.meter.reading``
        :param float old_value: what the old meter showed, where it was replaced by one that
            begins with ``value``
        :raises UserError: when the meter would run backwards, with the way out
        :return: aftersales.meter.reading
        """
        replaced = old_value is not None
        # sudo: whoever may tell a reading is for the caller to know; the log is written by nobody.
        return (
            self.env["aftersales.meter.reading"]
            .sudo()
            .create(
                [
                    {
                        "lot_id": lot.id,
                        "date": day or lot._get_file_today(),
                        "value": value,
                        "is_replacement": replaced,
                        "old_value": old_value if replaced else 0.0,
                        "source": source,
                        "voucher_id": voucher.id if voucher else False,
                        "user_id": self.env.uid,
                        "note": note,
                    }
                    for lot in self
                ]
            )
        )

    def _estimate_meter(self, day):
        """Total meter of a day by the last reading and the average use; never below the last.

        :param date day: day in the company's time zone
        """
        self.ensure_one()
        days = (day - self.meter_date).days if self.meter_date and day else 0
        return self.meter_total + max(days, 0) * self.meter_per_day

    def _get_total_meter(self, value):
        """Total meter when the present meter shows a value: terms are compared with it."""
        self.ensure_one()
        return value + self.meter_offset

    def _log_first_readings(self):
        today = {lot: lot._get_file_today() for lot in self}
        # sudo: as in `_take_meter_reading`.
        self.env["aftersales.meter.reading"].sudo().create(
            [
                {"lot_id": lot.id, "date": today[lot], "value": lot.meter, "user_id": self.env.uid}
                for lot in self
            ]
        )

    def _refresh_meter(self, known=None):
        """Show the last reading on the unit's file.

        :param known: all readings of these units, oldest first; looked up by default
        """
        # sudo: what follows from the readings is written by nobody.
        lots = self.sudo().with_context(aftersales_meter=METER_SENTINEL)
        if known is None:
            readings = self.env["aftersales.meter.reading"].sudo()
            known = readings.search([("lot_id", "in", self.ids)], order="date, id")
        by_lot = known.grouped("lot_id")
        for lot in lots:
            rows = by_lot.get(lot, known.browse())
            last = rows[-1:]
            lot.write(
                {
                    "meter": last.value,
                    "meter_date": last.date,
                    "meter_offset": last.total - last.value,
                    "meter_per_day": rows._get_use_per_day(),
                }
            )

    def _get_file_today(self):
        """Today in the time zone of the unit's company."""
        return (self.company_id or self.env.company)._get_aftersales_today()
