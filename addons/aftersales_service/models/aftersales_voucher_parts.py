# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesVoucher(models.Model):
    """Parts used on site: one delivery a job, from the technician's own van to the customer (S3).

    Technicians hold no stock rights; what they may take is decided here.
    """

    _inherit = "aftersales.voucher"

    picking_id = fields.Many2one(
        "stock.picking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        string="Parts Used",
        help="Delivery of the parts used, from the technician's van to the customer.",
    )

    # === ACTIONS === #

    def action_view_picking(self):
        """Open the delivery of the parts used."""
        self.ensure_one()
        return self.picking_id._get_records_action()

    # === BUSINESS METHODS === #

    def _create_pickings(self):
        """One delivery a voucher, from the technician's van to the customer, done at once."""
        to_deliver = self.filtered(lambda v: v._get_part_lines() and not v.picking_id)
        for company, vouchers in to_deliver.grouped("company_id").items():
            vouchers._check_vans()
            # sudo: technicians have no stock rights. Safe because the job was checked to be the
            # user's own (or the user directs the service) and the only source location that
            # passes `_check_vans` is the van of the job's technician.
            pickings = (
                self.env["stock.picking"]
                .sudo()
                .with_company(company)
                .create([voucher._prepare_picking_vals() for voucher in vouchers])
            )
            pickings.action_confirm()
            # What was fitted is known: it replaces what Odoo may have reserved.
            pickings.move_line_ids.unlink()
            self.env["stock.move.line"].sudo().create(
                [
                    move.aftersales_voucher_line_id._prepare_stock_move_line_vals(move)
                    for move in pickings.move_ids
                ]
            )
            # skip_sms: the customer stands beside the technician and has signed.
            pickings.with_context(skip_sms=True)._action_done()
            for voucher, picking in zip(vouchers, pickings, strict=True):
                voucher._write_step({"picking_id": picking.id})

    def _get_part_lines(self):
        """Lines whose goods leave the van."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: line.line_type == "part" and line.product_id.type == "consu"
        )

    def _check_vans(self):
        """The parts of a job come from the vans of those who work on it, and only they say so.

        :raises AccessError: when the job is somebody else's
        :raises UserError: when there is no van or warehouse, another van, or no customer
        """
        directs = self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk")
        for voucher in self:
            van = voucher._get_van()
            if not directs and not voucher.is_mine:
                raise AccessError(
                    self.env._(
                        "%(voucher)s is not your job: its parts leave the van of %(technician)s.",
                        voucher=voucher.display_name,
                        technician=voucher.technician_id.name,
                    )
                )
            parts = voucher._get_part_lines()
            if not van and any(not line.location_id for line in parts):
                raise UserError(
                    self.env._(
                        "%(technician)s has no van: have a stock location set on the employee "
                        "before %(voucher)s takes parts from it.",
                        technician=voucher.technician_id.name,
                        voucher=voucher.display_name,
                    )
                )
            if not voucher._get_warehouse():
                raise UserError(
                    self.env._(
                        "%(company)s has no warehouse, so %(voucher)s cannot book the parts it "
                        "used: create one in Inventory > Configuration > Warehouses.",
                        company=voucher.company_id.name,
                        voucher=voucher.display_name,
                    )
                )
            if not voucher.partner_id:
                raise UserError(
                    self.env._(
                        "%(voucher)s has no customer to deliver parts to: remove the part lines "
                        "or enter the customer.",
                        voucher=voucher.display_name,
                    )
                )
            vans = voucher._get_vans()
            for line in parts:
                if line.location_id and line.location_id not in vans:
                    raise UserError(
                        self.env._(
                            "%(product)s on %(voucher)s would leave %(location)s. Parts used on "
                            "site leave the van of %(technician)s (%(van)s) only.",
                            product=line.product_id.display_name,
                            voucher=voucher.display_name,
                            location=line.location_id.display_name,
                            technician=", ".join(voucher._get_crew().mapped("name")),
                            van=", ".join(vans.mapped("display_name")),
                        )
                    )

    def _get_van(self):
        """Stock location of the technician's van."""
        self.ensure_one()
        # sudo: the van stands on the employee's private file; only its location is used.
        return self.technician_id.sudo().van_location_id

    def _get_vans(self):
        """Stock locations of the vans of everybody who works on the job."""
        self.ensure_one()
        # sudo: as in `_get_van`
        return self._get_crew().sudo().van_location_id

    def _get_warehouse(self):
        """Warehouse that books the delivery: the van's, else the company's first."""
        self.ensure_one()
        # sudo: technicians have no stock rights; only the kind of transfer is taken from it.
        warehouses = self.env["stock.warehouse"].sudo()
        return self._get_van().warehouse_id or warehouses.search(
            [("company_id", "=", self.company_id.id)], limit=1
        )

    def _prepare_picking_vals(self):
        """Values of the delivery van → customer with its moves."""
        self.ensure_one()
        van = self._get_van()
        customers = self.partner_id.with_company(self.company_id).property_stock_customer
        return {
            "picking_type_id": self._get_warehouse().out_type_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "location_id": (van or self._get_vans()[:1]).id,
            "location_dest_id": customers.id,
            "origin": self.number,
            "move_ids": [
                fields.Command.create(line._prepare_stock_move_vals(line._get_van(), customers))
                for line in self._get_part_lines()
            ],
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"picking_id"}
