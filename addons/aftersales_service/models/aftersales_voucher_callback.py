# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models


class AftersalesVoucher(models.Model):
    """What the customer said afterwards, and whether that closes the job (S9)."""

    _inherit = "aftersales.voucher"

    callback_ids = fields.One2many(
        "aftersales.callback",
        "voucher_id",
        readonly=True,
        help="What was heard each time the customer was called back.",
    )
    first_callback_at = fields.Datetime(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="First callback that reached the customer (K2).",
    )
    callback_outcome = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.callback"]._fields["outcome"]._description_selection(self.env)
        ),
        string="Last Callback",
        readonly=True,
        copy=False,
        help="What the last callback heard.",
    )
    callback_tries = fields.Integer(
        readonly=True, copy=False, help="Callbacks in a row without an answer."
    )

    # === ACTIONS === #

    def action_record_callback(self):
        """Open the dialogue that logs a callback (S9)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_callback_action_record"
        )
        action["context"] = {"default_voucher_id": self.id}
        return action

    # === BUSINESS METHODS === #

    def _apply_callbacks(self):
        """Take over what the callbacks heard; a satisfied one closes the job (S9)."""
        for voucher in self:
            calls = voucher.callback_ids.sorted(lambda call: (call.called_at, call.id))
            reached = calls.filtered(lambda call: call.outcome != "no_answer")
            last_reached = reached[-1:]
            tries = calls[list(calls).index(last_reached) + 1 :] if last_reached else calls
            voucher._write_step(
                {
                    "callback_outcome": calls[-1].outcome,
                    "callback_tries": len(tries),
                    "first_callback_at": reached[:1].called_at,
                }
            )
            if calls[-1].outcome == "satisfied" and voucher._can_close():
                voucher._close(at=calls[-1].called_at)

    def _can_close(self):
        """May a done job be closed (S9)? Jobs without a customer need no callback."""
        self.ensure_one()
        if not self._has_customer():
            return True
        return self.callback_outcome == "satisfied" or (
            self.callback_outcome == "no_answer"
            and self.callback_tries >= self.company_id.aftersales_callback_tries
        )

    @api.model
    def _get_protected_fields(self):
        return super()._get_protected_fields() | {
            "first_callback_at",
            "callback_outcome",
            "callback_tries",
        }
