# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

NOT_FIXED = ("dissatisfied", "not_fixed_first", "not_fixed_repeated")
COMPLAINTS = ("complaint", "bad_attitude")


class AftersalesCallbackRecord(models.TransientModel):
    """What the customer says on the phone, and what follows from it (S9).

    Not fixed: a follow-up job is proposed. A complaint, or a bad attitude: a complaint record is
    proposed with what was said (S11).
    """

    _name = "aftersales.callback.record"
    _description = "Record a Callback"

    voucher_id = fields.Many2one("aftersales.voucher", required=True, readonly=True)
    contact_name = fields.Char(related="voucher_id.contact_name")
    phone = fields.Char(related="voucher_id.phone")
    lot_id = fields.Many2one(related="voucher_id.lot_id")
    work_done = fields.Text(related="voucher_id.work_done")
    callback_tries = fields.Integer(related="voucher_id.callback_tries")
    outcome = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.callback"]._fields["outcome"]._description_selection(self.env)
        ),
        required=True,
        help="Only a satisfied callback, or enough tries without an answer, closes the job (S9).",
    )
    service_satisfaction = fields.Selection(
        selection=lambda self: self.env["aftersales.callback"]._selection_satisfaction(),
        string="With the Service",
        help="How satisfied the customer is with how he was served; empty: as the outcome says.",
    )
    product_satisfaction = fields.Selection(
        selection=lambda self: self.env["aftersales.callback"]._selection_satisfaction(),
        string="With the Product",
        help="How satisfied the customer is with the product itself, where he was asked (K5).",
    )
    note = fields.Text(help="What the customer said, in his words.")
    next_try_at = fields.Datetime(
        string="Next Try",
        compute="_compute_next_try_at",
        store=True,
        readonly=False,
        help="When to call again: the customer's wish, or the proposal.",
    )
    with_followup = fields.Boolean(
        string="Register a Follow-up Job",
        compute="_compute_consequences",
        store=True,
        readonly=False,
        help="A new job goes back to this one, with what was said. It is urgent.",
    )
    with_complaint = fields.Boolean(
        string="Register a Complaint",
        compute="_compute_consequences",
        store=True,
        readonly=False,
        help="A complaint is opened with what was said.",
    )
    about_technician = fields.Boolean(
        compute="_compute_consequences",
        store=True,
        readonly=False,
        help="The complaint is about the conduct of the technician of this job.",
    )

    # === COMPUTE METHODS === #

    @api.depends("outcome", "voucher_id")
    def _compute_next_try_at(self):
        now = fields.Datetime.now()
        for record in self:
            silent = record.outcome == "no_answer" and record.voucher_id
            record.next_try_at = record.voucher_id._get_next_try(now) if silent else False

    @api.depends("outcome")
    def _compute_consequences(self):
        for record in self:
            record.with_followup = record.outcome in NOT_FIXED
            record.with_complaint = record.outcome in COMPLAINTS
            record.about_technician = record.outcome == "bad_attitude"

    # === ACTIONS === #

    def action_record(self):
        """Log the callback; register what it leads to.

        :raises UserError: when something is registered and nothing was written down
        """
        self.ensure_one()
        reached = self.outcome not in ("satisfied", "no_answer")
        followup, complaint = reached and self.with_followup, reached and self.with_complaint
        if (followup or complaint) and not (self.note or "").strip():
            raise UserError(self.env._("Write down what the customer said: it is needed."))
        graded = self.outcome in ("satisfied", "dissatisfied")
        answered = self.outcome != "no_answer"
        callback = self.env["aftersales.callback"].create(
            {
                "voucher_id": self.voucher_id.id,
                "outcome": self.outcome,
                "service_satisfaction": graded and self.service_satisfaction,
                "product_satisfaction": answered and self.product_satisfaction,
                "note": self.note,
                "next_try_at": self.next_try_at,
            }
        )
        made = self.env["aftersales.voucher"].browse()
        if followup:
            made = self.voucher_id._register_followup(fault_description=self.note)
            # sudo: a callback is a log that nobody writes; this job follows from it.
            callback.sudo().followup_id = made.id
        registered = complaint and callback._register_complaint(about=self.about_technician)
        return self._get_result([made.display_name, registered and registered.name])

    # === HELPERS === #

    def _get_result(self, names):
        """Close the dialogue, and say what was registered."""
        names = [name for name in names if name]
        close = {"type": "ir.actions.act_window_close"}
        if not names:
            return close
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Registered: %s", ", ".join(names)),
                "next": close,
            },
        }
