# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AftersalesStandardClause(models.Model):
    """A clause of a standard: scored, perhaps tied to the bonus, or a precondition of it (K12)."""

    _name = "aftersales.standard.clause"
    _description = "Clause of a Standard"
    _order = "standard_id, sequence, number, id"
    _rec_names_search = ["number", "name"]

    standard_id = fields.Many2one(
        "aftersales.standard", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="standard_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    number = fields.Char(required=True, help="As in the printed standard, e.g. 3.2.")
    name = fields.Char(string="Clause", required=True, translate=True)
    description = fields.Text(translate=True, help="What is asked for, and how it is scored.")
    kind = fields.Selection(
        [
            ("scored", "Scored"),
            ("bonus", "Scored, Tied to the Bonus"),
            ("precondition", "Precondition of the Bonus"),
        ],
        required=True,
        default="scored",
        help="A precondition holds or does not; where one does not, there is no full bonus.",
    )
    is_bonus = fields.Boolean(compute="_compute_is_bonus", store=True, precompute=True)

    _number_uniq = models.UniqueIndex(
        "(standard_id, number)", "This version has a clause with this number."
    )

    @api.depends("kind")
    def _compute_is_bonus(self):
        for clause in self:
            clause.is_bonus = clause.kind == "bonus"

    @api.depends("number", "name")
    def _compute_display_name(self):
        for clause in self:
            clause.display_name = f"{clause.number} {clause.name}"

    @api.model_create_multi
    def create(self, vals_list):
        """Add clauses to drafts only.

        :raises UserError: naming the version
        """
        clauses = super().create(vals_list)
        clauses._check_draft()
        return clauses

    def write(self, vals):
        """Change clauses of drafts only.

        :raises UserError: naming the version
        """
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        self._check_draft()

    def _check_draft(self):
        if not self.env.su:
            self.standard_id._check_state("draft")
