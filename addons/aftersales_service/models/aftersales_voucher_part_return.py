# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """Old parts that must come back because somebody else pays for the new ones (S17)."""

    _inherit = "aftersales.voucher"

    part_return_ids = fields.One2many(
        "aftersales.part.return",
        "voucher_id",
        string="Old Parts",
        help="Old parts of this job that are claimed.",
    )
    part_return_count = fields.Integer(compute="_compute_part_return_count", string="Old Part")

    @api.depends("part_return_ids")
    def _compute_part_return_count(self):
        for voucher in self:
            voucher.part_return_count = len(voucher.part_return_ids)

    def action_view_part_returns(self):
        """Open the old parts of this job."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_part_return_action"
        )
        return {**action, "domain": [("voucher_id", "=", self.id)], "context": {}}

    def _done(self, at=None):
        """What was fitted at somebody else's cost is known now: its old part must come back."""
        result = super()._done(at)
        self._create_part_returns()
        return result

    def _create_part_returns(self):
        """Note the old parts of these jobs, in one batch; safe to run again.

        :return: aftersales.part.return
        """
        # sudo: nobody creates what is owed but the job itself; a technician finishes his own.
        vouchers = self.sudo()
        known = vouchers.part_return_ids.voucher_line_id
        vals_list = [
            line._prepare_part_return_vals(claim)
            for line in vouchers.line_ids - known
            if (claim := line._get_old_part_claim())
        ]
        return vouchers.env["aftersales.part.return"].create(vals_list).sudo(False)

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"part_return_ids"}
