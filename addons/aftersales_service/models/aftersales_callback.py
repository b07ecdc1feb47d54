# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesCallback(models.Model):
    """One call to the customer after a job is done, with what was heard (S9).

    Callbacks are a log: they are added, never changed. A satisfied one closes the job.
    """

    _name = "aftersales.callback"
    _description = "Callback"
    _inherit = ["aftersales.protected.mixin"]
    _order = "called_at desc, id desc"
    _rec_name = "voucher_id"

    voucher_id = fields.Many2one(
        "aftersales.voucher",
        required=True,
        index=True,
        ondelete="cascade",
        help="Job that the customer was asked about.",
    )
    company_id = fields.Many2one(related="voucher_id.company_id", store=True, index=True)
    called_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now, help="When the call was made."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Called Back By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        help="Who called the customer.",
    )
    outcome = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("dissatisfied", "Dissatisfied on Callback"),
            ("complaint", "Complaint Called In"),
            ("not_fixed_first", "Not Fixed First Time"),
            ("not_fixed_repeated", "Not Fixed After Several Repairs"),
            ("bad_attitude", "Bad Attitude"),
            ("no_answer", "No Answer"),
        ],
        required=True,
        help="Only a satisfied callback, or enough tries without an answer, closes the job (S9).",
    )
    service_satisfaction = fields.Selection(
        "_selection_satisfaction",
        string="With the Service",
        help="How satisfied the customer is with how he was served; empty: as the outcome says.",
    )
    product_satisfaction = fields.Selection(
        "_selection_satisfaction",
        string="With the Product",
        help="How satisfied the customer is with the product itself, where he was asked (K5).",
    )
    note = fields.Text(help="What the customer said.")
    next_try_at = fields.Datetime(
        string="Next Try",
        help="When to call again. Without an answer it is proposed inside working hours.",
    )
    followup_id = fields.Many2one(
        "aftersales.voucher",
        string="Follow-up Job",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Job that was registered because of what the customer said.",
    )

    @api.model
    def _selection_satisfaction(self):
        """Answers to “how satisfied are you?”, the best one first (K2)."""
        return [
            ("very_satisfied", self.env._("Very Satisfied")),
            ("satisfied", self.env._("Satisfied")),
            ("dissatisfied", self.env._("Dissatisfied")),
        ]

    @api.constrains("outcome", "service_satisfaction")
    def _check_service_satisfaction(self):
        """The answer about the service says how much, not the contrary of the outcome."""
        for callback in self.filtered("service_satisfaction"):
            content = callback.service_satisfaction != "dissatisfied"
            if callback.outcome == "no_answer" or content != (callback.outcome == "satisfied"):
                raise ValidationError(
                    self.env._(
                        "The callback about %(voucher)s cannot be “%(outcome)s” and “%(answer)s” "
                        "with the service: correct one of the two.",
                        voucher=callback.voucher_id.display_name,
                        outcome=dict(self._fields["outcome"]._description_selection(self.env))[
                            callback.outcome
                        ],
                        answer=dict(self._selection_satisfaction())[callback.service_satisfaction],
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Log callbacks and let their vouchers take the consequence (S9).

        :raises UserError: when a voucher is not done
        """
        if not self.env.su:
            # Whose call it was and when is not for the caller to choose: the dialogue sends both.
            protected = self._get_protected_fields()
            vals_list = [
                {name: value for name, value in vals.items() if name not in protected}
                for vals in vals_list
            ]
        callbacks = super().create([self._add_next_try(vals) for vals in vals_list])
        for callback in callbacks:
            if not callback.voucher_id._may_call_back():
                raise UserError(
                    self.env._(
                        "Voucher %(voucher)s is not done: a callback is recorded after the job "
                        "is done and before it is closed.",
                        voucher=callback.voucher_id.display_name,
                    )
                )
        # sudo: whoever may record a callback lets it count; callers do not write on jobs.
        callbacks.voucher_id.sudo()._apply_callbacks()
        return callbacks

    def _add_next_try(self, vals):
        """Propose the next try after a call without an answer, while tries are left (S9)."""
        voucher = self.env["aftersales.voucher"].browse(vals.get("voucher_id"))
        tries = voucher.company_id.aftersales_callback_tries
        if vals.get("outcome") != "no_answer" or vals.get("next_try_at") or not voucher:
            return vals
        if voucher.callback_tries + 1 >= tries:
            return vals
        called_at = fields.Datetime.to_datetime(vals.get("called_at")) or fields.Datetime.now()
        return {**vals, "next_try_at": voucher._get_next_try(called_at)}

    def _register_complaint(self, about=False):
        """Register a complaint with what was said (S11).

        :param bool about: it is about the conduct of the job's technician
        """
        self.ensure_one()
        # sudo: callers name the employee whom they hear about and read no employees; that they
        # may register complaints is checked first.
        complaints = self.env["aftersales.complaint"]
        complaints.check_access("create")
        return complaints.sudo().create(self._prepare_complaint_vals(about))

    def _prepare_complaint_vals(self, about):
        """Values of the complaint that was heard on this callback."""
        self.ensure_one()
        voucher = self.voucher_id
        outcome = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        return {
            "company_id": voucher.company_id.id,
            "subject": f"{outcome}: {voucher.display_name}",
            "description": self.note,
            "channel": "call",
            "voucher_id": voucher.id,
            "callback_id": self.id,
            "employee_id": voucher.technician_id.id if about else False,
            "cause": "service" if about else "after_sales",
            "user_id": False,
        }

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"called_at", "user_id", "followup_id"}
