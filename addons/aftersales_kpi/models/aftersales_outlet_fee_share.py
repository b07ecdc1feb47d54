# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AftersalesOutletFeeShare(models.Model):
    """Which part of its fee a job earns after what was judged of it: rework, a callback (S9, S10).

    The lowest part that fits counts; what is judged after the settlement comes as a difference in
    the next one.
    """

    _name = "aftersales.outlet.fee.share"
    _description = "Share of the Fee by Outcome"
    _order = "percent, id"
    _rec_name = "judgement"

    judgement = fields.Selection(
        lambda self: self._selection_judgement(),
        required=True,
        help="Rework: the job repeats one of the same outlet (S18). Others: what a callback heard.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Company that this is for; empty: companies without an own line for it.",
    )
    percent = fields.Float(
        string="Share of the Fee (%)", digits=(16, 2), required=True, help="0: nothing is paid."
    )

    _once = models.UniqueIndex(
        "(judgement, COALESCE(company_id, 0))", "There is a share for this already."
    )
    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)", "A share of the fee lies between 0 and 100 %."
    )

    def _selection_judgement(self):
        outcome = self.env["aftersales.callback"]._fields["outcome"]
        return [
            ("rework", self.env._("Rework")),
            *(
                (key, label)
                for key, label in outcome._description_selection(self.env)
                if key not in ("no_answer", "satisfied")
            ),
        ]
