# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesFault(models.Model):
    """A fault code: what was wrong, in the words that all clerks and technicians share.

    Rework (S18) and the monthly report of faults by model (S20) compare these codes.
    """

    _name = "aftersales.fault"
    _description = "Fault Code"
    _inherit = ["aftersales.code.mixin"]
    _order = "code, name"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, help="Short code, e.g. HYD-01.")
    active = fields.Boolean(default=True)
    is_misuse = fields.Boolean(
        string="Misuse",
        help="The customer's own doing: warranties whose clauses exclude misuse do not cover it.",
    )

    _code_uniq = models.UniqueIndex("(code)", "This fault code is taken.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for fault in self:
            fault.display_name = f"[{fault.code}] {fault.name}" if fault.code else fault.name
