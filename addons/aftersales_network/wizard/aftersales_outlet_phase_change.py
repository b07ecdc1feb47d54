# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models

from ..models.aftersales_outlet import PHASES, SERVING


class AftersalesOutletPhaseChange(models.TransientModel):
    """Asks for the new phase of outlets, since when, and why (N1)."""

    _name = "aftersales.outlet.phase.change"
    _description = "Change the Phase of Outlets"

    outlet_ids = fields.Many2many("aftersales.outlet", required=True, readonly=True)
    phase = fields.Selection(
        selection=lambda self: self._selection_phase(),
        string="New Phase",
        required=True,
        compute="_compute_phase",
        store=True,
        readonly=False,
    )
    kind = fields.Selection(
        selection=lambda self: self._selection_kind(),
        string="Becomes",
        help="What the outlet is from now on; empty: what it was. A new agent gets its welcome "
        "pack.",
    )
    date = fields.Date(string="Since", required=True, default=fields.Date.context_today)
    reason = fields.Char(required=True, help="Stays in the history of phases.")
    open_conditions = fields.Text(
        compute="_compute_open_conditions", help="What is to be met before it goes forward."
    )
    is_serving = fields.Boolean(compute="_compute_open_conditions")

    def _selection_phase(self):
        return self.env["aftersales.outlet"]._fields["phase"]._description_selection(self.env)

    def _selection_kind(self):
        return self.env["aftersales.outlet"]._fields["kind"]._description_selection(self.env)

    @api.depends("outlet_ids")
    def _compute_phase(self):
        """The next one is proposed."""
        for wizard in self:
            index = min((PHASES.index(o.phase) for o in wizard.outlet_ids), default=0)
            wizard.phase = wizard.phase or PHASES[min(index + 1, len(PHASES) - 1)]

    @api.depends("outlet_ids", "phase")
    def _compute_open_conditions(self):
        for wizard in self:
            wizard.is_serving = wizard.phase in SERVING
            target = PHASES.index(wizard.phase) if wizard.phase else 0
            lines = []
            for outlet in wizard.outlet_ids:
                waiting = outlet._get_open_conditions(PHASES[PHASES.index(outlet.phase) : target])
                lines += [f"{outlet.display_name}: {name}" for name in waiting.mapped("name")]
            wizard.open_conditions = "\n".join(lines) or False

    def action_confirm(self):
        """Change the phase; see ``aftersales.outlet._change_phase``.

        :raises UserError: while a condition is open, or for a day that cannot be
        """
        self.ensure_one()
        self.outlet_ids._change_phase(self.phase, self.reason, self.date, self.kind)
        return {"type": "ir.actions.act_window_close"}
