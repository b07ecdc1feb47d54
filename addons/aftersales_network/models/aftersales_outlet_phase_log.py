# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class AftersalesOutletPhaseLog(models.Model):
    """A step of an outlet from one phase of the network to another: when, who, why (N1).

    Written by the system only; nobody edits history.
    """

    _name = "aftersales.outlet.phase.log"
    _description = "Change of an Outlet's Phase"
    _order = "date desc, id desc"
    _rec_name = "outlet_id"

    outlet_id = fields.Many2one("aftersales.outlet", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    date = fields.Date(required=True, help="First day in the new phase.")
    phase_from = fields.Selection(
        selection=lambda self: self._selection_phase(),
        string="Phase Before",
        help="Empty: taken on.",
    )
    phase_to = fields.Selection(
        selection=lambda self: self._selection_phase(), string="New Phase", required=True
    )
    direction = fields.Selection(
        [("start", "Taken On"), ("forward", "Forward"), ("back", "Back")], required=True
    )
    user_id = fields.Many2one("res.users", string="Decided By", required=True)
    reason = fields.Char(help="Why; empty where a program wrote the phase.")

    def _selection_phase(self):
        return self.env["aftersales.outlet"]._fields["phase"]._description_selection(self.env)
