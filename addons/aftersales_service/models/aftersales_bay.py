# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

# Who sees which job stands in a bay.
STAY_READERS = "aftersales_service.group_service_technician,aftersales_service.group_service_reader"


class AftersalesBay(models.Model):
    """A place of an outlet's workshop, by its name (S23): one job stands in it at a time."""

    _name = "aftersales.bay"
    _description = "Workshop Bay"
    _order = "outlet_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="As it is written on the wall, e.g. Bay 3, Lift.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    outlet_id = fields.Many2one(
        "aftersales.outlet", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    note = fields.Char(help="What it is for: lift, pit, electrics …")
    stay_ids = fields.One2many("aftersales.bay.stay", "bay_id", string="Stays", groups=STAY_READERS)
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        compute="_compute_current",
        search="_search_voucher_id",
        groups=STAY_READERS,
        help="Job that stands in it now.",
    )
    since = fields.Datetime(
        compute="_compute_current", groups=STAY_READERS, help="Since when it stands there."
    )
    is_free = fields.Boolean(
        string="Free", compute="_compute_is_free", search="_search_is_free", compute_sudo=True
    )

    _name_uniq = models.UniqueIndex(
        "(outlet_id, name)", "The outlet has a bay with this name already, perhaps archived."
    )

    @api.depends("name", "outlet_id.code")
    def _compute_display_name(self):
        for bay in self:
            bay.display_name = " ".join(filter(None, (bay.outlet_id.code, bay.name)))

    @api.depends("stay_ids.end_at", "stay_ids.voucher_id")
    def _compute_current(self):
        stays = self.env["aftersales.bay.stay"].search(
            [("bay_id", "in", self.ids), ("end_at", "=", False)]
        )
        current = stays.grouped("bay_id")
        for bay in self:
            stay = current.get(bay, stays.browse())
            bay.voucher_id, bay.since = stay.voucher_id, stay.start_at

    def _search_voucher_id(self, operator, value):
        open_stays = [("end_at", "=", False), ("voucher_id", operator, value)]
        return [("stay_ids", "any", open_stays)]

    @api.depends("stay_ids.end_at")
    def _compute_is_free(self):
        for bay in self:
            bay.is_free = all(stay.end_at for stay in bay.stay_ids)

    def _search_is_free(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: whether a bay is free does not depend on who may see the job in it.
        taken = self.env["aftersales.bay.stay"].sudo().search([("end_at", "=", False)]).bay_id
        return [("id", "not in", taken.ids)]
