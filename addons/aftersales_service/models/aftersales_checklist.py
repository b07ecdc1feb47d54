# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.fields import Domain


class AftersalesChecklist(models.Model):
    """What has to be looked at, done or asked in one phase of a job (S2, S5, S23).

    Each kind of job has its own steps: a template says for which kind, place and category of
    product it is and in which phase of the job its steps begin. They are copied to the job then,
    so a template that changes later changes no job.
    """

    _name = "aftersales.checklist"
    _description = "Checklist"
    _order = "phase, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: used by every company.")
    phase = fields.Selection(
        [
            ("reception", "Reception"),
            ("work", "Work"),
            ("inspection", "Inspection"),
            ("hand_over", "Hand-Over"),
        ],
        default="work",
        required=True,
        help="When the steps are copied to the job. What is required in one phase holds back the "
        "next one.",
    )
    kind = fields.Selection(
        "_selection_kind", string="Kind of Job", help="Empty: jobs of every kind (S2)."
    )
    place = fields.Selection(
        [
            ("any", "Everywhere"),
            ("site", "On Site"),
            ("workshop", "In Workshop"),
            ("bring_back", "Bring-Back"),
            ("walk_in", "Walk-In"),
        ],
        default="any",
        required=True,
        help="On site: jobs of which nothing is in our house. In workshop: bring-backs and "
        "walk-ins (S5, S23). Bring-back: only jobs of which goods were taken in. Walk-in: only "
        "jobs that were received at the counter.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        ondelete="restrict",
        index="btree_not_null",
        help="Only units of this category and of those below it; empty: all.",
    )
    step_ids = fields.One2many(
        "aftersales.checklist.step", "checklist_id", string="Steps", copy=True
    )
    step_count = fields.Integer(compute="_compute_step_count", string="Number of Steps")

    # === COMPUTE METHODS === #

    @api.model
    def _selection_kind(self):
        """Kinds of job (S2)."""
        return self.env["aftersales.voucher"]._fields["kind"]._description_selection(self.env)

    @api.depends("step_ids")
    def _compute_step_count(self):
        for checklist in self:
            checklist.step_count = len(checklist.step_ids)

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, phases, companies):
        """Templates of some phases that these companies use, in their order.

        :param phases: keys of ``phase``
        """
        return self.search(
            Domain("phase", "in", list(phases))
            & Domain("company_id", "in", [False, *companies.ids])
        )

    def _applies_to(self, voucher):
        """Is the template for this job? Hook: extend it with conditions of your own."""
        self.ensure_one()
        categ = voucher.product_id.categ_id
        return bool(
            (not self.company_id or self.company_id == voucher.company_id)
            and (not self.kind or self.kind == voucher.kind)
            and (self.place == "any" or self.place in voucher._get_checklist_places())
            and (
                not self.categ_id or (categ.parent_path or "").startswith(self.categ_id.parent_path)
            )
        )
