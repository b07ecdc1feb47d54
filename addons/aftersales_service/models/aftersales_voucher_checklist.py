# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """Each kind of job has its own steps (S2): they begin with the phases of the job."""

    _inherit = "aftersales.voucher"

    checklist_line_ids = fields.One2many(
        "aftersales.checklist.line",
        "voucher_id",
        string="Checklist",
        help="Steps of this job, from the checklists of its kind.",
    )
    checklist_open_count = fields.Integer(
        compute="_compute_checklist_count",
        string="Open Steps",
        help="Steps of the phases that have begun and are not answered yet.",
    )
    checklist_count = fields.Integer(compute="_compute_checklist_count", string="Checklist Steps")
    has_finding = fields.Boolean(
        compute="_compute_checklist_count",
        search="_search_has_finding",
        string="Has Findings",
        help="A step of its checklists was found not to be in order.",
    )

    # === COMPUTE METHODS === #

    @api.depends("checklist_line_ids.is_answered", "checklist_line_ids.is_finding")
    def _compute_checklist_count(self):
        for voucher in self:
            lines = voucher.checklist_line_ids
            voucher.checklist_count = len(lines)
            voucher.checklist_open_count = len(lines.filtered(lambda line: not line.is_answered))
            voucher.has_finding = any(lines.mapped("is_finding"))

    def _search_has_finding(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("checklist_line_ids.is_finding", "=", True)]

    # === STEPS === #

    def _start(self, at=None):
        """On site, the steps of the work and of the hand-over begin together (S2)."""
        result = super()._start(at)
        if not at:
            self._begin_phases("work", "hand_over")
        return result

    def _done(self, at=None):
        """What the checklists require is done before the customer signs.

        History that is loaded afterwards (``at``) has no checklists.
        """
        if not at:
            self._get_checklist_to_answer()._check_answered()
        return super()._done(at)

    # === BUSINESS METHODS === #

    def _begin_phases(self, *phases, repairs=None):
        """Copy the steps of phases that begin now to the jobs, each template once.

        :param phases: keys of ``aftersales.checklist.phase``
        :param repairs: repair.order that the steps are about: each gets its own
        """
        # sudo: whoever may take the step of the job begins its phase; templates are configuration.
        templates = self.env["aftersales.checklist"].sudo()._find(phases, self.company_id)
        vals_list = []
        none = self.env["repair.order"]
        for voucher in self:
            goods = repairs and repairs.filtered(lambda r, v=voucher: r.aftersales_voucher_id == v)
            for repair in goods or [none]:
                # sudo: as above
                lines = voucher.sudo().checklist_line_ids
                known = lines.filtered(lambda line, r=repair: line.repair_id == r).checklist_id
                for template in templates - known:
                    if template._applies_to(voucher):
                        localised = template.with_context(lang=self.env.lang)
                        vals_list += [
                            step._prepare_line_vals(voucher, repair) for step in localised.step_ids
                        ]
        if vals_list:
            self.env["aftersales.checklist.line"].sudo().create(vals_list)  # sudo: as above

    def _get_checklist_to_answer(self):
        """Steps that hold the jobs back while they are open. Hook of repair cards."""
        return self.checklist_line_ids

    def _get_checklist_places(self):
        """Where the job is done, in the words of a checklist. Hook of workshop and walk-ins."""
        self.ensure_one()
        return {"site"}

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"has_finding"}
