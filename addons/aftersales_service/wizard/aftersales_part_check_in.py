# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class AftersalesPartCheckIn(models.TransientModel):
    """Several old parts on the storekeeper's counter: scanned, or picked from a list (S17)."""

    _name = "aftersales.part.check.in"
    _description = "Take Old Parts In"
    _inherit = ["barcodes.barcode_events_mixin"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="Brought By",
        check_company=True,
        help="Shows only what this technician owes.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="House",
        check_company=True,
        help="House that the parts come into; empty: that of the outlet, or your own.",
    )
    scan = fields.Char(
        help="Number, serial, job or part: type or scan it and press Enter. Scanning works "
        "anywhere on this screen."
    )
    part_return_ids = fields.Many2many(
        "aftersales.part.return",
        string="Old Parts",
        domain="[('state', '=', 'owed'), ('company_id', '=', company_id), "
        "('technician_id', '=?', technician_id)]",
        help="What lies on the counter.",
    )

    def on_barcode_scanned(self, barcode):
        """Put what was scanned on the list.

        :return: a warning where nothing fits
        """
        return self._add(barcode)

    @api.onchange("scan")
    def _onchange_scan(self):
        code, self.scan = self.scan, False
        return self._add(code) if code else None

    def _add(self, code):
        """Find an owed part by number, serial, job or part; of several the one due first."""
        part = self._find(code)[:1]
        if part:
            self.part_return_ids = [Command.link(part.id)]
            return None
        return {
            "warning": {
                "title": self.env._("Nothing Owed"),
                "message": self.env._(
                    "No old part that is owed has the number, serial, job or part %s: look in the "
                    "list whether it is here already.",
                    code,
                ),
            }
        }

    def _find(self, code):
        code = code.strip()
        open_ones = Domain("state", "=", "owed") & Domain("company_id", "=", self.company_id.id)
        open_ones &= Domain("id", "not in", self.part_return_ids._origin.ids or self._get_ids())
        if self.technician_id:
            open_ones &= Domain("technician_id", "=", self.technician_id.id)
        parts = self.env["aftersales.part.return"]
        product = [("product_id.barcode", "=", code), ("product_id.default_code", "=ilike", code)]
        job = Domain("number", "=ilike", code) | Domain("reference", "=ilike", code)
        for domain in (
            Domain("name", "=ilike", code),
            Domain("serial", "=ilike", code),
            Domain.OR(Domain([leaf]) for leaf in product),
            # Without access rules: a storekeeper finds by a job's number, but reads no job.
            Domain("voucher_id", "any!", job),
        ):
            found = parts.search(open_ones & domain)
            if found:
                return found
        return parts

    def _get_ids(self):
        return [part._origin.id or part.id for part in self.part_return_ids]

    def action_take_in(self):
        """Take all of them into custody.

        :raises UserError: when the list is empty
        """
        self.ensure_one()
        if not self.part_return_ids:
            raise UserError(self.env._("Scan or choose the old parts that lie on the counter."))
        self.part_return_ids.check_access("write")
        self.part_return_ids._take_in(self.warehouse_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s old parts are in custody.", len(self.part_return_ids)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
