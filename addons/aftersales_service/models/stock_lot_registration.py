# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_registration import LIVE_STATES
from .stock_lot import SERVICE_GROUPS

# So many units a transaction in the nightly run.
BATCH = 500


class StockLot(models.Model):
    """How the warranty of a unit began (S14).

    By its retail registration; without one, a grace after the day on which it was shipped.
    """

    _inherit = "stock.lot"

    shipped_on = fields.Date(
        copy=False,
        help="Day on which the unit left us for the dealer or the user; written by the delivery.",
    )
    warranty_source = fields.Selection(
        [
            ("shipment", "Shipment and Grace"),
            ("registration", "Retail Registration"),
            ("manual", "Written by Hand"),
            ("replacement", "Replaced Unit"),
        ],
        string="Warranty By",
        readonly=True,
        copy=False,
        help="What the first day of the warranty was taken from.",
    )
    registration_tries = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts who wants to register the unit, so that two at once do not both do.",
    )
    registration_ids = fields.One2many(
        "aftersales.registration", "lot_id", string="Registrations", groups=SERVICE_GROUPS
    )

    _shipped_idx = models.Index(
        "(id) WHERE shipped_on IS NOT NULL AND warranty_start IS NULL AND warranty_source IS NULL"
    )

    def action_view_registrations(self):
        """Open the registrations of this unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_registration_action"
        )
        action["domain"] = [("lot_id", "=", self.id)]
        action["context"] = {"default_lot_id": self.id}
        return action

    def _start_registered_warranty(self, day):
        """The registration says when the warranty begins, also where a grace had begun it."""
        # sudo: the registration was accepted; the unit's file follows.
        lots = self.sudo()
        lots._start_warranty(day, "registration")
        lots.write({"warranty_source": "registration"})
        # Products without a policy: the day of the sale is known all the same.
        lots.filtered(lambda lot: not lot.warranty_end).write({"warranty_start": day})

    @api.model
    def _cron_start_warranties(self):
        """Warranty of units that nobody registered: the grace after their shipment is over (S14).

        In batches by id, each in a transaction of its own: what is done stays done.
        """
        last_id = 0
        while batch := self._get_units_after_grace(last_id):
            for day, lot_ids in batch.items():
                lots = self.browse(lot_ids)
                lots._start_warranty(day, "shipment")
                lots.write({"warranty_source": "shipment"})
            last_id = max(lot_id for lot_ids in batch.values() for lot_id in lot_ids)
            self.env["ir.cron"]._commit_progress(sum(map(len, batch.values())))

    @api.model
    def _get_units_after_grace(self, last_id=0, limit=BATCH):
        """Units whose grace is over without a registration, in one query.

        :param int last_id: only units after this one
        :return: {first day of the warranty: [ids]}
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lot.id, lot.shipped_on + company.aftersales_warranty_grace
                  FROM stock_lot lot
                  JOIN res_company company
                    ON company.id = COALESCE(lot.company_id, %(company)s)
                 WHERE lot.shipped_on IS NOT NULL
                   AND lot.warranty_start IS NULL
                   AND lot.warranty_source IS NULL
                   AND lot.merged_into_id IS NULL
                   AND lot.sold_by_us
                   AND lot.id > %(last)s
                   AND lot.shipped_on + company.aftersales_warranty_grace <= %(today)s
                   AND NOT EXISTS (SELECT 1 FROM aftersales_registration registration
                                    WHERE registration.lot_id = lot.id
                                      AND registration.state IN %(live)s)
              ORDER BY lot.id
                 LIMIT %(limit)s
                """,
                company=self.env.company.id,
                last=last_id,
                today=self._get_file_today(),
                live=LIVE_STATES,
                limit=limit,
            )
        )
        days = {}
        for lot_id, day in rows:
            days.setdefault(day, []).append(lot_id)
        return days

    @api.model
    def _get_unit_file_fields(self):
        return super()._get_unit_file_fields() | {"shipped_on"}
