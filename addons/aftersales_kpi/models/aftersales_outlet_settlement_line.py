# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Lines in the order in which they are read.
KINDS = {"job": 10, "correction": 20, "penalty": 30}


class AftersalesOutletSettlementLine(models.Model):
    """A job with its fee, a later difference to one, or a penalty (S10).

    Lines are a snapshot: fee, coefficient and share are those of the day they were computed. Each
    job and each penalty is settled once as long as its line is live; cancelling the settlement
    frees it.
    """

    _name = "aftersales.outlet.settlement.line"
    _description = "Outlet Settlement Line"
    _inherit = ["aftersales.computed.part.mixin"]
    _step_model = "aftersales.outlet.settlement"
    _order = "settlement_id, sequence, day, id"

    settlement_id = fields.Many2one(
        "aftersales.outlet.settlement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    outlet_id = fields.Many2one(related="settlement_id.outlet_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id", store=True)
    period_start = fields.Date(related="settlement_id.period_start", store=True)
    state = fields.Selection(related="settlement_id.state")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("job", "Job"), ("correction", "Correction"), ("penalty", "Penalty")],
        required=True,
        default="job",
        help="Correction: the job was settled earlier and judged anew since.",
    )
    voucher_id = fields.Many2one(
        "aftersales.voucher", string="Job", index="btree_not_null", ondelete="restrict"
    )
    penalty_id = fields.Many2one(
        "aftersales.outlet.penalty", index="btree_not_null", ondelete="restrict"
    )
    origin_line_id = fields.Many2one(
        "aftersales.outlet.settlement.line",
        string="Corrects",
        index="btree_not_null",
        ondelete="restrict",
        help="Line that settled the job first.",
    )
    name = fields.Char(compute="_compute_name", help="What is paid, as the bill says it.")
    day = fields.Date(help="Day on which the job was done, or of the penalty's case.")
    distance = fields.Float(string="Distance (km)", digits=(16, 2), aggregator=None)
    fee_id = fields.Many2one(
        "aftersales.outlet.fee",
        string="Fee Schedule",
        index="btree_not_null",
        ondelete="restrict",
        help="Fee that fits the job.",
    )
    fee = fields.Monetary(help="Fee of such a job.")
    grade_id = fields.Many2one(
        "aftersales.outlet.grade",
        index="btree_not_null",
        ondelete="restrict",
        help="Grade of the outlet on the job's day.",
    )
    coefficient = fields.Float(
        digits=(16, 4), aggregator=None, help="Of that grade; 1 where the outlet had none."
    )
    percent = fields.Float(
        string="Share (%)",
        digits=(16, 2),
        aggregator=None,
        help="Part of the fee that is left after what was judged of the job.",
    )
    computed_amount = fields.Monetary(
        string="As Computed",
        help="Fee × coefficient × share, rounded half up; of a correction, the difference to "
        "what was computed before.",
    )
    amount = fields.Monetary(help="What is paid: as computed, or as an objection was answered.")
    is_unpriced = fields.Boolean(string="Without a Fee", help="No fee fits the job.")
    is_live = fields.Boolean(default=True, help="Counts as settled; not when it was cancelled.")
    is_posted = fields.Boolean(help="Billed, or closed: settled for good.")
    objection_ids = fields.One2many("aftersales.outlet.objection", "line_id", string="Objections")
    objection_state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        compute="_compute_objection_state",
        string="Objection",
        help="How the outlet's last objection to the line stands.",
    )

    _job_once = models.UniqueIndex(
        "(voucher_id) WHERE kind = 'job' AND is_live", "This job is settled already."
    )
    _correction_once = models.UniqueIndex(
        "(voucher_id) WHERE kind = 'correction' AND is_live AND is_posted IS NOT TRUE",
        "This job's correction is part of another settlement already.",
    )
    _penalty_once = models.UniqueIndex(
        "(penalty_id) WHERE is_live AND penalty_id IS NOT NULL", "This penalty is taken already."
    )
    _voucher_idx = models.Index("(voucher_id) WHERE is_live")

    @api.depends("kind", "voucher_id", "penalty_id", "fee", "coefficient", "percent")
    @api.depends_context("lang")
    def _compute_name(self):
        for line in self:
            line.name = line._get_label()

    @api.depends("settlement_id", "voucher_id", "penalty_id")
    def _compute_display_name(self):
        for line in self:
            what = line.voucher_id.display_name or line.penalty_id.reason
            line.display_name = f"{line.settlement_id.name}: {what}"

    @api.depends("objection_ids.state")
    def _compute_objection_state(self):
        for line in self:
            line.objection_state = line.objection_ids.sorted("id")[-1:].state

    def _get_label(self):
        """What is paid and why, in the reader's language."""
        self.ensure_one()
        # sudo: the number of the job and the kind of work, for who may read the line.
        job = self.sudo().voucher_id
        if self.kind == "penalty":
            return self.env._("Penalty: %s", self.sudo().penalty_id.reason)
        labels = dict(job._fields["kind"]._description_selection(self.env))
        parts = {
            "job": job.display_name,
            "kind": labels.get(job.kind, ""),
            "terms": self._get_terms_label(),
        }
        if self.kind == "correction":
            return self.env._("Correction of %(job)s, %(kind)s: now %(terms)s", **parts)
        return self.env._("%(job)s, %(kind)s: %(terms)s", **parts)

    def _get_terms_label(self):
        """The computation of the amount, e.g. 80.00 × 0.9."""
        self.ensure_one()
        if self.is_unpriced:
            return self.env._("no fee fits")
        factors = [self.currency_id.format(self.fee), f"{self.coefficient:g}"]
        if self.percent != 100:
            factors.append(f"{self.percent:g} %")
        return " × ".join(factors)

    @api.model
    def _get_step_refusal(self):
        return self.env._(
            "The lines of a settlement are computed, not typed: compute it again, or "
            "answer an objection."
        )
