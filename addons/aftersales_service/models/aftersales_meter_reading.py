# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

# Use per day is taken from the readings of so many days before the last one.
USE_DAYS = 365
METER_DIGITS = 2


class AftersalesMeterReading(models.Model):
    """What a unit's hour meter or odometer showed on a day (S14).

    Readings are a log: they are added, and a wrong one is taken out by a supervisor. A meter does
    not run backwards; where it was replaced, a row says what the old one showed at its end and
    what the new one began with. ``total`` goes on over replacements: terms of warranty and
    maintenance are counted by it.
    """

    _name = "aftersales.meter.reading"
    _description = "Meter Reading"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "date desc, id desc"
    _rec_name = "lot_id"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        required=True,
        ondelete="cascade",
        check_company=True,
        help="Unit whose meter was read.",
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="Day on which it was read."
    )
    value = fields.Float(
        string="Reading",
        required=True,
        digits=(16, METER_DIGITS),
        aggregator=None,
        help="What the meter shows; after a replacement: what the new one begins with.",
    )
    meter_unit = fields.Selection(related="lot_id.meter_unit")
    is_replacement = fields.Boolean(
        string="Meter Replaced", help="On this day the meter was replaced by a new one."
    )
    old_value = fields.Float(
        string="Old Meter at the End",
        digits=(16, METER_DIGITS),
        aggregator=None,
        help="What the old meter showed when it was taken out.",
    )
    total = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, METER_DIGITS),
        aggregator=None,
        help="What the unit has done since it was new, over all its meters.",
    )
    source = fields.Selection(
        [
            ("service", "Service"),
            ("manual", "Entered by Hand"),
            ("registration", "Retail Registration"),
            ("transfer", "Change of User"),
            ("claim", "Claim"),
            ("import", "Taken Over"),
        ],
        default="manual",
        required=True,
        readonly=True,
        help="How the reading was learnt.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Job on which it was read.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        readonly=True,
        default=lambda self: self.env.user,
        help="Who entered the reading.",
    )
    note = fields.Char(help="What else is to be known about it.")

    _value_positive = models.Constraint(
        "CHECK(value >= 0 AND old_value >= 0)", "A meter reading is not below zero."
    )
    _lot_idx = models.Index("(lot_id, date DESC, id DESC)")

    @api.constrains("date", "source")
    def _check_date(self):
        for reading in self:
            company = reading.company_id or self.env.company
            today = company._get_aftersales_date(fields.Datetime.now())
            if reading.source != "service" and reading.date > today:
                raise ValidationError(
                    self.env._(
                        "The meter of unit %(unit)s cannot have been read on %(day)s, which is "
                        "still to come: correct the day.",
                        unit=reading.lot_id.display_name,
                        day=reading.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Log readings; the unit's file shows the last one.

        :raises UserError: when a meter would run backwards, with the way out
        """
        readings = super().create(vals_list)
        readings._settle()
        return readings

    def write(self, vals):
        """A note may be added; what was read does not change.

        :raises UserError: on anything else
        """
        if set(vals) - {"note"} and not self.env.su:
            raise UserError(
                self.env._(
                    "A meter reading does not change: ask a supervisor to take the wrong one out, "
                    "and enter the right one."
                )
            )
        return super().write(vals)

    def unlink(self):
        """Take wrong readings out; the unit's file shows the last one that is left."""
        lots = self.lot_id
        for reading in self:
            # sudo: the note on the file follows from a reading that the user may delete.
            reading.lot_id.sudo()._message_log(
                body=self.env._(
                    "Meter reading %(value)s of %(day)s taken out.",
                    value=reading.value,
                    day=reading.date,
                )
            )
        result = super().unlink()
        lots._refresh_meter()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_counted_on(self):
        """Later totals stand on a replacement."""
        replacements = self.filtered("is_replacement")
        for reading in replacements:
            if reading.lot_id.meter_reading_ids.sorted("date")[-1:].date > reading.date:
                raise UserError(
                    self.env._(
                        "The meter of unit %(unit)s was read after its replacement on %(day)s: "
                        "take the later readings out first.",
                        unit=reading.lot_id.display_name,
                        day=reading.date,
                    )
                )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"total", "source", "voucher_id", "user_id"}

    def _settle(self):
        """Count the totals of new readings, and look at their neighbours in time.

        :raises UserError: when a meter would run backwards
        """
        self._count_units(self)

    def _settle_all(self):
        """Count all readings of these units anew, e.g. of files that were merged.

        :raises UserError: when a meter would have run backwards
        """
        self._count_units()

    def _count_units(self, new=None):
        # sudo: totals are counted over all readings of the units, whoever adds one.
        lots = self.sudo().lot_id
        known = self.sudo().search([("lot_id", "in", lots.ids)], order="date, id")
        for rows in known.grouped("lot_id").values():
            rows._count_totals(rows if new is None else new.sudo())
        lots._refresh_meter(known)

    def _count_totals(self, new):
        """Totals of a unit's readings, oldest first, as far as they are new."""
        previous = self.browse()
        for row in self:
            if row in new:
                row.total = row._get_total(previous)
            if previous in new and row not in new:
                row._check_not_replaced_before(previous)
            if row in new or previous in new:
                row._check_follows(previous)
            previous = row

    def _get_total(self, previous):
        """What the unit has done by this reading, after the previous one."""
        self.ensure_one()
        before = previous.total - previous.value
        return (self.old_value if self.is_replacement else self.value) + before

    def _check_follows(self, previous):
        """Refuse a reading that is lower than the one before it, and tell the way out."""
        self.ensure_one()
        if not previous:
            return
        if float_compare(self.total, previous.total, METER_DIGITS) >= 0:
            return
        raise UserError(
            self.env._(
                "The meter of unit %(unit)s stood at %(before)s on %(day)s: %(value)s on %(date)s "
                "is less. Correct the reading or, where the meter was replaced, tick Meter "
                "Replaced and enter what the old one showed.",
                unit=self.lot_id.display_name,
                before=f"{previous.value:g}",
                day=previous.date,
                value=f"{self.old_value if self.is_replacement else self.value:g}",
                date=self.date,
            )
        )

    def _check_not_replaced_before(self, previous):
        """Later totals stand on the meter that is to be replaced: entered in time, or not."""
        self.ensure_one()
        if previous.is_replacement:
            raise UserError(
                self.env._(
                    "The meter of unit %(unit)s was read on %(later)s already: a replacement on "
                    "%(day)s cannot be entered before that. Choose a later day, or ask a "
                    "supervisor to take the later readings out.",
                    unit=self.lot_id.display_name,
                    later=self.date,
                    day=previous.date,
                )
            )

    def _get_use_per_day(self):
        """Average use per day by the readings of one unit, oldest first.

        Of the year before the last reading; of a single one since the unit was sold or made.
        """
        if not self:
            return 0.0
        last, lot = self[-1], self.lot_id
        earlier = self[:-1].filtered(lambda row: row.date < last.date)
        recent = earlier.filtered(lambda row: row.date >= last.date - timedelta(days=USE_DAYS))
        first = recent[:1] or earlier[-1:]
        if first:
            return (last.total - first.total) / (last.date - first.date).days
        start = lot.sold_on or lot.warranty_start or lot.made_on
        return last.total / (last.date - start).days if start and start < last.date else 0.0
