# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Sheets keep the terms of an indicator by its options, where they kept a key of a text."""
    cr.execute(
        """
        UPDATE aftersales_kpi_sheet_line
           SET terms = (terms - 'formula') || jsonb_build_object('indicator',
                   CASE WHEN terms ->> 'formula' = 'first_time_fix'
                        THEN jsonb_build_object('measure', 'first_time_fix',
                                                'speed_until', 'callback')
                        ELSE jsonb_build_object('measure', 'speed', 'speed_until',
                                                SUBSTR(terms ->> 'formula', 7))
                   END)
         WHERE terms ? 'formula'
        """
    )
