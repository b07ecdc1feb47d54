# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


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
        string="Caller",
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
    note = fields.Text(help="What the customer said.")

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
        callbacks = super().create(vals_list)
        for callback in callbacks:
            if callback.voucher_id.state != "done":
                raise UserError(
                    self.env._(
                        "Voucher %(voucher)s is not done: a callback is recorded after the job "
                        "is done and before it is closed.",
                        voucher=callback.voucher_id.display_name,
                    )
                )
        callbacks.voucher_id._apply_callbacks()
        return callbacks

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {"called_at", "user_id"}
