# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Units from before have a history as well: their users, and what their meters showed (S14).

    In a statement each, whatever the number of units.
    """
    _take_over_users(cr)
    _take_over_readings(cr)
    _set_last_readings(cr)


def _take_over_users(cr):
    cr.execute(
        """
        INSERT INTO aftersales_unit_user (
            lot_id, company_id, partner_id, date_from, source,
            create_uid, create_date, write_uid, write_date)
        SELECT lot.id, lot.company_id, lot.user_partner_id,
               COALESCE(lot.sold_on, lot.warranty_start, lot.create_date::date), 'import',
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM stock_lot lot
         WHERE lot.user_partner_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM aftersales_unit_user known WHERE known.lot_id = lot.id)
        """
    )


def _take_over_readings(cr):
    """Readings of jobs as far as they ran forward, and then what stands on the file."""
    cr.execute(
        """
        INSERT INTO aftersales_meter_reading (
            lot_id, company_id, date, value, old_value, total, is_replacement, source,
            voucher_id, user_id, create_uid, create_date, write_uid, write_date)
        SELECT lot_id, company_id, date, value, 0, value, FALSE, source, voucher_id, 1,
               1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
          FROM (SELECT told.*, max(value) OVER (
                         PARTITION BY lot_id ORDER BY date, value, voucher_id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                  FROM (SELECT voucher.lot_id, lot.company_id, voucher.done_at::date AS date,
                               voucher.meter_reading::numeric AS value, 'service' AS source,
                               voucher.id AS voucher_id
                          FROM aftersales_voucher voucher
                          JOIN stock_lot lot ON lot.id = voucher.lot_id
                         WHERE voucher.done_at IS NOT NULL
                           AND voucher.meter_reading > 0
                           AND voucher.meter_reading <= lot.meter
                     UNION ALL
                        SELECT lot.id, lot.company_id,
                               GREATEST(lot.write_date::date, (
                                   SELECT max(done_at)::date FROM aftersales_voucher job
                                    WHERE job.lot_id = lot.id AND job.meter_reading > 0)),
                               lot.meter::numeric, 'import', NULL
                          FROM stock_lot lot
                         WHERE lot.meter > 0
                           AND NOT EXISTS (SELECT 1 FROM aftersales_voucher job
                                            WHERE job.lot_id = lot.id
                                              AND job.done_at IS NOT NULL
                                              AND job.meter_reading = lot.meter)) told) taken
         WHERE (before IS NULL OR value >= before)
           AND NOT EXISTS (SELECT 1 FROM aftersales_meter_reading known
                            WHERE known.lot_id = taken.lot_id)
        """
    )


def _set_last_readings(cr):
    """Day of the last reading, and the use per day between the first and the last."""
    cr.execute(
        """
        UPDATE stock_lot lot
           SET meter_date = known.last_day,
               meter_offset = 0,
               meter_per_day = CASE WHEN known.last_day > known.first_day
                   THEN (known.last_value - known.first_value)
                        / (known.last_day - known.first_day) ELSE 0 END
          FROM (SELECT lot_id, min(date) AS first_day, max(date) AS last_day,
                       min(total) AS first_value, max(total) AS last_value
                  FROM aftersales_meter_reading GROUP BY lot_id) known
         WHERE known.lot_id = lot.id AND lot.meter_date IS NULL
        """
    )
