# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesBayStay(models.Model):
    """How long a job stood in a bay (S23): written when it comes in and when it leaves.

    The report of the bays' turnover counts these rows.
    """

    _name = "aftersales.bay.stay"
    _description = "Stay in a Workshop Bay"
    _order = "start_at desc, id desc"
    _rec_name = "voucher_id"

    bay_id = fields.Many2one(
        "aftersales.bay", required=True, readonly=True, index=True, ondelete="restrict"
    )
    outlet_id = fields.Many2one(related="bay_id.outlet_id", store=True, index=True)
    company_id = fields.Many2one(related="bay_id.company_id", store=True, index=True)
    voucher_id = fields.Many2one(
        "aftersales.voucher",
        string="Job",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    technician_user_id = fields.Many2one(related="voucher_id.technician_user_id")
    start_at = fields.Datetime(string="Entered Bay", required=True, readonly=True)
    end_at = fields.Datetime(string="Left Bay", readonly=True)
    user_id = fields.Many2one("res.users", string="Put There By", required=True, readonly=True)
    hours = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="sum",
        help="Hours in the bay, once the job has left it.",
    )

    # The database says no, also to two advisers at the same moment.
    _one_in_a_bay = models.UniqueIndex(
        "(bay_id) WHERE end_at IS NULL",
        "Another job stands in this bay: let it leave first, or choose another bay.",
    )
    _one_bay_a_job = models.UniqueIndex(
        "(voucher_id) WHERE end_at IS NULL",
        "The job stands in another bay: it is in one at a time.",
    )
    _end_after_start = models.Constraint(
        "CHECK(end_at IS NULL OR end_at >= start_at)", "A stay does not end before it begins."
    )

    @api.depends("start_at", "end_at")
    def _compute_hours(self):
        for stay in self:
            lasted = stay.end_at and stay.start_at and stay.end_at - stay.start_at
            stay.hours = lasted.total_seconds() / 3600 if lasted else 0.0
