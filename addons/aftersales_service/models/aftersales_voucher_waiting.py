# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# A job that is given away can stand still for a part.
WAITING_FROM = ("dispatched", "in_progress", "in_workshop")


class AftersalesVoucher(models.Model):
    """Jobs that wait for a part that is not there (S3, S26), and hold their promises (S8)."""

    _inherit = "aftersales.voucher"

    waiting_product_id = fields.Many2one(
        "product.product",
        string="Awaited Part",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Part that the job waits for, or waited for last.",
    )
    part_expected_on = fields.Date(
        string="Part Expected",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day on which the awaited part should be there.",
    )
    waiting_since = fields.Datetime(
        readonly=True, copy=False, help="Since when the job has been waiting for the part."
    )
    resume_state = fields.Selection(
        [("dispatched", "Dispatched"), ("in_progress", "In Progress"), ("in_workshop", "Workshop")],
        readonly=True,
        copy=False,
        help="Where the job goes on when the part is there.",
    )

    # === ACTIONS === #

    def action_wait_for_part(self):
        """Ask for which part the job waits, and until when."""
        self.ensure_one()
        self._check_state(*WAITING_FROM, "waiting_part")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_voucher_wait_action"
        )
        action["context"] = {"default_voucher_id": self.id}
        return action

    def action_resume(self):
        """The part is there: the jobs go on where they stopped.

        :raises UserError: when a job does not wait
        """
        self.check_access("write")
        self._resume()
        return True

    # === STEPS === #

    def _wait_for_part(self, expected_on=None, product=None, at=None):
        """Let jobs stand still until a part is there; one that waits already gets a new date.

        :param date expected_on: day on which the part should be there, where it is known
        :param product: product.product, the part
        :param datetime at: see ``_dispatch``
        :raises UserError: when a job is not given away, or is done
        """
        self._check_state(*WAITING_FROM, "waiting_part")
        at = at or fields.Datetime.now()
        part = {"part_expected_on": expected_on or False}
        if product:
            part["waiting_product_id"] = product.id
        for state, vouchers in self.grouped("state").items():
            if state == "waiting_part":
                vouchers._write_step(part)
                continue
            vouchers._write_step(
                {"state": "waiting_part", "resume_state": state, "waiting_since": at, **part}
            )
        self.appointment_ids.filtered(lambda visit: visit.state == "under_way")._leave(at=at)

    def _resume(self, at=None):
        """Let jobs go on where they stopped; see ``_dispatch`` for ``at``."""
        self._check_state("waiting_part")
        for state, vouchers in self.grouped("resume_state").items():
            vouchers._write_step({"state": state or "in_progress", "waiting_since": False})

    # === BUSINESS METHODS === #

    def _propose_part_expected_on(self, product, quantity=1.0):
        """When a part should be there: a transfer to the van, the stock, or what is coming in.

        What is free in the stock is there today; else the first receipt that covers the quantity
        together with what is free and came before it.

        :return: date, or False where nothing is known
        """
        self.ensure_one()
        today = self._get_company_date(fields.Datetime.now())
        # sudo: technicians and clerks have no stock rights; only a day is told.
        moves = self.env["stock.move"].sudo()
        coming = fields.Domain(
            [
                ("product_id", "=", product.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("waiting", "confirmed", "partially_available", "assigned")),
            ]
        )
        to_van = moves.search(
            coming & fields.Domain("location_dest_id", "in", self._get_vans().ids),
            order="date",
        ).filtered(lambda move: move._is_coming_to_van())[:1]
        if to_van:
            expected = to_van.forecast_expected_date or to_van.date
            return max(self._get_company_date(expected), today)
        warehouses = (
            self.env["stock.warehouse"].sudo().search([("company_id", "=", self.company_id.id)])
        )
        stock = warehouses.lot_stock_id
        missing = quantity
        if stock:
            # sudo: as above
            missing -= product.sudo().with_context(location=stock.ids).free_qty
        if missing <= 0:
            return today
        receipts = moves.search(
            coming
            & fields.Domain("location_dest_id", "child_of", warehouses.view_location_id.ids)
            & fields.Domain("location_id.usage", "in", ("supplier", "transit", "production")),
            order="date, id",
        )
        for receipt in receipts:
            missing -= receipt.product_qty
            if missing <= 0:
                return max(self._get_company_date(receipt.date), today)
        return False

    def _get_missing_part(self):
        """First part on the job of which the vans hold too little."""
        self.ensure_one()
        # sudo: technicians have no stock rights; only which part is missing is told.
        quants = self.env["stock.quant"].sudo()
        for line in self._get_part_lines():
            van = line._get_van()
            needed = line.uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            if not van or quants._get_available_quantity(line.product_id, van) < needed:
                return line.product_id
        return self.env["product.product"]

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "waiting_product_id",
            "part_expected_on",
            "waiting_since",
            "resume_state",
        }
