# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVoucher(models.Model):
    """Jobs in the workshop stand in a bay, one at a time (S23)."""

    _inherit = "aftersales.voucher"

    bay_stay_ids = fields.One2many("aftersales.bay.stay", "voucher_id", string="Stays in Bays")
    bay_id = fields.Many2one(
        "aftersales.bay",
        compute="_compute_bay_id",
        search="_search_bay_id",
        help="Bay that the job stands in now.",
    )

    # === COMPUTE METHODS === #

    @api.depends("bay_stay_ids.end_at", "bay_stay_ids.bay_id")
    def _compute_bay_id(self):
        for voucher in self:
            staying = voucher.bay_stay_ids.filtered(lambda stay: not stay.end_at)
            voucher.bay_id = staying[:1].bay_id

    def _search_bay_id(self, operator, value):
        return [("bay_stay_ids", "any", [("end_at", "=", False), ("bay_id", operator, value)])]

    # === ACTIONS === #

    def action_enter_bay(self):
        """Ask for the bay that the job goes to."""
        self.ensure_one()
        self._check_in_workshop()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_bay_enter_action"
        )
        return {**action, "context": {"default_voucher_id": self.id}}

    def action_leave_bay(self):
        """The job leaves its bay; the bay is free.

        :raises UserError: when it stands in none
        """
        self.check_access("write")
        for voucher in self:
            if not voucher.bay_id:
                raise UserError(self.env._("%s stands in no bay.", voucher.display_name))
        self._leave_bay()
        return True

    # === STEPS === #

    def _enter_bay(self, bay, at=None):
        """Put a job into a bay; it leaves the one that it stands in.

        :param bay: aftersales.bay
        :param datetime at: only loaders of history pass one
        :raises UserError: for a job that is not in the workshop, a bay of another outlet, or one
            that is taken
        """
        self.ensure_one()
        self.check_access("write")
        self._check_in_workshop()
        if bay == self.bay_id:
            return
        if bay.outlet_id != self.outlet_id or not bay.active:
            raise UserError(
                self.env._(
                    "%(bay)s is no bay of %(outlet)s: choose one of the job's own outlet.",
                    bay=bay.display_name,
                    outlet=self.outlet_id.display_name,
                )
            )
        # sudo: whose job stands there may not be the user's to see; its number is.
        other = bay.sudo().voucher_id
        if other:
            raise UserError(
                self.env._(
                    "%(job)s stands in %(bay)s: let it leave first, or choose another bay.",
                    job=other.display_name,
                    bay=bay.display_name,
                )
            )
        at = at or fields.Datetime.now()
        self._leave_bay(at)
        # sudo: stays are written by the steps only; the right to write the job was checked.
        self.env["aftersales.bay.stay"].sudo().create(
            {"bay_id": bay.id, "voucher_id": self.id, "start_at": at, "user_id": self.env.uid}
        )
        self.invalidate_recordset(["bay_stay_ids", "bay_id"])
        bay.invalidate_recordset(["stay_ids", "voucher_id", "since", "is_free"])

    def _leave_bay(self, at=None):
        """End the stays of these jobs; nothing where they stand in no bay."""
        # sudo: see ``_enter_bay``; whoever hands a job over frees its bay.
        stays = self.sudo().bay_stay_ids.filtered(lambda stay: not stay.end_at)
        if stays:
            stays.write({"end_at": at or fields.Datetime.now()})
            stays.flush_recordset(["end_at"])

    def _done(self, at=None):
        """A job that is done frees its bay."""
        result = super()._done(at)
        self._leave_bay(at)
        return result

    def _leave_workshop(self):
        """The customer's goods are gone: so is the job, from its bay."""
        result = super()._leave_workshop()
        self.filtered(lambda voucher: not voucher.goods_in_house)._leave_bay()
        return result

    def _cancel(self, reason, at=None):
        """A job that is struck off frees its bay."""
        result = super()._cancel(reason, at)
        self._leave_bay(at)
        return result

    # === HELPERS === #

    def _check_in_workshop(self):
        for voucher in self:
            inside = voucher.state == "in_workshop" or (
                voucher.received_at and voucher.state == "in_progress"
            )
            if not inside:
                raise UserError(
                    self.env._(
                        "%s is not in the workshop: receive it, or bring the goods in first.",
                        voucher.display_name,
                    )
                )
