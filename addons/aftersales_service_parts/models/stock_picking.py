# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Parts handed over to a technician, who signs for them (P11)."""

    _inherit = "stock.picking"

    parts_technician_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Who gets the parts into the van, and signs for them (P11).",
    )
    parts_technician_van = fields.Char(
        string="Van", compute="_compute_parts_technician_van", help="Where the parts go."
    )

    @api.depends("parts_technician_id")
    def _compute_parts_technician_van(self):
        for picking in self:
            picking.parts_technician_van = picking._get_parts_van().display_name

    @api.depends("parts_technician_id")
    def _compute_location_id(self):
        """The parts go into the van of the technician."""
        result = super()._compute_location_id()
        for picking in self:
            van = picking._get_parts_van()
            if (
                van
                and picking.parts_transfer_step == "van"
                and picking.state not in ("done", "cancel")
                and not picking.return_id
            ):
                picking.location_dest_id = van
        return result

    def _get_parts_van(self):
        """Stock location of the technician's van."""
        # sudo: the van stands on the employee's private file; only its location is used.
        return self.parts_technician_id.sudo().van_location_id.sudo(self.env.su)

    def _check_parts_validation(self):
        """Nothing goes into a van unsigned, or into another one.

        :raise UserError: naming the transfer and what to do
        """
        for picking in self:
            if picking.parts_transfer_step == "van" and not picking.return_id:
                picking._check_parts_issue()
        return super()._check_parts_validation()

    def _check_parts_issue(self):
        """See :meth:`_check_parts_validation`."""
        self.ensure_one()
        van = self._get_parts_van()
        if not van:
            raise UserError(
                self.env._(
                    "Say on %(transfer)s which technician gets the parts; the technician needs a "
                    "van, which is entered on the employee.",
                    transfer=self.name,
                )
            )
        places = self.move_ids.location_dest_id | self.move_line_ids.location_dest_id
        if not all(place._child_of(van) for place in places):
            raise UserError(
                self.env._(
                    "%(transfer)s goes to %(place)s. Parts issued to %(technician)s go into the "
                    "van %(van)s.",
                    transfer=self.name,
                    place=(places - van)[:1].display_name,
                    technician=self.parts_technician_id.name,
                    van=van.display_name,
                )
            )
        if not self.signature:
            raise UserError(
                self.env._(
                    "%(technician)s has to sign for the parts of %(transfer)s first: press “Sign”.",
                    technician=self.parts_technician_id.name,
                    transfer=self.name,
                )
            )
