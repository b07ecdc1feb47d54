# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesOutletCondition(models.Model):
    """A condition of a phase as this outlet stands to it: met, by whom, since when (N1)."""

    _name = "aftersales.outlet.condition"
    _description = "Condition of an Outlet's Phase"
    _inherit = ["aftersales.guarded.mixin"]
    _order = "outlet_id, phase, sequence, id"
    _check_company_auto = True

    outlet_id = fields.Many2one("aftersales.outlet", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outlet_id.company_id", store=True, index=True)
    condition_id = fields.Many2one(
        "aftersales.phase.condition", index="btree_not_null", ondelete="set null"
    )
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    phase = fields.Selection(
        selection=lambda self: self._selection_phase(),
        required=True,
        compute="_compute_phase",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_required = fields.Boolean(string="Required", default=True)
    is_met = fields.Boolean(string="Met", help="Tick it when it is so.")
    met_at = fields.Datetime(readonly=True, copy=False)
    met_by_id = fields.Many2one("res.users", string="Ticked By", readonly=True, copy=False)
    note = fields.Char(help="What shows it: a document, a visit, a figure.")

    _once = models.UniqueIndex(
        "(outlet_id, condition_id) WHERE condition_id IS NOT NULL",
        "The outlet has this condition already.",
    )

    def _selection_phase(self):
        return self.env["aftersales.outlet"]._fields["phase"]._description_selection(self.env)

    @api.depends("outlet_id")
    def _compute_phase(self):
        for condition in self:
            condition.phase = condition.phase or condition.outlet_id.phase

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever ticks a condition stands for it."""
        conditions = super().create(vals_list)
        conditions.filtered("is_met")._stamp(True)
        return conditions

    def write(self, vals):
        """Ticking and unticking leave who and when."""
        changed = self.filtered(lambda condition: "is_met" in vals) - self.filtered(
            lambda condition: condition.is_met == vals.get("is_met")
        )
        result = super().write(vals)
        if changed:
            changed._stamp(vals["is_met"])
        return result

    def _stamp(self, is_met):
        # sudo: nobody types the stamps; they follow from the tick that the user may set.
        self.sudo().write(
            {
                "met_at": fields.Datetime.now() if is_met else False,
                "met_by_id": self.env.uid if is_met else False,
            }
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"met_at", "met_by_id"}
