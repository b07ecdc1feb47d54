# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, models
from odoo.exceptions import AccessError

# What decides which parts leave a van, and how many.
VAN_FIELDS = frozenset({"product_id", "quantity", "uom_id", "lot_id", "location_id", "line_type"})


class AftersalesVoucherLine(models.Model):
    """Where several technicians work on a job, each takes parts from his own van (S3)."""

    _inherit = "aftersales.voucher.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Parts of whoever helps on a job leave his own van.

        :raises AccessError: when a technician takes parts from another one's van
        """
        lines = super().create(vals_list)
        if self._is_technician_only():
            for line in lines._get_parts():
                van = line._get_own_van()
                if not line.location_id and van and van != line._get_van():
                    # sudo: of this line only, to the van that is the user's own.
                    line.sudo().location_id = van
            lines._check_own_van()
        return lines

    def write(self, vals):
        """See ``create``.

        :raises AccessError: when a technician takes parts from another one's van
        """
        takes = VAN_FIELDS & vals.keys() and self._is_technician_only()
        if takes:
            self._check_own_van()
        result = super().write(vals)
        if takes:
            self._check_own_van()
        return result

    def _is_technician_only(self):
        """The hotline corrects everybody's lines; a technician writes what he takes himself."""
        return not (
            self.env.su or self.env.user.has_group("aftersales_service.group_service_clerk")
        )

    def _get_parts(self):
        return self.filtered(
            lambda line: line.line_type == "part" and line.product_id.type == "consu"
        )

    def _get_product_quantity(self):
        """Quantity of these lines together, in their product's own unit."""
        return sum(
            line.uom_id._compute_quantity(line.quantity, line.product_id.uom_id, round=False)
            for line in self
        )

    def _get_van(self):
        """Van that the part leaves: the one named on the line, else that of the job's technician.

        :return: stock.location, as superuser
        """
        self.ensure_one()
        # sudo: technicians have no stock rights; which van it is decides what they may write.
        return self.sudo().location_id or self.voucher_id._get_van()

    def _get_own_van(self):
        """Van of the user, where he works on the job.

        :return: stock.location, as superuser
        """
        self.ensure_one()
        # sudo: as above
        crew = self.voucher_id.sudo()._get_crew()
        return crew.filtered(lambda technician: technician.user_id == self.env.user).van_location_id

    def _check_own_van(self):
        for line in self._get_parts():
            van = line._get_van()
            if van and van not in line._get_own_van():
                raise AccessError(
                    self.env._(
                        "%(product)s on %(voucher)s would leave %(van)s, which is not your van: "
                        "ask its technician or the hotline to write it.",
                        product=line.product_id.display_name,
                        voucher=line.voucher_id.display_name,
                        van=van.display_name,
                    )
                )
